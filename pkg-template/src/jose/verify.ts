import { type HmacAlgorithm, internal } from "edgeseal";
import { isBytes } from "../bytes.js";
import { decode } from "./base64url.js";
import { checkClaims } from "./claims.js";
import { JOSEAlgNotAllowed, JWSInvalid, JWSSignatureVerificationFailed, JWTInvalid } from "./errors.js";
import { allowedAlgorithms, checkAllowed, checkHeader, checkLength, hmac, readHeader } from "./header.js";
import { isCryptoKey, prepareKey } from "./key.js";
import type {
  CompactJWSHeaderParameters,
  CompactVerifyGetKey,
  CompactVerifyResult,
  CryptoKey,
  JWTHeaderParameters,
  JWTPayload,
  JWTVerifyGetKey,
  JWTVerifyOptions,
  JWTVerifyResult,
  KeyInput,
  ResolvedKey,
  VerifyOptions,
} from "./types.js";

/** A token whose header has been checked, and how to verify it. */
interface Prepared {
  token: string;
  header: CompactJWSHeaderParameters;
  encoded: boolean;
  by: { secret: Uint8Array; algorithm: HmacAlgorithm } | "done";
  /** The key that the caller's function returned, if the caller passed a function. */
  resolved: ResolvedKey | undefined;
}

/**
 * Verifies a JWT with HS256, HS384 or HS512, and validates its claims, as jose does.
 *
 * @throws `errors.*` with jose's classes and codes; {@link KeyError} `ERR_KEY_WEAK` for a secret that is shorter than
 * the algorithm's hash.
 */
export async function jwtVerify<Payload = JWTPayload>(
  jwt: string | Uint8Array,
  key: KeyInput,
  options?: JWTVerifyOptions,
): Promise<JWTVerifyResult<Payload>>;
/** Same as above, but a function finds the key based on the token's header, which is not verified yet. */
export async function jwtVerify<Payload = JWTPayload, Key extends CryptoKey | Uint8Array = CryptoKey | Uint8Array>(
  jwt: string | Uint8Array,
  getKey: JWTVerifyGetKey<Key>,
  options?: JWTVerifyOptions,
): Promise<JWTVerifyResult<Payload> & ResolvedKey<Key>>;
/** Same as above, with either a key or a function. */
export async function jwtVerify<Payload = JWTPayload>(
  jwt: string | Uint8Array,
  key: KeyInput | JWTVerifyGetKey,
  options?: JWTVerifyOptions,
): Promise<JWTVerifyResult<Payload> & Partial<ResolvedKey>>;
export async function jwtVerify(
  jwt: string | Uint8Array,
  key: KeyInput | JWTVerifyGetKey,
  options?: JWTVerifyOptions,
): Promise<JWTVerifyResult & Partial<ResolvedKey>> {
  const prepared = await prepare(jwt, key, options);
  if (!prepared.encoded) {
    bytesOf(prepared);
    throw new JWTInvalid("JWTs MUST NOT use unencoded payload");
  }
  // `JSON.parse` makes `__proto__` an own property, so a claim can't change the prototype.
  const payload = JSON.parse(claimsOf(prepared)) as JWTPayload;
  checkClaims(prepared.header, payload, options);
  return { payload, protectedHeader: prepared.header as JWTHeaderParameters, ...prepared.resolved };
}

/**
 * Verifies a compact JWS with any payload, as jose does.
 *
 * @throws `errors.*` with jose's classes and codes; {@link KeyError} `ERR_KEY_WEAK` for a secret that is shorter than
 * the algorithm's hash.
 */
export async function compactVerify(
  jws: string | Uint8Array,
  key: KeyInput,
  options?: VerifyOptions,
): Promise<CompactVerifyResult>;
/** Same as above, but a function finds the key based on the token's header, which is not verified yet. */
export async function compactVerify<Key extends CryptoKey | Uint8Array = CryptoKey | Uint8Array>(
  jws: string | Uint8Array,
  getKey: CompactVerifyGetKey<Key>,
  options?: VerifyOptions,
): Promise<CompactVerifyResult & ResolvedKey<Key>>;
/** Same as above, with either a key or a function. */
export async function compactVerify(
  jws: string | Uint8Array,
  key: KeyInput | CompactVerifyGetKey,
  options?: VerifyOptions,
): Promise<CompactVerifyResult & Partial<ResolvedKey>>;
export async function compactVerify(
  jws: string | Uint8Array,
  key: KeyInput | CompactVerifyGetKey,
  options?: VerifyOptions,
): Promise<CompactVerifyResult & Partial<ResolvedKey>> {
  const prepared = await prepare(jws, key, options);
  return { payload: bytesOf(prepared), protectedHeader: prepared.header, ...prepared.resolved };
}

