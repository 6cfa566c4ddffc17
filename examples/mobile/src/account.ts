/** Signing in, up and out. The guest's cart token goes along, so cart and wishlist merge. */

import { api, need } from "./api/client";
import { refusalOf } from "./api/refusal";
import type { components } from "./api/schema";
import { tokens } from "./api/tokens";
import { readCart } from "./cart";
import { changed } from "./news";
import { readWishlist } from "./wishlist";

type Meta = components["schemas"]["AuthAuthenticationMeta"];
type FlowId = components["schemas"]["AuthFlow"]["id"];

const STEPS = ["mfa_authenticate", "verify_email", "password_reset_by_code"] as const;

/** What the shop still waits for: "" if the customer is in. */
export type Step = "" | (typeof STEPS)[number];

interface Answer {
  data?: { meta: Meta };
  error?: unknown;
  response: Response;
}

/** Names the attempt that is under way: each step is sent with it. */
let sessionToken = "";
const headers = () => ({ "X-Session-Token": sessionToken });

export async function signIn(email: string, password: string): Promise<Step> {
  return proceed(await api.POST("/api/v1/auth/app/v1/auth/login", { body: { email, password } }));
}

/** Whether the address has an account already is told to nobody but its owner, by e-mail. */
export async function signUp(email: string, password: string, full_name: string): Promise<Step> {
  const body = { email, password, full_name };
  return proceed(await api.POST("/api/v1/auth/app/v1/auth/signup", { body }));
}

/** Have a code sent that allows another password. */
export async function forgotPassword(email: string): Promise<Step> {
  const { error, response } = await api.POST("/api/v1/auth/app/v1/auth/password/request", { body: { email } });
  return nextStep({ error, response });
}

/** Answer a step with the code of an authenticator app, or of an e-mail. */
export async function sendCode(step: Step, code: string, password = ""): Promise<Step> {
  if (step === "mfa_authenticate") {
    return proceed(await api.POST("/api/v1/auth/app/v1/auth/2fa/authenticate", { body: { code }, headers: headers() }));
  }
  if (step === "password_reset_by_code") {
    const body = { key: code, password };
    return proceed(await api.POST("/api/v1/auth/app/v1/auth/password/reset", { body, headers: headers() }));
  }
  return proceed(await api.POST("/api/v1/auth/app/v1/auth/email/verify", { body: { key: code }, headers: headers() }));
}

export async function resendCode(): Promise<void> {
  need(await api.POST("/api/v1/auth/app/v1/auth/email/verify/resend", { headers: headers() }));
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
  } | undefined;
  const pending = told?.data?.flows?.find((flow) => flow.is_pending)?.id;
  const step = STEPS.find((each) => each === pending);
  if (!step) throw refusalOf(answer.response, answer.error);
  sessionToken = told?.meta?.session_token ?? sessionToken;
  return step;
}

async function settle(): Promise<void> {
  await Promise.all([readCart(), readWishlist()]);
  changed("customer");
}
