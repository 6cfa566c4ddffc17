/** Too many calls: until the time the shop has named, what it refused is not asked of it again. */

const until = new Map<string, number>();

/** Keep in mind what a 429 says of this kind of call. */
export function hold(request: Request, response: Response): void {
  const seconds = Number(response.headers.get("Retry-After") ?? "");
  if (response.status === 429 && seconds) until.set(kind(request), Date.now() + seconds * 1000);
}

export function secondsHeld(request: Request): number {
  return Math.max(0, ((until.get(kind(request)) ?? 0) - Date.now()) / 1000);
}

/** What the shop would answer. */
export function refusedMeanwhile(seconds: number): Response {
  const wait = Math.ceil(seconds);
  const detail = `That was too often. Please try again in ${wait} seconds.`;
  return Response.json(
    { type: "about:blank", title: "Too Many Requests", status: 429, code: "throttled", detail },
    { status: 429, headers: { "Retry-After": String(wait) } },
  );
}

/** Reads are counted together; changes may have limits of their own. */
function kind({ method, url }: Request): string {
  return method === "GET" ? method : `${method} ${new URL(url).pathname}`;
}
