/** A sheet from below; the browser keeps the focus in it and closes it by Escape. */

import { type Child, h, icon } from "../dom";

export function sheet(title: string, ...children: Child[]): HTMLDialogElement {
  const close = h("button", { class: "btn btn--quiet btn--round", "aria-label": "Close" }, icon("close"));
  const dialog = h(
    "dialog",
    { class: "sheet", "aria-label": title },
    h("div", { class: "sheet__head" }, h("h2", {}, title), close),
    h("div", { class: "sheet__body" }, children),
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  addEventListener("hashchange", () => dialog.close(), { once: true });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
