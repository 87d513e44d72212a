import { type Given, integer, take } from "./options.js";
import { ask } from "./refusal.js";
import { readMoved, write } from "./buffer.js";
import { DEFAULT_MAX_TOKEN_LENGTH } from "./verify.js";

/** How to read a token. */
export interface DecodeJwtOptions {
  /** Longest token to read, in bytes. Default 8192. */
  maxTokenLength?: number;
}

const checks = { maxTokenLength: integer(1, 2 ** 30) };

/**
 * The claims of a token WITHOUT verifying it, as `decodeJwt` of `edgeseal/jose` gives them: for logs and debugging. Whoever
 * sent it may have written anything, types too: never decide by it; that is what {@link verifyJwt} is for. The form is
 * held to the same strict rules.
 *
 * @throws {@link JwtError} with `ERR_JWT_MALFORMED` or `ERR_JWT_TOO_LARGE`.
 */
export function decodeJwt<const O extends Given<O, DecodeJwtOptions> = DecodeJwtOptions>(
  token: string,
  options?: O,
): Record<string, unknown> {
  return decoded(token, options)[1];
}

/** {@link decodeJwt} for the header. */
export function decodeProtectedHeader<const O extends Given<O, DecodeJwtOptions> = DecodeJwtOptions>(
  token: string,
  options?: O,
): Record<string, unknown> {
  return decoded(token, options)[0];
}

type Part = Record<string, unknown>;

function decoded(token: string, options: DecodeJwtOptions | undefined): [header: Part, claims: Part] {
  const { maxTokenLength } = take<DecodeJwtOptions>(options, checks);
  const limit = (maxTokenLength as number | undefined) ?? DEFAULT_MAX_TOKEN_LENGTH;
  return JSON.parse(ask((core) => readMoved(core, core.decodeJwt(write(core, token, limit), limit))));
}
