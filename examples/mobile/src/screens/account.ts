/** The customer and the address book; who is not signed in is asked to. */

import { signOut } from "../account";
import { api, need } from "../api/client";
import { tokens } from "../api/tokens";
import { h, icon } from "../dom";
import { addressText } from "../parts/address";
import { busy } from "../parts/form";
import { trouble } from "../parts/telling";
import { show } from "../router";
import { signInScreen } from "./sign-in";

export async function accountScreen(): Promise<HTMLElement> {
  return tokens.customer ? customer() : signInScreen();
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
    h("a", { class: "panel row-link", href: "#/wishlist" }, icon("heart"), "Your wishlist", icon("chevron-right", "s")),
    h("section", { class: "stack stack--s" },
      h("h2", {}, "Addresses"),
      book.addresses.map((each) => h("a", { class: "panel address-card", href: `#/addresses/${each.id}` },
        addressText(each), each.is_default && h("span", { class: "badge badge--plain" }, "default"), icon("edit", "s"))),
      h("a", { class: "btn btn--block", href: "#/addresses/new" }, icon("plus"), "Add an address")),
    said, leave);
}
