// Prepares and starts the Next.js apps: the examples and the test fixtures.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { installPackage } from "./build-package.mjs";
import { at, environment, machineNode, run, step, whenStale } from "./run.mjs";
import { npmPackages, pythonPackages } from "./toolchain.mjs";

export const EXAMPLE = "examples/nextjs";
/** The example without the Worker: the real Better Auth server inside Next.js. */
export const BETTER_AUTH_EXAMPLE = "examples/nextjs-better-auth";

export async function prepareExamples() {
  await pythonPackages();
  await npmPackages(EXAMPLE);
  await installPackage(EXAMPLE);
  await nextBuild(EXAMPLE, {});
}

export async function prepareBetterAuthExample() {
  await pythonPackages();
  await npmPackages(BETTER_AUTH_EXAMPLE);
  await installPackage(BETTER_AUTH_EXAMPLE);
  await nextBuild(BETTER_AUTH_EXAMPLE, {});
}

/** A small app whose middleware runs the package in Next.js's edge runtime. */
export const EDGE_FIXTURE = "js-tests/next-edge";
export const prepareEdgeFixture = () =>
  nextBuild(EDGE_FIXTURE, {}, ["js-tests/package/cases.mjs", "js-tests/corpus/judge.mjs"]);

/**
 * An app with a real Better Auth server and `edgeseal/next`; other builds of it add locales, a basePath or trailing
 * slashes.
 */
export const APP_FIXTURE = "js-tests/next-app";
export const prepareAppFixture = (shape = "plain") => nextBuild(APP_FIXTURE, { SHAPE: shape }, [], `.next/${shape}`);

/**
 * An app for browser tests of Next.js's router. js-tests/next/matrix.slow.test.mjs runs it with each version of Next.js
 * and each bundler.
 */
export const BROWSER_FIXTURE = "js-tests/next-browser";
export const prepareBrowserFixture = () => nextBuild(BROWSER_FIXTURE, {});

/** A separate app, because `cacheComponents` always applies to a whole app. */
export const CACHED_FIXTURE = "js-tests/next-cached";
export const prepareCachedFixture = () => nextBuild(CACHED_FIXTURE, {});

const nextBuild = (folder, env, inputs = [], built = ".next") =>
  step(`production build of ${folder}${env.SHAPE ? `, ${env.SHAPE}` : ""}`, () =>
    whenStale(
      `next-${folder.replaceAll("/", "-")}${built.slice(".next".length).replace("/", "-")}`,
      {
        inputs: [folder, "target/npm/edgeseal.tgz", ...inputs],
        outputs: [`${folder}/${built}/BUILD_ID`],
        also: JSON.stringify(env),
      },
      () => run("node", [nextCommand(folder), "build"], { cwd: at(folder), env }),
    ),
  );

/** Returns the path of the Next.js command that an app's folder uses. */
export const nextCommand = (folder) => createRequire(at(folder, "package.json")).resolve("next/dist/bin/next");

/**
 * Runs `next start`, or a different command, in a folder that has already been built. By default, uses any free port.
 */
export const startNext = (folder, { command = ["start"], env = {}, port = 0 } = {}) =>
  listening([nextCommand(folder), ...command, "--port", String(port)], { cwd: at(folder), env });

/** Starts a Next.js server. Once the server is ready, resolves to its address, its log and a `stop` function. */
export function listening(args, { cwd, env = {}, node = machineNode }) {
  const server = spawn(node, args, { cwd, env: { ...environment, ...env } });
  const closed = new Promise((resolve) => server.on("close", resolve));
  const stop = () => {
    server.kill();
    return closed;
  };
  return new Promise((resolve, reject) => {
    let log = "";
    for (const stream of [server.stdout, server.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        log += text;
        const found = /http:\/\/localhost:\d+/.exec(log);
        if (found && log.includes("Ready")) resolve({ origin: found[0], log: () => log, stop });
      });
    }
    closed.then(() => reject(new Error(log)));
  });
}
