/** Finding things: words with suggestions, filters, pages by cursor. */

import { api, need } from "../api/client";
import type { paths } from "../api/schema";
import type { Card, SearchResult } from "../api/types";
import { h, icon } from "../dom";
import { busy } from "../parts/form";
import { openFilters } from "../parts/filters";
import { productCard } from "../parts/product";
import { rows } from "../parts/rows";
import { searchBar } from "../parts/search-bar";
import { empty, notice, toast, trouble } from "../parts/telling";
import { zipForm } from "../parts/zip-sheet";
import { go, type Visit } from "../router";
import { zip } from "../zip";

export const SORTS = {
  relevance: "Best match", price_asc: "Price, low first", price_desc: "Price, high first", newest: "Newest", name: "Name",
} as const;
const OURS = new Set(["q", "sort"]);
const FILTER = /^(attr|opt)\./;
type Asked = paths["/api/v1/products/"]["get"]["parameters"]["query"];
const LONGEST_TEXT = 200; // of a search that an event tells of

/** The address of the screen is the search: its parameters are those of the API. */
async function find(query: URLSearchParams, cursor?: string): Promise<SearchResult> {
  const filters: Record<string, string[]> = {};
  const plain: Record<string, string[]> = {};
  for (const [name, value] of query) ((FILTER.test(name) ? filters : plain)[name] ??= []).push(value);
  const found = await api.GET("/api/v1/products/", {
    params: { query: { ...(plain as Asked), filters, ...zip.query, limit: 12, ...(cursor ? { cursor } : { expand: "facets" }) } },
  });
  return need(found) as SearchResult;
}

export async function searchScreen({ query }: Visit): Promise<HTMLElement> {
  const isHome = [...query.keys()].length === 0;
  const [found, chips, picked] = await Promise.all([find(query), isHome ? categories() : null, isHome ? rows("home") : []]);
  return h(
    "div",
    { class: "wrap stack" },
    isHome && !zip.code ? null : h("h1", { class: "sr-only" }, isHome ? "Shop" : "Search results"),
    searchBar(query.get("q") ?? ""),
    isHome && !zip.code && welcome(),
    chips,
    picked,
    picked.length > 0 && h("h2", {}, "Everything"),
    toolbar(query, found),
    hints(query, found),
    found.products.length ? results(query, found) : nothing(query, found),
  );
}

function welcome(): HTMLElement {
  return h(
    "section",
    { class: "welcome" },
    h("h1", {}, "Only what can ", h("em", {}, "reach you.")),
    h("p", {}, "Tell us your ZIP code, and every product says when it arrives."),
    h("div", { class: "welcome__label" }, zipForm(() => {})),
  );
}

async function categories(): Promise<HTMLElement> {
  const { categories: all } = need(await api.GET("/api/v1/categories/"));
  const links = all.map(({ name, path }) =>
    h("a", { class: "chip", href: `#/search?category=${encodeURIComponent(path)}` }, name));
  return h("nav", { class: "scroller", "aria-label": "Categories" }, links);
}

function toolbar(query: URLSearchParams, found: SearchResult): HTMLElement {
  const picked = [...query.keys()].filter((name) => !OURS.has(name)).length;
  const sort = h(
    "select",
    { "aria-label": "Sort by" },
    Object.entries(SORTS).map(([key, text]) =>
      h("option", { value: key, selected: key === (query.get("sort") ?? "relevance") }, text)),
  );
  sort.addEventListener("change", () => change(query, "sort", sort.value));
  return h(
    "div",
    { class: "toolbar" },
    h("p", { class: "results__count" }, found.total === 1 ? "1 product" : `${found.total} products`),
    h(
      "button",
      { class: "btn btn--small", onclick: () => openFilters(query, found.facets ?? []) },
      icon("filter", "s"), "Filter", picked > 0 && h("span", { class: "badge" }, picked),
    ),
    sort,
  );
}

function change(query: URLSearchParams, name: string, value: string): void {
  const next = new URLSearchParams(query);
  next.set(name, value);
  go(`/search?${next}`);
}

function hints(query: URLSearchParams, found: SearchResult): HTMLElement | null {
  if (found.degraded) return notice("warn", "Search is resting", "Only exact words are found just now.");
  if (!found.did_you_mean) return null;
  const next = new URLSearchParams(query);
  next.set("q", found.did_you_mean);
  const link = h("a", { href: `#/search?${next}` }, found.did_you_mean);
  return found.corrected ? notice("", ["Shown for “", found.did_you_mean, "”"]) : notice("", ["Did you mean ", link, "?"]);
}

function results(query: URLSearchParams, found: SearchResult): HTMLElement {
  const text = (query.get("q") ?? "").slice(0, LONGEST_TEXT);
  const card = (each: Card) => productCard(each, text ? { text } : {});
  const grid = h("div", { class: "product-grid" }, found.products.map(card));
  let cursor = found.next_cursor;
  const more = h("button", { class: "btn btn--block", hidden: !cursor }, "Show more");
  more.addEventListener("click", () =>
    void busy(more, async () => {
      const next = await find(query, cursor ?? undefined);
      grid.append(...next.products.map(card));
      cursor = next.next_cursor;
      more.hidden = !cursor;
    }).catch((error) => more.before(trouble(error))));
  return h("div", { class: "stack" }, grid, more);
}

function nothing(query: URLSearchParams, found: SearchResult): HTMLElement {
  const elsewhere = found.total_elsewhere > 0
    ? `${found.total_elsewhere} would fit, but nobody who has them delivers to ${zip.code}.`
    : "Try other words, or fewer filters.";
  const all = h("button", { class: "btn btn--primary", onclick: () => {
    toast("All filters are off.");
    go(query.get("q") && [...query.keys()].length > 1 ? `/search?q=${encodeURIComponent(query.get("q") ?? "")}` : "/");
  } }, "Look around");
  return empty("search", "Nothing found", elsewhere, all);
}
