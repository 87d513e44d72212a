// The glue that wasm-bindgen generates for `src/js/` (target `bundler`).

export class Secrets {
  constructor(algorithms: Uint8Array);
  add(kid: string | undefined, secret: Uint8Array): void;
  free(): void;
}
export class Verifier {
  /** Takes the secrets over: they are not to be freed. */
  constructor(secrets: Secrets, options: object);
  verify(length: number, now: number): number;
  free(): void;
}
export class Signer {
  /** Takes the secrets over: they are not to be freed. */
  constructor(secrets: Secrets, options: object);
  sign(length: number, now: number): number;
  free(): void;
}
export function scrubStack(): void;
export function room(length: number): number;
export function refusal(): unknown;
export function validFrom(): number;
export function validUntil(): number;
export function openJws(length: number, key: number, algorithm: number, payload: number): number;
export function openVerifiedJws(length: number, payload: number): number;
export function sealJws(header: number, payload: number, key: number, algorithm: number): number;
export function isStrictObject(length: number): boolean;
export function decodeJwt(length: number, limit: number): number;
export class Policy {
  /** Of `costs` and the lengths 0 is the default. Takes the pepper over. */
  constructor(
    algorithm: number,
    costs: Uint32Array,
    saltLength: number,
    hashLength: number,
    maxMemory: number,
    weak: boolean,
    pepper: Secrets | undefined,
  );
  hash(password: Uint8Array): Job;
  verify(password: Uint8Array, stored: string): Job;
  needsRehash(stored: string): boolean;
  free(): void;
}
/** `run` or `finish` ends it; until then it is to be freed. */
export class Job {
  /** `undefined` unless the salt has 16 bytes. */
  static bcrypt(password: Uint8Array, salt: Uint8Array, cost: number): Job | undefined;
  readonly memory: number;
  run(): unknown;
  message(): Uint8Array;
  finish(key: Uint8Array): unknown;
  free(): void;
}
/** Kind, four costs of it, the lengths of salt and hash. */
export function inspectHash(stored: string): Uint32Array;
export function wantsNfkc(stored: string): boolean;
export function randomBytes(length: number): Uint8Array;
export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
