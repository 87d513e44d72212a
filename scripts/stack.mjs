// The whole stack as processes: Worker with local D1, FastAPI upstream, Next.js.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { nextCommand } from "./examples.mjs";
import { at, environment, run, stop } from "./run.mjs";

/** The local secret: generated once into .dev.vars, which git ignores. */
export function localSecret() {
  const path = at(".dev.vars");
  if (!existsSync(path)) {
    writeFileSync(path, `AUTH_SECRET="${randomBytes(32).toString("base64url")}"\n`, { mode: 0o600 });
  }
  const found = /^(?:AUTH_SECRET|BETTER_AUTH_SECRET)\s*=\s*"?([^"\n]+)"?/m.exec(readFileSync(path, "utf8"));
  if (!found) stop(".dev.vars has no AUTH_SECRET: delete the file to have one generated.");
  return found[1];
}

const answers = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("close", () => socket.destroy()).setTimeout(1000, () => resolve(false));
    socket.on("connect", () => socket.end());
  });

/**
 * Starts all three; gives their addresses and `close`, which leaves no process behind. `stopPart` ends `worker`, `fastapi` or
 * `next` alone, and `startPart` starts it again.
 */
export async function startStack({ next = 3000, worker = 8787, upstream = 8000, show = true, persist } = {}) {
  for (const [name, port] of Object.entries({ "Next.js": next, Worker: worker, FastAPI: upstream })) {
    if (await answers(port)) stop(`Port ${port}, for ${name}, is taken. Stop what uses it, or set another one.`);
  }
  const origin = `http://localhost:${next}`;
  const secret = localSecret();
  const children = new Map();
  const end = (child) =>
    child.exitCode === null &&
    child.signalCode === null &&
    new Promise((resolve) => {
      child.on("close", resolve);
      // The whole group: wrangler and next have children of their own.
      signal(child, "SIGTERM");
      setTimeout(() => signal(child, "SIGKILL"), 4000).unref();
    });
  const close = () => Promise.all([...children.values()].map(({ child }) => end(child)));
  let log = "";
  const launch = (name, command, args, { cwd = at(), env = {} } = {}) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...environment, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        log += text;
        if (show) for (const line of text.split("\n")) if (line.trim()) console.log(`[${name}] ${line}`);
      });
    }
    children.set(name, { child, again: () => launch(name, command, args, { cwd, env }) });
  };

  const state = persist ? ["--persist-to", persist] : [];
  await run("wrangler", ["d1", "migrations", "apply", "edgeseal", "--local", ...state], { env: { CI: "true" } });
  const behind = `http://127.0.0.1:${upstream}`;
  const routes = JSON.stringify(["/api/me", "/api/:owner/*"].map((path) => ({ path, upstream: behind })));
  launch("worker", "wrangler", [
    "dev",
    "--ip",
    "127.0.0.1",
    "--port",
    String(worker),
    "--inspector-port",
    "0",
    "--show-interactive-dev-session=false",
    "--var",
    `BASE_URL:${origin}`,
    "--var",
    `ROUTES:${routes}`,
    ...state,
  ]);
  launch(
    "fastapi",
    at(".venv/bin/uvicorn"),
    ["main:app", "--host", "127.0.0.1", "--port", String(upstream), "--no-access-log"],
    {
      cwd: at("examples/fastapi"),
      env: { AUTH_SECRET: secret, BASE_URL: origin },
    },
  );
  launch("next", "node", [nextCommand("examples/nextjs"), "start", "--port", String(next)], {
    cwd: at("examples/nextjs"),
    env: { AUTH_SECRET: secret, BASE_URL: origin, AUTH_URL: `http://127.0.0.1:${worker}` },
  });

  const addresses = { app: origin, worker: `http://127.0.0.1:${worker}`, upstream: `http://127.0.0.1:${upstream}` };
  for (const url of [`${addresses.app}/`, `${addresses.worker}/api/auth/ok`, `${addresses.upstream}/docs`]) {
    if (!(await ready(url))) {
      await close();
      throw Object.assign(new Error(`${url} does not answer`), { output: log });
    }
  }
  const stopPart = (name) => end(children.get(name).child);
  const startPart = (name) => children.get(name).again();
  return { ...addresses, secret, close, stopPart, startPart };
}

async function ready(url) {
  for (let tries = 0; tries < 240; tries++) {
    try {
      if ((await fetch(url)).ok) return true;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return false;
}

function signal(child, name) {
  try {
    process.kill(-child.pid, name);
  } catch {
    // Gone already.
  }
}
