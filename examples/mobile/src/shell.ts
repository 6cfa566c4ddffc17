/** What stays while screens change: the address on top, the tabs below, whether we are offline. */

import favicon from "../../../static/favicon.svg";
import { cartCount } from "./cart";
import { h, icon } from "./dom";
import { onChange } from "./news";
import { toast } from "./parts/telling";
import { askZip } from "./parts/zip-sheet";
import { wishCount } from "./wishlist";
import { zip } from "./zip";

const TABS = [
  ["shop", "/", "home", "Shop"],
  ["wishlist", "/wishlist", "heart", "Wishlist"],
  ["cart", "/cart", "cart", "Cart"],
  ["orders", "/orders", "box", "Orders"],
  ["account", "/account", "user", "Account"],
] as const;

export function buildShell(): void {
  const where = h("span", { class: "top__where" });
  const offline = h("p", { class: "offline", role: "status" }, icon("alert", "s"), "You are offline. What you see may be old, and nothing is lost.");
  const top = document.querySelector("#top");
  top?.append(
    h("div", { class: "top__bar" },
      h("a", { class: "logo", href: "#/" }, h("img", { src: favicon, alt: "", width: 28, height: 28 }), "Parcelwise"),
      h("button", { class: "top__zip", onclick: askZip }, icon("pin", "s"), where)),
    offline);
  const counts = { cart: h("span", { class: "count" }), wishlist: h("span", { class: "count" }) };
  document.querySelector("#tabs")?.append(...TABS.map(([name, path, symbol, text]) =>
    h("a", { href: `#${path}`, "data-tab": name }, icon(symbol), name in counts && counts[name as keyof typeof counts], h("span", {}, text))));
  const draw = () => {
    where.textContent = zip.code ? `Deliver to ${zip.code}` : "Set your ZIP";
    counts.cart.textContent = String(cartCount() || "");
    counts.wishlist.textContent = String(wishCount() || "");
    offline.hidden = navigator.onLine;
  };
  onChange("zip", draw);
  onChange("cart", draw);
  onChange("wishlist", draw);
  for (const name of ["online", "offline"]) addEventListener(name, draw);
  addEventListener("online", () => toast("You are back online."));
  draw();
}
