import { createSigner, type Secret, signJwt } from "edgeseal";
import { anything, checkOptions, type Given, misuse, seconds, text, textOrTexts } from "../options.js";

/** The signed-in user and session, as passed by Better Auth's jwt plugin. */
export interface Hs256Claims {
  user: { id: string; email: string; name: string; [field: string]: unknown };
  session: { id: string; userId: string; expiresAt: Date; [field: string]: unknown };
}

type DefinePayload = (signedIn: Hs256Claims) => Record<string, unknown> | Promise<Record<string, unknown>>;

/** The options of {@link hs256}. */
export interface Hs256Options {
  /** The secret to sign with, at least 32 bytes long. If you pass several, keyed by `kid`, the first one is used. */
  secret: Secret;
  /** How long tokens are valid, in seconds. Default 900. */
  expiresIn?: number;
  /** The tokens' `iss`. Default: Better Auth's `baseURL`, exactly as you set it. */
  issuer?: string;
  /** The tokens' `aud`. Default: Better Auth's `baseURL`, exactly as you set it. */
  audience?: string | readonly string[];
  /**
   * Returns additional claims. Default: the user's `email` and `name`. In every token, `sub` is the user's id, and
   * `jti` is random.
   */
  definePayload?: DefinePayload;
}

/**
 * Options for Better Auth's jwt plugin. At run time, they also contain `jwt.audience`. This type leaves it out because
 * Better Auth 1.4's own type for that option doesn't allow an array.
 */
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
  // createSigner checks this option.
  secret: anything,
  expiresIn: seconds(1),
  issuer: text,
  audience: textOrTexts,
  definePayload: (value: unknown, name: string) => {
    if (typeof value !== "function") throw misuse(name, "a function of the session");
    return value;
  },
};

/**
 * Returns options that make Better Auth's jwt plugin issue HS256 tokens: `jwt(hs256({ secret }))`. The plugin returns
 * the tokens from `/token` and in the `set-auth-jwt` header. By default, the tokens are valid for 15 minutes and have
 * `typ: JWT`, `iss`, `aud`, `sub`, `email`, `name`, `iat`, `exp` and `jti`. There is no JWKS for a symmetric key, so
 * `/jwks` responds with 404.
 *
 * @throws {@link KeyError} `ERR_KEY_WEAK` for a weak secret, {@link EdgesealError} `ERR_OPTION_INVALID` for an invalid
 * option.
 */
export function hs256<const O extends Given<O, Hs256Options>>(options: O): Hs256JwtOptions {
  const checked = checkOptions<Hs256Options>(options ?? {}, checks, ["secret"]);
  const secret = checked.secret as Secret;
  const signer = createSigner({ secret });
  const audience = checked.audience as string | string[] | undefined;
  return {
    // Better Auth requires these options when `sign` is set, but doesn't use them. `keyPairConfig` doesn't accept
    // symmetric algorithms.
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
          if (!Reflect.get(claims, claim))
            throw misuse(option, "set in hs256, because Better Auth has no fixed baseURL");
        }
        const typ = header?.typ ?? "JWT";
        return typ === "JWT" ? signer.sign(claims) : signJwt(claims, secret, { typ });
      },
    },
  };
}
