/** What was typed into a form is there again after a reload, or a look at another screen. */

type Values = Record<string, string>;

export function keepTyped(form: HTMLFormElement): void {
  const name = `parcelwise.typed.${form.name}`;
  const before = JSON.parse(sessionStorage.getItem(name) ?? "{}") as Values;
  for (const [key, value] of Object.entries(before)) {
    const input = form.elements.namedItem(key);
    const isText = input instanceof HTMLInputElement || input instanceof HTMLSelectElement;
    if (isText && input.type !== "radio") input.value = value;
  }
  form.addEventListener("input", () => {
    const values = Object.fromEntries([...new FormData(form)].map(([key, value]) => [key, String(value)]));
    sessionStorage.setItem(name, JSON.stringify(values));
  });
}

/** Forget it: it has served. */
export function forgetTyped(form: HTMLFormElement): void {
  sessionStorage.removeItem(`parcelwise.typed.${form.name}`);
}
