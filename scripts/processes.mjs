// Runs several servers, reports any that exit, and stops all of them at the end.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { environment, programOf } from "./run.mjs";

const PATIENCE = 60_000;
const GRACE = 4000;
const KEPT_LINES = 60;

/**
 * Returns functions that start and stop processes. All these processes stop when this one ends. Once `report` has been
 * called, `print(name, line)` receives their output.
 */
export function createProcesses({ print = () => {} } = {}) {
  const parts = new Map();
  const lost = [];
  let isReporting = false;
  let ended = () => {};

  const hear = (part, output) => {
    const line = part.hear(output);
    if (!line?.trim()) return;
    part.said.push(line);
    if (part.said.length > KEPT_LINES) part.said.shift();
    if (isReporting) print(part.name, line);
  };

  const all = () => [...parts.values()].filter((part) => part.how === undefined);
  const kill = () => {
    for (const { child } of all()) signal(child, "SIGKILL");
  };
  const end = (part) => {
    if (part.how !== undefined) return part.closed;
    part.wanted = true;
    signal(part.child, "SIGTERM");
    const patience = setTimeout(() => signal(part.child, "SIGKILL"), GRACE);
    return part.closed.finally(() => clearTimeout(patience));
  };
  // This runs no matter how this process ends, except after SIGKILL.
  process.once("exit", kill);

  const launch = (name, command, args, { cwd, env = {}, hear: filter = (line) => line } = {}) => {
    const child = spawn(...programOf(command, args), {
      cwd,
      env: { ...environment, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const again = () => launch(name, command, args, { cwd, env, hear: filter });
    const part = { name, child, again, hear: filter, said: [], wanted: false };
    parts.set(name, part);
    for (const input of [child.stdout, child.stderr]) createInterface({ input }).on("line", (line) => hear(part, line));
    part.closed = new Promise((resolve) => {
      // The command couldn't be started. A `close` event follows.
      child.on("error", (cause) => hear(part, cause.message));
      // Other processes in its group may keep its pipes and port open.
      child.on("exit", () => signal(child, "SIGKILL"));
      child.on("close", (code, by) => {
        part.how = code === null ? `was ended by ${by}` : `ended with code ${code}`;
        resolve(part);
        if (part.wanted) return;
        lost.push(part);
        ended(part);
      });
    });
  };

  return {
    /**
     * Starts `command` as the part called `name`. The command gets its own process group, because wrangler and Next.js
     * start child processes. `hear` receives each line of the command's output and returns the line to print.
     */
    launch,
    /** Waits until `url` responds; rejects if the part exits first. */
    async ready(name, url) {
      const part = parts.get(name);
      const until = Date.now() + PATIENCE;
      while (Date.now() < until && part.how === undefined) {
        const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) }).catch(() => undefined);
        if (answer?.ok) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      // The part was stopped on purpose, so nobody waits for it.
      if (part.wanted) return new Promise(() => {});
      const cause = part.how ?? `does not answer at ${url}`;
      throw Object.assign(new Error(`${name} ${cause}.`), { output: part.said.join("\n") });
    },
    /**
     * From now on, prints all output, and calls `onEnd({ name, how })` for each part that exits by itself or has
     * already done so.
     */
    report(onEnd) {
      isReporting = true;
      ended = onEnd;
      lost.forEach(onEnd);
    },
    /** Stops one part. */
    stop: (name) => end(parts.get(name)),
    /** Starts a part again with the same command. */
    again: (name) => parts.get(name).again(),
    /** Stops all parts and waits for them. */
    async close() {
      isReporting = false;
      await Promise.all(all().map(end));
    },
    kill,
  };
}

function signal(child, name) {
  try {
    process.kill(-child.pid, name);
  } catch {
    // The process has already exited.
  }
}
