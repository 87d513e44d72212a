// Tests Next.js apps, in development and after a build, in every place where user code can run.
import assert from "node:assert/strict";
import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after } from "node:test";
import { listening, nextCommand, startNext } from "../../scripts/examples.mjs";
import { at, run } from "../../scripts/run.mjs";
import { visit } from "./browser.mjs";
import { assertHolds, filesOf } from "./bundle.mjs";
import { row } from "./row.mjs";

/**
 * `app` is a folder, `bundlers` maps each bundler's name to its flags, and `places` is an array of the parts of the app
 * that report their results.
 */
export function nextRows({ app, version, bundlers, places, env = {} }) {
  for (const [bundler, flags] of Object.entries(bundlers)) {
    for (const [command, serve] of Object.entries(commands)) {
      for (const { name, path, side, inBrowser } of places) {
        const entry = side === "edge" ? "index.edge-light.js" : "index.js";
        row({ runtime: `Next.js ${version}, ${name}`, by: `${bundler}, ${command}`, entry }, async () => {
          const { origin } = await served(`${app} ${bundler} ${command}`, () => serve(app, flags, env));
          const found = await (inBrowser ? visit : ask)(`${origin}${path}`);
          const files = bundled(at(app, ".next"), side);
          assertHolds(files, entry, join(app, "../.."));
          return { ...found, resolved: sourcesOf(files) };
        });
      }
    }
  }
}

/** The running server. It keeps running as long as the following rows need the same server. */
let running;
export async function served(name, start) {
  if (running?.name !== name) {
    await running?.stop();
    running = undefined;
    running = { name, ...(await start()) };
  }
  return running;
}
after(() => running?.stop());

const commands = {
  "next dev": (app, flags, env) => {
    rmSync(at(app, ".next"), { recursive: true, force: true });
    return startNext(app, { command: ["dev", ...flags], env });
  },
  "next build && next start": async (app, flags, env) => {
    await build(app, flags, env);
    return startNext(app, { env });
  },
  standalone: async (app, flags, env) => {
    await build(app, flags, { ...env, STANDALONE: "1" });
    const alone = at(app, ".next/standalone", app.replace(/^js-tests\//, ""));
    // Next.js's documentation says to copy these folders.
    cpSync(at(app, ".next/static"), join(alone, ".next/static"), { recursive: true });
    return listening(["server.js"], { cwd: alone, env: { PORT: String(await freePort()) } });
  },
};

async function build(app, flags, env) {
  rmSync(at(app, ".next"), { recursive: true, force: true });
  const { code, output } = await run("node", [nextCommand(app), "build", ...flags], { cwd: at(app), env, quiet: true });
  assert.equal(code, 0, output);
}

export async function ask(address) {
  const response = await fetch(address);
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return JSON.parse(text);
}

/**
 * Returns a build's files for the client, the server or the edge. For the edge, the list of files comes from Next.js
 * itself.
 */
export function bundled(folder, side) {
  // Next.js 16 uses this folder in development. The whole build folder is removed before each command.
  const dist = existsSync(join(folder, "dev")) ? join(folder, "dev") : folder;
  if (side === "client") return filesOf(join(dist, "static"));
  const { middleware, functions } = JSON.parse(readFileSync(join(dist, "server/middleware-manifest.json"), "utf8"));
  const edge = [...Object.values(middleware), ...Object.values(functions)].flatMap(({ files, wasm }) => [
    ...files.flatMap((file) => [file, `${file}.map`]),
    ...wasm.map(({ filePath }) => filePath),
  ]);
  const ofEdge = edge.map((file) => join(dist, file)).filter((file) => existsSync(file));
  return side === "edge" ? ofEdge : filesOf(join(dist, "server")).filter((file) => !ofEdge.includes(file));
}

/** The package's files that the bundles and their source maps mention. */
export const sourcesOf = (files) =>
  files
    .filter((file) => /\.js(\.map)?$/.test(file))
    .flatMap((file) => readFileSync(file, "utf8").match(/node_modules\/edgeseal\/index\.[\w.-]*?js\b/g) ?? []);

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
