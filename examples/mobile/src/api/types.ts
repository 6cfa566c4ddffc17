/** Short names for what the API answers. */

import type { components } from "./schema";

type Schemas = components["schemas"];

export type Card = Schemas["Card"];
export type Cart = Schemas["Cart"];
export type CartLine = Schemas["Line"];
export type Delivery = Schemas["Delivery"];
export type DeliveryOption = Schemas["DeliveryOption"];
export type Facet = Schemas["Facet"];
export type Money = Schemas["Money"];
export type Order = Schemas["Order"];
export type OrderRequest = Schemas["OrderRequest"];
export type OrderSummary = Schemas["OrderSummary"];
export type Payment = Schemas["Payment"];
export type Problem = Schemas["Problem"];
export type Product = Schemas["Product"];
export type Quote = Schemas["Quote"];
export type SavedAddress = Schemas["SavedAddress"];
export type AddressRequest = Schemas["AddressRequest"];
export type SearchResult = Schemas["Search"];
export type Suggestion = Schemas["Suggestion"];
export type Variant = Schemas["Variant"];
