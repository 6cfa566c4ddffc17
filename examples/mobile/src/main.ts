/** A phone-sized client of the shop's API, without a framework: see docs/mobile.md. */

import "../../../static/css/parcelwise.css";
import "../../../static/css/checkout.css";
import "./css/app.css";
import "./css/dark.css";
import { readCart } from "./cart";
import { onChange } from "./news";
import { show, start } from "./router";
import { accountScreen } from "./screens/account";
import { addressScreen } from "./screens/address";
import { cartScreen } from "./screens/cart";
import { checkoutScreen } from "./screens/checkout";
import { orderScreen } from "./screens/order";
import { ordersScreen } from "./screens/orders";
import { productScreen } from "./screens/product";
import { searchScreen } from "./screens/search";
import { buildShell } from "./shell";

buildShell();
start([
  [/^\/(?:search)?$/, "Shop", searchScreen],
  [/^\/p\/([^/]+)$/, "Product", productScreen],
  [/^\/cart$/, "Cart", cartScreen],
  [/^\/checkout$/, "Check out", checkoutScreen],
  [/^\/orders$/, "Orders", ordersScreen],
  [/^\/orders\/([^/]+)$/, "Order", orderScreen],
  [/^\/account$/, "Account", accountScreen],
  [/^\/addresses\/([^/]+)$/, "Address", addressScreen],
]);
// Everything that is shown is for one address.
onChange("zip", () => void show());
readCart().catch(() => {
  // The number beside the cart can wait.
});
