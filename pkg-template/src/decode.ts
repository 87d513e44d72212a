import { readMovedText, writeToken } from "./buffer.js";
import { checkOptions, type Given, integer } from "./options.js";
import { callCore } from "./refusal.js";
import { DEFAULT_MAX_TOKEN_LENGTH } from "./verify.js";

/** Options of {@link decodeJwt} and {@link decodeProtectedHeader}. */
export interface DecodeJwtOptions {
  /** The maximum length of a token, in bytes. Default 8192. */
  maxTokenLength?: number;
}

const checks = { maxTokenLength: integer(1, 2 ** 30) };

/**
 * Returns the claims of a token WITHOUT verifying it, for logs and debugging, like `decodeJwt` from `edgeseal/jose`.
 * The sender may have written any claims, with any types, so never base a decision on them; use {@link verifyJwt} for
 * that. Tokens that {@link verifyJwt} refuses as malformed are refused here, too.
 *
 * @throws {@link JwtError} `ERR_JWT_MALFORMED` or `ERR_JWT_TOO_LARGE`; {@link EdgesealError} `ERR_OPTION_INVALID` for
 * an invalid option.
 */
export function decodeJwt<const O extends Given<O, DecodeJwtOptions> = DecodeJwtOptions>(
  token: string,
  options?: O,
): Record<string, unknown> {
  return decoded(token, options)[1];
}

/** Returns the header of a token WITHOUT verifying it. Otherwise, this function works like {@link decodeJwt}. */
export function decodeProtectedHeader<const O extends Given<O, DecodeJwtOptions> = DecodeJwtOptions>(
  token: string,
  options?: O,
): Record<string, unknown> {
  return decoded(token, options)[0];
}

type Part = Record<string, unknown>;

function decoded(token: string, options: DecodeJwtOptions | undefined): [header: Part, claims: Part] {
  const { maxTokenLength } = checkOptions<DecodeJwtOptions>(options, checks);
  const limit = (maxTokenLength as number | undefined) ?? DEFAULT_MAX_TOKEN_LENGTH;
  return JSON.parse(callCore((core) => readMovedText(core, core.decodeJwt(writeToken(core, token, limit), limit))));
}
