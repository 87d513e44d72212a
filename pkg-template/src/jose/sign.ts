import { internal } from "edgeseal";
import { isBytes } from "../bytes.js";
import { encode } from "./base64url.js";
import { JWTInvalid } from "./errors.js";
import { checkHeader, checkLength, hmac, serializeHeader } from "./header.js";
import { prepareKey } from "./key.js";
import { ClaimsBuilder } from "./produce.js";
import type { CompactJWSHeaderParameters, JWTHeaderParameters, KeyInput, SignOptions } from "./types.js";

const encoder = new TextEncoder();

/** Signs a JWT with HS256, HS384 or HS512, like jose's class of the same name. */
export class SignJWT extends ClaimsBuilder {
  #header: CompactJWSHeaderParameters | undefined;

  /** Sets the header, which must contain the algorithm: `{ alg: "HS256" }`. Call this method only once. */
  setProtectedHeader(protectedHeader: JWTHeaderParameters): this {
    this.#header = onlyOnce(this.#header, protectedHeader);
    return this;
  }

  /**
   * Signs the token and returns it.
   *
   * @throws {@link KeyError} `ERR_KEY_WEAK` for a secret that is shorter than the algorithm's hash.
   */
  async sign(key: KeyInput, options?: SignOptions): Promise<string> {
    return signed(encoder.encode(this.json()), this.#header, key, options, () => {
      throw new JWTInvalid("JWTs MUST NOT use unencoded payload");
    });
  }
}

/** Signs any payload with HS256, HS384 or HS512, like jose's class of the same name. */
export class CompactSign {
  readonly #payload: Uint8Array;
  #header: CompactJWSHeaderParameters | undefined;

  constructor(payload: Uint8Array) {
    if (!isBytes(payload)) throw new TypeError("payload must be an instance of Uint8Array");
    this.#payload = payload;
  }

  /** Sets the header, which must contain the algorithm: `{ alg: "HS256" }`. Call this method only once. */
  setProtectedHeader(protectedHeader: CompactJWSHeaderParameters): this {
    this.#header = onlyOnce(this.#header, protectedHeader);
    return this;
  }

  /**
   * Signs the token and returns it.
   *
   * @throws {@link KeyError} `ERR_KEY_WEAK` for a secret that is shorter than the algorithm's hash.
   */
  async sign(key: KeyInput, options?: SignOptions): Promise<string> {
    return signed(this.#payload, this.#header, key, options, () => {
      throw new TypeError("use the flattened module for creating JWS with b64: false");
    });
  }
}

function onlyOnce<T>(before: T | undefined, now: T): T {
  if (before !== undefined) throw new TypeError("setProtectedHeader can only be called once");
  return now;
}

async function signed(
  payload: Uint8Array,
  protectedHeader: CompactJWSHeaderParameters | undefined,
  given: KeyInput,
  options: SignOptions | undefined,
  refuseUnencoded: () => never,
): Promise<string> {
  const understood = options?.crit;
  const [header, json] = serializeHeader(protectedHeader);
  const algorithm = hmac(checkHeader(header, understood, refuseUnencoded).alg);
  const prepared = prepareKey(algorithm, given, "sign");
  const key = prepared instanceof Promise ? await prepared : prepared;
  // The token's length: header and payload as base64url, with separators and signature.
  checkLength(((json.length + payload.length) * 4) / 3 + 96);
  if (isBytes(key)) return internal.signJws(encoder.encode(json), payload, key, algorithm);
  // The key is not extractable, so WebCrypto has to sign.
  const input = `${encode(json)}.${encode(payload)}`;
  const tag = await crypto.subtle.sign("HMAC", key, encoder.encode(input));
  return `${input}.${encode(new Uint8Array(tag))}`;
}
