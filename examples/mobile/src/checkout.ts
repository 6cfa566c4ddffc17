/** Placing an order so that it is placed once, whatever happens to the answer. */

import { api, need } from "./api/client";
import { NoAnswer } from "./api/refusal";
import type { Order, OrderRequest } from "./api/types";
import { readCart } from "./cart";

const DRAFT = "parcelwise.order-draft";

interface Draft {
  body: string;
  key: string;
}

/**
 * Place it. The same order is sent under the same key until an answer has come, also after the app
 * was closed in between: if the first call got through, its answer comes again.
 */
export async function placeOrder(body: OrderRequest): Promise<Order> {
  const header = { "Idempotency-Key": keyOf(body) };
  const order = await api.POST("/api/v1/orders/", { params: { header }, body }).then(need, explain);
  sessionStorage.removeItem(DRAFT);
  await readCart();
  return order;
}

function explain(error: unknown): never {
  throw error instanceof NoAnswer
    ? new NoAnswer("Your order may have got through. Just send it again: it is never placed twice.")
    : error;
}

function keyOf(request: OrderRequest): string {
  const body = JSON.stringify(request);
  const draft = readDraft();
  if (draft?.body === body) return draft.key;
  const key = crypto.randomUUID();
  sessionStorage.setItem(DRAFT, JSON.stringify({ body, key } satisfies Draft));
  return key;
}

function readDraft(): Draft | null {
  return JSON.parse(sessionStorage.getItem(DRAFT) ?? "null") as Draft | null;
}
