import { decodeJwt, decodeProtectedHeader, type HmacAlgorithm, internal, JwtError, signJwt, verifyJwt } from "edgeseal";
import { encodeBase64url } from "../base64url.js";
import { duration, integer } from "./arguments.js";
import { type Answer, type Command, type Given, UsageError } from "./command.js";
import { argumentOf, requiredOf, secretOf, secretOptions } from "./source.js";
import { printable, timesOf } from "./words.js";

const TOKEN = "token";

export const secret: Command = {
  summary: "Generate a secret.",
  about: "Prints random bytes in base64url. No other command ever prints a secret.",
  options: {
    bytes: { value: "N", about: "How many, 32 to 512. Default 32, for HS256. HS384 needs 48, HS512 64." },
  },
  examples: ['echo "AUTH_SECRET=$(npx edgeseal secret)" >> .env'],
  run(given) {
    const bytes = integer(given, "bytes") ?? 32;
    if (bytes < 32 || bytes > 512) throw new UsageError("--bytes must be from 32 to 512");
    const value = encodeBase64url(crypto.getRandomValues(new Uint8Array(bytes)));
    return { ok: true, text: value, json: { secret: value, bytes } };
  },
};

export const sign: Command = {
  summary: "Sign claims; print the token.",
  argument: "CLAIMS",
  about:
    "CLAIMS are a JSON object, as the argument or on standard input; without them, the options are the claims. exp is required: use --expires-in, or set it in CLAIMS. iat is the current time.",
  options: {
    "expires-in": { value: "DURATION", about: "Sets exp to this time after iat: 90s, 15m, 2h, 7d or 4w." },
    "not-before": { value: "DURATION", about: "Sets nbf to this time after iat." },
    issuer: { value: "TEXT", about: "Sets iss." },
    audience: { value: "TEXT", many: true, about: "Sets aud. May be given several times." },
    subject: { value: "TEXT", about: "Sets sub." },
    "jwt-id": { value: "TEXT", about: "Sets jti." },
    "key-id": { value: "TEXT", about: "Sets the header's kid." },
    typ: { value: "TEXT", about: "The header's typ. Default JWT." },
    algorithm: { value: "NAME", about: "HS256, HS384 or HS512. Default HS256." },
    ...secretOptions,
  },
  examples: [
    "npx edgeseal sign --subject user_1 --expires-in 15m",
    `npx edgeseal sign '{"sub":"user_1","role":"admin"}' --issuer https://auth.example --expires-in 1h`,
    "npx edgeseal sign --expires-in 1h --secret-file ./secret < claims.json",
  ],
  async run(given) {
    const claims = parsed((await argumentOf(given)) || "{}");
    const { value } = await secretOf(given);
    const token = signJwt(claims, value, {
      ...texts(given, { issuer: "issuer", subject: "subject", "jwt-id": "jwtId", "key-id": "keyId", typ: "typ" }),
      ...(given.has("audience") && { audience: audiences(given) }),
      ...(given.has("algorithm") && { algorithm: algorithms(given)[0] as HmacAlgorithm }),
      ...(given.has("expires-in") && { expiresIn: duration(given, "expires-in") as number }),
      ...(given.has("not-before") && { notBefore: duration(given, "not-before") as number }),
    });
    return { ok: true, text: token, json: { token } };
  },
};

export const verify: Command = {
  summary: "Verify a token; if it is refused, say which rule it breaks.",
  argument: "TOKEN",
  about:
    "Like createVerifier: the signature is checked first, exp is required, and a token with aud is refused without --audience or --any-audience.",
  options: {
    issuer: { value: "TEXT", about: "The expected iss." },
    audience: { value: "TEXT", many: true, about: "An expected aud; one must match. May be given several times." },
    "any-audience": { about: "Accept any aud." },
    subject: { value: "TEXT", about: "The expected sub." },
    "jwt-id": { value: "TEXT", about: "The expected jti." },
    typ: { value: "TEXT", about: "The expected typ in the header. Default: none, or JWT." },
    algorithm: { value: "NAME", many: true, about: "HS256 (default), HS384 or HS512. May be given several times." },
    require: { value: "CLAIM", many: true, about: "A required claim. May be given several times." },
    "max-age": { value: "DURATION", about: "The greatest age of iat to accept: 90s, 15m, 2h, 7d or 4w." },
    tolerance: { value: "DURATION", about: "Clock skew to allow. Default 0." },
    at: { value: "TIME", about: "The time to check against, such as 2026-01-31T12:00:00Z. Default: now." },
    ...secretOptions,
  },
  examples: [
    "npx edgeseal verify eyJhbGciOi… --issuer https://auth.example --audience https://api.example",
    "npx edgeseal verify --any-audience --json < token.txt",
  ],
  async run(given) {
    const token = await requiredOf(given, TOKEN);
    if (given.has("audience") && given.has("any-audience")) {
      throw new UsageError("--audience and --any-audience contradict each other: use one");
    }
    const now = timeOf(given);
    const { value, from } = await secretOf(given);
    try {
      const claims = verifyJwt(token, value, {
        ...texts(given, { issuer: "issuer", subject: "subject", "jwt-id": "jwtId", typ: "typ" }),
        ...(given.has("audience") && { audience: audiences(given) }),
        ...(given.has("any-audience") && { audience: false as const }),
        ...(given.has("algorithm") && { algorithms: algorithms(given) as HmacAlgorithm[] }),
        ...(given.has("require") && { requiredClaims: given.many("require")! }),
        ...(given.has("max-age") && { maxTokenAge: duration(given, "max-age") as number }),
        ...(given.has("tolerance") && { clockTolerance: duration(given, "tolerance") as number }),
        currentDate: new Date(now * 1000),
      });
      const times = timesOf(claims, now);
      return { ok: true, text: lines("valid", printable(claims), times), json: { valid: true, claims, times } };
    } catch (error) {
      if (error instanceof JwtError && error.code !== "ERR_OPTION_INVALID") return refused(error, token, from, now);
      throw error;
    }
  },
};

