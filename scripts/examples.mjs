// What the Next.js apps need besides pkg/ and worker/build/.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { installPackage } from "./build-package.mjs";
import { at, environment, run, step, whenStale } from "./run.mjs";
import { npmPackages, pythonPackages } from "./toolchain.mjs";

const NEXT = "examples/nextjs";

/** Next.js fixes its rewrites when it builds, so the Worker's port is part of the build. */
export const WORKER_PORT = Number(process.env.WORKER_PORT ?? 8787);

export async function prepareExamples() {
  const authURL = `http://127.0.0.1:${WORKER_PORT}`;
  await pythonPackages();
  await npmPackages(NEXT);
  await installPackage(NEXT);
  await nextBuild(NEXT, { AUTH_URL: authURL });
}

/** A small app whose middleware runs the package in Next's edge runtime. */
export const EDGE_FIXTURE = "js-tests/next-edge";
export const prepareEdgeFixture = () =>
  nextBuild(EDGE_FIXTURE, {}, ["js-tests/package/cases.mjs", "js-tests/corpus/judge.mjs"]);

const nextBuild = (folder, env, inputs = []) =>
  step(`production build of ${folder}`, () =>
    whenStale(
      `next-${folder.replaceAll("/", "-")}`,
      {
        inputs: [folder, "target/npm/edgeseal.tgz", ...inputs],
        outputs: [`${folder}/.next/BUILD_ID`],
        also: JSON.stringify(env),
      },
      () => run("node", [nextCommand(folder), "build"], { cwd: at(folder), env }),
    ),
  );

/** The Next.js that a folder resolves to. */
export const nextCommand = (folder) => createRequire(at(folder, "package.json")).resolve("next/dist/bin/next");

/** `next start` of a built folder, or another of its servers, on a free port: its address, and `stop`. */
export const startNext = (folder, command = ["start"], env = {}) =>
  listening([nextCommand(folder), ...command, "--port", "0"], { cwd: at(folder), env });

/** A server of Next.js's, once it is ready. */
export function listening(args, { cwd, env = {} }) {
  const server = spawn("node", args, { cwd, env: { ...environment, ...env } });
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
        if (found && log.includes("Ready")) resolve({ origin: found[0], stop });
      });
    }
    closed.then(() => reject(new Error(log)));
  });
}
