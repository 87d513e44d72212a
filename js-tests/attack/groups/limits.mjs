// Helpers that exceed rate limits on purpose.
import { Person, SIGN_IN } from "../people.mjs";
import { WEAK } from "../targets.mjs";

/** How many requests each network may send per minute, as in wrangler.toml. */
export const NETWORK = 30;

/** Starts a Worker that limits requests per network. */
export const byNetwork = (targets) => targets.worker("by network", WEAK, { network: NETWORK });

let made = 0;

/** Signs up a new user for a row that is going to exceed the rate limit of the user's account. */
export const somebody = async (targets, given) => Person.signUp(await (given ?? targets.worker()), `L${(made += 1)}`);

/**
 * Tries up to `times` wrong passwords for one account, one after another. `how` returns the IP address and headers for
 * each request.
 */
export async function wrongPasswords(targets, times, how, person) {
  const victim = person ?? (await somebody(targets));
  const answers = [];
  for (let turn = 1; turn <= times; turn++) {
    const json = { email: victim.email, password: `wrong horse ${turn}` };
    answers.push(await victim.worker.ask({ method: "POST", target: SIGN_IN, json, ...how(turn) }));
    if (answers.at(-1).status === 429) break;
  }
  return answers;
}

export const limited = (answers) => answers.some(({ status }) => status === 429);
