// What TypeScript makes of the package. Never run: it compiles, and each line under @ts-expect-error would not.
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
const holds = <T extends true>(): T | undefined => undefined;

const secret: Secret = { "2026a": new Uint8Array(32), "2025b": "text" };
interface MyClaims {
  sub: string;
  role: "admin" | "user";
  exp: number;
}

export function tokens(token: string): void {
  const claims = verifyJwt(token, secret, { issuer: "i", audience: ["a"], algorithms: ["HS256"] });
  holds<Same<typeof claims, JwtClaims>>();
  holds<Same<typeof claims.exp, number>>();
  const mine = verifyJwt<MyClaims>(token, secret);
  holds<Same<typeof mine.role, "admin" | "user">>();
  const verifier = createVerifier<MyClaims>({ secret, audience: false, cacheSize: 10 });
  holds<Same<ReturnType<typeof verifier.verify>, MyClaims>>();
  holds<Same<ReturnType<ReturnType<typeof createSigner>["sign"]>, string>>();
  holds<Same<ReturnType<typeof decodeJwt>, Record<string, unknown>>>();
  using signer = createSigner({ secret, expiresIn: 900 });
  signer.sign({ sub: "x" } satisfies Partial<MyClaims>);
  signJwt({ sub: "x" }, new Uint8Array(32), { expiresIn: 9, typ: false });

  // @ts-expect-error a promise is no token
  verifyJwt(Promise.resolve(token), secret);
  // @ts-expect-error an unknown option
  verifyJwt(token, secret, { isuer: "i" });
  // @ts-expect-error not an HMAC algorithm
  verifyJwt(token, secret, { algorithms: ["none"] });
  signJwt({}, secret, { expiresIn: "15m" });
  // @ts-expect-error a verifier has a secret
  createVerifier({ issuer: "i" });
  // @ts-expect-error claims are an object
  verifyJwt<string>(token, secret);
}

export async function passwords(): Promise<void> {
  const stored = await hashPassword("x", passwordPresets.argon2id);
  holds<Same<typeof stored, string>>();
  const right = await verifyPassword("x", stored, { pepper: { a: "key" } });
  holds<Same<typeof right, boolean>>();
  holds<Same<ReturnType<typeof verifyPasswordSync>, boolean>>();
  needsRehash(stored, { cost: 12 });
  const described = inspectHash(stored);
  if (described.algorithm === "bcrypt") holds<Same<typeof described.params, { cost: number }>>();
  // @ts-expect-error not known before the algorithm is
  described.params.cost;
  // @ts-expect-error of another algorithm
  await hashPassword("x", { algorithm: "argon2id", cost: 12 });
  // @ts-expect-error an unknown one
  await hashPassword("x", { algorithm: "md5" });
}

export function errors(error: unknown): string {
  holds<Same<EdgesealErrorCode, (typeof errorCodes)[number]>>();
  if (!isEdgesealError(error)) throw error;
  if (error.code === "ERR_JWT_EXPIRED") {
    holds<Same<typeof error, JwtError>>();
    return error.claim ?? "";
  }
  // @ts-expect-error no such code
  if (error.code === "ERR_JWT_EXPIERD") return "";
  if (error instanceof JwtError) {
    // @ts-expect-error not of this class
    if (error.code === "ERR_KEY_WEAK") return "";
  }
  return error.toJSON().code;
}

export function others(token: string, module: WebAssembly.Module): void {
  own.initialize(module);
  own.initialize(new Uint8Array());
  holds<Same<ReturnType<typeof slim.verifyJwt<MyClaims>>, MyClaims>>();
  slim.verifyJwt(token, secret);
  // @ts-expect-error verifies only
  slim.signJwt;
}
