import { type Given, integer, take } from "./options.js";
import { ask } from "./refusal.js";
import { readMoved, write } from "./room.js";
import { DEFAULT_MAX_TOKEN_LENGTH } from "./verify.js";

/** Header and claims of a token that nobody has verified: whoever sent it may have written anything. */
export interface UntrustedJwt {
  /** The header, as the sender wrote it. */
  header: Record<string, unknown>;
  /** The claims, as the sender wrote them. Types are the sender's, too. */
  claims: Record<string, unknown>;
}

/** How to read a token. */
export interface DecodeJwtOptions {
  /** Longest token to read, in bytes. Default 8192. */
  maxTokenLength?: number;
}

const checks = { maxTokenLength: integer(1, 2 ** 30) };

/**
 * Reads a token WITHOUT verifying it: for logs and debugging. Never decide by what it says; that
 * is what {@link verifyJwt} is for. The form is held to the same strict rules.
 *
 * @throws {@link JwtError} with `ERR_JWT_MALFORMED` or `ERR_JWT_TOO_LARGE`.
 */
export function decodeJwt<const O extends Given<O, DecodeJwtOptions> = DecodeJwtOptions>(
  token: string,
  options?: O,
): UntrustedJwt {
  const { maxTokenLength } = take<DecodeJwtOptions>(options, checks);
  const limit = (maxTokenLength as number | undefined) ?? DEFAULT_MAX_TOKEN_LENGTH;
  const parts = ask((core) => readMoved(core, core.decodeJwt(write(core, token, limit), limit)));
  const [header, claims] = JSON.parse(parts);
  return { header, claims };
}
