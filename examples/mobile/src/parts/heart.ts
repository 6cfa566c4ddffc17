/** The heart that saves a product for later: filled at once, and emptied again if the shop says no. */

import { h, icon } from "../dom";
import { addWish, isWished, removeWish } from "../wishlist";
import { toast } from "./telling";

export function heart(sku: string, title: string, more = ""): HTMLButtonElement {
  const button = h("button", { class: `heart ${more}`, type: "button", "data-sku": sku, "data-title": title }, icon("heart"));
  button.addEventListener("click", () => void press(button, sku));
  draw(button, isWished(sku));
  return button;
}

/** The same product may be shown several times: all its hearts are drawn alike. */
export function drawHearts(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>(".heart[data-sku]")) {
    draw(button, isWished(button.dataset.sku ?? ""));
  }
}

async function press(button: HTMLButtonElement, sku: string): Promise<void> {
  if (button.ariaBusy === "true") return;
  const wasSaved = isWished(sku);
  button.ariaBusy = "true";
  draw(button, !wasSaved);
  try {
    await (wasSaved ? removeWish(sku) : addWish(sku));
    if (wasSaved) toast("Taken off your wishlist");
    else toast("Saved to your wishlist", { text: "View", to: "/wishlist" });
  } catch (error) {
    drawHearts();
    toast(error instanceof Error ? error.message : "That did not work.", undefined, "bad");
  } finally {
    button.ariaBusy = null;
  }
}

function draw(button: HTMLButtonElement, isSaved: boolean): void {
  button.ariaPressed = String(isSaved);
  button.ariaLabel = `Save ${button.dataset.title ?? ""} to your wishlist`;
}
