// Checks the package's types. This file is only compiled, never run: each line under @ts-expect-error must fail to
// compile.
import {
  createSigner,
  createVerifier,
  decodeJwt,
  type EdgesealErrorCode,
  errorCodes,
  hashPassword,
  inspectHash,
  isEdgesealError,
  JwtError,
  type JwtClaims,
  needsRehash,
  passwordPresets,
  type Secret,
  signJwt,
  verifyJwt,
  verifyPassword,
  verifyPasswordSync,
} from "edgeseal";
import * as slim from "edgeseal/slim";
import * as own from "edgeseal/wasm";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const isTrue = <T extends true>(): T | undefined => undefined;

const secret: Secret = { "2026a": new Uint8Array(32), "2025b": "text" };
interface MyClaims {
  sub: string;
  role: "admin" | "user";
  exp: number;
}

export function tokens(token: string): void {
  const claims = verifyJwt(token, secret, { issuer: "i", audience: ["a"], algorithms: ["HS256"] });
  isTrue<Same<typeof claims, JwtClaims>>();
  isTrue<Same<typeof claims.exp, number>>();
  const mine = verifyJwt<MyClaims>(token, secret);
  isTrue<Same<typeof mine.role, "admin" | "user">>();
  const verifier = createVerifier<MyClaims>({ secret, audience: false, cacheSize: 10 });
  isTrue<Same<ReturnType<typeof verifier.verify>, MyClaims>>();
  isTrue<Same<ReturnType<ReturnType<typeof createSigner>["sign"]>, string>>();
  isTrue<Same<ReturnType<typeof decodeJwt>, Record<string, unknown>>>();
  using signer = createSigner({ secret, expiresIn: 900 });
  signer.sign({ sub: "x" } satisfies Partial<MyClaims>);
  signJwt({ sub: "x" }, new Uint8Array(32), { expiresIn: 9, typ: false });

  // @ts-expect-error a promise is not a token
  verifyJwt(Promise.resolve(token), secret);
  // @ts-expect-error an unknown option
  verifyJwt(token, secret, { isuer: "i" });
  // @ts-expect-error not an HMAC algorithm
  verifyJwt(token, secret, { algorithms: ["none"] });
  signJwt({}, secret, { expiresIn: "15m" });
  // @ts-expect-error the secret is required
  createVerifier({ issuer: "i" });
  // @ts-expect-error claims must be an object
  verifyJwt<string>(token, secret);
}

export async function passwords(): Promise<void> {
  const stored = await hashPassword("x", passwordPresets.argon2id);
  isTrue<Same<typeof stored, string>>();
  const right = await verifyPassword("x", stored, { pepper: { a: "key" } });
  isTrue<Same<typeof right, boolean>>();
  isTrue<Same<ReturnType<typeof verifyPasswordSync>, boolean>>();
  needsRehash(stored, { cost: 12 });
  const described = inspectHash(stored);
  if (described.algorithm === "bcrypt") isTrue<Same<typeof described.params, { cost: number }>>();
  // @ts-expect-error unknown until the algorithm is checked
  described.params.cost;
  // @ts-expect-error a parameter of a different algorithm
  await hashPassword("x", { algorithm: "argon2id", cost: 12 });
  // @ts-expect-error an unknown algorithm
  await hashPassword("x", { algorithm: "md5" });
}

export function errors(error: unknown): string {
  isTrue<Same<EdgesealErrorCode, (typeof errorCodes)[number]>>();
  if (!isEdgesealError(error)) throw error;
  if (error.code === "ERR_JWT_EXPIRED") {
    isTrue<Same<typeof error, JwtError>>();
    return error.claim ?? "";
  }
  // @ts-expect-error an unknown code
  if (error.code === "ERR_JWT_EXPIERD") return "";
  if (error instanceof JwtError) {
    // @ts-expect-error a code of a different class
    if (error.code === "ERR_KEY_WEAK") return "";
  }
  return error.toJSON().code;
}

export function others(token: string, module: WebAssembly.Module): void {
  own.initialize(module);
  own.initialize(new Uint8Array());
  isTrue<Same<ReturnType<typeof slim.verifyJwt<MyClaims>>, MyClaims>>();
  slim.verifyJwt(token, secret);
  // @ts-expect-error slim can only verify
  slim.signJwt;
}
