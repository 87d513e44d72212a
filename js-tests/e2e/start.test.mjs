// Runs `npm start` as a user would. Checks its output and the files it creates, and that it doesn't leave any processes
// running.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { freePorts } from "../../scripts/ports.mjs";
import { at, machineNode } from "../../scripts/run.mjs";
import { temporaryFolder } from "../temporary-folder.mjs";

const [NEXT, WORKER, UPSTREAM, MAILBOX] = await freePorts(4);
const APP = `http://localhost:${NEXT}`;
const PORTS = [
  ...[`--next-port=${NEXT}`, `--worker-port=${WORKER}`],
  ...[`--upstream-port=${UPSTREAM}`, `--mailbox-port=${MAILBOX}`],
];
const NPM = ["npm", "start", "--"];
/** The Node that is installed on this machine. Even Node 20 can start everything. */
const NODE = [machineNode, at("scripts/start.mjs")];

/** Runs `npm start` in its own process group, as a terminal does. */
function start(t, args, { by = NODE, env = {} } = {}) {
  const [command, ...first] = by;
  const child = spawn(command, [...first, ...args], {
    cwd: at(),
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let text = "";
  let waiting = () => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (more) => {
      text += more;
      waiting();
    });
  }
  const ended = new Promise((resolve) => child.on("close", resolve));
  t.after(() => {
    if (child.exitCode === null && child.signalCode === null) signal("SIGTERM");
    return ended;
  });
  const signal = (name) => process.kill(-child.pid, name);
  return {
    ended,
    signal,
    text: () => text,
    /** All processes that `npm start` has started, directly or indirectly. */
    processes: () => below(child.pid),
    /** Waits for this output; rejects if the process exits first. */
    said: (pattern) =>
      new Promise((resolve, reject) => {
        waiting = () => pattern.test(text) && resolve(pattern.exec(text));
        waiting();
        ended.then(() => reject(new Error(`it ended:\n${text}`)));
      }),
  };
}

/** All running processes except zombies, each as `{ pid, parent, args }`. */
const running = () =>
  execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)/.exec(line))
    .filter((found) => found && !found[3].startsWith("Z"))
    .map(([, pid, parent, , args]) => ({ pid: Number(pid), parent: Number(parent), args }));

function below(pid) {
  const all = running();
  const found = all.filter((one) => one.pid === pid);
  for (const { pid } of found) found.push(...all.filter((one) => one.parent === pid));
  return found;
}
function noneIsLeft(processes) {
  const left = running().filter(({ pid, args }) => processes.some((one) => one.pid === pid && one.args === args));
  assert.deepEqual(left, []);
}

const account = (text) => ["E-mail", "Password"].map((name) => new RegExp(`^  ${name} +(\\S+)$`, "m").exec(text)[1]);
/**
 * Signs in, checks that the account's e-mail address is verified, and returns the account's tasks from the tasks API.
 */
