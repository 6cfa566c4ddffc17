/** Signing in, the customer, the address book. */

import { sendCode, signIn, signOut, type Step } from "../account";
import { api, need } from "../api/client";
import { tokens } from "../api/tokens";
import { h, icon } from "../dom";
import { addressText } from "../parts/address";
import { busy, field, form } from "../parts/form";
import { trouble } from "../parts/telling";
import { go, show } from "../router";

export async function accountScreen(): Promise<HTMLElement> {
  return tokens.customer ? customer() : door();
}

function door(): HTMLElement {
  const place = h("div", { class: "wrap stack" });
  const proceed = (step: Step) => (step ? place.replaceChildren(h("h1", {}, "One more step"), codeForm(step, proceed)) : go("/account"));
  place.append(
    h("h1", {}, "Sign in"),
    form("Sign in",
      async ({ email = "", password = "" }) => proceed(await signIn(email, password)),
      field({ label: "E-mail", name: "email", type: "email", autocomplete: "email" }),
      field({ label: "Password", name: "password", type: "password", autocomplete: "current-password" }),
      h("button", { class: "btn btn--primary btn--large btn--block", type: "submit" }, "Sign in")),
    h("p", { class: "muted small center" }, "Your cart comes along. You stay signed in until this page is closed."));
  return place;
}

function codeForm(step: Step, proceed: (step: Step) => void): HTMLElement {
  const text = step === "verify_email" ? "Code from the e-mail we sent you" : "Code of your authenticator app";
  return form("Code", async ({ code = "" }) => proceed(await sendCode(step, code)),
    field({ label: text, name: "code", autocomplete: "one-time-code" }),
    h("button", { class: "btn btn--primary btn--block", type: "submit" }, "Continue"));
}

async function customer(): Promise<HTMLElement> {
  const [account, book] = await Promise.all([
    api.GET("/api/v1/account/").then(need),
    api.GET("/api/v1/addresses/").then(need),
  ]);
  const said = h("div");
  const leave = h("button", { class: "btn btn--block" }, icon("logout"), "Sign out");
  leave.addEventListener("click", () =>
    void busy(leave, signOut).then(() => void show(), (error) => said.replaceChildren(trouble(error))));
  return h("div", { class: "wrap stack" },
    h("div", {}, h("h1", {}, account.full_name || "Your account"), h("p", { class: "muted" }, account.email)),
    h("a", { class: "panel row-link", href: "#/orders" }, icon("box"), "Your orders", icon("chevron-right", "s")),
    h("section", { class: "stack stack--s" },
      h("h2", {}, "Addresses"),
      book.addresses.map((each) => h("a", { class: "panel address-card", href: `#/addresses/${each.id}` },
        addressText(each), each.is_default && h("span", { class: "badge badge--plain" }, "default"), icon("edit", "s"))),
      h("a", { class: "btn btn--block", href: "#/addresses/new" }, icon("plus"), "Add an address")),
    said, leave);
}
