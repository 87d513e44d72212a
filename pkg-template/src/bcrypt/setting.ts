import { decodeBase64, encodeBase64 } from "./base64.js";
import type { RandomFallback } from "./types.js";

const SALT_LENGTH = 16;
export const DEFAULT_COST = 10;

let randomFallback: RandomFallback | null | undefined;

export function setRandomFallback(random: RandomFallback | null): void {
  randomFallback = random;
}

function randomSalt(): Readonly<ArrayLike<number>> {
  try {
    return crypto.getRandomValues(new Uint8Array(SALT_LENGTH));
  } catch {
    // The runtime doesn't have WebCrypto.
  }
  if (randomFallback) return randomFallback(SALT_LENGTH);
  throw new Error(
    "Neither WebCryptoAPI nor a crypto module is available. Use bcrypt.setRandomFallback to set an alternative",
  );
}

export function genSaltSync(rounds?: unknown, seedLength?: unknown): string {
  const given = rounds || DEFAULT_COST;
  if (typeof given !== "number") throw new Error(`Illegal arguments: ${typeof given}, ${typeof seedLength}`);
  const cost = Math.min(Math.max(given, 4), 31);
  return `$2b$${cost < 10 ? "0" : ""}${cost}$${encodeBase64(randomSalt(), SALT_LENGTH)}`;
}

/** A parsed salt, with its version and cost. */
export interface Setting {
  /** `$2a`, `$2b` or `$2y`. All three mean the same thing. A hash has the same version as its salt. */
  version: string;
  cost: number;
  salt: Uint8Array;
}

/** Parses a salt. Performs the same checks as bcryptjs, in the same order and with the same error messages. */
export function parseSetting(text: string): Setting {
  if (!text.startsWith("$2")) throw new Error(`Invalid salt version: ${text.slice(0, 2)}`);
  if (!["$2a$", "$2b$", "$2y$"].includes(text.slice(0, 4)))
    throw new Error(`Invalid salt revision: ${text.slice(2, 4)}`);
  if (text.charAt(6) > "$") throw new Error("Missing salt rounds");
  const cost = Number.parseInt(text.charAt(4), 10) * 10 + Number.parseInt(text.charAt(5), 10);
  if (!(cost >= 4 && cost <= 31)) throw new Error(`Illegal number of rounds (4-31): ${cost}`);
  const salt = Uint8Array.from(decodeBase64(text.slice(7, 29), SALT_LENGTH));
  if (salt.length !== SALT_LENGTH) throw new Error(`Illegal salt length: ${salt.length} != ${SALT_LENGTH}`);
  return { version: text.slice(0, 3), cost, salt };
}
