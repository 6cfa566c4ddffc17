/** The cart as last seen. Its ETag goes along with changes: what another device did is not undone. */

import { api, beSomebody, need } from "./api/client";
import { once } from "./api/once";
import { Refusal } from "./api/refusal";
import { tokens } from "./api/tokens";
import type { Cart, Place } from "./api/types";
import { changed } from "./news";
import { zip } from "./zip";

let seen: Cart | null = null;
let etag = "";

interface Answer {
  data?: Cart;
  error?: unknown;
  response: Response;
}

function keep(answer: Answer): Cart {
  const cart = need(answer);
  etag = answer.response.headers.get("ETag") ?? "";
  seen = cart;
  changed("cart");
  return cart;
}

export function cartCount(): number {
  return seen?.count ?? 0;
}

export async function readCart(): Promise<Cart | null> {
  if (!tokens.cart && !tokens.customer) return null;
  return keep(await api.GET("/api/v1/cart/", { params: { query: zip.query } }));
}

/**
 * Adding needs no If-Match: it adds to whatever is there. The key makes it happen once.
 * `place` is the recommended row that led to it.
 */
export async function addToCart(sku: string, quantity: number, place?: Place): Promise<Cart> {
  await beSomebody();
  const body = { sku, quantity, ...(place ? { place } : {}) };
  return once("add", body, async (key) => {
    const params = { query: zip.query, header: { "Idempotency-Key": key } };
    return keepNewest(await api.POST("/api/v1/cart/lines/", { params, body }));
  });
}

/** Move it from the wishlist into the cart. */
export function moveToCart(sku: string): Promise<Cart> {
  return once("move", { sku }, async (key) => {
    const params = { path: { sku }, query: zip.query, header: { "Idempotency-Key": key } };
    return keepNewest(await api.POST("/api/v1/wishlist/{sku}/move-to-cart/", { params }));
  });
}

/** An answer that is given again shows the cart as it was the first time. */
async function keepNewest(answer: Answer): Promise<Cart> {
  const cart = keep(answer);
  return answer.response.headers.has("Idempotent-Replayed") ? ((await readCart()) ?? cart) : cart;
}

export function setQuantity(sku: string, quantity: number): Promise<Cart> {
  return unlessChanged(() =>
    api.PUT("/api/v1/cart/lines/{sku}/", {
      params: { path: { sku }, query: zip.query, header: { "If-Match": etag } },
      body: { quantity },
    }),
  );
}

export function removeLine(sku: string): Promise<Cart> {
  return unlessChanged(() =>
    api.DELETE("/api/v1/cart/lines/{sku}/", {
      params: { path: { sku }, query: zip.query, header: { "If-Match": etag } },
    }),
  );
}

/** Change it; if another device was quicker, have its cart read before the refusal is shown. */
async function unlessChanged(change: () => Promise<Answer>): Promise<Cart> {
  try {
    return keep(await change());
  } catch (error) {
    if (error instanceof Refusal && error.status === 412) {
      await readCart();
      throw new Refusal(412, error.code, "Your cart has changed on another device. Here it is.");
    }
    throw error;
  }
}

export function seenCart(): Cart | null {
  return seen;
}
