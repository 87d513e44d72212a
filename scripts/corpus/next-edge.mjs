// The package in Next's edge runtime: the middleware of the production build of js-tests/next-edge.
import { spawn } from "node:child_process";
import { EDGE_FIXTURE, nextCommand, prepareEdgeFixture } from "../examples.mjs";
import { at, environment } from "../run.mjs";
import { fromOutside, poster } from "./outside.mjs";

export const name = "Next.js edge";
export const prepare = prepareEdgeFixture;

export async function run(cases) {
  const server = spawn("node", [nextCommand(EDGE_FIXTURE), "start", "--port", "0"], {
    cwd: at(EDGE_FIXTURE),
    env: environment,
  });
  try {
    return await fromOutside(poster(`${await address(server)}/corpus`), cases);
  } finally {
    server.kill();
  }
}

function address(server) {
  return new Promise((resolve, reject) => {
    let log = "";
    for (const stream of [server.stdout, server.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        log += text;
        const found = /http:\/\/localhost:\d+/.exec(log);
        if (found && log.includes("Ready")) resolve(found[0]);
      });
    }
    server.on("close", () => reject(new Error(log)));
  });
}
