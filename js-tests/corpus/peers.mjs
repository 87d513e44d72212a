// Runs cases from the corpus with other libraries. Each library is set up as its documentation recommends, with the
// algorithm, the issuer, the audience and, if supported, required claims. `accepts` resolves to `true` if the library
// accepts the token.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as tsndr from "@tsndr/cloudflare-worker-jwt";
import { createVerifier } from "fast-jwt";
import * as hono from "hono/jwt";
import * as jose from "jose";
import jsonwebtoken from "jsonwebtoken";

const root = fileURLToPath(new URL("../../", import.meta.url));
const version = (name) => JSON.parse(readFileSync(packageFile(name), "utf8")).version;
const packageFile = (name) => new URL(`../node_modules/${name}/package.json`, import.meta.url);
const secretOf = ({ secret }) => Buffer.from(secret, "hex");
const webKey = (one) =>
  crypto.subtle.importKey("raw", secretOf(one), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);

const javascript = {
  jose: {
    clock: "option",
    verify: ({ token, issuer, audience, typ, now, clockTolerance, requiredClaims, algorithm, ...one }) =>
      jose.jwtVerify(token, secretOf(one), {
        algorithms: [algorithm],
        issuer,
        audience,
        typ,
        requiredClaims,
        clockTolerance,
        currentDate: new Date(now * 1000),
      }),
  },
  jsonwebtoken: {
    clock: "option",
    verify: ({ token, issuer, audience, now, clockTolerance, algorithm, ...one }) =>
      jsonwebtoken.verify(token, secretOf(one), {
        algorithms: [algorithm],
        ...given({ issuer, audience }),
        clockTolerance,
        clockTimestamp: now,
      }),
  },
  "fast-jwt": {
    clock: "option",
    verify: ({ token, issuer, audience, typ, now, clockTolerance, requiredClaims, algorithm, ...one }) =>
      createVerifier({
        key: secretOf(one),
        algorithms: [algorithm],
        ...given({ allowedIss: issuer, allowedAud: audience, checkTyp: typ }),
        requiredClaims,
        clockTolerance: clockTolerance * 1000,
        clockTimestamp: now * 1000,
      })(token),
  },
  "hono/jwt": {
    package: "hono",
    clock: "`Date.now` replaced",
    verify: async ({ token, issuer, audience, typ, algorithm, ...one }) =>
      hono.verify(token, await webKey(one), { alg: algorithm, ...given({ iss: issuer, aud: audience, typ }) }),
  },
  "@tsndr/cloudflare-worker-jwt": {
    clock: "`Date.now` replaced",
    verify: async ({ token, clockTolerance, algorithm, ...one }) => {
      const options = { algorithm, clockTolerance, throwError: true };
      return (await tsndr.verify(token, await webKey(one), options)) ?? Promise.reject(new Error("refused"));
    },
  },
};

const given = (options) => Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

async function accepts(verify, one) {
  const { now } = Date;
  Date.now = () => one.now * 1000;
  try {
    await verify(one);
    return true;
  } catch {
    return false;
  } finally {
    Date.now = now;
  }
}

/** peers.py judges all cases in one process. */
function python(library, cases) {
  const input = JSON.stringify({ library, cases });
  const script = fileURLToPath(new URL("peers.py", import.meta.url));
  const output = execFileSync(`${root}.venv/bin/python`, [script], { input, encoding: "utf8", maxBuffer: 2 ** 28 });
  return JSON.parse(output);
}

/** Runs all peers in turn. Returns `{ name, version, clock, accepted }` for each; `accepted` has a boolean per case. */
export async function judgePeers(cases) {
  const peers = [];
  for (const [name, { package: folder = name, clock, verify }] of Object.entries(javascript)) {
    const accepted = [];
    for (const one of cases) accepted.push(await accepts(verify, one));
    peers.push({ name, version: version(folder), clock, accepted });
  }
  for (const name of ["PyJWT", "python-jose"]) {
    const { version, accepted } = python(name, cases);
    peers.push({ name, version, clock: "`datetime` replaced", accepted });
  }
  return peers;
}
