// Runs the browser scenarios for each combination of Next.js version, bundler and mode, one server at a time.
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { BROWSER_FIXTURE, nextCommand } from "../../scripts/examples.mjs";
import { at, run } from "../../scripts/run.mjs";
import { browserTests } from "../next-browser/browser-app.mjs";

/** A copy of the fixture for Next.js 15, in its own project. It has an edge `middleware.js` instead of `proxy.js`. */
const COPY = "js-tests/runtimes/next15/browser";

function copyFor15() {
  const skipped = /node_modules|\.next|proxy\.js$|\.mjs$(?<!next\.config\.mjs)/;
  rmSync(at(COPY), { recursive: true, force: true });
  cpSync(at(BROWSER_FIXTURE), at(COPY), { recursive: true, filter: (path) => !skipped.test(path) });
  writeFileSync(
    at(COPY, "middleware.js"),
    [
      'import { auth } from "./lib/auth";',
      "export const middleware = auth.middleware;",
      'export const config = { matcher: "/((?!_next/static/).*)" };',
      "",
    ].join("\n"),
  );
}

const versions = {
  "Next.js 16": {
    folder: BROWSER_FIXTURE,
    bundlers: { Turbopack: ["--turbopack"], webpack: ["--webpack"] },
    prepare: () => {},
  },
  "Next.js 15": { folder: COPY, bundlers: { Turbopack: ["--turbopack"], webpack: [] }, prepare: copyFor15 },
};

/** For example, `MATRIX="15 webpack dev"` runs only the combinations whose names contain all of these words. */
const asked = (process.env.MATRIX ?? "").split(" ");

for (const [version, { folder, bundlers, prepare }] of Object.entries(versions)) {
  for (const [bundler, flags] of Object.entries(bundlers)) {
    for (const mode of ["dev", "build"]) {
      const name = `${version}, ${bundler}, ${mode}`;
      if (!asked.every((word) => name.includes(word))) continue;
      const env = { DIST_DIR: ".next/matrix", NEXT_IGNORE_INCORRECT_LOCKFILE: "1" };
      browserTests(name, {
        folder,
        command: mode === "dev" ? ["dev", ...flags] : ["start"],
        env,
        async prepare() {
          await prepare();
          rmSync(at(folder, env.DIST_DIR), { recursive: true, force: true });
          if (mode === "build") {
            await run("node", [nextCommand(folder), "build", ...flags], { cwd: at(folder), env });
          }
        },
      });
    }
  }
}
