/** Forms: fields, what the shop says about them, and one call at a time. */

import { Refusal } from "../api/refusal";
import { type Child, h, icon } from "../dom";
import { trouble } from "./telling";

interface Field {
  label: string;
  name: string;
  value?: string;
  type?: string;
  autocomplete?: string;
  inputmode?: string;
  optional?: boolean;
  maxlength?: number;
  help?: string;
  options?: readonly (readonly [value: string, text: string])[];
}

export function field({ label, name, value = "", optional, options, help, ...more }: Field): HTMLElement {
  const shared = { name, id: `f-${name}`, required: !optional, "aria-describedby": help && `h-${name}`, ...more };
  const input = options
    ? h("select", shared, options.map(([key, text]) =>
        h("option", { value: key, selected: key === value }, text)))
    : h("input", { type: "text", ...shared, value });
  return h(
    "div",
    { class: "field", "data-field": name },
    h("label", { for: shared.id }, label, optional && h("span", { class: "field__optional" }, " (optional)")),
    input,
    help && h("p", { class: "field__help", id: `h-${name}` }, help),
  );
}

/** Run the form's call when it is sent: its button waits meanwhile, refusals go to their fields. */
export function form(
  name: string,
  submit: (values: Record<string, string>, form: HTMLFormElement) => Promise<unknown>,
  ...children: Child[]
): HTMLFormElement {
  const said = h("div", { class: "form__said" });
  const element = h("form", { class: "form", name, "aria-label": name }, said, children);
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    const values = Object.fromEntries(
      [...new FormData(element)].map(([key, value]) => [key, String(value).trim()]),
    );
    clear(element);
    said.replaceChildren();
    void busy(element.querySelector("[type=submit]"), () => submit(values, element)).catch((error) => {
      if (blame(element, error)) return;
      said.replaceChildren(trouble(error));
      said.scrollIntoView({ block: "center" });
    });
  });
  return element;
}

/** Have a button out of use while something goes on. */
export async function busy<T>(button: HTMLButtonElement | null, work: () => Promise<T>): Promise<T> {
  if (button) button.disabled = true;
  try {
    return await work();
  } finally {
    if (button) button.disabled = false;
  }
}

/** Put each text to its field; tell whether all found one. */
function blame(element: HTMLFormElement, error: unknown): boolean {
  if (!(error instanceof Refusal) || !Object.keys(error.fields).length) return false;
  return Object.entries(error.fields).every(([path, texts]) => {
    const name = path.split(".").at(-1) ?? "";
    const place = element.querySelector(`[data-field="${CSS.escape(name)}"]`);
    const input = place?.querySelector<HTMLInputElement | HTMLSelectElement>("input, select");
    if (!place || !input) return false;
    const id = `e-${name}`;
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", [document.getElementById(`h-${name}`)?.id, id].filter(Boolean).join(" "));
    place.append(h("p", { class: "field__error", id }, icon("error", "s"), texts.join(" ")));
    if (!place.previousElementSibling?.querySelector("[aria-invalid]")) input.focus();
    return true;
  });
}

function clear(element: HTMLFormElement): void {
  for (const error of element.querySelectorAll(".field__error")) error.remove();
  for (const input of element.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}
