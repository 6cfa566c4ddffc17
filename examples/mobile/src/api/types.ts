/** Short names for what the API answers. */

import type { components } from "./schema";

type Schemas = components["schemas"];

/** All of it: only `?fields=` leaves something out, and this app does not ask for that. */
type Whole<T, Expanded extends keyof T = never> = Required<Omit<T, Expanded>> & Pick<T, Expanded>;

export type Card = Whole<Schemas["Card"]>;
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
export type Place = Schemas["PlaceEnum"];
export type Problem = Schemas["Problem"];
export type Product = Whole<Schemas["Product"], "delivery">;
export type Event = Schemas["EventRequest"];
export type Quote = Schemas["Quote"];
export type SavedAddress = Schemas["SavedAddress"];
export type AddressRequest = Schemas["AddressRequest"];
export type SearchResult = Omit<Schemas["Search"], "products"> & { products: Card[] };
export type Suggestion = Schemas["Suggestion"];
export type Row = Omit<Schemas["Row"], "products"> & { products: Card[] };
export type Variant = Schemas["Variant"];
export type Wish = Omit<Schemas["Wish"], "product"> & { product: Card | null };
export type Wishlist = Omit<Schemas["Wishlist"], "wishes"> & { wishes: Wish[] };
