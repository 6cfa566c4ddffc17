/** Placing an order so that it is placed once, whatever happens to the answer. */

import { api, need } from "./api/client";
import { NoAnswer, Refusal } from "./api/refusal";
import type { Order, OrderRequest } from "./api/types";
import { readCart } from "./cart";

const DRAFT = "parcelwise.order-draft";

interface Draft {
  body: string;
  key: string;
}

/**
 * Place it. The same order is sent under the same key until an answer has come, also after a reload
 * in between: if the first call got through, its answer comes again.
 */
export async function placeOrder(body: OrderRequest): Promise<Order> {
  const header = { "Idempotency-Key": keyOf(body) };
  const order = await api.POST("/api/v1/orders/", { params: { header }, body }).then(need).catch(explain);
  sessionStorage.removeItem(DRAFT);
  await readCart();
  return order;
}

/** The order that was sent without an answer, if there is one. */
export function unansweredOrder(): OrderRequest | null {
  const draft = readDraft();
  return draft && (JSON.parse(draft.body) as OrderRequest);
}

function explain(error: unknown): never {
  // It was refused, so it was not placed; after an outage that is not certain.
  if (error instanceof Refusal && !error.isOutage) sessionStorage.removeItem(DRAFT);
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
