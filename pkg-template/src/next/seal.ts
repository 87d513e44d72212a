import { createVerifier, type Secret, type Verifier } from "edgeseal/slim";
import { encodeBase64url } from "../base64url.js";
import { byKid, type NamedSecret } from "../key-ring.js";

/** What the proxy recorded about a request. A seal proves that the proxy ran. */
export interface Seal {
  /** The request's method. */
  method: string;
  /** The request's path and query. */
  path: string;
  /** The id of the user whose session was verified, or `null` if there was no session. */
  subject: string | null;
  /** The client's address, as returned by the `clientIP` option, or `null`. */
  clientIP: string | null;
}

/** The request header that contains the seal. The seal is a token with its own `typ` and key. */
export const SEAL_HEADER = "x-edgeseal-seal";

const utf8 = new TextEncoder();

const TYP = "edgeseal-seal+jwt";
/** The `info` parameter of HKDF (RFC 5869 §2.3), which makes the key specific to this purpose. */
const INFO = "edgeseal proxy v1";
/**
 * How long a seal is valid, in seconds. A seal only needs to get from the proxy to the page within the same request.
 */
const LIFE = 60;

/** A {@link Seal} with Next.js's `basePath`. The seal's path begins with this `basePath`. */
export interface SealedRequest extends Seal {
  basePath: string;
}

/** Writes and reads the header that contains the seal. */
export interface Sealer {
  seal(request: SealedRequest): Promise<string>;
  /** Opens the seal in a header. Returns `null` unless this app's proxy has just written it. */
  open(header: string): Promise<SealedRequest | null>;
}

/**
 * Creates a sealer. Its key is derived from the secret. If there are several secrets, it seals with the key that is
 * derived from the first one. `clockTolerance` is in seconds, and also applies to `exp`.
 */
export function createSealer(secret: Secret, clockTolerance: number): Sealer {
  let keys: Promise<Keys> | undefined;
  const prepared = () => (keys ??= prepare(secret, clockTolerance));
  return {
    async seal({ method, path, basePath, subject, clientIP }) {
      const { kid, sign } = await prepared();
      const iat = Math.floor(Date.now() / 1000);
      const claims = { htm: method, htu: path, base: basePath, ip: clientIP ?? undefined, iat, exp: iat + LIFE };
      return sign({ alg: "HS256", typ: TYP, kid }, subject === null ? claims : { ...claims, sub: subject });
    },
    async open(header) {
      const { verifier } = await prepared();
      try {
        const { htm, htu, base, sub, ip } = verifier.verify(header);
        if (typeof htm !== "string" || typeof htu !== "string" || typeof base !== "string") return null;
        const clientIP = typeof ip === "string" ? ip : null;
        return { method: htm, path: htu, basePath: base, subject: sub ?? null, clientIP };
      } catch {
        return null;
      }
    },
  };
}

interface Keys {
  kid: string | undefined;
  sign(header: object, claims: object): Promise<string>;
  verifier: Verifier;
}

async function prepare(secret: Secret, clockTolerance: number): Promise<Keys> {
  const derived = await Promise.all(byKid(secret).map(async ([kid, one]) => ({ kid, secret: await derive(one) })));
  const [{ kid, secret: first }] = derived as unknown as [(typeof derived)[0]];
  const key = await crypto.subtle.importKey("raw", first, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return {
    kid,
    async sign(header, claims) {
      const [head, body] = [header, claims].map((part) => encodeBase64url(utf8.encode(JSON.stringify(part))));
      const signed = `${head}.${body}`;
      const mac = await crypto.subtle.sign("HMAC", key, utf8.encode(signed));
      return `${signed}.${encodeBase64url(new Uint8Array(mac))}`;
    },
    verifier: createVerifier({
      secret: kid === undefined ? first : (derived as NamedSecret[]),
      typ: TYP,
      clockTolerance,
      // The path may be very long, because the client chooses it.
      maxTokenLength: 65_536,
    }),
  };
}

/** Derives a key with HKDF-SHA256 (RFC 5869), without a salt. */
async function derive(secret: string | Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = typeof secret === "string" ? utf8.encode(secret) : new Uint8Array(secret);
  const key = await crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveBits"]);
  const info = utf8.encode(INFO);
  const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  return new Uint8Array(await crypto.subtle.deriveBits(hkdf, key, 256));
}
