/**
 * Following an order: by WebSocket while one answers, by asking every few seconds while none does.
 * After a break it goes on behind the last step that was heard. What a telephone takes for an open
 * socket may be dead, so it asks now and then beside it, too.
 */

import { tokens } from "./api/tokens";

const ASK_EVERY_MS = { live: 30_000, asking: 5000 };
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
// Nothing is said where nothing is new: who is let in hears no "welcome", who is not is put out.
const LET_IN_MS = 3000;
const AN_HOUR_IS_OVER = 4408;
// The order has ended, there is none for us, our hello was none.
const GIVE_UP = [1000, 4404, 4422];

export type Mode = keyof typeof ASK_EVERY_MS;

interface Status {
  type: string;
  seq?: number;
  is_final?: boolean;
}

interface Options {
  number: string;
  signal: AbortSignal;
  /** Something may have happened: read the order. */
  onNews: () => void;
  onMode: (mode: Mode) => void;
}

export class Follower {
  #after = 0;
  #pause = FIRST_PAUSE_MS;
  #asking = 0;
  #retry = 0;
  #socket: WebSocket | null = null;
  #over = new AbortController();

  constructor(private readonly options: Options) {
    const signal = AbortSignal.any([options.signal, this.#over.signal]);
    signal.addEventListener("abort", () => this.#drop());
    // The socket of another network, or of none, says nothing about its end for minutes.
    for (const name of ["online", "offline"]) addEventListener(name, () => this.#restart(), { signal });
    this.#restart();
  }

  stop(): void {
    this.#over.abort();
  }

  #restart(): void {
    this.#drop();
    this.#pause = FIRST_PAUSE_MS;
    this.#ask("asking");
    if (navigator.onLine) this.#connect();
  }

  #drop(): void {
    clearInterval(this.#asking);
    clearTimeout(this.#retry);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #connect(): void {
    const { number } = this.options;
    const base = import.meta.env.VITE_LIVE_URL ?? location.origin.replace(/^http/, "ws");
    const socket = new WebSocket(`${base}/ws/orders/${encodeURIComponent(number)}/`);
    const isOurs = () => this.#socket === socket;
    this.#socket = socket;
    socket.onopen = () => {
      // Tokens go in a message: addresses end up in logs.
      socket.send(JSON.stringify(this.#hello()));
      this.#retry = window.setTimeout(() => isOurs() && this.#ask("live"), LET_IN_MS);
    };
    socket.onmessage = ({ data }) => isOurs() && this.#hear(JSON.parse(String(data)) as Status);
    socket.onclose = ({ code }) => isOurs() && this.#close(code);
  }

  #hello(): Record<string, unknown> {
    const { cart, customer } = tokens;
    return {
      type: "hello",
      after: this.#after,
      ...(customer ? { access_token: customer.access } : {}),
      ...(cart ? { cart_token: cart } : {}),
    };
  }

  #hear(message: Status): void {
    this.#pause = FIRST_PAUSE_MS;
    this.#after = Math.max(this.#after, message.seq ?? 0);
    this.#ask("live");
    this.options.onNews();
  }

  #close(code: number): void {
    clearTimeout(this.#retry);
    this.#socket = null;
    // Also after the last step: whoever has read that it is the last stops this.
    this.#ask("asking");
    if (GIVE_UP.includes(code)) return;
    // Not all at once: what went away for one went away for many.
    const pause = code === AN_HOUR_IS_OVER ? 0 : this.#pause * (0.5 + Math.random() / 2);
    this.#retry = window.setTimeout(() => this.#connect(), pause);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
  }

  #ask(mode: Mode): void {
    clearInterval(this.#asking);
    this.options.onMode(mode);
    this.#asking = window.setInterval(this.options.onNews, ASK_EVERY_MS[mode]);
  }
}
