/** The API by its schema: paths, parameters, bodies and answers are checked by the compiler. */

import createClient from "openapi-fetch";
import { refusalOf } from "./refusal";
import type { paths } from "./schema";
import { send } from "./send";
import { tokens } from "./tokens";

export const api = createClient<paths>({
  baseUrl: location.origin,
  credentials: "omit", // an app has no cookies
  fetch: send,
  querySerializer: inQuery,
});

/** Write the query; an object's fields are parameters of their own, as often as they have values. */
export function inQuery(query: Record<string, unknown>): string {
  const written = new URLSearchParams();
  const add = (name: string, value: unknown): void => {
    if (value === undefined || value === null) return;
    if (Array.isArray(value)) for (const each of value) add(name, each);
    else if (typeof value === "object") for (const [own, each] of Object.entries(value)) add(own, each);
    else written.append(name, String(value));
  };
  for (const [name, value] of Object.entries(query)) add(name, value);
  return written.toString();
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Return what a call answered; throw a Refusal for everything but success. */
export function need<T>(answer: Answer<T>): NonNullable<T> {
  if (!answer.response.ok) throw refusalOf(answer.response, answer.error);
  return answer.data as NonNullable<T>;
}

/** Have a guest's token before the first call that needs somebody. */
export async function beSomebody(): Promise<void> {
  if (tokens.cart || tokens.customer) return;
  tokens.cart = need(await api.POST("/api/v1/cart-tokens/")).cart_token;
}
