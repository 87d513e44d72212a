// The glue that wasm-bindgen generates for `src/js/` (target `bundler`), as scripts/build-package.mjs wraps it: one for each
// instance, as it caches views of its memory.

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
  /** Work for `derive`. */
  hash(password: Uint8Array): Uint8Array;
  verify(password: Uint8Array, stored: string): Uint8Array;
  needsRehash(stored: string): boolean;
  free(): void;
}

export interface Glue {
  Secrets: new (algorithms: Uint8Array) => Secrets;
  /** Takes the secrets over: they are not to be freed. */
  Verifier: new (secrets: Secrets, options: object) => Verifier;
  Signer: new (secrets: Secrets, options: object) => Signer;
  /** Of `costs` and the lengths 0 is the default. Takes the pepper over. */
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
  room(length: number): number;
  refusal(): unknown;
  validFrom(): number;
  validUntil(): number;
  openJws(length: number, key: number, algorithm: number, payload: number): number;
  openVerifiedJws(length: number, payload: number): number;
  sealJws(header: number, payload: number, key: number, algorithm: number): number;
  isStrictObject(length: number): boolean;
  decodeJwt(length: number, limit: number): number;
  /** Does the work of a message that stands in the room; gives the length of what stands there instead. */
  derive(length: number): number;
  /** Work for `derive`: bcrypt; `undefined` unless the salt has 16 bytes. */
  bcrypt(password: Uint8Array, salt: Uint8Array, cost: number): Uint8Array | undefined;
  /** Kind, four costs of it, the lengths of salt and hash. */
  inspectHash(stored: string): Uint32Array;
  wantsNfkc(stored: string): boolean;
  randomBytes(length: number): Uint8Array;
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

export function createGlue(): Glue;