/** Splits a token into its parts, and parses the header, but not the payload. */
async function prepare(
  jws: string | Uint8Array,
  given: KeyInput | JWTVerifyGetKey,
  options: VerifyOptions | undefined,
): Promise<Prepared> {
  const allowed = allowedAlgorithms(options);
  const understood = options?.crit;
  const token: unknown = isBytes(jws) ? new TextDecoder().decode(jws) : jws;
  if (typeof token !== "string") throw new JWSInvalid("Compact JWS must be a string or Uint8Array");
  checkLength(token.length);
  const parts = token.split(".");
  if (parts.length !== 3) throw new JWSInvalid("Invalid Compact JWS");
  const [protectedHeader = "", payload = "", signature = ""] = parts;
  const header = readHeader(protectedHeader);
  const { alg, encoded } = checkHeader(header, understood);
  checkAllowed(alg, allowed);
  if (!encoded && isBeyondAscii(payload)) {
    throw new JWSInvalid("JWS Compact Serialization payload must use only ASCII characters");
  }
  const sound = header as CompactJWSHeaderParameters;
  const resolves = typeof given === "function";
  const key = resolves ? await given(sound, { payload, protected: protectedHeader, signature }) : given;
  const algorithm = hmac(alg);
  const preparing = prepareKey(algorithm, key, "verify");
  const prepared = preparing instanceof Promise ? await preparing : preparing;
  if (!allowed?.includes(alg)) checkFits(prepared, algorithm);
  const by = isBytes(prepared) ? { secret: prepared, algorithm } : await verifyByWebCrypto(prepared, token);
  // If the key is a `CryptoKey`, the caller gets the `CryptoKey` itself. Its bytes are only for the core.
  const resolved = resolves ? { key: (isCryptoKey(key) ? key : prepared) as CryptoKey | Uint8Array } : undefined;
  return { token, header: sound, encoded, by, resolved };
}

/**
 * Refuses a key that is long enough for HS256, but too short for the token's `alg`. Anybody could have written that
 * `alg`, so the error must not look like the {@link KeyError} that is thrown if the app's own key is weak.
 */
function checkFits(key: unknown, algorithm: HmacAlgorithm): void {
  if (!isBytes(key) || key.length < 32 || key.length >= Number(algorithm.slice(2)) / 8) return;
  throw new JOSEAlgNotAllowed(
    `"alg" (Algorithm) Header Parameter value not allowed: a key of ${key.length} bytes is too short for ${algorithm}`,
  );
}

const isBeyondAscii = (text: string): boolean => /[^\0-\x7f]/.test(text);

/** Verifies a token with a key that is not extractable. Afterwards, the core strictly checks the token's form. */
async function verifyByWebCrypto(key: globalThis.CryptoKey, token: string): Promise<"done"> {
  const end = token.lastIndexOf(".");
  let signature: Uint8Array<ArrayBuffer>;
  try {
    signature = decode(token.slice(end + 1));
  } catch {
    throw refusal("signature", token);
  }
  const isValid = await crypto.subtle.verify("HMAC", key, signature, new TextEncoder().encode(token.slice(0, end)));
  if (!isValid) throw refusal("mac", token);
  return "done";
}

function claimsOf({ token, by }: Prepared): string {
  const result = internal.verifyJwsClaims(token, by);
  if (result.flaw !== undefined) throw refusal(result.flaw, token);
  return result.payload;
}

function bytesOf({ token, by, encoded }: Prepared): Uint8Array {
  const result = internal.verifyJwsBytes(token, by, encoded);
  if (result.flaw !== undefined) throw refusal(result.flaw, token);
  return result.payload;
}

type Flaw = "header" | "signature" | "payload" | "mac" | "claims";

function refusal(flaw: Flaw, token: string): Error {
  // The core reads one byte per character, so only this code can tell which part isn't ASCII.
  if (isBeyondAscii(token)) {
    const payload = token.slice(token.indexOf("."), token.lastIndexOf("."));
    if (isBeyondAscii(payload)) return new JWSInvalid("The payload is not a valid base64url string");
    return new JWSInvalid("Failed to base64url decode the signature");
  }
  switch (flaw) {
    case "header":
      return new JWSInvalid("JWS Protected Header is invalid");
    case "signature":
    case "payload":
      return new JWSInvalid(`Failed to base64url decode the ${flaw}`);
    case "mac":
      return new JWSSignatureVerificationFailed();
    case "claims":
      return new JWTInvalid("JWT Claims Set must be a top-level JSON object");
  }
}
