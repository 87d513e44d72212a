// Explains why `needsRehash` recommends a new hash.

const costs = {
  cost: "its cost is lower",
  memoryCost: "it takes less memory",
  timeCost: "it makes fewer passes",
  parallelism: "it has fewer lanes",
  N: "its N is lower",
  r: "its r is lower",
  p: "its p is lower",
  iterations: "it has fewer rounds",
};
const MIN_SALT = 16;

/** Returns at least one reason. The reasons don't start with a capital letter or end with a full stop. */
export function reasonsToReplace(found, policy) {
  const reasons = [];
  if (found.algorithm !== policy.algorithm)
    reasons.push(`it is ${found.algorithm}, but the policy is ${policy.algorithm}`);
  else {
    for (const [name, value] of Object.entries(found.params)) if (value < policy[name]) reasons.push(costs[name]);
    if (found.version === 16) reasons.push("it uses the old Argon2 version 16, from 2014");
    if (found.version === "2x") reasons.push("it was made by a buggy version of bcrypt ($2x$)");
    else if (found.version === "2a" || found.version === "2y")
      reasons.push(`it has the prefix $${found.version}$, an older form of $2b$`);
    if (found.saltLength < MIN_SALT && found.algorithm !== "bcrypt") reasons.push("its salt is too short");
  }
  if (found.pepper !== undefined) reasons.push("it has a pepper, which new hashes here don't have");
  return reasons.length > 0 ? reasons : ["its format or its lengths differ from those of a new hash"];
}
