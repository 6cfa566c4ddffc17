/** Each refresh token serves once: calls that find the old pair over wait for one exchange. */

import createClient from "openapi-fetch";
import { changed } from "../news";
import type { paths } from "./schema";
import { type Pair, tokens } from "./tokens";

const bare = createClient<paths>({ baseUrl: location.origin, credentials: "omit" });
let underway: Promise<boolean> | null = null;

/** Tell whether there is a pair newer than `over`; if there can be none, the customer is a guest. */
export function refreshed(over: Pair): Promise<boolean> {
  if (tokens.customer !== over) return Promise.resolve(tokens.customer !== null);
  underway ??= exchange(over).finally(() => (underway = null));
  return underway;
}

async function exchange(over: Pair): Promise<boolean> {
  const { data, response } = await bare.POST("/api/v1/auth/app/v1/tokens/refresh", {
    body: { refresh_token: over.refresh },
  });
  if (data) {
    const { access_token: access, refresh_token: refresh } = data.data;
    tokens.customer = { access, refresh: refresh ?? over.refresh };
    return true;
  }
  // An outage is no reason to sign anybody out.
  if (response.status < 500 && response.status !== 429) {
    tokens.customer = null;
    changed("customer");
  }
  return false;
}
