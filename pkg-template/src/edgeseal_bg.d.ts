// The glue that wasm-bindgen generates for `src/js/` (target `bundler`).

export class Verifier {
  constructor(secret: Uint8Array, options: object);
  verify(token: string, now?: number): string;
  free(): void;
}
export function signJwt(claims: object, secret: Uint8Array, options: object, now?: number): string;
export function hashPassword(password: Uint8Array, options: object): string;
export function verifyPassword(password: Uint8Array, stored: string): boolean;
export function randomBytes(length: number): Uint8Array;
export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
