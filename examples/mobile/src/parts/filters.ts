/** The facets of a search in a sheet; nothing is asked before all is chosen. */

import type { Facet } from "../api/types";
import { h, icon } from "../dom";
import { go } from "../router";
import { sheet } from "./sheet";

// One of these at a time; of all others any number.
const SINGLE = new Set(["category", "price"]);
const FIRST_OPEN = 3;

export function openFilters(query: URLSearchParams, facets: Facet[]): void {
  const chosen = h("form", { class: "facets" }, facets.map(facet));
  const dialog = sheet(
    "Filter",
    facets.length ? chosen : h("p", { class: "muted" }, "There is nothing to choose from."),
    h("div", { class: "sheet__foot" },
      h("button", { class: "btn", onclick: () => chosen.querySelectorAll("input").forEach((input) => (input.checked = false)) }, "Clear"),
      h("button", { class: "btn btn--primary", onclick: () => {
        dialog.close();
        go(`/search?${withChosen(query, facets, new FormData(chosen))}`);
      } }, "Show results"),
    ),
  );
}

function facet({ code, name, values }: Facet, index: number): HTMLElement {
  const isOpen = index < FIRST_OPEN || values.some((value) => value.selected);
  return h(
    "details",
    { class: "facet", open: isOpen },
    h("summary", {}, name, icon("chevron-down", "s")),
    h("div", { class: "facet__values", role: "group", "aria-label": name }, values.map((value) =>
      h("label", { class: "facet__value" },
        h("input", { type: SINGLE.has(code) ? "radio" : "checkbox", name: code, value: value.value, checked: value.selected }),
        h("span", {}, value.label),
        h("span", { class: "facet__count" }, value.count)))),
  );
}

function withChosen(query: URLSearchParams, facets: Facet[], chosen: FormData): URLSearchParams {
  const next = new URLSearchParams(query);
  for (const { code } of facets) next.delete(code);
  for (const [code, value] of chosen) next.append(code, String(value));
  return next;
}
