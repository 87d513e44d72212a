// Checks that the types require each option to be either left out or set to a value, both with
// exactOptionalPropertyTypes and without it (tsconfig.loose.json).
import {
  createSigner,
  createVerifier,
  hashPassword,
  type HashPasswordOptions,
  keyRing,
  needsRehash,
  signJwt,
  verifyJwt,
  type VerifyJwtOptions,
} from "edgeseal";
import { createSessionVerifier, getVerifiedSession, hs256 } from "edgeseal/better-auth";
import { createAuth } from "edgeseal/next";
import { verifyJwt as slimVerifyJwt } from "edgeseal/slim";
import { signWebhook, verifyWebhook } from "edgeseal/webhooks";

declare const secret: string;
declare const token: string;
declare const maybe: string | undefined;
declare const policy: HashPasswordOptions;
declare const given: VerifyJwtOptions;
const baseURL = maybe;

verifyJwt(token, secret, { issuer: "x", audience: ["a", "b"], clockTolerance: "5s" });
verifyJwt(token, secret, { issuer: ["x", "y"] as const });
verifyJwt(token, secret, given);
createVerifier({ secret: keyRing("2:new,1:old"), algorithms: ["HS256"], cacheSize: 3 });
createSigner({ secret, algorithm: "HS256", expiresIn: "15m" });
void hashPassword("x", policy);
void hashPassword("x", { algorithm: "argon2id", memoryCost: 19456 });
hs256({ secret, audience: ["a"] });
createAuth({ secret, baseURL, authURL: maybe, publicPaths: ["/"] });
getVerifiedSession("", { secret, baseURL });

// Variables that may be undefined are refused.
// @ts-expect-error
verifyJwt(token, secret, { issuer: maybe });
// @ts-expect-error
slimVerifyJwt(token, secret, { issuer: maybe });
// @ts-expect-error
createVerifier({ secret, audience: maybe });
// @ts-expect-error
signJwt({}, secret, { issuer: maybe });
// @ts-expect-error
createSigner({ secret, subject: maybe });
// @ts-expect-error
hs256({ secret, issuer: maybe });
// @ts-expect-error
createAuth({ secret, baseURL, issuer: maybe });
// @ts-expect-error
createAuth({ secret: maybe, baseURL });
// @ts-expect-error
verifyWebhook({ headers: {}, body: "", secret: maybe });
// @ts-expect-error
verifyWebhook({ headers: {}, body: "", secret: [secret, maybe] });
// @ts-expect-error
verifyWebhook({ headers: {}, body: "", secret, currentDate: maybe === undefined ? undefined : new Date() });
// @ts-expect-error
signWebhook({ id: "x", body: "", secret, timestamp: maybe === undefined ? undefined : new Date() });
// @ts-expect-error
createSessionVerifier({ secret, baseURL, version: maybe });
// @ts-expect-error
needsRehash("", { cost: maybe === undefined ? undefined : 12 });

// These options are misspelled, malformed, or belong to a different algorithm.
// @ts-expect-error
verifyJwt(token, secret, { isuer: "x", audience: "y" });
// @ts-expect-error
createAuth({ secret, baseURL, publicPath: ["/"] });
// @ts-expect-error
verifyWebhook({ headers: {}, body: "", secret, tolerance: 300 });
// @ts-expect-error
verifyJwt(token, secret, { algorithms: ["none"] });
// @ts-expect-error
void hashPassword("x", { algorithm: "bcrypt", memoryCost: 12 });
// @ts-expect-error
signJwt({}, secret, { expiresIn: "15 minutes" });

/** The type of the claims still includes `exp`, and with `complete`, the result also has the header. */
export const exp: number = verifyJwt<{ sub: string }>(token, secret, { issuer: "x" }).exp;
export const { header, claims } = verifyJwt<{ role: string }>(token, secret, { complete: true, issuer: "x" });
export const [alg, role]: [string, string] = [header.alg, claims.role];
export const kid: string | undefined = createVerifier({ secret, complete: true }).verify(token).header.kid;
