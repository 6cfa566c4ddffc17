/** Postal addresses: to read, and to fill in. */

import type { AddressRequest } from "../api/types";
import { h } from "../dom";
import { field } from "./form";

const STATES = (
  "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY " +
  "NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI AA AE AP"
).split(" ");

export type Address = Pick<AddressRequest, "full_name" | "line1" | "city" | "region" | "postal_code"> &
  Partial<AddressRequest>;

export function addressFields(start: Partial<Address>): HTMLElement[] {
  const states = [["", "Choose…"] as const, ...STATES.map((code) => [code, code] as const)];
  return [
    field({ label: "Full name", name: "full_name", value: start.full_name, autocomplete: "name" }),
    field({ label: "Street and number", name: "line1", value: start.line1, autocomplete: "address-line1" }),
    field({ label: "Apartment, floor", name: "line2", value: start.line2, autocomplete: "address-line2", optional: true }),
    field({ label: "City", name: "city", value: start.city, autocomplete: "address-level2" }),
    h("div", { class: "form__row form__row--two" },
      field({ label: "State", name: "region", value: start.region, autocomplete: "address-level1", options: states }),
      field({ label: "ZIP code", name: "postal_code", value: start.postal_code, autocomplete: "postal-code", inputmode: "numeric" })),
    field({ label: "Phone", name: "phone", value: start.phone, type: "tel", autocomplete: "tel", optional: true }),
  ];
}

export function addressIn(values: Record<string, string>): AddressRequest {
  const { full_name = "", line1 = "", line2 = "", city = "", region = "", postal_code = "", phone = "" } = values;
  return { full_name, line1, line2, city, region, postal_code, phone, country: "US" };
}

export function addressText(address: Address): HTMLElement {
  const { full_name, line1, line2, city, region, postal_code } = address;
  return h("address", { class: "order__address" },
    [full_name, line1, line2, `${city}, ${region} ${postal_code}`].filter(Boolean).map((text) => h("div", {}, text)));
}
