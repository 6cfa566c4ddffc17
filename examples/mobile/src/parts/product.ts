/** Products as cards, prices and promises. */

import type { Card, Money } from "../api/types";
import { h, icon } from "../dom";
import { shortDay } from "../format";

export function price(now: Money, before: Money | null, more: { from?: boolean; large?: boolean } = {}): HTMLElement {
  return h(
    "p",
    { class: `price${before ? " price--sale" : ""}${more.large ? " price--large" : ""}` },
    more.from && h("span", { class: "price__from" }, "from"),
    h("span", { class: "price__now" }, now.text),
    before && h("s", {}, h("span", { class: "sr-only" }, "instead of "), before.text),
  );
}

export function promise(day: string | null, unreachable = ""): HTMLElement | null {
  if (day) return h("p", { class: "promise" }, icon("truck"), h("span", {}, `Arrives ${shortDay(day)}`));
  if (!unreachable) return null;
  return h("p", { class: "promise promise--none" }, icon("error"), h("span", {}, unreachable));
}

export function picture(url: string, size: number): Node {
  if (!url) return icon("box", "l");
  return h("img", { src: url, alt: "", width: size, height: size, loading: "lazy", decoding: "async" });
}

export function productCard(card: Card): HTMLElement {
  return h(
    "article",
    { class: "product-card" },
    h("div", { class: "product-card__media" }, picture(card.picture_url, 320)),
    h(
      "div",
      { class: "product-card__body" },
      h("p", { class: "product-card__brand" }, card.brand),
      h("h3", { class: "product-card__title" }, h("a", { href: `#/p/${encodeURIComponent(card.sku)}` }, card.title)),
      h(
        "div",
        { class: "product-card__foot" },
        price(card.price, card.compare_at, { from: card.is_from }),
        promise(card.arrives, card.unreachable),
      ),
    ),
  );
}
