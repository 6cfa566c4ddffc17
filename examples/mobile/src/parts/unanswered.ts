/** An order was sent and its answer lost: an empty cart alone would leave its owner wondering. */

import { placeOrder, unansweredOrder } from "../checkout";
import { h, icon } from "../dom";
import { go } from "../router";
import { busy } from "./form";
import { notice, trouble } from "./telling";

export function unanswered(): HTMLElement | null {
  const order = unansweredOrder();
  if (!order) return null;
  const said = h("div");
  const button = h("button", { class: "btn btn--primary btn--block" }, icon("refresh"), "See what became of it");
  button.addEventListener("click", () =>
    void busy(button, () => placeOrder(order)).then(
      ({ number }) => go(`/orders/${number}`),
      (error) => said.replaceChildren(trouble(error)),
    ));
  return h("div", { class: "stack stack--s" },
    notice("warn", "No answer has come to your last order", h("p", {}, "It may have got through. It is never placed twice.")),
    said, button);
}