export const decode: Command = {
  summary: "Read a token without verifying it.",
  argument: "TOKEN",
  about: "Shows what the sender wrote, whoever that is. Don't trust any of it.",
  options: {},
  examples: ["npx edgeseal decode eyJhbGciOi…"],
  async run(given) {
    const token = await requiredOf(given, TOKEN);
    const [header, claims] = [decodeProtectedHeader(token), decodeJwt(token)];
    const times = timesOf(claims, Date.now() / 1000);
    const text = lines("untrusted: nobody has verified this", printable({ header, claims }), times);
    return { ok: true, text, json: { verified: false, header, claims, times } };
  },
};

/**
 * The codes of checks that run after the signature check. A token that is refused with one of these codes comes from
 * the issuer, so its values may be shown.
 */
const AFTER_SIGNATURE = ["ERR_JWT_EXPIRED", "ERR_JWT_NOT_YET_VALID", "ERR_JWT_CLAIM_MISSING", "ERR_JWT_CLAIM_INVALID"];

function refused(error: JwtError, token: string, from: string, now: number): Answer {
  const { code, claim, message } = error;
  const signed = AFTER_SIGNATURE.includes(code) ? claimsOf(token) : undefined;
  const found = claim !== undefined && signed && Object.hasOwn(signed, claim) ? signed[claim] : undefined;
  const times = signed ? timesOf(signed, now) : {};
  const why = hint(code, claim, found, from);
  const text = [`refused: ${message}`, `code: ${code}`];
  if (claim !== undefined) text.push(`claim: ${claim}${found === undefined ? "" : ` is ${printable(found)}`}`);
  text.push(...Object.values(times), ...(why ? [why] : []));
  const json = {
    valid: false,
    error: error.toJSON(),
    ...(found !== undefined && { found }),
    times,
    ...(why && { why }),
  };
  return { ok: false, text: text.join("\n"), json };
}

function hint(code: string, claim: string | undefined, found: unknown, from: string): string | undefined {
  if (code === "ERR_JWT_SIGNATURE_INVALID") return `signed with a secret other than that of ${from}, or modified since`;
  if (code === "ERR_JWT_ALG_NOT_ALLOWED") return "allow it with --algorithm";
  if (code === "ERR_JWT_TYP_MISMATCH") return "set the expected one with --typ";
  if (claim === "aud" && found !== undefined) return "set the expected one with --audience, or use --any-audience";
  return undefined;
}

function claimsOf(token: string): Record<string, unknown> | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}

const lines = (first: string, body: string, times: Record<string, string>) =>
  [first, body, ...Object.values(times)].join("\n");

function parsed(text: string): object {
  try {
    const claims: unknown = JSON.parse(text, refuseUnsafeIntegers);
    // The core refuses duplicate names; JSON.parse would use the last one.
    if (internal.isStrictObject(text)) return claims as object;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // A different error is thrown below, because this one's message would repeat the text.
  }
  throw new UsageError("the claims must be a JSON object, without duplicate names");
}

/** JavaScript would round an unsafe integer, so a different number would be signed. */
function refuseUnsafeIntegers(_: string, value: unknown): unknown {
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new UsageError("the claims have a whole number beyond 2^53: write it as a string");
  }
  return value;
}

/** Returns the options that have text values, under their names in the API. */
function texts<T extends string>(given: Given, names: Readonly<Record<string, T>>): { [name in T]?: string } {
  const values: { [name in T]?: string } = {};
  for (const [option, name] of Object.entries(names)) {
    const value = given.one(option);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

function audiences(given: Given): string | readonly string[] {
  const all = given.many("audience") ?? [];
  return all.length === 1 ? all[0]! : all;
}

function algorithms(given: Given): readonly string[] {
  const all = given.many("algorithm") ?? [];
  if (all.some((one) => !/^HS(256|384|512)$/.test(one))) {
    throw new UsageError("--algorithm must be HS256, HS384 or HS512");
  }
  return all;
}

function timeOf(given: Given): number {
  const text = given.one("at");
  if (text === undefined) return Date.now() / 1000;
  const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  // Date.parse treats February 31 as a day in March.
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(time) || day.getUTCDate() !== Number(text.slice(8, 10)))
    throw new UsageError("--at must be a time such as 2026-01-31T12:00:00Z");
  return time / 1000;
}
