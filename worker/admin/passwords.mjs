// New passwords: where they come from, and their hash as the Worker of an environment makes it.
import { rules, ruled } from "./rules.mjs";
import { askPassword, readInput } from "./terminal.mjs";
import { Usage } from "./usage.mjs";

/** Letters and digits of a generated password: 119 bits. */
const GENERATED = 20;

/** How the Worker of this environment handles passwords. */
export async function passwordsOf(target) {
  const { Passwords } = await rules();
  return ruled(() => new Passwords(target.vars()));
}

/** The hash of the password that is typed, piped or generated; and what to show if it was generated. */
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
