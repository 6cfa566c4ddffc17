/** The search field, with suggestions while typing. */

import { api, need } from "../api/client";
import type { Suggestion } from "../api/types";
import { h, icon } from "../dom";
import { go } from "../router";
import { zip } from "../zip";

const PAUSE_MS = 150;
const ICONS = { query: "search", category: "grid", product: "tag" } as const;

export function searchBar(words: string): HTMLElement {
  const list = h("div", { class: "suggestions", id: "suggestions" });
  const input = h("input", {
    type: "search", name: "q", value: words, placeholder: "What are you looking for?", "aria-label": "Search",
    autocomplete: "off", enterkeyhint: "search", "aria-controls": "suggestions",
  });
  suggestWhileTyping(input, list);
  const bar = h(
    "form",
    { class: "search-bar", role: "search" },
    h("div", { class: "search-bar__input" }, input, list),
    h("button", { class: "search-bar__go", type: "submit", "aria-label": "Search" }, icon("search")),
  );
  bar.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    go(text ? `/search?q=${encodeURIComponent(text)}` : "/");
  });
  return bar;
}

function suggestWhileTyping(input: HTMLInputElement, list: HTMLElement): void {
  let timer = 0;
  let asked = new AbortController();
  const ask = async () => {
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    const q = input.value.trim();
    if (!q) return list.replaceChildren();
    try {
      const answer = await api.GET("/api/v1/suggestions/", { params: { query: { q, ...zip.query } }, signal });
      const { suggestions } = need(answer);
      if (signal.aborted) return;
      list.replaceChildren(...(suggestions.length ? [h("ul", { class: "plain" }, suggestions.map(item))] : []));
    } catch {
      list.replaceChildren(); // typing goes on without them
    }
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), PAUSE_MS);
  });
  input.addEventListener("keydown", (event) => event.key === "Escape" && list.replaceChildren());
  // Not at once: a tap on a suggestion takes the focus first.
  input.addEventListener("blur", () => setTimeout(() => list.replaceChildren(), 200));
}

function item(suggestion: Suggestion): HTMLElement {
  const { kind, text } = suggestion;
  return h(
    "li",
    {},
    h("a", { href: `#${target(suggestion)}` }, icon(ICONS[kind], "s"), h("span", {}, text),
      kind !== "query" && h("span", { class: "suggestions__kind" }, kind)),
  );
}

/** The shop tells where its own page is; the app has a screen for the same thing. */
function target({ kind, text, url }: Suggestion): string {
  const parts = (url ?? "").split("/").filter(Boolean).map(decodeURIComponent);
  if (kind === "product") return `/p/${encodeURIComponent(parts.at(-1) ?? "")}`;
  if (kind === "category") return `/search?category=${encodeURIComponent(parts.slice(1).join("/"))}`;
  return `/search?q=${encodeURIComponent(text)}`;
}
