// Tests Next.js 15 with middleware, both in the edge runtime and on Node. These apps are a separate project, because
// two versions of Next.js would conflict in the same project.
import { nextRows } from "./next.mjs";
import { versionOf } from "./row.mjs";

const common = {
  version: versionOf("next", "js-tests/runtimes/next15"),
  bundlers: { Turbopack: ["--turbopack"], webpack: [] },
  // Next.js's lockfile check needs registry URLs, which our lockfile omits.
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
