/** The status of an order as a coloured mark. */

import type { Order } from "../api/types";
import { h } from "../dom";

type Status = Order["status"];

export const UNPAID: ReadonlySet<Status> = new Set(["payment_failed", "payment_timed_out"]);

const TONES: Partial<Record<Status, string>> = {
  awaiting_payment: "waiting",
  confirmed: "moving",
  packed: "moving",
  shipped: "moving",
  delivered: "good",
  payment_failed: "bad",
  payment_timed_out: "bad",
};

export function status(name: Status, label: string): HTMLElement {
  // Statuses may be added: an unknown one is shown plain, with the shop's own words.
  return h("span", { class: `status status--${TONES[name] ?? "plain"}` }, label);
}
