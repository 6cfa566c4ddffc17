/** One order: to pay, to follow, to call off. */

import { api, need } from "../api/client";
import type { Order } from "../api/types";
import { readCart } from "../cart";
import { fragment, h, icon } from "../dom";
import { clock, longDay, moment, shortDay } from "../format";
import { Follower, type Mode } from "../live";
import { addressText } from "../parts/address";
import { busy } from "../parts/form";
import { picture } from "../parts/product";
import { status, UNPAID } from "../parts/status";
import { trouble } from "../parts/telling";
import { go, type Visit } from "../router";

const TITLES: Partial<Record<Order["status"], string>> = {
  awaiting_payment: "Almost yours",
  confirmed: "Thank you, your order is confirmed",
  payment_failed: "The payment did not go through",
  payment_timed_out: "The time to pay ran out",
};

export async function orderScreen({ parts: [number = ""], signal }: Visit): Promise<HTMLElement> {
  const read = async () => need(await api.GET("/api/v1/orders/{number}/", { params: { path: { number } }, signal }));
  let order = await read();
  const place = h("div", { class: "wrap stack" });
  const mode = h("p", { class: "live", "data-mode": "asking" });
  const said = h("div");
  const pay = await payment(order, said);
  const draw = () => place.replaceChildren(head(order), said, order.status === "awaiting_payment" ? pay : "", progress(order, mode), content(order, said));
  draw();
  if (order.is_final) {
    mode.hidden = true;
    return place;
  }
  const look = async () => {
    try {
      order = await read();
      if (!signal.aborted) draw();
      if (order.is_final) follower.stop();
      mode.hidden = order.is_final;
    } catch {
      // It is asked again; what is shown stays true as of its time.
    }
  };
  const follower = new Follower({ number, signal, onNews: () => void look(), onMode: (now) => tell(mode, now) });
  // Back from the bank's page.
  document.addEventListener("visibilitychange", () => void (!document.hidden && look()), { signal });
  return place;
}

function tell(mode: HTMLElement, now: Mode): void {
  mode.dataset.mode = now;
  mode.textContent = now === "live" ? "Live" : navigator.onLine ? "Checked every few seconds" : "Waiting for a connection";
}

function head(order: Order): HTMLElement {
  return h("header", { class: "stack stack--s" },
    status(order.status, order.status_label),
    h("h1", {}, TITLES[order.status] ?? `Arrives ${longDay(order.promised_date)}`),
    h("p", { class: "muted small" }, h("span", { class: "order__number" }, order.number), ` · ${moment(order.placed_at)}`));
}

/** The bank's page opens beside the app, as tokens live only as long as this page. */
async function payment(order: Order, said: HTMLElement): Promise<HTMLElement> {
  const { number } = order;
  if (order.status !== "awaiting_payment") return h("div");
  const panel = h("section", { class: "panel order__pay" });
  try {
    const opened = need(await api.POST("/api/v1/orders/{number}/payment-session/", { params: { path: { number } } }));
    const left = h("span", { class: "countdown__time", role: "timer" }, clock(opened.expires_at));
    const timer = setInterval(() => {
      left.textContent = clock(opened.expires_at);
      if (!left.isConnected && left.textContent === "0:00") clearInterval(timer);
    }, 1000);
    panel.append(fragment(
      h("div", { class: "countdown" }, left, h("p", { class: "muted small" }, "Your items are held until then.")),
      h("a", { class: "btn btn--buy btn--large btn--block", href: opened.pay_url, target: "_blank", rel: "noopener" },
        icon("card"), `Pay ${opened.amount.text} at the bank`)));
  } catch (error) {
    said.replaceChildren(trouble(error));
  }
  return panel;
}

function progress({ timeline, promised_date, is_final }: Order, mode: HTMLElement): HTMLElement {
  const steps = timeline.map((entry) => h("li", { class: UNPAID.has(entry.status) ? "is-bad" : null },
    h("p", { class: "timeline__title" }, entry.status_label), h("time", { datetime: entry.at }, moment(entry.at))));
  const ahead = h("li", { class: "is-ahead" }, h("p", { class: "timeline__title" }, `Arrives ${shortDay(promised_date)}`));
  return h("section", { class: "panel stack" },
    h("div", { class: "cluster cluster--between" }, h("h2", {}, "Progress"), mode),
    h("ol", { class: "timeline plain" }, steps, !is_final && ahead));
}

function content(order: Order, said: HTMLElement): DocumentFragment {
  return fragment(
    order.shipments.map((parcel) => h("section", { class: "panel" }, h("h2", {}, parcel.carrier),
      h("a", { href: parcel.tracking_url, target: "_blank", rel: "noopener" }, parcel.tracking_number))),
    h("section", { class: "panel stack" },
      h("ul", { class: "line-items order__items" }, order.lines.map((line) => h("li", {},
        h("div", { class: "line-item__media" }, picture(line.picture_url, 112)),
        h("div", {}, h("h3", { class: "line-item__title" }, line.title),
          h("p", { class: "line-item__meta" }, [...Object.values(line.options), `${line.quantity} × ${line.unit_price.text}`].join(" · "))),
        h("p", { class: "line-item__total" }, line.total.text)))),
      h("dl", { class: "totals" },
        h("dt", {}, "Items"), h("dd", {}, order.items_total.text),
        h("dt", {}, "Delivery"), h("dd", {}, order.delivery_fee.minor ? order.delivery_fee.text : "free"),
        h("dt", { class: "totals__sum" }, "Total"), h("dd", { class: "totals__sum" }, order.total.text))),
    h("section", { class: "panel stack stack--s" }, h("h2", {}, "Where to"), addressText(order.address)),
    action(order, said));
}

function action(order: Order, said: HTMLElement): HTMLElement | null {
  const { number } = order;
  const params = { path: { number }, header: { "Idempotency-Key": `${number}-${order.timeline.length}` } };
  const button = (text: string, kind: string, work: () => Promise<void>) => {
    const element = h("button", { class: `btn btn--block ${kind}` }, text);
    element.addEventListener("click", () => void busy(element, work).catch((error) => said.replaceChildren(trouble(error))));
    return element;
  };
  if (UNPAID.has(order.status)) {
    return button("Put it in the cart again", "btn--primary", async () => {
      need(await api.POST("/api/v1/orders/{number}/try-again/", { params }));
      await readCart();
      go("/cart");
    });
  }
  if (order.status !== "confirmed" && order.status !== "packed") return null;
  return button("Cancel this order", "btn--danger", async () => {
    if (!confirm("Cancel this order? Your money goes back to your card.")) return;
    need(await api.POST("/api/v1/orders/{number}/cancel/", { params }));
    go(`/orders/${number}`);
  });
}
