/** Rows of recommended products. The shop notes what it answers with as shown, so ask late. */

import { api, need } from "../api/client";
import type { Row } from "../api/types";
import { h } from "../dom";
import { zip } from "../zip";
import { productCard } from "./product";

type Screen = "home" | "product" | "cart" | "order";
let number = 0;

type About = { sku?: string; order?: string };

/** Read the rows now. Without an answer there are none: nobody came for them. */
export async function rows(place: Screen, about: About = {}): Promise<HTMLElement[]> {
  try {
    const answer = await api.GET("/api/v1/recommendations/", { params: { query: { place, ...about, ...zip.query } } });
    return (need(answer).rows as Row[]).map(row);
  } catch {
    return [];
  }
}

/** A place that fills with rows once it is about to be seen. */
export function rowsLater(place: Screen, about: About, signal: AbortSignal): HTMLElement {
  const spot = h("div", { class: "stack rows" });
  const watch = new IntersectionObserver(
    (seen) => {
      if (!seen.some((each) => each.isIntersecting)) return;
      watch.disconnect();
      void rows(place, about).then((found) => !signal.aborted && spot.replaceChildren(...found));
    },
    { rootMargin: "120px" },
  );
  watch.observe(spot);
  signal.addEventListener("abort", () => watch.disconnect());
  return spot;
}

function row({ place, title, products }: Row): HTMLElement {
  // Several rows may have one place.
  const id = `row-${++number}`;
  return h("section", { class: "stack stack--s", "aria-labelledby": id },
    h("h2", { id }, title),
    h("div", { class: "product-row", tabindex: 0, role: "group", "aria-labelledby": id },
      products.map((card) => productCard(card, { place }))));
}
