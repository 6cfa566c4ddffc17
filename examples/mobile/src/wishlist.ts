/** What is saved for later: hearts are drawn from what is on the list, its screen reads it page by page. */

import { api, beSomebody, need } from "./api/client";
import { once } from "./api/once";
import { tokens } from "./api/tokens";
import type { Wishlist } from "./api/types";
import { changed } from "./news";
import { zip } from "./zip";

let saved: ReadonlySet<string> = new Set();

function keep(skus: Iterable<string>): void {
  saved = new Set(skus);
  changed("wishlist");
}

export function isWished(sku: string): boolean {
  return saved.has(sku);
}

export function wishCount(): number {
  return saved.size;
}

/** Read a page: the newest wishes, or those that `cursor` leads to. */
export async function readWishlist(cursor?: string | null): Promise<Wishlist> {
  let page: Wishlist = { wishes: [], next_cursor: null, skus: [] };
  if (tokens.cart || tokens.customer) {
    const query = { ...zip.query, ...(cursor ? { cursor } : {}) };
    page = need(await api.GET("/api/v1/wishlist/", { params: { query } })) as Wishlist;
  }
  keep(page.skus);
  return page;
}

export async function addWish(sku: string): Promise<void> {
  await beSomebody();
  const body = { sku };
  await once("wish", body, async (key) => {
    const params = { query: zip.query, header: { "Idempotency-Key": key } };
    return need(await api.POST("/api/v1/wishlist/", { params, body }));
  });
  keep([...saved, sku]);
}

/** Taking off what is off already is as good as done. */
export async function removeWish(sku: string): Promise<void> {
  const answer = await api.DELETE("/api/v1/wishlist/{sku}/", { params: { path: { sku } } });
  if (answer.response.status !== 404) need(answer);
  forgetWish(sku);
}

/** It is off the list, for it went into the cart. */
export function forgetWish(sku: string): void {
  keep([...saved].filter((each) => each !== sku));
}
