import { isBytes } from "./bytes.js";
import { EdgesealError } from "./errors.js";
import { copyOf, isPlain, misuse } from "./options.js";

/** A secret, and the `kid` of the tokens that it signs. */
export interface NamedSecret {
  /** The key's id (RFC 7515 §4.1.4), as in the Worker's `AUTH_SECRETS`. */
  readonly kid: string;
  /** At least 32 random bytes, or a string of at least 32 UTF-8 bytes. */
  readonly secret: string | Uint8Array;
}

/**
 * An HMAC secret: either random bytes or a string. It must have at least as many bytes (UTF-8 bytes, for a string) as
 * the algorithm's hash: 32 for HS256, 48 for HS384, 64 for HS512 (RFC 7518 §3.2). Keep it in the environment;
 * `generateSecret()` generates one.
 *
 * For rotation, pass 1 to 8 secrets, keyed by `kid`. The first secret is used to sign, and all of them are used to
 * verify. If a token doesn't have a `kid`, each secret is tried. {@link keyRing} reads the Worker's `AUTH_SECRETS`.
 */
export type Secret = string | Uint8Array | readonly NamedSecret[] | { readonly [kid: string]: string | Uint8Array };

/**
 * Reads several secrets, for rotation, from text in the format of the Worker's `AUTH_SECRETS`: `kid:secret,kid:secret`.
 * The first secret is used to sign, and all of them are used to verify, with exactly these `kid`s. A secret may contain
 * colons, but not commas.
 *
 * @throws {@link EdgesealError} `ERR_OPTION_INVALID` for any other text, and for text that was pasted together with a
 * line break, white space, quotes or the variable's name, because other programs would read such text as a different
 * secret.
 */
export function keyRing(secrets: string): readonly NamedSecret[] {
  if (secrets === undefined) throw unset("secrets", "AUTH_SECRETS");
  if (typeof secrets !== "string") throw misuse("secrets", FORM);
  const flaw = flawOf(secrets);
  if (flaw) throw misuse("secrets", `${FORM}, and ${flaw}`);
  return secrets.split(",").map((entry, index) => {
    const colon = entry.indexOf(":");
    const kid = entry.slice(0, Math.max(colon, 0)).replace(/^\p{White_Space}+|\p{White_Space}+$/gu, "");
    const secret = entry.slice(colon + 1);
    if (kid === "") throw misuse("secrets", `${FORM}: entry ${index} has no kid`);
    const wrong = flawOf(secret);
    if (wrong) throw misuse("secrets", `${FORM}: entry ${index} ${wrong}`);
    return { kid, secret };
  });
}

const FORM = 'a text such as "2:<new>,1:<old>"';

/**
 * Describes the problem with pasted text without repeating any part of it. The rules are the same as in the Worker's
 * `worker/src/config/secret_text.rs`, so that both accept the same text.
 */
function flawOf(text: string): string | undefined {
  if (/^(?:\p{White_Space}|[\u{feff}\u{200b}\0])|(?:\p{White_Space}|[\u{feff}\u{200b}\0])$/u.test(text)) {
    return "without white space or a line end around it";
  }
  if (QUOTES.some(([open, close]) => text.startsWith(open!) && text.endsWith(close!)))
    return "without quotes around it";
  const [, exported, name = "", value = ""] = /^(export |set )?([^=]*)=(.*)$/s.exec(text) ?? [];
  const variable = name.trim();
  const isName =
    /^(?:BETTER_)?AUTH_SECRETS$/i.test(variable) ||
    ((variable.includes("_") || exported !== undefined) && /^[A-Z0-9_]*$/.test(variable));
  // A random secret may contain `=`, but only at its end.
  return isName && /[^=]/.test(value) ? "without a variable's name in front" : undefined;
}

const QUOTES = ['""', "''", "``", "\u201c\u201d", "\u2018\u2019"];

/**
 * @internal Returns pairs of `kid` and secret. For a single secret, the `kid` is `undefined`. The first secret is used
 * to sign.
 *
 * @throws {@link EdgesealError} `ERR_OPTION_INVALID`
 */
export function byKid(
  secret: Secret,
  option = "secret",
): readonly (readonly [kid: string | undefined, secret: string | Uint8Array])[] {
  if (secret === undefined) throw unset(option, option === "secret" ? "AUTH_SECRET" : "its variable");
  if (typeof secret === "string" || isBytes(secret)) return [[undefined, secret]];
  const named = Array.isArray(secret) ? (copyOf(secret) as NamedSecret[]).map(ofArray) : ofObject(secret);
  for (const [kid, one] of named) {
    // A long name may be a secret that was passed by mistake.
    const which = kid.length <= 16 ? `${option} "${kid}"` : `a ${option}`;
    if (one === undefined) throw unset(which, "its variable");
    if (typeof one !== "string" && !isBytes(one)) throw misuse(which, BYTES);
  }
  return named;

  function ofArray(one: NamedSecret, index: number): [string, string | Uint8Array] {
    if (!isPlain(one) || typeof one.kid !== "string") throw misuse(`${option}[${index}]`, "{ kid, secret }");
    return [one.kid, one.secret];
  }

  function ofObject(given: unknown): [string, string | Uint8Array][] {
    if (!isPlain(given)) throw misuse(option, `${BYTES}, or an array of { kid, secret }`);
    if ("kty" in given) throw misuse(option, `${BYTES}, not a JWK: decode its "k"`);
    const entries = Object.entries(given) as [string, string | Uint8Array][];
    // JavaScript moves names that are whole numbers to the front of an object, so the first entry might not be the one
    // that was written first.
    if (entries.some(([kid]) => isWholeNumber(kid))) {
      throw misuse(option, 'an array, such as keyRing("2:<new>,1:<old>"): an object reorders numeric ids');
    }
    return entries;
  }
}

const unset = (option: string, variable: string) =>
  new EdgesealError("ERR_OPTION_INVALID", `${option} is undefined: is ${variable} set?`);

const BYTES = "a string or Uint8Array of at least 32 random bytes";

const isWholeNumber = (kid: string) => Number.isSafeInteger(Number(kid)) && String(Number(kid)) === kid;
