// The options of `npm start`, from flags and the environment.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { PARTS } from "../ports.mjs";

export const HELP = `npm start [-- options]

Sets up what is missing, then runs Next.js, the Worker with a local D1 and FastAPI until Ctrl-C.

  --demo                  make a demo account with three tasks, and say its password
  --example better-auth   the example without the Worker: Better Auth inside Next.js
  --next-port PORT        for Next.js (or NEXT_PORT); default 3000
  --worker-port PORT      for the Worker (or WORKER_PORT); default 8787
  --upstream-port PORT    for FastAPI (or UPSTREAM_PORT); default 8000
  --mailbox-port PORT     for the mailbox (or MAILBOX_PORT); default 8025
  --state FOLDER          where the databases are kept; default below .wrangler. Delete it to begin anew
  --help                  this
`;

/** The parts of each example that listen on a port. */
const EXAMPLES = {
  worker: ["next", "worker", "upstream", "mailbox"],
  "better-auth": ["next", "upstream", "mailbox"],
};

/** @throws {Error} with a one-line message for the user. */
export function readOptions(args, env, cwd) {
  const { values } = parsed(args);
  const example = values.example ?? "worker";
  if (!Object.hasOwn(EXAMPLES, example)) {
    throw new Error(`There is no example "${example}". --example is one of: ${Object.keys(EXAMPLES).join(", ")}.`);
  }
  return {
    help: values.help ?? false,
    demo: values.demo ?? false,
    example,
    /** `undefined` means the example's default. */
    state: values.state && resolve(cwd, values.state),
    ports: Object.fromEntries(EXAMPLES[example].map((part) => [part, asked(PARTS[part], values, env)])),
  };
}

function parsed(args) {
  const text = { type: "string" };
  const flag = { type: "boolean" };
  const ports = Object.fromEntries(Object.values(PARTS).map((part) => [part.flag.slice(2), text]));
  try {
    return parseArgs({
      args,
      options: { ...ports, demo: flag, example: text, state: text, help: { ...flag, short: "h" } },
    });
  } catch (cause) {
    throw new Error(`${cause.message.split(". ")[0].replace(/\.$/, "")}. npm start -- --help has all options.`);
  }
}

/** Returns the port from a flag, or else from an environment variable. */
function asked(part, values, env) {
  const given = [
    [part.flag, values[part.flag.slice(2)]],
    [part.variable, env[part.variable]],
  ].find(([, value]) => value !== undefined && value !== "");
  if (!given) return part.port;
  const [from, value] = given;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (port < 1 || port > 65535) throw new Error(`${from} must be a port, 1 to 65535: it is "${value}".`);
  return port;
}
