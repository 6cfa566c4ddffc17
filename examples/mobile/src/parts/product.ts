/** Products as cards, prices and promises. */

import type { Card, Money } from "../api/types";
import { h, icon } from "../dom";
import { tell, type Way } from "../events";
import { shortDay } from "../format";
import { heart } from "./heart";

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

/** Where a product is shown; how somebody came to it goes along in the address. */
export function productPath(sku: string, { place, text }: Way = {}): string {
  const query = new URLSearchParams({ ...(place ? { from: place } : {}), ...(text ? { q: text } : {}) }).toString();
  return `#/p/${encodeURIComponent(sku)}${query && `?${query}`}`;
}

export function productCard(card: Card, way: Way = {}): HTMLElement {
  const isLed = Boolean(way.place ?? way.text);
  const link = h("a", { href: productPath(card.sku, way), onclick: () => isLed && tell("click", card.sku, way) }, card.title);
  return h(
    "article",
    { class: "product-card" },
    heart(card.sku, card.title, "product-card__wish"),
    h("div", { class: "product-card__media" }, picture(card.picture_url, 320)),
    h(
      "div",
      { class: "product-card__body" },
      h("p", { class: "product-card__brand" }, card.brand),
      h("h3", { class: "product-card__title" }, link),
      h(
        "div",
        { class: "product-card__foot" },
        price(card.price, card.compare_at, { from: card.is_from }),
        promise(card.arrives, card.unreachable),
      ),
    ),
  );
}
