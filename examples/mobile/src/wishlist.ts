/** What is saved for later, as last seen: hearts are drawn from it. */

import { api, beSomebody, need } from "./api/client";
import { once } from "./api/once";
import { tokens } from "./api/tokens";
import type { Wishlist } from "./api/types";
import { changed } from "./news";
import { zip } from "./zip";

let saved: ReadonlySet<string> = new Set();

function keep(wishlist: Wishlist): Wishlist {
  saved = new Set(wishlist.wishes.map((wish) => wish.sku));
  changed("wishlist");
  return wishlist;
}

export function isWished(sku: string): boolean {
  return saved.has(sku);
}

export function wishCount(): number {
  return saved.size;
}

export async function readWishlist(): Promise<Wishlist> {
  if (!tokens.cart && !tokens.customer) return keep({ wishes: [] });
  return keep(need(await api.GET("/api/v1/wishlist/", { params: { query: zip.query } })) as Wishlist);
}

export async function addWish(sku: string): Promise<Wishlist> {
  await beSomebody();
  const body = { sku };
  return keep(await once("wish", body, async (key) => {
    const params = { query: zip.query, header: { "Idempotency-Key": key } };
    return need(await api.POST("/api/v1/wishlist/", { params, body })) as Wishlist;
  }));
}

/** Taking off what is off already is as good as done. */
export async function removeWish(sku: string): Promise<Wishlist> {
  const params = { path: { sku }, query: zip.query };
  const answer = await api.DELETE("/api/v1/wishlist/{sku}/", { params });
  return answer.response.status === 404 ? readWishlist() : keep(need(answer) as Wishlist);
}
