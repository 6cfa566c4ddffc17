/** Telling the customer something: notices, toasts, failures, waiting. */

import { NoAnswer, Refusal } from "../api/refusal";
import { type Child, h, icon } from "../dom";

type Tone = "" | "good" | "warn" | "bad";
const ICONS = { "": "info", good: "check-circle", warn: "alert", bad: "error" } as const;

export function notice(tone: Tone, title: Child, ...text: Child[]): HTMLElement {
  return h(
    "div",
    { class: `notice${tone && ` notice--${tone}`}`, role: tone === "bad" ? "alert" : "status" },
    icon(ICONS[tone]),
    h("p", { class: "notice__title" }, title),
    text.length > 0 && h("div", {}, text),
  );
}

export function toast(text: string, link?: { text: string; to: string }, tone: "good" | "bad" = "good"): void {
  const shown: HTMLElement = h(
    "div",
    { class: `toast toast--${tone}` },
    icon(tone === "good" ? "check-circle" : "error"),
    h("span", {}, text),
    link && h("a", { href: `#${link.to}`, onclick: () => shown.remove() }, link.text),
  );
  document.querySelector("#toasts")?.replaceChildren(shown);
  setTimeout(() => shown.remove(), 4000);
  // Where it leads to is asked on the screen that it was told on.
  if (link) addEventListener("hashchange", () => shown.remove(), { once: true });
}

/** Say what went wrong in the words of the shop; without an answer, that nothing is known. */
export function trouble(error: unknown): HTMLElement {
  if (error instanceof NoAnswer) {
    const title = navigator.onLine ? "No answer from the shop" : "You are offline";
    return notice("warn", title, h("p", {}, error.message));
  }
  if (error instanceof Refusal) {
    const tone = error.isOutage || error.status === 412 ? "warn" : "bad";
    const others = Object.values(error.fields).flat().filter((text) => text !== error.message);
    return notice(tone, error.message, ...others.map((text) => h("p", {}, text)));
  }
  console.error(error);
  return notice("bad", "Something in this app went wrong.");
}

export function failure(error: unknown, again: () => void): HTMLElement {
  const text = h("span", {}, "Try again");
  const button = h("button", { class: "btn btn--block", onclick: again }, icon("refresh"), text);
  if (error instanceof Refusal && error.status === 429 && error.wait) countDown(error.wait, button, text, again);
  return h("div", { class: "stack" }, trouble(error), button);
}

/** The shop has named a time: nobody can ask before it, and nobody has to press then. */
function countDown(seconds: number, button: HTMLButtonElement, text: HTMLElement, done: () => void): void {
  const end = Date.now() + seconds * 1000;
  const draw = () => (text.textContent = `Try again in ${Math.ceil((end - Date.now()) / 1000)} s`);
  button.disabled = true;
  draw();
  const timer = setInterval(() => {
    if (Date.now() < end) return draw();
    clearInterval(timer);
    if (button.isConnected) done();
  }, 250);
}

export function empty(name: string, title: string, text: string, ...actions: Child[]): HTMLElement {
  return h(
    "div",
    { class: "empty" },
    h("span", { class: "empty__icon" }, icon(name, "l")),
    h("h2", {}, title),
    h("p", {}, text),
    actions,
  );
}

export function loading(): HTMLElement {
  const bars = [2, 9, 9, 4].map((height) => h("div", { class: "skeleton", "data-rows": height }));
  return h("div", { class: "wrap stack", "aria-busy": "true", "aria-label": "Loading" }, bars);
}
