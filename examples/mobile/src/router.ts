/** Which screen is shown: the address after `#`, and what a screen may need to know. */

import { NoAnswer } from "./api/refusal";
import { fragment, h } from "./dom";
import { failure, loading } from "./parts/telling";

export interface Visit {
  /** What the pattern's groups have matched. */
  parts: string[];
  query: URLSearchParams;
  /** Aborted when the screen is left. */
  signal: AbortSignal;
}

type Shown = Node | Node[];
type Screen = (visit: Visit) => Promise<Shown> | Shown;
export type Route = [pattern: RegExp, title: string, screen: Screen];

let routes: Route[] = [];
let left = new AbortController();
let hasFailed = false;

export function start(all: Route[]): void {
  routes = all;
  addEventListener("hashchange", () => void show());
  // What could not be read offline is read now.
  addEventListener("online", () => hasFailed && void show());
  void show();
}

export function go(path: string): void {
  if (location.hash === `#${path}`) void show();
  else location.hash = path;
}

/** Show the screen of the address, again if it is shown already. */
export async function show(): Promise<void> {
  left.abort();
  const visit = (left = new AbortController());
  const [path = "/", query = ""] = location.hash.slice(1).split("?");
  const found = routes
    .map(([pattern, title, screen]) => ({ match: pattern.exec(path || "/"), title, screen }))
    .find(({ match }) => match);
  if (!found?.match) return go("/");
  document.title = `${found.title} · Parcelwise`;
  const parts = found.match.slice(1).map(decodeURIComponent);
  const place = document.querySelector("#screen") as HTMLElement;
  const slow = setTimeout(() => visit.signal.aborted || place.replaceChildren(loading()), 150);
  const content = await draw(found.screen, { parts, query: new URLSearchParams(query), signal: visit.signal });
  clearTimeout(slow);
  if (visit.signal.aborted) return;
  place.replaceChildren(content);
  scrollTo(0, 0);
  // Who reads by ear starts at the top of the new screen, not at a link that is gone.
  if (document.activeElement === document.body) place.focus({ preventScroll: true });
  for (const tab of document.querySelectorAll<HTMLAnchorElement>("#tabs a")) {
    if (tab.dataset.tab === tabOf(path)) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
}

async function draw(screen: Screen, visit: Visit): Promise<Node> {
  hasFailed = false;
  try {
    const shown = await screen(visit);
    return fragment(...(Array.isArray(shown) ? shown : [shown]));
  } catch (error) {
    hasFailed = error instanceof NoAnswer;
    return h("div", { class: "wrap" }, failure(error, () => void show()));
  }
}

function tabOf(path: string): string {
  const own = { checkout: "cart", addresses: "account" } as const;
  const first = path.split("/")[1] ?? "";
  if (["orders", "cart", "wishlist", "account"].includes(first)) return first;
  return own[first as keyof typeof own] ?? "shop";
}
