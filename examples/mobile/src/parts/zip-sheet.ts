/** Asking where to deliver to. */

import { api, need } from "../api/client";
import { h } from "../dom";
import { zip } from "../zip";
import { field, form } from "./form";
import { sheet } from "./sheet";

/** The shop says whether there is such a ZIP code: a search for nothing is the cheapest question. */
async function check(code: string): Promise<void> {
  need(await api.GET("/api/v1/products/", { params: { query: { postal_code: code, limit: 1, fields: "sku" } } }));
}

export function zipForm(done: () => void): HTMLFormElement {
  const given = field({
    label: "ZIP code", name: "postal_code", value: zip.code, inputmode: "numeric", autocomplete: "postal-code", maxlength: 10,
  });
  const submit = h("button", { class: "btn btn--primary", type: "submit" }, "Deliver here");
  return form(
    "Deliver to",
    async ({ postal_code: code = "" }) => {
      await check(code);
      zip.code = code;
      done();
    },
    h("div", { class: "zip-row" }, given, submit),
  );
}

export function askZip(): void {
  const dialog = sheet(
    "Where to?",
    h("p", { class: "muted" }, "We only show what can reach you, and say when."),
    zipForm(() => dialog.close()),
  );
}
