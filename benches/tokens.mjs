// The tokens for all benchmarks: 371 characters long, with claims like those of an access token, and all signed with
// the same secret.
import { createHmac, randomBytes, randomUUID } from "node:crypto";

export const ISSUER = "https://auth.example.com";
export const AUDIENCE = "https://api.example.com";
export const LENGTH = 371;
export const secret = randomBytes(32).toString("base64url");

const now = Math.floor(Date.now() / 1000);
const base64url = (text) => Buffer.from(text).toString("base64url");

/**
 * Returns claims with some values changed. Their total length stays the same if each new value is as long as the old
 * one.
 */
export const claimsOf = (changes = {}) => ({
  iss: ISSUER,
  aud: AUDIENCE,
  sub: "usr_7Qk2mX9cVb3Ld",
  email: "zoe@example.com",
  name: "Z. Example",
  iat: now - 60,
  exp: now + 86_400,
  jti: randomUUID(),
  ...changes,
});

/** A token signed by Node itself, so that no contender verifies its own tokens. */
export function tokenOf(claims, key = secret, algorithm = "HS256") {
  const input = `${base64url(JSON.stringify({ alg: algorithm, typ: "JWT" }))}.${base64url(JSON.stringify(claims))}`;
  return flat(
    `${input}.${createHmac(`sha${algorithm.slice(2)}`, key)
      .update(input)
      .digest("base64url")}`,
  );
}

/** A copy of the text as a flat string (not a rope of concatenated parts), like a header's value. */
export const flat = (text) => Buffer.from(text, "latin1").toString("latin1");

export const claims = claimsOf();
export const token = tokenOf(claims);
export const tokens = Array.from({ length: 1000 }, () => tokenOf(claimsOf()));
for (const one of [token, ...tokens]) {
  if (one.length !== LENGTH) throw new Error(`a token of ${one.length} characters instead of ${LENGTH}`);
}

/** Tokens that every verifier with the same checks must refuse. */
export const refused = {
  "a changed signature": changed(token),
  "another secret": tokenOf(claims, randomBytes(32).toString("base64url")),
  "another algorithm": tokenOf(claims, secret, "HS512"),
  "another issuer": tokenOf({ ...claims, iss: `${ISSUER}x` }),
  "another audience": tokenOf({ ...claims, aud: `${AUDIENCE}x` }),
  "an expired token": tokenOf({ ...claims, exp: now - 60 }),
};

/** Returns the token with one bit of its signature changed. */
function changed(token) {
  const at = LENGTH - 20;
  return flat(token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1));
}
