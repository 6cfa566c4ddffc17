/** Everything that can go wrong with a call, in one shape that screens can show. */

import type { Problem } from "./types";

/** No answer came: offline, or it was lost on its way. What was asked for may have happened. */
export class NoAnswer extends Error {
  constructor(text = "Check your connection and try again.") {
    super(text);
  }
}

/** The shop said no, as `application/problem+json` or in allauth's shape. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly fields: Record<string, string[]> = {},
    readonly problem: Partial<Problem> = {},
    /** In so many seconds it may be tried again, 0 if nobody said so. */
    readonly wait = 0,
  ) {
    super(detail);
  }

  get isOutage(): boolean {
    return this.status >= 500;
  }
}

interface AuthErrors {
  errors?: { code?: string; param?: string; message: string }[];
}

export function refusalOf(response: Response, body: unknown): Refusal {
  const { status } = response;
  const wait = Number(response.headers.get("Retry-After") ?? "") || 0;
  if (isProblem(body)) return new Refusal(status, body.code, body.detail, body.fields, body, wait);
  const errors = (body as AuthErrors | null | undefined)?.errors ?? [];
  const fields: Record<string, string[]> = {};
  for (const { param, message } of errors) if (param) (fields[param] ??= []).push(message);
  const text = errors.map((error) => error.message).join(" ") || plain(status, wait);
  return new Refusal(status, errors[0]?.code ?? "", text, fields, {}, wait);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "detail" in body;
}

function plain(status: number, wait: number): string {
  if (status === 401) return "Please sign in again.";
  if (status === 429) return `That was too often. Please wait ${wait ? `${wait} seconds` : "a minute"}.`;
  // allauth: there is no such attempt any more, or there was one guess too many.
  if (status === 409 || status === 410) return "That took too long. Please start again.";
  return status >= 500 ? "The shop does not answer just now. Please try again." : "It was refused.";
}
