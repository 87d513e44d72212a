// Meeting the limits on purpose.
import { Person, SIGN_IN } from "../people.mjs";
import { WEAK } from "../stack.mjs";

/** Requests of one network in a minute, as wrangler.toml has it. */
export const NETWORK = 30;

/** A Worker that counts by network. */
export const byNetwork = (stack) => stack.edge("by network", WEAK, { network: NETWORK });

let made = 0;

/** Somebody new, for a row that will have them limited. */
export const somebody = async (stack, given) => Person.signUp(await (given ?? stack.edge()), `L${(made += 1)}`);

/** So many wrong passwords for one account, one after the other; `how` gives each request's address and headers. */
export async function wrongPasswords(stack, times, how, person) {
  const victim = person ?? (await somebody(stack));
  const answers = [];
  for (let turn = 1; turn <= times; turn++) {
    const json = { email: victim.email, password: `wrong horse ${turn}` };
    answers.push(await victim.edge.ask({ method: "POST", target: SIGN_IN, json, ...how(turn) }));
    if (answers.at(-1).status === 429) break;
  }
  return answers;
}

export const limited = (answers) => answers.some(({ status }) => status === 429);
