// Next.js 15 with its middleware, at the edge and on Node: a project of its own, as two versions in one get in each other's way.
import { nextRows } from "./next.mjs";
import { versionOf } from "./row.mjs";

const common = {
  version: versionOf("next", "js-tests/runtimes/next15"),
  bundlers: { Turbopack: ["--turbopack"], webpack: [] },
  // Its look at the lockfile wants a registry's addresses, which ours does not name.
  env: { NEXT_IGNORE_INCORRECT_LOCKFILE: "1" },
};

nextRows({
  ...common,
  app: "js-tests/runtimes/next15/edge",
  places: [{ name: "middleware.ts at the edge", path: "/middleware", side: "edge" }],
});
nextRows({
  ...common,
  app: "js-tests/runtimes/next15/node",
  places: [{ name: "middleware.ts on Node", path: "/middleware", side: "server" }],
});
