// Checks that the ports are free before the slow steps start.
import { connect, createServer } from "node:net";
import { stop } from "./run.mjs";

/** What listens on each port, and how to choose a different port. */
export const PARTS = {
  next: { name: "Next.js", port: 3000, flag: "--next-port", variable: "NEXT_PORT" },
  worker: { name: "the Worker", port: 8787, flag: "--worker-port", variable: "WORKER_PORT" },
  upstream: { name: "FastAPI", port: 8000, flag: "--upstream-port", variable: "UPSTREAM_PORT" },
  mailbox: { name: "the mailbox", port: 8025, flag: "--mailbox-port", variable: "MAILBOX_PORT" },
};

/** Stops with a one-line message if a port is not free. */
export async function portsAreFree(ports) {
  for (const [part, port] of Object.entries(ports)) {
    const { name, flag, variable } = PARTS[part];
    const other = Object.keys(ports).find((one) => one !== part && ports[one] === port);
    if (other) stop(`${name} and ${PARTS[other].name} can't both have port ${port}: set one of them, as by ${flag}.`);
    const why = await obstacle(port);
    if (!why) continue;
    const free = await freePort(port + 1, Object.values(ports));
    stop(
      `Port ${port}, for ${name}, ${why}. Stop what uses it, or take another one: ` +
        `npm start -- ${flag} ${free} (or ${variable}=${free}).`,
    );
  }
}

async function freePort(from, taken) {
  for (let port = from; port < 65536; port += 1) {
    if (!taken.includes(port) && !(await obstacle(port))) return port;
  }
  return 0;
}

/** Returns `count` ports that are free on all addresses, for stacks that run alongside the one on the usual ports. */
export async function freePorts(count) {
  const usual = Object.values(PARTS).map(({ port }) => port);
  const found = new Set();
  while (found.size < count) {
    const port = await ephemeralPort();
    if (!usual.includes(port) && !(await obstacle(port))) found.add(port);
  }
  return [...found];
}

const ephemeralPort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Returns the reason why a server can't listen on this port, or undefined if it can. */
async function obstacle(port) {
  // Some systems let one server listen on all addresses and another on a single address, so check both.
  if ((await answers(port, "127.0.0.1")) || (await answers(port, "::1"))) return "is taken";
  const code = await refusal(port);
  if (code === "EADDRINUSE") return "is taken";
  return code && `can't be used (${code})`;
}

const answers = (port, host) =>
  new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 1000 });
    const settle = (open) => {
      socket.destroy();
      resolve(open);
    };
    socket
      .on("connect", () => settle(true))
      .on("error", () => settle(false))
      .on("timeout", () => settle(false));
  });

const refusal = (port) =>
  new Promise((resolve) => {
    const server = createServer().once("error", ({ code }) => resolve(code));
    server.listen(port, () => server.close(() => resolve(undefined)));
  });
