// The HMAC examples from jose's documentation, compiled twice: once with jose itself, and once with edgeseal/jose.
import * as jose from "jose";
import {
  type CompactJWSHeaderParameters,
  type CompactVerifyGetKey,
  compactVerify,
  CompactSign,
  type CryptoKey,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  type JWTVerifyResult,
  jwtVerify,
  SignJWT,
  type ResolvedKey,
} from "jose";
import { createSecretKey } from "node:crypto";

const secret = new TextEncoder().encode("cc7e0d44fd473002f1c42167459001140ec6389b7353f8088f4d9a95f2f596f2");
const alg = "HS256";

export async function signing(): Promise<string> {
  return new jose.SignJWT({ "urn:example:claim": true })
    .setProtectedHeader({ alg, typ: "JWT", kid: "1" })
    .setIssuedAt()
    .setIssuer("urn:example:issuer")
    .setAudience(["urn:example:audience"])
    .setSubject("s")
    .setJti("j")
    .setNotBefore(new Date())
    .setExpirationTime("2h")
    .sign(secret);
}

export async function verifying(jwt: string): Promise<void> {
  const { payload, protectedHeader } = await jose.jwtVerify(jwt, secret, {
    issuer: "urn:example:issuer",
    audience: "urn:example:audience",
    algorithms: ["HS256"],
    clockTolerance: "5s",
    maxTokenAge: 600,
    requiredClaims: ["sub"],
    currentDate: new Date(),
    typ: "JWT",
    subject: "s",
    crit: { "urn:example": true },
  });
  const expires: number | undefined = payload.exp;
  const audience: string | string[] | undefined = payload.aud;
  const named: string = protectedHeader.alg;
  const mine = await jwtVerify<{ role: "admin" | "user" }>(jwt, secret);
  const role: "admin" | "user" = mine.payload.role;
  const subject: string | undefined = mine.payload.sub;
  console.log(protectedHeader, payload, expires, audience, named, role, subject);
}

export async function keys(jwt: string): Promise<void> {
  const jwk: JWK = { kty: "oct", k: "a", alg, use: "sig", key_ops: ["verify"], kid: "1" };
  const key: CryptoKey = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, [
    "verify",
  ]);
  for (const one of [secret, jwk, key, createSecretKey(secret)]) await jwtVerify(jwt, one);
  const resolved = await jwtVerify(jwt, async (header, token) => {
    console.log(header.kid, header.alg.length, token.payload, token.signature, token.protected);
    return secret;
  });
  const bytes: Uint8Array = resolved.key;
  const getKey: JWTVerifyGetKey = (header) => (header.kid === "1" ? secret : key);
  const either: JWTVerifyResult & ResolvedKey = await jwtVerify(jwt, getKey, {
    audience: ["a"],
  } satisfies JWTVerifyOptions);
  const compact: CompactVerifyGetKey = () => jwk;
  console.log(bytes, either, (await compactVerify(jwt, compact)).key);
}

export async function compacts(): Promise<void> {
  const header: CompactJWSHeaderParameters = { alg: "HS512", cty: "text/plain" };
  const jws = await new CompactSign(new TextEncoder().encode("It’s a dangerous business, Frodo"))
    .setProtectedHeader(header)
    .sign(secret);
  const { payload, protectedHeader } = await compactVerify(new TextEncoder().encode(jws), secret);
  console.log(protectedHeader.alg, new TextDecoder().decode(payload));
}

export function decoding(jwt: string): void {
  const claims = jose.decodeJwt(jwt);
  const mine = jose.decodeJwt<{ role: string }>(jwt);
  const header = jose.decodeProtectedHeader(jwt);
  const text: string = jose.base64url.encode(jose.base64url.decode("AA"));
  console.log(claims.iss, claims["urn:example:claim"], mine.role.length, mine.exp, header.alg, header["enc"], text);
}

export async function failing(jwt: string): Promise<void> {
  try {
    await jwtVerify(jwt, secret);
  } catch (err) {
    if (err instanceof jose.errors.JWTExpired || err instanceof jose.errors.JWTClaimValidationFailed) {
      const claim: string = err.claim;
      const claims: JWTPayload = err.payload;
      console.error(err.code, claim, err.reason, claims.sub, err.cause);
    } else if (err instanceof jose.errors.JOSEError) {
      const code: string = err.code;
      console.error(code, jose.errors.JWSSignatureVerificationFailed.code);
    }
  }
}

export class Issuer {
  #header: JWTHeaderParameters = { alg: "HS256" };
  issue = (claims: JWTPayload): Promise<string> => new SignJWT(claims).setProtectedHeader(this.#header).sign(secret);
}

// @ts-expect-error -- the secret must not be a string
export const wrong = () => jwtVerify("", "secret");
