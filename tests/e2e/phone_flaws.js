// What a thumb cannot hit (44 px, but for links in running text) and a screen reader cannot name.
(() => {
  const flaws = [];
  const isSeen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const nameOf = (element) =>
    (element.getAttribute("aria-label") || element.innerText || element.labels?.[0]?.innerText || "").trim();
  for (const element of document.querySelectorAll("a, button, input, select, summary")) {
    if (!isSeen(element) || element.disabled) continue;
    const name = nameOf(element);
    if (!name) flaws.push(["nameless", element.outerHTML.slice(0, 80)]);
    // A card's link covers the card; a box is hit by its label.
    const cover = getComputedStyle(element, "::after");
    if (cover.position === "absolute" && cover.inset === "0px") continue;
    const isBox = ["checkbox", "radio"].includes(element.type);
    const isInText = getComputedStyle(element).display === "inline" && element.closest("p, dd");
    const { width, height } = ((isBox && element.closest("label")) || element).getBoundingClientRect();
    if (!isInText && Math.min(width, height) < 43.5) flaws.push(["small", name, Math.round(width), Math.round(height)]);
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const [place, id] of ids.entries()) if (ids.indexOf(id) !== place) flaws.push(["twice", id]);
  for (const image of document.querySelectorAll("img:not([alt])")) flaws.push(["no alt", image.src]);
  return flaws;
})()
