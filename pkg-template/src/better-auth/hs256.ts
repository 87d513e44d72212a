import { createSigner, type Secret, signJwt } from "edgeseal";
import { anything, checkOptions, type Given, misuse, oneOrMore, seconds, text } from "../options.js";

/** Who is signed in, as Better Auth's jwt plugin tells of it. */
export interface Hs256Claims {
  user: { id: string; email: string; name: string; [field: string]: unknown };
  session: { id: string; userId: string; expiresAt: Date; [field: string]: unknown };
}

type DefinePayload = (signedIn: Hs256Claims) => Record<string, unknown> | Promise<Record<string, unknown>>;

/** How access tokens are made. */
export interface Hs256Options {
  /** What they are signed with, at least 32 bytes; of several by `kid` the first. */
  secret: Secret;
  /** Their life, in seconds. Default 900. */
  expiresIn?: number;
  /** Their `iss`. Default Better Auth's `baseURL`, as it is written there. */
  issuer?: string;
  /** Their `aud`. Default Better Auth's `baseURL`, as it is written there. */
  audience?: string | readonly string[];
  /** Their other claims. Default the user's `email` and `name`. `sub` is the user's id, `jti` a new one. */
  definePayload?: DefinePayload;
}

/** Options for Better Auth's jwt plugin. `jwt.audience` is there too, but an array of them is none to 1.4's types. */
export interface Hs256JwtOptions {
  jwks: { remoteUrl: string; keyPairConfig: { alg: "EdDSA" } };
  jwt: {
    issuer?: string;
    expirationTime: string;
    definePayload: DefinePayload;
    sign(payload: object, header?: { typ?: string }): Promise<string>;
  };
}

const checks = {
  // createSigner checks it.
  secret: anything,
  expiresIn: seconds(1),
  issuer: text,
  audience: (value: unknown, name: string) => (typeof value === "string" ? text(value, name) : oneOrMore(value, name)),
  definePayload: (value: unknown, name: string) => {
    if (typeof value !== "function") throw misuse(name, "a function of the session");
    return value;
  },
};

/**
 * Options that make Better Auth's jwt plugin give HS256 tokens, `jwt(hs256({ secret }))`: at `/token` and in the header
 * `set-auth-jwt`, for 15 minutes, with `typ: JWT`, `iss`, `aud`, `sub`, `email`, `name`, `iat`, `exp` and `jti`.
 * A symmetric key has no JWKS: `/jwks` answers 404.
 *
 * @throws {@link KeyError} for a weak secret, {@link EdgesealError} `ERR_OPTION_INVALID`: at once.
 */
export function hs256<const O extends Given<O, Hs256Options>>(options: O): Hs256JwtOptions {
  const checked = checkOptions<Hs256Options>(options ?? {}, checks, ["secret"]);
  const secret = checked.secret as Secret;
  const signer = createSigner({ secret });
  const audience = checked.audience as string | string[] | undefined;
  return {
    // Required beside `sign`: neither is used, and of symmetric algorithms the second knows none.
    jwks: { remoteUrl: "https://jwks.invalid", keyPairConfig: { alg: "EdDSA" } },
    jwt: {
      ...(checked.issuer === undefined ? {} : { issuer: checked.issuer as string }),
      ...(audience === undefined ? {} : { audience }),
      expirationTime: `${(checked.expiresIn as number | undefined) ?? 900}s`,
      definePayload:
        (checked.definePayload as DefinePayload | undefined) ?? (({ user: { email, name } }) => ({ email, name })),
      async sign(payload, header) {
        const claims = { jti: crypto.randomUUID(), ...payload };
        for (const [claim, option] of Object.entries({ iss: "issuer", aud: "audience" })) {
          if (!Reflect.get(claims, claim)) throw misuse(option, "given to hs256, as Better Auth has no fixed baseURL");
        }
        const typ = header?.typ ?? "JWT";
        return typ === "JWT" ? signer.sign(claims) : signJwt(claims, secret, { typ });
      },
    },
  };
}
