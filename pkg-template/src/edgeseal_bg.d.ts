// The glue that wasm-bindgen generates for `src/js/` (target `bundler`). scripts/build-package.mjs wraps it in a
// function: the glue caches views of an instance's memory, so each instance needs its own glue.

export interface Secrets {
  add(kid: string | undefined, secret: Uint8Array): void;
  free(): void;
}
export interface Verifier {
  verify(length: number, now: number): number;
  free(): void;
}
export interface Signer {
  sign(length: number, now: number): number;
  free(): void;
}
export interface Policy {
  /** Returns a message for `derive`. */
  hash(password: Uint8Array): Uint8Array;
  verify(password: Uint8Array, stored: string): Uint8Array;
  needsRehash(stored: string): boolean;
  /** Adds a key that another system mixed into its passwords. */
  addLegacyKey(id: string, key: Uint8Array): void;
  free(): void;
}

export interface Glue {
  Secrets: new (algorithms: Uint8Array) => Secrets;
  /** Takes ownership of the secrets: the caller must not free them. */
  Verifier: new (secrets: Secrets, options: object) => Verifier;
  Signer: new (secrets: Secrets, options: object) => Signer;
  /** For `costs` and the two lengths, 0 means the default. Takes ownership of the pepper. */
  Policy: new (
    algorithm: number,
    costs: Uint32Array,
    saltLength: number,
    hashLength: number,
    maxMemory: number,
    weak: boolean,
    pepper: Secrets | undefined,
  ) => Policy;
  scrubStack(): void;
  /** Reserves this many bytes in the buffer, and returns their address. */
  room(length: number): number;
  refusal(): unknown;
  validFrom(): number;
  validUntil(): number;
  /**
   * Verifies a token and writes its payload into the buffer. Returns the payload's length, or a negative number that
   * says which part of the token is invalid.
   */
  openJws(length: number, key: number, algorithm: number, payload: number): number;
  openVerifiedJws(length: number, payload: number): number;
  /** Signs the payload in the buffer. */
  sealJws(header: number, payload: number, key: number, algorithm: number): number;
  isStrictObject(length: number): boolean;
  /**
   * The next four functions compute the HMAC-SHA256 of a message that is passed in parts. The first starts a MAC, keyed
   * with the first `key` bytes of the buffer, and the second appends a part of the message. To finish, the third
   * returns the tag, and the fourth compares it with the tags in the buffer.
   */
  startMac(key: number): void;
  updateMac(length: number): void;
  finishMac(): number;
  matchMac(tags: number): boolean;
  decodeJwt(length: number, limit: number): number;
  /**
   * Does the work that the message in the buffer describes. Replaces the message with the result, and returns the
   * result's length.
   */
  derive(length: number): number;
  /** Returns the message that makes `derive` compute bcrypt, or `undefined` if the salt isn't 16 bytes long. */
  bcrypt(password: Uint8Array, salt: Uint8Array, cost: number): Uint8Array | undefined;
  /** Returns the kind of hash, its four costs, and the lengths of the salt and the hash. */
  inspectHash(stored: string): Uint32Array;
  wantsNfkc(stored: string): boolean;
  randomBytes(length: number): Uint8Array;
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

export function createGlue(): Glue;
