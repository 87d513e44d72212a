// Gets new passwords, and hashes them as this environment's Worker does.
import { rules, ruled } from "./rules.mjs";
import { askPassword, readInput } from "./terminal.mjs";
import { Usage } from "./usage.mjs";

/** The number of letters and digits in a generated password, which has 119 bits of entropy. */
const GENERATED = 20;

/** Returns the password policy of this environment's Worker. */
export async function passwordsOf(target) {
  const { Passwords } = await rules();
  return ruled(() => new Passwords(target.vars()));
}

/**
 * Returns the hash of a typed, piped or generated password. For a generated password, also returns the text that shows
 * it to the operator.
 */
export async function newHash(target, { generate, "password-stdin": isPiped }) {
  if (generate && isPiped) throw new Usage("Use --generate or --password-stdin, not both.");
  const { randomId } = await rules();
  const passwords = await passwordsOf(target);
  const password = generate ? randomId().slice(0, GENERATED) : await (isPiped ? readInput() : askPassword());
  return {
    hash: ruled(() => passwords.hash(password)),
    generated: generate ? { password } : {},
    shown: generate ? `\nPassword (not shown again): ${password}` : "",
  };
}
