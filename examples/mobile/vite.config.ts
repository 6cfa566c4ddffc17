import { defineConfig, loadEnv, type ProxyOptions } from "vite";

// The bundler's server stands before the shop, so that app and API have one origin: the shop needs
// no CORS, and none is set up there. A native app has no origin at all.
export default defineConfig(({ mode }) => {
  const env = loadEnv(mode, ".", "");
  const shop = env.SHOP_URL || "http://localhost:8000";
  const live = env.LIVE_URL || nextButOne(shop);
  const proxy = {
    "/api": withoutCookies(shop),
    "/media": withoutCookies(shop),
    "/ws": withoutCookies(live, { ws: true }),
  };
  return {
    base: "./",
    build: { target: "es2022", assetsInlineLimit: 0 },
    // The shop's own style sheets, fonts and icons lie beside the app.
    server: { proxy, fs: { allow: ["../.."] } },
    preview: { proxy },
  };
});

/** Return where `make run` has live tracking: two ports after the shop. */
function nextButOne(shop: string): string {
  const url = new URL(shop);
  url.port = String(Number(url.port || 80) + 2);
  return url.origin;
}

/** A browser sends cookies of one host to all its ports; an app has none, and neither has this. */
function withoutCookies(target: string, more: ProxyOptions = {}): ProxyOptions {
  return { target, headers: { cookie: "" }, ...more };
}
