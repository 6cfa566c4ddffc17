/** A phone-sized client of the shop's API, without a framework: see docs/mobile.md. */

import "../../../static/css/parcelwise.css";
import "../../../static/css/checkout.css";
import "./css/app.css";
import "./css/dark.css";
import { readCart } from "./cart";
import { placeIcons } from "./dom";
import { tellEvents } from "./events";
import { onChange } from "./news";
import { drawHearts } from "./parts/heart";
import { show, start } from "./router";
import { accountScreen } from "./screens/account";
import { addressScreen } from "./screens/address";
import { cartScreen } from "./screens/cart";
import { checkoutScreen } from "./screens/checkout";
import { orderScreen } from "./screens/order";
import { ordersScreen } from "./screens/orders";
import { productScreen } from "./screens/product";
import { searchScreen } from "./screens/search";
import { forgotScreen, signUpScreen } from "./screens/sign-in";
import { wishlistScreen } from "./screens/wishlist";
import { buildShell } from "./shell";
import { readWishlist } from "./wishlist";

placeIcons();
buildShell();
start([
  [/^\/(?:search)?$/, "Shop", searchScreen],
  [/^\/p\/([^/]+)$/, "Product", productScreen],
  [/^\/cart$/, "Cart", cartScreen],
  [/^\/checkout$/, "Check out", checkoutScreen],
  [/^\/orders$/, "Orders", ordersScreen],
  [/^\/orders\/([^/]+)$/, "Order", orderScreen],
  [/^\/wishlist$/, "Wishlist", wishlistScreen],
  [/^\/account$/, "Account", accountScreen],
  [/^\/account\/new$/, "Create an account", signUpScreen],
  [/^\/account\/forgot$/, "A new password", forgotScreen],
  [/^\/addresses\/([^/]+)$/, "Address", addressScreen],
]);
// Everything that is shown is for one address.
onChange("zip", () => void show());
onChange("wishlist", drawHearts);
tellEvents();
for (const read of [readCart, readWishlist]) {
  read().catch(() => {
    // The numbers beside cart and wishlist can wait.
  });
}