async function tasksOf([email, password], { auth, tasks }) {
  const answer = await fetch(`${auth}/sign-in/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: APP },
    body: JSON.stringify({ email, password }),
  });
  assert.equal(answer.status, 200);
  const { user } = await answer.json();
  assert.equal(user.emailVerified, true);
  const cookie = answer.headers.getSetCookie().map((line) => line.split(";")[0]);
  const { token } = await (await fetch(`${auth}/token`, { headers: { cookie: cookie.join("; ") } })).json();
  const got = await fetch(`${tasks}/api/${user.id}/tasks`, { headers: { authorization: `Bearer ${token}` } });
  return (await got.json()).map(({ title }) => title);
}
const READY = /Ready after ([\d.]+) s\.[^]*Ctrl-C stops everything\.\n/;
const TASKS = ["Tick this task", "Add one of your own", "Sign out and come back"];
const state = temporaryFolder("start");
let first;

test("from nothing to a demo account with tasks; Ctrl-C leaves no process", async (t) => {
  const run = start(t, ["--demo", "--state", state, ...PORTS], { by: NPM });
  await run.said(READY);
  const text = run.text();
  const auth = `Auth API +http://127.0.0.1:${WORKER}/openapi`;
  for (const line of [`App +${APP}`, auth, `Mailbox +http://localhost:${MAILBOX}`, "Password +\\S{16}"]) {
    assert.match(text, new RegExp(`^  ${line}$`, "m"));
  }
  for (const step of ["local database", "worker answers", "fastapi answers", "next answers", "demo account"]) {
    assert.match(text, new RegExp(`^✓ ${step} \\(\\d+\\.\\d s\\)$`, "m"));
  }
  assert.equal((await fetch(`http://127.0.0.1:${WORKER}/openapi`)).status, 200);
  first = account(text);
  const [message] = await (await fetch(`http://localhost:${MAILBOX}/messages.json`)).json();
  assert.deepEqual([message.to, message.from], [first[0], "Tasks <no-reply@example.com>"]);
  assert.ok(message.url.startsWith(`${APP}/api/auth/verify-email?token=`) && message.text.includes(message.url));
  assert.ok(message.html.includes(message.subject));
  for (const base of [`http://127.0.0.1:${WORKER}`, APP]) {
    assert.deepEqual(await tasksOf(first, { auth: `${base}/api/auth`, tasks: base }), TASKS);
  }

  await run.said(/^fastapi │ .*"GET \/api\/\w+\/tasks HTTP\/1.1" 200/m);
  await run.said(/^worker  │ POST \/api\/auth\/sign-in\/email 200 \(\d+ ms\)\nworker  │ audit: sign-in success$/m);
  const log = run.text().slice(text.length).trim();
  for (const line of log.split("\n")) assert.match(line, /^(worker |fastapi|next   ) │ [^[{\u001b]/);

  const processes = run.processes();
  for (const name of ["workerd", "wrangler", "uvicorn", "next"]) {
    assert.ok(
      processes.some(({ args }) => args.includes(name)),
      name,
    );
  }
  run.signal("SIGINT");
  await run.ended;
  assert.match(run.text(), /\nStopping …\n$/);
  noneIsLeft(processes);
});

test("the second start builds nothing and shows the same account; a part that exits stops all", async (t) => {
  const run = start(t, ["--demo", "--state", state, ...PORTS]);
  const [, seconds] = await run.said(READY);
  // This start takes about 5 seconds on two idle cores. The test doesn't check the time, only that nothing is rebuilt.
  t.diagnostic(`ready after ${seconds} s`);
  const setUp = run
    .text()
    .split("✓ worker answers")[0]
    .match(/^✓ .*(?<!answers) \(.*$/gm);
  for (const line of setUp) assert.match(line, /: (up to date|there) \(\d\.\d s\)$/);
  assert.ok(setUp.some((line) => line.includes("production build")) && setUp.at(-1).includes("local database"));
  assert.deepEqual(account(run.text()), first);
  const worker = `http://127.0.0.1:${WORKER}`;
  assert.deepEqual(await tasksOf(first, { auth: `${worker}/api/auth`, tasks: worker }), TASKS, "no task twice");
  const processes = run.processes();
  // Kill the first process in the Worker's process group. That process has child processes.
  process.kill(processes.find(({ args }) => args.includes("wrangler")).pid, "SIGKILL");
  assert.equal(await run.ended, 1);
  assert.match(run.text(), /\n✗ worker was ended by SIGKILL, so everything was stopped\.\n$/);
  noneIsLeft(processes);
});

test("the example without the Worker; a second Ctrl-C stops immediately", async (t) => {
  const run = start(t, ["--example=better-auth", "--demo", "--state", temporaryFolder("start"), ...PORTS]);
  await run.said(READY);
  const upstream = `http://127.0.0.1:${UPSTREAM}`;
  const example = { auth: `${APP}/api/auth`, tasks: upstream };
  assert.deepEqual(await tasksOf(account(run.text()), example), TASKS);
  const messages = await (await fetch(`http://localhost:${MAILBOX}/messages.json`)).json();
  assert.ok(messages.some(({ to, type }) => to === "demo@example.com" && type === "verify-email"));

  const processes = run.processes();
  assert.ok(!processes.some(({ args }) => args.includes("workerd")));
  // A stopped process doesn't handle signals.
  process.kill(processes.find(({ args }) => args.includes("uvicorn")).pid, "SIGSTOP");
  run.signal("SIGINT");
  await run.said(/Stopping …/);
  // npm also forwards the terminal's signal, so a second signal right after the first doesn't mean that the user
  // pressed Ctrl-C twice.
  run.signal("SIGINT");
  await new Promise((resolve) => setTimeout(resolve, 700));
  assert.ok(run.processes().length > 1, "it waits");
  const before = Date.now();
  run.signal("SIGINT");
  assert.equal(await run.ended, 130);
  assert.ok(Date.now() - before < 2000);
  noneIsLeft(processes);
});

test("Ctrl-C before it is ready leaves no process and prints no error", async (t) => {
  const run = start(t, ["--state", state, ...PORTS]);
  await run.said(/✓ fastapi answers/);
  const processes = run.processes();
  assert.ok(processes.some(({ args }) => args.includes("wrangler")));
  run.signal("SIGINT");
  assert.equal(await run.ended, 130);
  assert.doesNotMatch(run.text(), /✗|Ready/);
  noneIsLeft(processes);
});

test("a port in use is reported first, with a free one", async (t) => {
  const server = createServer();
  await new Promise((resolve) => server.listen(UPSTREAM, "127.0.0.1", resolve));
  t.after(() => new Promise((resolve) => server.close(resolve)));
  const run = start(t, PORTS);
  assert.equal(await run.ended, 1);
  const said =
    /^✗ Port (\d+), for FastAPI, is taken\. Stop what uses it, or take another one: npm start -- --upstream-port (\d+) \(or UPSTREAM_PORT=(\d+)\)\.$/;
  const [, taken, ...free] = said.exec(run.text().trim()) ?? assert.fail(run.text());
  assert.equal(Number(taken), UPSTREAM);
  assert.ok(free[0] === free[1] && Number(free[0]) > UPSTREAM, `${free}`);
});

test("an invalid option is reported in one line", async (t) => {
  for (const [args, env, line] of [
    [["--next-port", "x"], {}, '--next-port must be a port, 1 to 65535: it is "x".'],
    [[], { WORKER_PORT: "70000" }, 'WORKER_PORT must be a port, 1 to 65535: it is "70000".'],
    [["--next-port=4000", "--worker-port=4000"], {}, "Next.js and the Worker can't both have port 4000: set one"],
    [["--example", "rails"], {}, 'There is no example "rails". --example is one of: worker, better-auth.'],
    [["--port", "1"], {}, "Unknown option '--port'. npm start -- --help has all options."],
    [["demo"], {}, "Unexpected argument 'demo'. npm start -- --help has all options."],
  ]) {
    const run = start(t, args, { env });
    assert.equal(await run.ended, 1, line);
    assert.ok(run.text().startsWith(`\n✗ ${line}`), run.text());
    assert.equal(run.text().trim().split("\n").length, 1);
  }
});

test("a missing program is named, with where to get it", async (t) => {
  const PATH = temporaryFolder("start");
  for (const name of ["cargo", "rustup", "node", "npm"]) {
    const found = process.env.PATH.split(":").map((part) => join(part, name));
    symlinkSync(name === "node" ? machineNode : found.find(existsSync), join(PATH, name));
  }
  const run = start(t, PORTS, { env: { PATH } });
  assert.equal(await run.ended, 1);
  assert.equal(run.text().trim(), "✗ Missing on this machine: python3 (https://python.org).");
});

test("--help lists every flag and variable", async (t) => {
  const run = start(t, ["--help"], { by: NPM });
  assert.equal(await run.ended, 0);
  for (const name of [
    "--demo",
    "--example",
    "--state",
    "--next-port",
    "WORKER_PORT",
    "--upstream-port",
    "MAILBOX_PORT",
  ]) {
    assert.ok(run.text().includes(name), name);
  }
});
