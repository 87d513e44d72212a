import type { Command } from "./command.js";
import { convert } from "./convert.js";
import { check, hash, inspect } from "./passwords.js";
import { decode, secret, sign, verify } from "./tokens.js";

export const commands: Readonly<Record<string, Command>> = {
  secret,
  sign,
  verify,
  decode,
  hash,
  check,
  inspect,
  convert,
};
