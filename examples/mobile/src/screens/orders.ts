/** Everything ordered, newest first, page by page. */

import { api, need } from "../api/client";
import { tokens } from "../api/tokens";
import type { OrderSummary } from "../api/types";
import { h } from "../dom";
import { moment } from "../format";
import { busy } from "../parts/form";
import { picture } from "../parts/product";
import { status } from "../parts/status";
import { empty, notice, trouble } from "../parts/telling";

const PAGE = 10;

function read(cursor: string | null) {
  return api.GET("/api/v1/orders/", { params: { query: { limit: PAGE, ...(cursor ? { cursor } : {}) } } });
}

export async function ordersScreen(): Promise<HTMLElement> {
  const title = h("h1", {}, "Your orders");
  if (!tokens.cart && !tokens.customer) return h("div", { class: "wrap stack" }, title, nothing());
  const page = need(await read(null));
  const list = h("ul", { class: "order-list" }, page.orders.map(row));
  return h("div", { class: "wrap stack" }, title,
    !page.archive_available && notice("warn", "Older orders cannot be read just now", "They are safe. Please look again later."),
    page.orders.length ? list : nothing(),
    older(list, page.next_cursor));
}

function older(list: HTMLElement, first: string | null): HTMLElement {
  let cursor = first;
  const button = h("button", { class: "btn btn--block", hidden: !cursor }, "Show older orders");
  button.addEventListener("click", () =>
    void busy(button, async () => {
      const page = need(await read(cursor));
      list.append(...page.orders.map(row));
      cursor = page.next_cursor;
      button.hidden = !cursor;
    }).catch((error) => button.before(trouble(error))));
  return button;
}

function row(order: OrderSummary): HTMLElement {
  return h("li", { class: "order-card" },
    h("div", { class: "order-card__pictures" }, order.picture_urls.slice(0, 2).map((url) => h("span", {}, picture(url, 64)))),
    h("div", { class: "order-card__text" },
      h("h2", { class: "order-card__title" }, h("a", { class: "order-card__link", href: `#/orders/${order.number}` }, order.titles.join(", "))),
      h("p", { class: "order-card__meta" }, moment(order.placed_at)), h("p", { class: "order-card__meta order__number" }, order.number)),
    h("div", { class: "order-card__side" }, status(order.status, order.status_label),
      h("span", { class: "order-card__total" }, order.total.text)));
}

function nothing(): HTMLElement {
  return empty("box", "No orders yet", tokens.customer ? "What you order shows up here." : "Sign in to see what you have ordered before.",
    tokens.customer ? h("a", { class: "btn btn--primary", href: "#/" }, "Look around") : h("a", { class: "btn btn--primary", href: "#/account" }, "Sign in"));
}
