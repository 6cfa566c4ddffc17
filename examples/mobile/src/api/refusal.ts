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
  if (isProblem(body)) return new Refusal(status, body.code, body.detail, body.fields, body);
  const errors = (body as AuthErrors | null | undefined)?.errors ?? [];
  const fields: Record<string, string[]> = {};
  for (const { param, message } of errors) if (param) (fields[param] ??= []).push(message);
  const text = errors.map((error) => error.message).join(" ") || plain(status);
  return new Refusal(status, errors[0]?.code ?? "", text, fields);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "detail" in body;
}

function plain(status: number): string {
  if (status === 401) return "Please sign in again.";
  if (status === 429) return "That was too often. Please wait a minute.";
  return status >= 500 ? "The shop does not answer just now. Please try again." : "It was refused.";
}
