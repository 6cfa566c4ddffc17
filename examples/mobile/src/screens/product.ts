/** One product: its variants, the promise for the address, and into the cart. */

import { api, need } from "../api/client";
import type { Delivery, Place, Product, Variant } from "../api/types";
import { addToCart } from "../cart";
import { h, icon } from "../dom";
import { tell, type Way } from "../events";
import { longDay, timeLeft } from "../format";
import { busy } from "../parts/form";
import { heart } from "../parts/heart";
import { price, productPath } from "../parts/product";
import { quantity } from "../parts/quantity";
import { rowsLater } from "../parts/rows";
import { toast, trouble } from "../parts/telling";
import { askZip } from "../parts/zip-sheet";
import type { Visit } from "../router";
import { zip } from "../zip";

export async function productScreen({ parts: [sku = ""], query, signal }: Visit): Promise<HTMLElement> {
  const product = need(
    await api.GET("/api/v1/products/{sku}/", { params: { path: { sku }, query: { ...zip.query, expand: "delivery" } } }),
  ) as Product;
  const variant = product.variants.find((each) => each.sku === sku) ?? product.variants[0];
  if (!variant) throw new Error("a product without variants");
  const way = wayOf(query);
  tell("view", variant.sku, way);
  return h(
    "article",
    { class: "wrap stack product-screen" },
    gallery(product),
    h("div", {}, h("p", { class: "product__brand" }, product.brand), h("h1", {}, product.title)),
    price(variant.price, variant.compare_at, { large: true }),
    choices(product, variant, way),
    product.delivery && deliveryLabel(product.delivery),
    buy(product, variant, way),
    product.bullets.length > 0 && h("ul", { class: "bullets" }, product.bullets.map((text) => h("li", {}, text))),
    h("p", {}, product.description),
    facts(product),
    rowsLater("product", { sku: variant.sku }, signal),
  );
}

/** The row or the search that led here. */
function wayOf(query: URLSearchParams): Way {
  const [place, text] = [query.get("from") as Place | null, query.get("q")];
  return { ...(place ? { place } : {}), ...(text ? { text } : {}) };
}

function gallery({ pictures, title }: Product): HTMLElement {
  const images = pictures.map(({ alt, url, sizes }, index) =>
    h("img", { src: sizes.page ?? url, alt: alt || title, width: 640, height: 640, loading: index ? "lazy" : "eager" }));
  return h("div", { class: "gallery__main", tabindex: images.length > 1 ? 0 : null, role: "group", "aria-label": "Pictures" },
    images.length ? images : icon("box", "l"));
}

/** A row of values for each option; a value leads to the variant that differs least otherwise. */
function choices({ variants }: Product, current: Variant, way: Way): HTMLElement[] {
  return Object.keys(current.options).map((name) => {
    const values = [...new Set(variants.map((variant) => variant.options[name] ?? ""))].filter(Boolean);
    const links = values.map((value) =>
      h("a", { class: "option", href: productPath(nearest(variants, current, name, value).sku, way),
        "aria-current": current.options[name] === value ? "true" : null }, value));
    return h("div", { class: "stack stack--s", role: "group", "aria-label": name },
      h("p", { class: "small" }, h("b", {}, `${name}: `), current.options[name]), h("div", { class: "options" }, links));
  });
}

function nearest(variants: Variant[], current: Variant, name: string, value: string): Variant {
  const alike = (variant: Variant) =>
    Object.entries(current.options).filter(([key, own]) => key !== name && variant.options[key] === own).length;
  const fitting = variants.filter((variant) => variant.options[name] === value);
  return fitting.reduce((best, each) => (alike(each) > alike(best) ? each : best), fitting[0] ?? current);
}

function deliveryLabel({ state, day, order_by, fee }: Delivery): HTMLElement {
  const there = zip.code || "you";
  if (state === "promised" && day) {
    const delivery = fee ? `, delivery ${fee.minor ? fee.text : "free"}` : "";
    const until = order_by ? `If ordered within ${timeLeft(order_by)}${delivery}` : "";
    return label("", "truck", `Arrives ${longDay(day)}`, `To ${there}. ${until}`);
  }
  if (state === "sold_out") return label("label--none", "error", "Sold out", "There is none left.");
  if (state === "not_deliverable") return label("label--none", "error", `Cannot be delivered to ${there}`, "Nobody who has it goes there.");
  const ask = h("button", { class: "link-btn", onclick: askZip }, "Tell us your ZIP code");
  return state === "ask"
    ? label("label--ask", "truck", "When does it arrive?", ask)
    : label("label--ask", "clock", "We do not know yet when it arrives", "You will see it before you order.");
}

function label(kind: string, name: string, title: string, text: string | Node): HTMLElement {
  return h("div", { class: `label ${kind}` }, icon(name), h("p", { class: "label__title" }, title), h("p", { class: "label__text" }, text));
}

function buy({ title, delivery }: Product, { sku }: Variant, { place }: Way): HTMLElement {
  const cannot = delivery?.state === "sold_out" || delivery?.state === "not_deliverable";
  let count = 1;
  const said = h("div");
  const button = h("button", { class: "btn btn--buy btn--large", disabled: cannot }, icon("cart"), "Add to cart");
  button.addEventListener("click", () =>
    void busy(button, () => addToCart(sku, count, place)).then(
      () => {
        said.replaceChildren();
        toast("Added to your cart", { text: "View cart", to: "/cart" });
      },
      (error) => said.replaceChildren(trouble(error)),
    ));
  const number = quantity({ value: 1, label: "Quantity", onchange: (value) => (count = value) });
  return h("div", { class: "stack" }, said, h("div", { class: "buy-bar" }, number, button, heart(sku, title)));
}

function facts({ attributes }: Product): HTMLElement | null {
  if (!attributes.length) return null;
  return h("section", {}, h("h2", {}, "Details"),
    h("dl", { class: "facts" }, attributes.map(({ name, display }) => [h("dt", {}, name), h("dd", {}, display)])));
}
