/** Where to deliver to. The ZIP code goes along with every search, product and cart. */

import { kept } from "./kept";
import { changed } from "./news";

export const zip = {
  get code(): string {
    return kept.get("zip");
  },
  set code(code: string) {
    kept.set("zip", code);
    changed("zip");
  },
  /** The query parameter, left out where nobody has told us yet. */
  get query(): { postal_code?: string } {
    return this.code ? { postal_code: this.code } : {};
  },
};
