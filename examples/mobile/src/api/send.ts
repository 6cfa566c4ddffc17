/** One call on its way: tokens go along, tokens that are over are changed, outages are waited out. */

import { NoAnswer } from "./refusal";
import { refreshed } from "./refresh";
import { tokens } from "./tokens";

const PATIENCE = 2;
const LONGEST_WAIT_MS = 3000;

/** Send it; what may be repeated is, so that a lost answer or a short outage is not noticed. */
export async function send(request: Request): Promise<Response> {
  const spare = request.clone();
  const sentAs = tokens.customer;
  const response = await patiently(request);
  if (response.status !== 401 || !sentAs || request.url.includes("/auth/")) return response;
  return (await refreshed(sentAs)) ? patiently(spare) : response;
}

async function patiently(request: Request): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt === PATIENCE || !isRepeatable(request);
    try {
      const response = await fetch(withTokens(isLast ? request : request.clone()));
      const wait = waitOf(response);
      if (isLast || wait === null) return response;
      await sleep(wait);
    } catch (error) {
      if (request.signal.aborted) throw error;
      if (isLast || !navigator.onLine) throw new NoAnswer();
      await sleep(800);
    }
  }
}

/** Reads, and calls with a key: the shop knows the second for the first. */
function isRepeatable(request: Request): boolean {
  return request.method === "GET" || request.headers.has("Idempotency-Key");
}

/** Return how long to wait for another try, null if the answer is one to keep. */
function waitOf(response: Response): number | null {
  const seconds = Number(response.headers.get("Retry-After") ?? "");
  // 409 with Retry-After: the same call is still being answered.
  if (![409, 503].includes(response.status) || !seconds) return null;
  return seconds * 1000 <= LONGEST_WAIT_MS ? seconds * 1000 : null;
}

function withTokens(request: Request): Request {
  if (tokens.cart) request.headers.set("X-Cart-Token", tokens.cart);
  if (tokens.customer) request.headers.set("Authorization", `Bearer ${tokens.customer.access}`);
  return request;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
