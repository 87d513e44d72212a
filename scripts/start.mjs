// npm start: installs and builds what is missing, then runs an example until Ctrl-C.
import { build } from "./build.mjs";
import { prepareBetterAuthExample, prepareExamples } from "./examples.mjs";
import { portsAreFree } from "./ports.mjs";
import { createProcesses } from "./processes.mjs";
import { step, stop } from "./run.mjs";
import { startBetterAuth, startStack } from "./stack.mjs";
import { makeDemoAccount } from "./start/demo.mjs";
import { linePrinter, seesColour } from "./start/log-lines.mjs";
import { HELP, readOptions } from "./start/options.mjs";

/**
 * Each Ctrl-C arrives twice: from the terminal and through npm. Signals within this many milliseconds of each other
 * count as one.
 */
const SAME_PRESS = 500;

const began = Date.now();
const options = asked();
if (options.help) {
  console.log(HELP);
  process.exit(0);
}
const colour = seesColour(process.stdout, process.env);
const bold = (text) => (colour ? `\u001b[1m${text}\u001b[0m` : text);
const parts = createProcesses({ print: linePrinter(["worker", "fastapi", "next"], colour) });
let stopping = 0;
let isReady = false;
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, interrupted);

// Check this before the build, which is slow the first time.
await portsAreFree(options.ports);
const started = { ...options.ports, persist: options.state, parts };
const { app, addresses, auth, tasks, state, mailbox } =
  options.example === "worker" ? await withWorker() : await withoutWorker();
let demo;
if (options.demo) {
  await step("demo account", async () => {
    demo = await makeDemoAccount({ app, auth, tasks, state, mailbox });
  });
}
parts.report(({ name, how }) => {
  if (stopping) return;
  stopping = Date.now();
  // The part's last output has already been printed.
  parts.close().then(() => stop(`${name} ${how}, so everything was stopped.`));
});
isReady = true;
console.log(summary());

async function withWorker() {
  await build();
  await prepareExamples();
  const { app, worker, upstream, state, mailbox } = await startStack(started).catch(gaveUp);
  const addresses = [
    ["App", app],
    ["Auth API", `${worker}/openapi`],
    ["Tasks API", `${upstream}/docs`],
    ["Mailbox", mailbox],
  ];
  return { app, addresses, auth: `${worker}/api/auth`, tasks: worker, state, mailbox };
}

async function withoutWorker() {
  await build({ only: "package" });
  await prepareBetterAuthExample();
  const { app, upstream, state, mailbox } = await startBetterAuth(started).catch(gaveUp);
  const addresses = [
    ["App", app],
    ["Tasks API", `${upstream}/docs`],
    ["Mailbox", mailbox],
  ];
  return { app, addresses, auth: `${app}/api/auth`, tasks: upstream, state, mailbox };
}

/** For errors that no step reports, such as a state folder that can't be created. */
function gaveUp({ message }) {
  stop(message);
}

function summary() {
  const rows = [...addresses];
  if (demo) rows.push([], ["E-mail", demo.email], ["Password", demo.password]);
  const lines = rows.map(([name, value]) => (name ? `  ${name.padEnd(11)}${bold(value)}` : ""));
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  return ["", `Ready after ${seconds} s.`, "", ...lines, "", "Ctrl-C stops everything.", ""].join("\n");
}

async function interrupted() {
  if (stopping) {
    if (Date.now() - stopping < SAME_PRESS) return;
    parts.kill();
    process.exit(130);
  }
  stopping = Date.now();
  console.log("\nStopping …");
  await parts.close();
  process.exit(isReady ? 0 : 130);
}

function asked() {
  try {
    return readOptions(process.argv.slice(2), process.env, process.cwd());
  } catch (cause) {
    return stop(cause.message);
  }
}
