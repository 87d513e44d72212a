// Time from outside, for the edge builds: clocks stand still there while code runs.
import { median } from "../judge.mjs";

const PAIRS = 5;
/** What one request may take in ms for its time to do as an upper bound: half the bar. */
const ENOUGH = 25;

/** `ask(text)` posts a JSON text and gives the parsed answer and the time that it took. */
export async function fromOutside(ask, cases) {
  await shared(ask, cases[0], 1); // Starting up is no row's time.
  const results = [];
  for (const one of cases) {
    // Short ones run often, so that what the request costs by itself is spread thin.
    const bound = await shared(ask, one, one.token.length < 10_000 ? 20 : 1);
    results.push(bound.ms < ENOUGH ? bound : await apart(ask, one));
  }
  return results;
}

/** Time per run, with its share of the request: an upper bound. */
async function shared(ask, one, runs) {
  const { result, ms } = await ask(JSON.stringify({ one, runs }));
  return { ...result, ms: ms / runs };
}

/** The time of a run less that of the same request without one; in pairs, so that what else the machine does is in both. */
async function apart(ask, one) {
  const times = [];
  let result;
  for (let pair = 0; pair < PAIRS; pair++) {
    const way = await ask(JSON.stringify({ one, runs: 0 }));
    const whole = await ask(JSON.stringify({ one, runs: 1 }));
    ({ result } = whole);
    times.push(Math.max(0, whole.ms - way.ms));
  }
  return { ...result, ms: median(times) };
}

export const poster = (url) => async (body) => {
  const start = performance.now();
  const response = await fetch(url, { method: "POST", body });
  const text = await response.text();
  const ms = performance.now() - start;
  if (response.status !== 200) throw new Error(`${url} answers ${response.status}: ${text.slice(0, 500)}`);
  return { result: JSON.parse(text), ms };
};
