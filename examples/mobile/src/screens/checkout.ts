/** Where to, how fast, for how much: then the order is placed, once. */

import { api, beSomebody, need } from "../api/client";
import { Refusal } from "../api/refusal";
import { tokens } from "../api/tokens";
import type { DeliveryOption, OrderRequest, Quote, SavedAddress } from "../api/types";
import { placeOrder } from "../checkout";
import { h, icon } from "../dom";
import { kept } from "../kept";
import { shortDay } from "../format";
import { addressFields, addressIn, addressText } from "../parts/address";
import { field, form } from "../parts/form";
import { empty, notice, trouble } from "../parts/telling";
import { forgetTyped, keepTyped } from "../parts/typed";
import { unanswered } from "../parts/unanswered";
import { go, type Visit } from "../router";
import { zip } from "../zip";

type Level = OrderRequest["service_level"];

export async function checkoutScreen({ signal }: Visit): Promise<HTMLElement> {
  await beSomebody();
  const saved = tokens.customer ? need(await api.GET("/api/v1/addresses/")).addresses : [];
  const options = h("div", { class: "choices", role: "radiogroup", "aria-label": "Delivery" });
  const button = h("button", { class: "btn btn--buy btn--large btn--block", type: "submit", disabled: true }, icon("lock"), "Order and pay");
  let quote: Quote | null = null;
  const element = form(
    "Check out",
    async (values, element) => {
      const order = await placeOrder(request(values, quote)).catch(async (error: unknown) => {
        // The price has changed, or the stock: the customer sees the new quote and decides.
        if (error instanceof Refusal && error.status === 409) await ask();
        throw error;
      });
      kept.set("email", values.email ?? "");
      forgetTyped(element);
      go(`/orders/${order.number}`);
    },
    !tokens.customer && contact(),
    section("pin", "Where to?", whereTo(saved)),
    section("truck", "How fast?", options),
    button,
    h("p", { class: "checkout__terms" }, "You pay at the bank on the next screen. Until then nothing is charged."),
  );
  const place = () => button.replaceChildren(icon("lock"), `Order and pay ${chosen(element, quote)?.total.text ?? ""}`);
  const ask = async () => {
    const code = postalCode(element, saved);
    if (code.length < 5) return;
    try {
      quote = need(await api.POST("/api/v1/checkout/quote/", { body: { postal_code: code }, signal }));
      if (code !== postalCode(element, saved)) return;
      options.replaceChildren(...offers(quote));
    } catch (error) {
      if (signal.aborted) return;
      quote = null;
      options.replaceChildren(trouble(error));
    }
    button.disabled = !quote?.options.length;
    place();
  };
  element.addEventListener("change", (event) => {
    const { name } = event.target as HTMLInputElement;
    if (name === "service_level") place();
    if (name === "address" || name === "postal_code") void ask();
  });
  options.replaceChildren(h("p", { class: "muted" }, "Fill in your ZIP code to see when it arrives."));
  keepTyped(element);
  await ask();
  const isEmpty = quote !== null && (quote as Quote).lines.length === 0;
  return h("div", { class: "wrap stack checkout" }, h("h1", {}, "Check out"), isEmpty && unanswered(), isEmpty
    ? empty("cart", "Your cart is empty", "There is nothing to order.", h("a", { class: "btn btn--primary", href: "#/" }, "Look around"))
    : element);
}

function section(name: string, title: string, ...content: Node[]): HTMLElement {
  return h("section", { class: "panel stack checkout__section" }, h("h2", {}, icon(name), title), content);
}

function contact(): HTMLElement {
  return section("mail", "Who are you?",
    field({ label: "E-mail", name: "email", type: "email", value: kept.get("email"), autocomplete: "email" }),
    h("p", { class: "small muted" }, "Or ", h("a", { href: "#/account" }, "sign in"), ", your cart comes along."));
}

function whereTo(saved: SavedAddress[]): HTMLElement {
  const fields = h("div", { class: "form checkout__new" }, addressFields({ postal_code: zip.code }));
  if (!saved.length) return fields;
  const pick = (value: string, content: Node, checked: boolean) =>
    h("label", { class: "choice" }, h("input", { type: "radio", name: "address", value, checked }), content);
  const lead = saved.find((each) => each.is_default) ?? saved[0];
  // Fields that are hidden must not keep the form from being sent.
  const inactive = h("fieldset", { disabled: true, hidden: true, class: "plain" }, fields);
  const all = h("div", { class: "choices" },
    saved.map((each) => pick(String(each.id), addressText(each), each === lead)),
    pick("new", h("span", { class: "choice__title" }, "Another address"), false), inactive);
  all.addEventListener("change", () => {
    const isNew = all.querySelector<HTMLInputElement>("[value=new]")?.checked ?? false;
    inactive.disabled = inactive.hidden = !isNew;
  });
  return all;
}

function offers({ options, lines }: Quote): HTMLElement[] {
  if (!options.length) {
    const texts = lines.flatMap((line) => line.notices.filter((each) => each.blocks).map((each) => `${line.title}: ${each.message}`));
    return [notice("bad", "This cannot be delivered as it stands", ...texts.map((text) => h("p", {}, text)), h("a", { href: "#/cart" }, "Change the cart"))];
  }
  return options.map((option, index) => h("label", { class: "choice" },
    h("input", { type: "radio", name: "service_level", value: option.service_level, checked: index === 0 }),
    h("span", { class: "choice__title" }, `${option.service_level === "express" ? "Express" : "Standard"}, ${shortDay(option.delivery_date)}`),
    h("span", { class: "choice__side" }, option.fee.minor ? option.fee.text : "free"),
    h("span", { class: "choice__text" }, option.parcels === 1 ? "One parcel" : `${option.parcels} parcels`, `, ${option.total.text} in all`)));
}

function chosen(element: HTMLFormElement, quote: Quote | null): DeliveryOption | undefined {
  const level = new FormData(element).get("service_level");
  return quote?.options.find((option) => option.service_level === level);
}

function postalCode(element: HTMLFormElement, saved: SavedAddress[]): string {
  const values = new FormData(element);
  const picked = saved.find((each) => String(each.id) === values.get("address"));
  return picked?.postal_code ?? String(values.get("postal_code") ?? "").trim();
}

function request(values: Record<string, string>, quote: Quote | null): OrderRequest {
  const level = values.service_level as Level;
  const total = quote?.options.find((option) => option.service_level === level)?.total;
  if (!total) throw new Refusal(422, "", "Choose how fast it shall come.");
  const { minor, currency } = total;
  const about = { service_level: level, expected_total: { minor, currency } };
  if (values.address && values.address !== "new") return { ...about, address_id: Number(values.address) };
  return { ...about, address: addressIn(values), ...(values.email ? { email: values.email } : {}) };
}
