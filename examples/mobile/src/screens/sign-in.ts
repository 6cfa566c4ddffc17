/** The ways in: signing in, signing up, a new password, and whatever step the shop asks for next. */

import { forgotPassword, resendCode, sendCode, signIn, signUp, type Step } from "../account";
import { h, icon } from "../dom";
import { busy, field, form } from "../parts/form";
import { toast, trouble } from "../parts/telling";
import { go } from "../router";

type Proceed = (step: Step, email: string) => void;

/** Show one of the ways in; what comes after it takes its place. */
function door(title: string, way: (proceed: Proceed) => Node[], isFirst = false): HTMLElement {
  const place = h("div", { class: "wrap stack" });
  const proceed: Proceed = (step, email) => {
    if (!step) return go("/account");
    place.replaceChildren(...nextStep(step, email, proceed));
    place.querySelector<HTMLElement>("input")?.focus();
  };
  place.append(isFirst ? "" : back(), h("h1", {}, title), ...way(proceed));
  return place;
}

const email = () => field({ label: "E-mail", name: "email", type: "email", autocomplete: "email" });
const submit = (text: string) =>
  h("button", { class: "btn btn--primary btn--large btn--block", type: "submit" }, text);
const newPassword = (label: string) =>
  field({ label, name: "password", type: "password", autocomplete: "new-password", help: "At least 8 characters." });
const back = () => h("a", { href: "#/account", class: "back" }, icon("chevron-left", "s"), "Sign in");

export function signInScreen(): HTMLElement {
  return door("Sign in", (proceed) => [
    form("Sign in",
      async ({ email = "", password = "" }) => proceed(await signIn(email, password), email),
      email(),
      field({ label: "Password", name: "password", type: "password", autocomplete: "current-password" }),
      submit("Sign in")),
    h("a", { class: "text-link", href: "#/account/forgot" }, "Forgot your password?"),
    h("div", { class: "or" }, "New here?"),
    h("a", { class: "btn btn--block", href: "#/account/new" }, "Create an account"),
    h("p", { class: "muted small center" }, "Your cart and wishlist come along. You stay signed in until this page is closed."),
  ], true);
}

export function signUpScreen(): HTMLElement {
  return door("Create an account", (proceed) => [
    form("Create an account",
      async ({ email = "", password = "", full_name = "" }) => proceed(await signUp(email, password, full_name), email),
      field({ label: "Full name", name: "full_name", autocomplete: "name", optional: true, maxlength: 150 }),
      email(),
      newPassword("Password"),
      submit("Create account")),
    h("p", { class: "muted small center" }, "We send a code to your e-mail to see that it is yours."),
  ]);
}

export function forgotScreen(): HTMLElement {
  return door("A new password", (proceed) => [
    h("p", {}, "Tell us your e-mail, and we send a code that lets you choose another password."),
    form("A new password",
      async ({ email = "" }) => proceed(await forgotPassword(email), email),
      email(),
      submit("Send me a code")),
  ]);
}

function nextStep(step: Step, email: string, proceed: Proceed): Node[] {
  const isMailed = step !== "mfa_authenticate";
  const code = field({
    // The name is the one by which the shop refuses it.
    label: isMailed ? "Code from the e-mail" : "Code of your authenticator app",
    name: isMailed ? "key" : "code",
    autocomplete: "one-time-code",
    inputmode: isMailed ? "text" : "numeric",
    help: isMailed ? "Not there after a minute? Look among the spam." : "Or one of your recovery codes.",
  });
  const text = isMailed ? `We have sent a code to ${email}.` : "Your account is guarded by a second step.";
  return [
    h("h1", {}, isMailed ? "Check your e-mail" : "One more step"),
    h("p", {}, text),
    form("Code",
      async (values) => proceed(await sendCode(step, values.key ?? values.code ?? "", values.password), email),
      code,
      step === "password_reset_by_code" && newPassword("New password"),
      submit("Continue")),
    ...(step === "verify_email" ? [again()] : []),
  ];
}

function again(): HTMLElement {
  const said = h("div");
  const button = h("button", { class: "btn btn--block" }, icon("mail"), "Send another code");
  button.addEventListener("click", () =>
    void busy(button, resendCode).then(
      () => toast("Another code is on its way."),
      (error) => said.replaceChildren(trouble(error)),
    ));
  return h("div", { class: "stack stack--s" }, said, button);
}
