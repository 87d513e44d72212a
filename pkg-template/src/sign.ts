import { signJwt as core } from "./edgeseal_bg.js";
import { JwtError, refusing } from "./errors.js";
import { date, oneOrMore, only, seconds, take, text } from "./options.js";
import { type Secret, secretBytes } from "./secret.js";

/** What to add to the claims and the header. */
export interface SignJwtOptions {
  /** Sets `exp` to this many seconds after `iat`. */
  expiresIn?: number;
  /** Sets `nbf` to this many seconds after `iat`. */
  notBefore?: number;
  /** Sets `iss`. */
  issuer?: string;
  /** Sets `aud`. */
  audience?: string | readonly string[];
  /** Sets `sub`. */
  subject?: string;
  /** Sets `jti`. */
  jwtId?: string;
  /** Sets the header's `kid`. */
  keyId?: string;
  /** The header's `typ`; `false` leaves it out. Default `JWT`. */
  typ?: string | false;
  /** HS256 is the only one. */
  algorithm?: "HS256";
  /** The time to sign at instead of the clock. */
  currentDate?: Date;
}

const checks = {
  expiresIn: seconds(0.001),
  notBefore: seconds(0),
  issuer: text,
  audience: oneOrMore,
  subject: text,
  jwtId: text,
  keyId: text,
  typ: (value: unknown, name: string) => (value === false ? false : text(value, name)),
  algorithm: only("HS256"),
  currentDate: date,
};

/**
 * Signs claims as an HS256 token. `iat` is set to now unless the claims carry one; `exp` is
 * required, by `expiresIn` or in the claims. Members that are `undefined` are left out.
 *
 * @throws {@link JwtError} for claims that {@link verifyJwt} would refuse, {@link KeyError} for a
 * weak secret, {@link EdgesealError} for a wrong option.
 */
export function signJwt(claims: object, secret: Secret, options?: SignJwtOptions): string {
  const { currentDate, typ, ...rest } = take(options, checks);
  const settings = { ...rest, omitTyp: typ === false, ...(typeof typ === "string" && { typ }) };
  const payload = json(claims, "the claims") as object;
  const bytes = secretBytes(secret);
  try {
    return refusing(() => core(payload, bytes, settings, currentDate as number | undefined));
  } finally {
    bytes.fill(0);
  }
}

/**
 * A copy that is JSON and nothing else. What JSON has no form for is refused, by name, rather
 * than signed as `null`.
 */
function json(value: unknown, name: string, depth = 0): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (depth < 32 && typeof value === "object") {
    if (Array.isArray(value)) return value.map((item, i) => json(item, `${name}[${i}]`, depth + 1));
    const prototype = Object.getPrototypeOf(value);
    if (prototype === null || Object.getPrototypeOf(prototype) === null) {
      const members = Object.entries(value).filter(([, member]) => member !== undefined);
      const copies = members.map(([key, member]) => [key, json(member, `"${key}"`, depth + 1)]);
      return Object.fromEntries(copies);
    }
  }
  throw new JwtError("ERR_JWT_CLAIM_INVALID", `${name} is not plain JSON of at most 32 levels`);
}
