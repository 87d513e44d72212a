// Measures times from outside the runtime, because the clocks in the edge builds do not advance while code runs.
import { median } from "../judge.mjs";

const PAIRS = 5;
/** Half the limit, in milliseconds. If one request takes less than this, its time serves as the upper bound. */
const ENOUGH = 25;

/** `ask(text)` posts JSON and returns the parsed response and how long the request took. */
export async function fromOutside(ask, cases) {
  await shared(ask, cases[0], 1); // Warm up, so that no row's time includes the start-up.
  const results = [];
  for (const one of cases) {
    // Run short cases many times per request, so that the cost of the request itself becomes negligible.
    const bound = await shared(ask, one, one.token.length < 10_000 ? 20 : 1);
    results.push(bound.ms < ENOUGH ? bound : await apart(ask, one));
  }
  return results;
}

/** Returns an upper bound: the time per run, including a share of the request's own cost. */
async function shared(ask, one, runs) {
  const { result, ms } = await ask(JSON.stringify({ one, runs }));
  return { ...result, ms: ms / runs };
}

/**
 * Returns the time of a request with one run minus that of a request with no runs. The two are measured in pairs, so
 * that any other load on the machine affects both equally.
 */
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
