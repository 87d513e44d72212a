// Judges a case from the corpus in the same way in every JavaScript build.
const RUNS = 5;
const PROTOTYPE = Reflect.ownKeys(Object.prototype).length;

/**
 * Returns `{ verdict, code, claim, claims, trap }`. `claims` is JSON text, and is set only if the token is accepted.
 * `trap` is set for any exception that is not a refusal, such as a `WebAssembly.RuntimeError`. It is also set if the
 * claims affect a prototype.
 */
export function judge(edgeseal, one) {
  try {
    const claims = verify(edgeseal, one);
    if (reachesPrototype(claims)) return { verdict: "accept", trap: "claims reach a prototype" };
    return { verdict: "accept", claims: JSON.stringify(claims) };
  } catch (error) {
    // Keep only the error's name, because its message may contain input.
    if (!edgeseal.isEdgesealError(error)) return { verdict: "reject", trap: String(error?.name) };
    return { verdict: "reject", code: error.code, claim: error.claim };
  }
}

/** Like `judge`, but also returns the median time of five runs, for runtimes whose clock advances while code runs. */
export function timed(edgeseal, one) {
  const times = [];
  let result;
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    result = judge(edgeseal, one);
    times.push(performance.now() - start);
  }
  return { ...result, ms: median(times) };
}

export const median = (times) => [...times].sort((a, b) => a - b)[times.length >> 1];

/** Handles a request to an edge build: runs a case `runs` times. If `runs` is 0, only the request itself is timed. */
export function answer(edgeseal, { one, runs }) {
  let result = null;
  for (let run = 0; run < runs; run++) result = judge(edgeseal, one);
  return result;
}

function verify(edgeseal, one) {
  const { token, secret, issuer, audience, typ, algorithm, now, clockTolerance, maxTokenLength, requiredClaims } = one;
  const options = {
    secret: Uint8Array.from(secret.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)),
    issuer,
    audience,
    typ,
    algorithms: [algorithm],
    clockTolerance,
    maxTokenLength,
    requiredClaims: requiredClaims.length > 0 ? requiredClaims : undefined,
    currentDate: new Date(now * 1000),
  };
  // Omit the options that the row does not set.
  const set = Object.entries(options).filter(([, value]) => value !== undefined);
  const verifier = edgeseal.createVerifier(Object.fromEntries(set));
  return verifier.verify(token);
}

function reachesPrototype(claims) {
  const parent = Object.getPrototypeOf(claims);
  if (parent !== Object.prototype && parent !== null) return true;
  return Reflect.ownKeys(Object.prototype).length !== PROTOTYPE;
}
