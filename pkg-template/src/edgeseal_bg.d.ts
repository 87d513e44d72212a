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
export function decodeJwt(length: number, limit: number): number;
export function hashPassword(password: Uint8Array, options: object): string;
export function verifyPassword(password: Uint8Array, stored: string): boolean;
export function randomBytes(length: number): Uint8Array;
export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
