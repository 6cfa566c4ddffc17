/** The cart at today's prices; changes go under the ETag of what is seen. */

import type { Cart, CartLine } from "../api/types";
import { readCart, removeLine, seenCart, setQuantity } from "../cart";
import { h, icon } from "../dom";
import { picture, promise } from "../parts/product";
import { quantity } from "../parts/quantity";
import { rowsLater } from "../parts/rows";
import { empty, trouble } from "../parts/telling";
import { unanswered } from "../parts/unanswered";
import type { Visit } from "../router";

export async function cartScreen({ signal }: Visit): Promise<HTMLElement> {
  const place = h("div", { class: "stack" });
  fill(place, await readCart());
  return h("div", { class: "wrap stack" }, place, rowsLater("cart", {}, signal));
}

function fill(place: HTMLElement, cart: Cart | null, problem?: unknown): void {
  const said = problem ? trouble(problem) : null;
  place.replaceChildren(...[
    h("h1", {}, "Your cart"),
    said,
    cart?.lines.length ? null : unanswered(),
    ...(cart?.lines.length ? filled(place, cart) : [nothing()]),
  ].filter((each) => each !== null));
}

function nothing(): HTMLElement {
  return empty("cart", "Your cart is empty", "What you put in stays here, on this telephone for a year.",
    h("a", { class: "btn btn--primary", href: "#/" }, "Look around"));
}

function filled(place: HTMLElement, cart: Cart): HTMLElement[] {
  const change = async (work: () => Promise<Cart>) => {
    place.toggleAttribute("aria-busy", true);
    try {
      fill(place, await work());
    } catch (error) {
      fill(place, seenCart(), error);
    } finally {
      place.toggleAttribute("aria-busy", false);
    }
  };
  return [
    h("div", { class: "panel" }, h("ul", { class: "line-items" }, cart.lines.map((each) => line(each, change)))),
    h("div", { class: "panel stack" },
      h("dl", { class: "totals" },
        h("dt", { class: "totals__sum" }, cart.count === 1 ? "1 item" : `${cart.count} items`),
        h("dd", { class: "totals__sum" }, cart.items_total.text)),
      cart.can_be_ordered
        ? h("a", { class: "btn btn--buy btn--large btn--block", href: "#/checkout" }, icon("lock"), "Check out")
        : h("p", { class: "cart__notice cart__notice--bad" }, icon("error"), "Some of it cannot be ordered as it stands.")),
  ];
}

function line(each: CartLine, change: (work: () => Promise<Cart>) => Promise<void>): HTMLElement {
  const { sku, title, options, notices } = each;
  const how = Object.entries(options).map(([name, value]) => `${name}: ${value}`).join(", ");
  return h(
    "li",
    { class: each.can_be_ordered ? null : "is-blocked" },
    h("div", { class: "line-item__media" }, picture(each.picture_url, 112)),
    h(
      "div",
      {},
      h("h2", { class: "line-item__title" }, h("a", { href: `#/p/${encodeURIComponent(sku)}` }, title)),
      how && h("p", { class: "line-item__meta" }, how),
      promise(each.delivery_date),
      notices.map(({ message, blocks }) =>
        h("p", { class: `cart__notice${blocks ? " cart__notice--bad" : ""}` }, icon(blocks ? "error" : "info", "s"), message)),
      h("div", { class: "line-item__actions" },
        quantity({ value: each.quantity, label: `Quantity of ${title}`, onchange: (count) => void change(() => setQuantity(sku, count)) }),
        h("button", { class: "link-btn", "aria-label": `Remove ${title}`, onclick: () => void change(() => removeLine(sku)) }, "Remove")),
    ),
    h("p", { class: "line-item__total" }, each.total.text),
  );
}
