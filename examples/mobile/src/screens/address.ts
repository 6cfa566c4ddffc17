/** One entry of the address book. Changes go under its ETag: two telephones do not undo each other. */

import { api, need } from "../api/client";
import type { SavedAddress } from "../api/types";
import { h, icon } from "../dom";
import { addressFields, addressIn } from "../parts/address";
import { busy, form } from "../parts/form";
import { toast, trouble } from "../parts/telling";
import { go, type Visit } from "../router";

export async function addressScreen({ parts: [id = "new"] }: Visit): Promise<HTMLElement> {
  if (id === "new") return page("A new address", {}, add);
  const path = { address_id: Number(id) };
  const answer = await api.GET("/api/v1/addresses/{address_id}/", { params: { path } });
  const saved = need(answer);
  const params = { path, header: { "If-Match": answer.response.headers.get("ETag") ?? "*" } };
  const said = h("div");
  const remove = h("button", { class: "btn btn--danger btn--block", type: "button" }, icon("trash"), "Remove");
  remove.addEventListener("click", () =>
    void busy(remove, async () => need(await api.DELETE("/api/v1/addresses/{address_id}/", { params }))).then(
      () => done("The address is removed."),
      (error) => said.replaceChildren(trouble(error)),
    ));
  return page("Change address", saved, async (body) => {
    need(await api.PUT("/api/v1/addresses/{address_id}/", { params, body }));
  }, said, remove);
}

type Body = ReturnType<typeof addressIn> & { is_default: boolean };

/** The key is the form's: however often it is sent, one address is added. */
const add = async (body: Body, key: string): Promise<void> => {
  need(await api.POST("/api/v1/addresses/", { params: { header: { "Idempotency-Key": key } }, body }));
};

function page(title: string, start: Partial<SavedAddress>, save: (body: Body, key: string) => Promise<void>, ...more: Node[]): HTMLElement {
  let key = crypto.randomUUID() as string;
  const element = form("Address",
    async (values) => {
      await save({ ...addressIn(values), is_default: values.is_default === "on" }, key);
      done("The address is saved.");
    },
    addressFields(start),
    h("label", { class: "check" }, h("input", { type: "checkbox", name: "is_default", checked: start.is_default }), "Deliver here unless I say otherwise"),
    h("button", { class: "btn btn--primary btn--large btn--block", type: "submit" }, "Save"));
  // Another address is another call.
  element.addEventListener("input", () => (key = crypto.randomUUID()));
  return h("div", { class: "wrap stack" }, h("a", { href: "#/account", class: "back" }, icon("chevron-left", "s"), "Account"), h("h1", {}, title), element, more);
}

function done(text: string): void {
  toast(text);
  go("/account");
}
