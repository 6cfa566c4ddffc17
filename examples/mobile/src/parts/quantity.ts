/** How many: two buttons and a number. */

import { h, icon } from "../dom";

const MOST = 99;

interface Quantity {
  value: number;
  label: string;
  onchange?: (quantity: number) => void;
}

export function quantity({ value, label, onchange }: Quantity): HTMLElement {
  const input = h("input", { type: "number", value, min: 1, max: MOST, inputmode: "numeric", "aria-label": label });
  const step = (by: number) => () => {
    input.value = String(Math.min(MOST, Math.max(1, Number(input.value) + by)));
    input.dispatchEvent(new Event("change"));
  };
  input.addEventListener("change", () => onchange?.(Number(input.value)));
  return h(
    "div",
    { class: "quantity" },
    h("button", { type: "button", "aria-label": `One less: ${label}`, onclick: step(-1) }, icon("minus", "s")),
    input,
    h("button", { type: "button", "aria-label": `One more: ${label}`, onclick: step(1) }, icon("plus", "s")),
  );
}
