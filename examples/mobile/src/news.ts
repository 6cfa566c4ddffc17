/** What one part of the app tells the others. */

export type Topic = "cart" | "customer" | "wishlist" | "zip";

const listeners = new Map<Topic, Set<() => void>>();

export function changed(topic: Topic): void {
  for (const listener of listeners.get(topic) ?? []) listener();
}

/** Call `listener` at each change, until the signal says that nobody looks any more. */
export function onChange(topic: Topic, listener: () => void, signal?: AbortSignal): void {
  const set = listeners.get(topic) ?? new Set();
  listeners.set(topic, set.add(listener));
  signal?.addEventListener("abort", () => set.delete(listener));
}
