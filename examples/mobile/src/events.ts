/**
 * What is looked at, told to the shop in batches: rows get better by it. What could not be told is
 * kept and told later, each batch under a key of its own, so none counts twice.
 *
 * What is shown is not told: the shop notes the rows that it answers with.
 */

import { api, beSomebody, need } from "./api/client";
import { Refusal } from "./api/refusal";
import { tokens } from "./api/tokens";
import type { Event, Place } from "./api/types";
import { kept } from "./kept";

const PAUSE_MS = 4000;
const LONGEST_PAUSE_MS = 120_000;
const MOST = 50; // in a call
const MOST_BATCHES = 20;
const AGAIN = [401, 409, 429];

/** How somebody came to a product: from a recommended row, or from a search. */
export interface Way {
  place?: Place;
  text?: string;
}

interface Batch {
  key: string;
  events: Event[];
}

let waiting = read();
/** Batches that may have got through: they are sent again as they are. */
const sealed = new Set(waiting.map((batch) => batch.key));
let timer = 0;
let pause = PAUSE_MS;
let underway = false;

export function tell(kind: Event["kind"], sku: string, way: Way = {}): void {
  const occurred_at = new Date().toISOString();
  const event: Event = { kind, sku, occurred_at, ...way };
  const last = waiting.at(-1);
  if (last && !sealed.has(last.key) && last.events.length < MOST) last.events.push(event);
  else waiting = [...waiting, { key: crypto.randomUUID(), events: [event] }].slice(-MOST_BATCHES);
  save();
  plan();
}

/** Send what waits also when the page goes, and when the network is back. */
export function tellEvents(): void {
  document.addEventListener("visibilitychange", () => document.hidden && void flush());
  addEventListener("pagehide", () => void flush());
  addEventListener("online", () => {
    pause = PAUSE_MS;
    plan();
  });
  if (waiting.length) plan();
}

/**
 * `keepalive` lets a call outlive the page. navigator.sendBeacon would too, but sends no headers,
 * and who we are is told in one.
 */
async function flush(): Promise<void> {
  const isLeaving = document.hidden;
  if (underway && !isLeaving) return;
  // There is no time left to become somebody; the batch waits for the next visit, or the timer.
  if (isLeaving && !tokens.cart && !tokens.customer) return;
  clearTimeout(timer);
  underway = true;
  try {
    await beSomebody();
    for (const batch of [...waiting]) {
      sealed.add(batch.key);
      const header = { "Idempotency-Key": batch.key };
      const body = { events: batch.events };
      need(await api.POST("/api/v1/events/", { params: { header }, body, keepalive: true }));
      drop(batch);
    }
    pause = PAUSE_MS;
  } catch (error) {
    // Refused for good (too old, say): nobody would be the wiser for sending it again.
    const isLost = error instanceof Refusal && error.status < 500 && !AGAIN.includes(error.status);
    if (isLost && waiting[0]) drop(waiting[0]);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    if (waiting.length) plan();
  } finally {
    underway = false;
  }
}

function plan(): void {
  clearTimeout(timer);
  timer = window.setTimeout(() => void flush(), pause);
}

function drop(batch: Batch): void {
  waiting = waiting.filter((each) => each.key !== batch.key);
  sealed.delete(batch.key);
  save();
}

function save(): void {
  kept.set("events", waiting.length ? JSON.stringify(waiting) : "");
}

function read(): Batch[] {
  try {
    return JSON.parse(kept.get("events") || "[]") as Batch[];
  } catch {
    return [];
  }
}
