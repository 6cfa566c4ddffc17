/** Signing in and out. The guest's cart token goes along, so cart and wishlist merge. */

import { api, need } from "./api/client";
import { refusalOf } from "./api/refusal";
import type { components } from "./api/schema";
import { tokens } from "./api/tokens";
import { readCart } from "./cart";
import { changed } from "./news";

type Meta = components["schemas"]["AuthAuthenticationMeta"];
type FlowId = components["schemas"]["AuthFlow"]["id"];

/** What the shop still waits for: "" if the customer is in. */
export type Step = "" | "mfa_authenticate" | "verify_email";

interface Answer {
  data?: { meta: Meta };
  error?: unknown;
  response: Response;
}

let sessionToken = "";

export async function signIn(email: string, password: string): Promise<Step> {
  return proceed(await api.POST("/api/v1/auth/app/v1/auth/login", { body: { email, password } }));
}

/** Answer the second step with the code of an authenticator app, or of an e-mail. */
export async function sendCode(step: Step, code: string): Promise<Step> {
  const headers = { "X-Session-Token": sessionToken };
  return proceed(
    step === "mfa_authenticate"
      ? await api.POST("/api/v1/auth/app/v1/auth/2fa/authenticate", { body: { code }, headers })
      : await api.POST("/api/v1/auth/app/v1/auth/email/verify", { body: { key: code }, headers }),
  );
}

export async function signOut(): Promise<void> {
  const { response, error } = await api.DELETE("/api/v1/auth/app/v1/auth/session");
  // 401 is how allauth says that nobody is signed in now.
  if (response.status !== 401 && !response.ok) throw refusalOf(response, error);
  tokens.customer = null;
  await settle();
}

async function proceed(answer: Answer): Promise<Step> {
  if (answer.response.status === 401) return nextStep(answer);
  const { meta } = need(answer);
  if (!meta.access_token || !meta.refresh_token) throw refusalOf(answer.response, null);
  tokens.customer = { access: meta.access_token, refresh: meta.refresh_token };
  sessionToken = "";
  await settle();
  return "";
}

/** 401 means "not yet" here: the answer says what it waits for. */
function nextStep(answer: Answer): Step {
  const told = answer.error as {
    data?: { flows?: { id: FlowId; is_pending?: boolean }[] };
    meta?: Meta;
  };
  const pending = told.data?.flows?.find((flow) => flow.is_pending)?.id;
  if (pending !== "mfa_authenticate" && pending !== "verify_email") {
    throw refusalOf(answer.response, answer.error);
  }
  sessionToken = told.meta?.session_token ?? sessionToken;
  return pending;
}

async function settle(): Promise<void> {
  await readCart();
  changed("customer");
}
