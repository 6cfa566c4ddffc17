/** What is saved for later: to look at again, into the cart, or off the list. */

import type { Wish, Wishlist } from "../api/types";
import { moveToCart } from "../cart";
import { h, icon } from "../dom";
import { busy } from "../parts/form";
import { picture, price, promise } from "../parts/product";
import { empty, toast, trouble } from "../parts/telling";
import { forgetWish, readWishlist, removeWish } from "../wishlist";

export async function wishlistScreen(): Promise<HTMLElement> {
  const place = h("div", { class: "wrap stack" });
  fill(place, await readWishlist());
  return place;
}

function fill(place: HTMLElement, page: Wishlist): void {
  const said = h("div", { class: "form__said" });
  const list = h("ul", { class: "wishes" });
  let cursor = page.next_cursor;
  const more = h("button", { class: "btn btn--block" }, "Show more");
  const show = (next: Wishlist): void => {
    list.append(...next.wishes.map((wish) => item(wish, change)));
    cursor = next.next_cursor;
    more.hidden = !cursor;
  };
  const tell = (error: unknown): void => {
    said.replaceChildren(trouble(error));
    said.scrollIntoView({ block: "center" });
  };
  const change: Change = (button, work) =>
    void busy(button, work).then(async () => {
      button.closest("li")?.remove();
      if (!list.children.length) fill(place, await readWishlist());
    }).catch(tell);
  more.addEventListener("click", () => void busy(more, async () => show(await readWishlist(cursor))).catch(tell));
  show(page);
  place.replaceChildren(h("h1", {}, "Your wishlist"), said, page.wishes.length ? list : nothing(), more);
}

type Change = (button: HTMLButtonElement, work: () => Promise<void>) => void;

function item({ sku, product }: Wish, change: Change): HTMLElement {
  const title = product?.title ?? sku;
  const remove = h("button", { class: "link-btn", "aria-label": `Remove ${title}` }, "Remove");
  remove.addEventListener("click", () => change(remove, () => removeWish(sku)));
  if (!product) {
    return h("li", { class: "wish is-blocked" },
      h("div", { class: "wish__media" }, icon("box", "l")),
      h("div", { class: "wish__body" }, h("h2", { class: "line-item__title" }, "No longer sold"), h("p", { class: "muted small" }, sku)),
      h("div", { class: "wish__actions" }, remove));
  }
  const move = h("button", { class: "btn btn--buy btn--block", "aria-label": `Move ${title} to the cart`, disabled: Boolean(product.unreachable) }, icon("cart"), "Move to cart");
  move.addEventListener("click", () =>
    change(move, async () => {
      await moveToCart(sku);
      forgetWish(sku);
      toast("Moved to your cart", { text: "View cart", to: "/cart" });
    }));
  return h("li", { class: product.unreachable ? "wish is-blocked" : "wish" },
    h("div", { class: "wish__media" }, picture(product.picture_url, 320)),
    h("div", { class: "wish__body" },
      h("p", { class: "product-card__brand" }, product.brand),
      h("h2", { class: "line-item__title" }, h("a", { href: `#/p/${encodeURIComponent(sku)}` }, title)),
      price(product.price, product.compare_at),
      promise(product.arrives, product.unreachable)),
    h("div", { class: "wish__actions" }, move, remove));
}

function nothing(): HTMLElement {
  return empty("heart", "Nothing saved yet", "The heart on a product keeps it here until you want it.",
    h("a", { class: "btn btn--primary", href: "#/" }, "Look around"));
}
