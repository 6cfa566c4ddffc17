// Small comforts; every page works without them.
"use strict";
document.documentElement.classList.add("js");

// -- number steppers ----------------------------------------------------------------------
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-quantity] [data-step]");
  if (!button) return;
  const input = button.parentElement.querySelector("input");
  button.dataset.step === "1" ? input.stepUp() : input.stepDown();
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

// -- forms that send themselves when a choice changes (data-autosubmit, "wide": not in the phone drawer)
const wide = window.matchMedia("(min-width: 940px)");
document.addEventListener("change", (event) => {
  const form = event.target.form?.closest("[data-autosubmit]");
  if (form && (form.dataset.autosubmit !== "wide" || wide.matches)) form.requestSubmit();
});

// -- an address that reads well: empty fields of a search form stay out of it
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("form[method=get]")) return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

// -- a refusal that says where it wants to be shown is shown, whatever its status
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.detail.xhr.getResponseHeader("HX-Retarget")) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});

// -- toasts go after a while, not while somebody reads or tabs into them
const forget = (toast) => setTimeout(() => (toast.matches(":hover, :focus-within") ? forget(toast) : toast.remove()), 6000);
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) if (node.nodeType === 1 && node.matches("[data-toast]")) forget(node);
}).observe(document.body, { childList: true, subtree: true });

// -- time left to pay: the server decides, this only shows it
const clock = (seconds) => {
  const minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
  if (days) return `${days} day${days > 1 ? "s" : ""} ${hours % 24} h`;
  return hours ? `${hours} h ${minutes % 60} min` : `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
};
const tick = () => {
  for (const box of document.querySelectorAll("[data-countdown]")) {
    const left = Math.max(0, Math.round((new Date(box.dataset.countdown) - Date.now()) / 1000));
    box.querySelector(".countdown__time, [data-time-left]").textContent = clock(left);
    const bar = box.querySelector("progress");
    if (bar) { bar.hidden = left > bar.max; bar.value = left; }
    box.classList.toggle("is-short", left <= 60);
    if (left === 0 && !box.dataset.over) { box.dataset.over = "1"; box.dispatchEvent(new CustomEvent("countdown-over", { bubbles: true })); }
  }
};
if (document.querySelector("[data-countdown]")) { tick(); setInterval(tick, 1000); }

// -- search suggestions: links in a list, arrow keys walk through them
const box = document.querySelector("[data-suggest]");
if (box) {
  const list = document.getElementById(box.getAttribute("aria-controls"));
  let waiting, asked = "", chosen = -1;
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-expanded", "false");
  const show = (html) => { list.innerHTML = html; chosen = -1; box.removeAttribute("aria-activedescendant"); box.setAttribute("aria-expanded", String(Boolean(list.querySelector("a")))); };
  const ask = async () => {
    const text = box.value.trim();
    asked = text;
    if (text.length < 2) return show("");
    try {
      const answer = await fetch(`${box.dataset.suggest}?q=${encodeURIComponent(text)}`, { headers: { "HX-Request": "true" } });
      if (answer.ok && asked === text) show(await answer.text());
    } catch { show(""); }
  };
  box.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 140); });
  box.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")];
    if (event.key === "Escape") return show("");
    if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); links[chosen].click(); return; }
    if (!links.length || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    chosen = (chosen + (event.key === "ArrowDown" ? 1 : -1) + links.length + 1) % (links.length + 1);
    if (chosen === links.length) chosen = -1;
    links.forEach((link, index) => link.setAttribute("aria-selected", String(index === chosen)));
    chosen < 0 ? box.removeAttribute("aria-activedescendant") : box.setAttribute("aria-activedescendant", links[chosen].id);
  });
  box.form.addEventListener("focusout", (event) => { if (!box.form.contains(event.relatedTarget)) show(""); });
}

// -- a facet that was opened or closed by hand stays so when the results are swapped
const facets = new Map();
document.addEventListener("toggle", (event) => {
  if (event.target.matches("[data-facet]")) facets.set(event.target.dataset.facet, event.target.open);
}, true);
document.addEventListener("htmx:afterSwap", () => {
  for (const facet of document.querySelectorAll("[data-facet]")) if (facets.has(facet.dataset.facet)) facet.open = facets.get(facet.dataset.facet);
});

// -- what went wrong without an answer to show
const tell = () => {
  const toast = document.createElement("div");
  toast.className = "toast toast--bad";
  toast.dataset.toast = "";
  toast.textContent = "That did not work. Please try again.";
  document.getElementById("toasts")?.append(toast);
};
document.addEventListener("htmx:sendError", tell);
document.addEventListener("htmx:responseError", (event) => { if (!event.detail.shouldSwap && event.detail.xhr.status >= 500 && event.detail.xhr.status !== 503) tell(); });

// -- after a refused form the message is read first
document.querySelector("[data-focus]")?.focus();
