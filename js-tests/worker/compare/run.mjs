// Runs the steps on both servers.
import assert from "node:assert/strict";
import { describe, describeValue, differences, Memory, withoutTokens } from "./answers.mjs";
import { openWorld, send, startBetterAuth, startWorker } from "./sides.mjs";
import { scenarios } from "./steps.mjs";

/** Returns each step with both responses and their differences. */
export async function compare(wanted = scenarios) {
  const compared = [];
  for (const { baseURL, steps, ...more } of wanted) {
    const answers = [];
    // Run one server after the other, so that they don't slow each other down.
    for (const start of [startBetterAuth, startWorker]) {
      const side = await start(baseURL, more);
      try {
        answers.push(await run(side, steps));
      } finally {
        await side.stop();
      }
    }
    steps.forEach(({ name }, index) => {
      const [betterAuth, worker] = answers.map((given) => given[index]);
      const { endpoint, request } = betterAuth;
      assert.equal(worker.endpoint, endpoint, `${name}: both get the same request`);
      const [one, other] = [betterAuth.described, worker.described];
      compared.push({ name, endpoint, request, betterAuth: one, worker: other, found: differences(one, other) });
    });
  }
  return compared;
}

/** Runs the steps on one server, and describes its response to each step. */
async function run(side, steps) {
  const world = openWorld(side);
  const memory = new Memory();
  const answers = [];
  for (const step of steps) {
    if (step.later) side.move(Math.round(step.later * 3_600_000));
    if (step.mail) {
      const { name, type, to } = step.mail;
      const message = (await world.link(name, type, to)) ?? null;
      answers.push({
        endpoint: "mail",
        request: { headers: {} },
        described: { mail: message && { type, to, url: withoutTokens(message.url) } },
      });
      continue;
    }
    if (step.watch) {
      const states = await step.watch(world.browser(step.browser).react);
      answers.push({
        endpoint: "useSession",
        request: { headers: {} },
        described: { states: describeValue(states, memory, side.now()) },
      });
      continue;
    }
    if (side.outbox) side.outbox.isBroken = step.broken === true;
    const { request, answer, ...rest } = await take(step, world, side).catch((cause) => {
      throw new Error(`${side.baseURL}, step "${step.name}"`, { cause });
    });
    if (step.timed) rest.delay = await delayOf(request, side);
    const { method = "GET", path } = request;
    answers.push({
      endpoint: `${method} ${endpointOf(path)}`,
      request: { method, headers: {}, ...request },
      described: { ...describe(answer, memory, side.now()), ...rest },
    });
  }
  return answers;
}

/** Returns how long responses are delayed on purpose. Without a delay, at least one of several responses is fast. */
async function delayOf(request, side) {
  let fastest = Infinity;
  for (let i = 0; i < 5 && fastest >= 500; i++) {
    const begin = performance.now();
    await send(side, request);
    fastest = Math.min(fastest, performance.now() - begin);
  }
  return fastest >= 500 ? "500 ms" : "none";
}

const endpointOf = (path) =>
  path
    .replace("/api/auth", "")
    .replace(/\?.*/, "")
    .replace(/(?<=^\/reset-password\/).+/, "token");

async function take(step, world, side) {
  const request = typeof step.request === "function" ? await step.request(world) : step.request;
  if (!step.browser) {
    const answer = await send(side, request);
    world.token = answer.headers.find(([name]) => name === "set-auth-token")?.[1] ?? world.token;
    return { request, answer };
  }
  const browser = world.browser(step.browser);
  if (request) {
    await browser.send(request);
    return browser.exchanges.at(-1);
  }
  const before = browser.exchanges.length;
  const result = await step.call(browser.client, world);
  const [exchange, ...more] = browser.exchanges.slice(before);
  if (!exchange || more.length > 0) throw new Error(`${step.name}: ${more.length + 1} requests`);
  return { ...exchange, client: view(result, exchange.answer) };
}

/** Returns the client's result, or a short text if the result is the same as the response's body. */
function view({ data, error }, { status, text }) {
  const body = text === "" ? null : JSON.parse(text);
  if (status < 300) return !error && JSON.stringify(data) === JSON.stringify(body) ? "data: the body" : { data, error };
  const same = data === null && error.status === status && error.code === body?.code;
  return same && error.message === body?.message ? "error: the body" : { data, error };
}
