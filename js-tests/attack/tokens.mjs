// Makes invalid tokens from valid ones, according to a row's wording.
import { createHmac } from "node:crypto";
import { APP } from "./ask.mjs";
import { TOKEN } from "./people.mjs";
import { NotUnderstood } from "./rows.mjs";
import { SECRET } from "./targets.mjs";

const OTHER = "another secret of more than thirty-two bytes";

/** A token's header and claims, unverified. */
export const read = (token) =>
  token
    .split(".")
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, "base64url")));

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Signs a token with HMAC, regardless of the algorithm in its header. */
export function sign(header, claims, secret = SECRET, hash = "sha256") {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest("base64url")}`;
}

const now = () => Math.floor(Date.now() / 1000);
const flipped = (text, at) => text.slice(0, at) + (text.at(at) === "A" ? "B" : "A") + text.slice(at + 1);

/** The faults, each with a pattern that matches its description. The first match determines how the token is made. */
const FAULTS = [
  [/without exp|no exp|exp missing|missing exp/i, ([header, { exp, ...claims }]) => sign(header, claims)],
  [/expired|exp in the past/i, ([header, claims]) => sign(header, { ...claims, iat: now() - 1000, exp: now() - 1 })],
  [/not yet|nbf|before its time/i, ([header, claims]) => sign(header, { ...claims, nbf: now() + 3600 })],
  [/iat in the future|future iat|issued in/i, ([header, claims]) => sign(header, { ...claims, iat: now() + 3600 })],
  [/\biss(uer)?\b/i, ([header, claims]) => sign(header, { ...claims, iss: "https://evil.test", aud: APP })],
  [/\baud(ience)?\b/i, ([header, claims]) => sign(header, { ...claims, aud: "https://evil.test" })],
  [
    /\b(HS384|HS512)\b/i,
    ([header, claims], [, alg]) => sign({ ...header, alg: alg.toUpperCase() }, claims, SECRET, `sha${alg.slice(2)}`),
  ],
  [/\b([REP]S(?:256|384|512)|EdDSA|ES256K)\b/i, ([header, claims], [, alg]) => sign({ ...header, alg }, claims)],
  [/\b(none)\b/i, ([header, claims], [, alg]) => `${encode({ ...header, alg })}.${encode(claims)}.`],
  [/(?:other|wrong|another|different|foreign)[- ](?:secret|key)/i, ([header, claims]) => sign(header, claims, OTHER)],
  [/empty (?:secret|key)/i, ([header, claims]) => sign(header, claims, "")],
  [
    /\b(crit|jku|jwk|x5u|x5c|kid)\b/i,
    ([header, claims], [, name]) =>
      sign(
        { ...header, [name]: name === "crit" ? ["exp"] : "https://evil.test/key" },
        claims,
        name === "crit" ? SECRET : OTHER,
      ),
  ],
  [
    /tamper\w* payload|payload|claims? (?:tampered|changed)/i,
    ([header, claims], _, token) =>
      [encode(header), encode({ ...claims, sub: "admin" }), token.split(".")[2]].join("."),
  ],
  [/tamper|flip|chang|one (?:bit|byte|character)|bad signature/i, (_, __, token) => flipped(token, token.length - 10)],
  [/truncat|cut/i, (_, __, token) => token.slice(0, -5)],
  [/(?:no|without|empty|missing) signature/i, (_, __, token) => `${token.split(".").slice(0, 2).join(".")}.`],
  [/two (?:parts|segments)|2 (?:parts|segments)/i, (_, __, token) => token.split(".").slice(0, 2).join(".")],
  [/four|extra (?:part|segment)|4 (?:parts|segments)/i, (_, __, token) => `${token}.x`],
  [/padding|padded/i, (_, __, token) => `${token}==`],
  [/typ\b/i, ([header, claims]) => sign({ ...header, typ: "refresh+jwt" }, claims)],
  [/refresh/i, (_, __, ___, person) => decodeURIComponent(person.cookies[TOKEN]).split(".").slice(0, 3).join(".")],
  [/access token/i, (_, __, ___, person) => person.token],
  [/session (?:id|token)|\bsid\b/i, (_, __, ___, person) => read(person.data)[1].session.id],
  [/empty/i, () => ""],
  [/garbage|random|nonsense/i, () => "x.y.z"],
];

/** Turns `token`, which belongs to `person`, into the token that is described by `words`. */
export function faulty(words, token, person) {
  for (const [pattern, make] of FAULTS) {
    const found = pattern.exec(words);
    if (found) return make(read(token), found, token, person);
  }
  throw new NotUnderstood(`a token that is "${words}"`);
}
