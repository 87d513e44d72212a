// The Worker that benches/workerd.mjs measures: a request with `?contender=NAME&of=CASE&count=N` runs a case N times.
// This file is bundled in js-tests/, where the packages that it imports are installed.
import * as workerJwt from "@tsndr/cloudflare-worker-jwt";
import * as edgeseal from "edgeseal";
import * as edgesealJose from "edgeseal/jose";
import * as hono from "hono/jwt";
import * as jose from "jose";

let contenders;
let done;

async function prepare({ secret, issuer, audience }) {
  const bytes = new TextEncoder().encode(secret);
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes, hmac, false, ["sign", "verify"]);
  const verifier = edgeseal.createVerifier({ secret, issuer, audience });
  const signer = edgeseal.createSigner({ secret });
  const joseOptions = { issuer, audience, algorithms: ["HS256"] };
  const byJose = (jose, key) => ({
    verify: async (token) => (await jose.jwtVerify(token, key, joseOptions)).payload,
    sign: (claims) => new jose.SignJWT(claims).setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(key),
  });
  const honoOptions = { alg: "HS256", iss: issuer, aud: audience };
  // This library can't check `iss` and `aud`, so we check them here, as its users must.
  const workerVerify = (key) => async (token) => {
    const { payload } = await workerJwt.verify(token, key, { algorithm: "HS256", throwError: true });
    if (payload.iss !== issuer || payload.aud !== audience) throw new Error("not for us");
    return payload;
  };
  return {
    edgeseal: { verify: (token) => verifier.verify(token), sign: (claims) => signer.sign(claims) },
    "edgeseal/jose (Uint8Array)": byJose(edgesealJose, bytes),
    "edgeseal/jose (CryptoKey)": byJose(edgesealJose, key),
    "jose (CryptoKey)": byJose(jose, key),
    "jose (Uint8Array)": byJose(jose, bytes),
    "hono/jwt (CryptoKey)": {
      verify: (token) => hono.verify(token, key, honoOptions),
      sign: (claims) => hono.sign(claims, key, "HS256"),
    },
    "hono/jwt (string)": {
      verify: (token) => hono.verify(token, secret, honoOptions),
      sign: (claims) => hono.sign(claims, secret, "HS256"),
    },
    "@tsndr/cloudflare-worker-jwt (CryptoKey)": {
      verify: workerVerify(key),
      sign: (claims) => workerJwt.sign(claims, key),
    },
    "@tsndr/cloudflare-worker-jwt (string)": {
      verify: workerVerify(secret),
      sign: (claims) => workerJwt.sign(claims, secret),
    },
    nothing: { verify: () => undefined, sign: () => undefined },
  };
}

/** A token's claims, or "refused". */
const verdict = async (verify, token) => {
  try {
    return await verify(token);
  } catch {
    return "refused";
  }
};

/** Returns a contender's results for the valid token and the invalid ones, and a token that the contender signed. */
async function judge({ verify, sign }, { token, refused, claims }) {
  const verdicts = {};
  for (const [what, one] of Object.entries(refused)) verdicts[what] = await verdict(verify, one);
  return { taken: await verdict(verify, token), verdicts, signed: await sign(claims) };
}

/** Calls `run` `count` times. Only promises are awaited, so that synchronous calls aren't slowed down. */
async function repeat(run, inputs, count) {
  const first = run(inputs[0]);
  await first;
  const of = inputs.length;
  if (first instanceof Promise) for (let i = 0; i < count; i++) done = await run(inputs[i % of]);
  else for (let i = 0; i < count; i++) done = run(inputs[i % of]);
}

export default {
  async fetch(request, { GIVEN }) {
    contenders ??= await prepare(GIVEN);
    const { contender, of, count } = Object.fromEntries(new URL(request.url).searchParams);
    if (contender === undefined) return Response.json(Object.keys(contenders));
    if (of === "check") return Response.json(await judge(contenders[contender], GIVEN));
    const inputs = { verify: [GIVEN.token], "verify in turn": GIVEN.tokens, sign: [GIVEN.claims] }[of];
    await repeat(contenders[contender][of === "sign" ? "sign" : "verify"], inputs, Number(count));
    return new Response(typeof done);
  },
};
