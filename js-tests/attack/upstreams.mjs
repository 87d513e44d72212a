// The gateway's upstreams: the FastAPI example under uvicorn, and a server that responds with the request it received.
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { at, environment } from "../../scripts/run.mjs";

/** Starts the tasks API on a free port. Returns its address and a function that stops it. */
export async function startFastApi(env) {
  const args = ["main:app", "--host", "127.0.0.1", "--port", "0", "--no-access-log", "--no-server-header"];
  const child = spawn(at(".venv/bin/python"), ["-m", "uvicorn", ...args], {
    cwd: at("examples/fastapi"),
    env: { ...environment, ...env },
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  const stop = () => {
    child.kill();
    return ended;
  };
  let log = "";
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        log += text;
        const found = /running on (http:\/\/127\.0\.0\.1:\d+)/.exec(log);
        if (found) resolve({ url: found[1], stop });
      });
    }
    ended.then(() => reject(new Error(`uvicorn: ${log}`)));
  });
}

/** Starts a server that responds with the request as it arrived, except that Node lowercases the header names. */
export async function startEcho() {
  const server = createServer((request, response) => {
    const { method, url, headers } = request;
    request.resume();
    request.on("end", () => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ method, url, headers }));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(resolve);
    });
  return { url: `http://127.0.0.1:${server.address().port}`, stop };
}
