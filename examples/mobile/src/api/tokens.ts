/** Who we are. A guest's token is kept for a year; a customer's tokens only in memory. */

import { kept } from "../kept";

export interface Pair {
  access: string;
  refresh: string;
}

let pair: Pair | null = null;

export const tokens = {
  get cart(): string {
    return kept.get("cart-token");
  },
  set cart(token: string) {
    kept.set("cart-token", token);
  },
  get customer(): Pair | null {
    return pair;
  },
  set customer(next: Pair | null) {
    pair = next;
  },
};
