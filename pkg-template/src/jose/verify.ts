import { type HmacAlgorithm, internal } from "edgeseal";
import { isBytes } from "../bytes.js";
import { decode } from "./base64url.js";
import { checkClaims } from "./claims.js";
import { JWSInvalid, JWSSignatureVerificationFailed, JWTInvalid } from "./errors.js";
import { allowedAlgorithms, checkAllowed, checkHeader, hmac, readHeader } from "./header.js";
import { isCryptoKey, type PreparedKey, prepareKey } from "./key.js";
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

/** In bytes: wasm's memory never shrinks, so that a longer token would stay with the process. */
const MAX_TOKEN_LENGTH = 1 << 20;

/** A token taken apart, its header read and found sound, its key prepared. */
interface Prepared {
  token: string;
  header: CompactJWSHeaderParameters;
  /** What the header asked for when it was checked. A function that resolves keys sees the header, and could change it. */
  algorithm: HmacAlgorithm;
  encoded: boolean;
  key: PreparedKey;
  /** With the key where a function gave it. */
  resolved: Partial<ResolvedKey>;
}

/**
 * Verifies a JWT with HS256, HS384 or HS512 and its claims, as jose does.
 *
 * @throws `errors.*` by jose's classes and codes; {@link KeyError} `ERR_KEY_WEAK` for a secret shorter than the hash.
 */
export async function jwtVerify<Payload = JWTPayload>(
  jwt: string | Uint8Array,
  key: KeyInput,
  options?: JWTVerifyOptions,
): Promise<JWTVerifyResult<Payload>>;
/** The same with a function that finds the key by the token's header, which nobody has verified then. */
export async function jwtVerify<Payload = JWTPayload, Key extends CryptoKey | Uint8Array = CryptoKey | Uint8Array>(
  jwt: string | Uint8Array,
  getKey: JWTVerifyGetKey<Key>,
  options?: JWTVerifyOptions,
): Promise<JWTVerifyResult<Payload> & ResolvedKey<Key>>;
/** The same with either. */
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
    await opened(prepared);
    throw new JWTInvalid("JWTs MUST NOT use unencoded payload");
  }
  // `JSON.parse` makes `__proto__` an own property: no claim reaches a prototype.
  const payload = JSON.parse(
    isBytes(prepared.key) ? claimsOf(prepared, prepared.key) : await foreignClaims(prepared),
  ) as JWTPayload;
  checkClaims(prepared.header, payload, options);
  return { payload, protectedHeader: prepared.header as JWTHeaderParameters, ...prepared.resolved };
}

/**
 * Verifies a compact JWS of any payload, as jose does.
 *
 * @throws `errors.*` by jose's classes and codes; {@link KeyError} `ERR_KEY_WEAK` for a secret shorter than the hash.
 */
export async function compactVerify(
  jws: string | Uint8Array,
  key: KeyInput,
  options?: VerifyOptions,
): Promise<CompactVerifyResult>;
/** The same with a function that finds the key by the token's header, which nobody has verified then. */
export async function compactVerify<Key extends CryptoKey | Uint8Array = CryptoKey | Uint8Array>(
  jws: string | Uint8Array,
  getKey: CompactVerifyGetKey<Key>,
  options?: VerifyOptions,
): Promise<CompactVerifyResult & ResolvedKey<Key>>;
/** The same with either. */
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
  const payload = await opened(prepared);
  return { payload, protectedHeader: prepared.header, ...prepared.resolved };
}

async function prepare(
  jws: string | Uint8Array,
  given: KeyInput | JWTVerifyGetKey,
  options: VerifyOptions | undefined,
): Promise<Prepared> {
  const allowed = allowedAlgorithms(options);
  const understood = options?.crit;
  const token: unknown = isBytes(jws) ? new TextDecoder().decode(jws) : jws;
  if (typeof token !== "string") throw new JWSInvalid("Compact JWS must be a string or Uint8Array");
  if (token.length > MAX_TOKEN_LENGTH) throw new JWSInvalid(`Compact JWS is longer than ${MAX_TOKEN_LENGTH} bytes`);
  const parts = token.split(".");
  if (parts.length !== 3) throw new JWSInvalid("Invalid Compact JWS");
  const [protectedHeader = "", payload = "", signature = ""] = parts;
  const read = readHeader(protectedHeader);
  const { alg, encoded } = checkHeader(read, understood);
  checkAllowed(alg, allowed);
  const header = { ...read, alg };
  if (!encoded && isBeyondAscii(payload)) {
    throw new JWSInvalid("JWS Compact Serialization payload must use only ASCII characters");
  }
  const resolves = typeof given === "function";
  const key = resolves ? await given(header, { payload, protected: protectedHeader, signature }) : given;
  const algorithm = hmac(alg);
  // The core takes one byte a character.
  if (isBeyondAscii(payload)) throw new JWSInvalid("The payload is not a valid base64url string");
  if (isBeyondAscii(signature)) throw refusal("signature");
  const preparing = prepareKey(algorithm, key, "verify");
  const prepared = preparing instanceof Promise ? await preparing : preparing;
  // A `CryptoKey` stays one: its bytes are for the core alone.
  const resolved = resolves ? { key: (isCryptoKey(key) ? key : prepared) as CryptoKey | Uint8Array } : {};
  return { token, header, algorithm, encoded, key: prepared, resolved };
}

function isBeyondAscii(text: string): boolean {
  return /[^\0-\x7f]/.test(text);
}

function claimsOf({ token, algorithm }: Prepared, key: Uint8Array): string {
  const opened = internal.openClaims(token, key, algorithm);
  if (opened.flaw !== undefined) throw refusal(opened.flaw);
  return opened.payload;
}

async function opened(prepared: Prepared): Promise<Uint8Array> {
  return isBytes(prepared.key) ? bytesOf(prepared, prepared.key) : foreignBytes(prepared);
}

function bytesOf({ token, algorithm, encoded }: Prepared, key: Uint8Array): Uint8Array {
  const opened = internal.openBytes(token, key, algorithm, encoded);
  if (opened.flaw !== undefined) throw refusal(opened.flaw);
  return opened.payload;
}

/** With a key that WebCrypto keeps to itself. */
async function foreignBytes({ token, key, encoded }: Prepared): Promise<Uint8Array> {
  const end = token.lastIndexOf(".");
  const signature = strictly(token.slice(end + 1), "signature");
  const signed = new TextEncoder().encode(token.slice(0, end));
  const holds = await crypto.subtle.verify("HMAC", key as globalThis.CryptoKey, signature, signed);
  if (!holds) throw refusal("mac");
  const start = token.indexOf(".");
  if (!internal.isStrictObject(utf8(decode(token.slice(0, start))) ?? "")) throw refusal("header");
  const payload = token.slice(start + 1, end);
  return encoded ? strictly(payload, "payload") : new TextEncoder().encode(payload);
}

async function foreignClaims(prepared: Prepared): Promise<string> {
  const claims = utf8(await foreignBytes(prepared));
  if (claims === undefined || !internal.isStrictObject(claims)) throw refusal("claims");
  return claims;
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function strictly(text: string, part: "signature" | "payload"): Uint8Array<ArrayBuffer> {
  try {
    return decode(text) as Uint8Array<ArrayBuffer>;
  } catch {
    throw refusal(part);
  }
}

function refusal(flaw: "header" | "signature" | "payload" | "mac" | "claims"): Error {
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
