/** One call on its way: tokens go along, tokens that are over are changed, outages are waited out. */

import { hold, refusedMeanwhile, secondsHeld } from "./holding";
import { NoAnswer } from "./refusal";
import { refreshed } from "./refresh";
import { tokens } from "./tokens";

const PATIENCE = 2;
const LONGEST_WAIT_S = 3;
const LATER = [409, 429, 503];

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
    const held = secondsHeld(request);
    if (held > LONGEST_WAIT_S) return refusedMeanwhile(held);
    await sleep(held * 1000, request.signal);
    const isLast = attempt === PATIENCE;
    try {
      const response = await fetch(withTokens(request.clone()));
      hold(request, response);
      const wait = waitOf(request, response);
      if (isLast || wait === null) return response;
      await sleep(wait * 1000, request.signal);
    } catch (error) {
      if (request.signal.aborted) throw error;
      if (isLast || !isRepeatable(request) || !navigator.onLine) throw new NoAnswer();
      await sleep(800, request.signal);
    }
  }
}

/** Reads, and calls with a key: the shop knows the second for the first. */
function isRepeatable(request: Request): boolean {
  return request.method === "GET" || request.headers.has("Idempotency-Key");
}

/** Return how many seconds to wait for another try, null if the answer is one to keep. */
function waitOf(request: Request, { status, headers }: Response): number | null {
  const seconds = Number(headers.get("Retry-After") ?? "");
  // 409 with Retry-After: the same call is still being answered. After 429 nothing was done.
  if (!LATER.includes(status) || !seconds || seconds > LONGEST_WAIT_S) return null;
  return isRepeatable(request) || status === 429 ? seconds : null;
}

function withTokens(request: Request): Request {
  if (tokens.cart) request.headers.set("X-Cart-Token", tokens.cart);
  if (tokens.customer) request.headers.set("Authorization", `Bearer ${tokens.customer.access}`);
  return request;
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (!milliseconds) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}
