/** Following an order: by WebSocket while one answers, by asking now and then while none does. */

import { tokens } from "./api/tokens";

const ASK_EVERY_MS = 5000;
const LONGEST_PAUSE_MS = 30_000;
const DONE = 1000;

export type Mode = "live" | "asking";

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
  #pause = 1000;
  #asking = 0;
  #retry = 0;
  #socket: WebSocket | null = null;

  constructor(private readonly options: Options) {
    options.signal.addEventListener("abort", () => this.stop());
    this.#ask();
    this.#connect();
  }

  stop(): void {
    clearInterval(this.#asking);
    clearTimeout(this.#retry);
    this.#socket?.close();
    this.#socket = null;
  }

  #connect(): void {
    const { number } = this.options;
    const base = import.meta.env.VITE_LIVE_URL ?? location.origin.replace(/^http/, "ws");
    const socket = new WebSocket(`${base}/ws/orders/${encodeURIComponent(number)}/`);
    this.#socket = socket;
    // Tokens go in a message: addresses end up in logs.
    socket.onopen = () => socket.send(JSON.stringify(this.#hello()));
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(String(data)) as Status);
    socket.onclose = ({ code }) => {
      if (this.#socket !== socket) return;
      if (code === DONE) this.stop();
      else this.#reconnect();
    };
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
    this.#pause = 1000;
    clearInterval(this.#asking);
    this.options.onMode("live");
    this.#after = Math.max(this.#after, message.seq ?? 0);
    this.options.onNews();
  }

  #reconnect(): void {
    this.#ask();
    this.#retry = window.setTimeout(() => this.#connect(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
  }

  #ask(): void {
    clearInterval(this.#asking);
    this.options.onMode("asking");
    this.#asking = window.setInterval(this.options.onNews, ASK_EVERY_MS);
  }
}
