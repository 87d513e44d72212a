// Tests Next.js 16 in two apps: one with proxy.ts, and one with the deprecated middleware.ts. Only middleware.ts can
// run in the edge runtime.
import { nextRows } from "./next.mjs";
import { versionOf } from "./row.mjs";

const common = {
  version: versionOf("next", "js-tests"),
  bundlers: { Turbopack: ["--turbopack"], webpack: ["--webpack"] },
};

nextRows({
  ...common,
  app: "js-tests/runtimes/next16/proxy",
  places: [
    { name: "proxy.ts", path: "/proxy", side: "server" },
    { name: "route handler on Node", path: "/node", side: "server" },
    { name: "route handler at the edge", path: "/edge", side: "edge" },
    { name: "server component", path: "/component", side: "server", inBrowser: true },
    { name: "server action", path: "/action", side: "server", inBrowser: true },
    { name: "client component", path: "/client", side: "client", inBrowser: true },
  ],
});

nextRows({
  ...common,
  app: "js-tests/runtimes/next16/middleware",
  places: [{ name: "middleware.ts at the edge", path: "/middleware", side: "edge" }],
});
