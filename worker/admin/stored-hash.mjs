// Uses the npm package to describe stored hashes, and reports whether the Worker can verify them.
import { Failure } from "./failure.mjs";

/** The name for Better Auth's own hashes. They all have the same parameters. */
const BETTER_AUTH = "Better Auth's scrypt";

/** What the operator can do for users whose hash the Worker can't verify. */
const RESET = "send a link with reset-link";

/**
 * Returns a function that describes a stored hash. Hashes are counted by their `kind`. If a hash can't be used to sign
 * in, `refused` says why. `passwords` is the Worker's policy.
 */
export async function describeHashes(passwords) {
  const { inspectHash } = await importPackage();
  return (stored) => {
    if (stored === null || stored === undefined) return { refused: "no password" };
    if (stored.startsWith("!")) return { kind: "unusable on purpose (!)", refused: "unusable on purpose (!)" };
    let described;
    try {
      described = inspectHash(stored);
    } catch ({ message }) {
      const reason = message.replace("the stored hash ", "a hash that ");
      return { kind: reason, refused: reason };
    }
    const kind = nameOf(described);
    if (described.pepper !== undefined) return { kind, refused: "a hash with a pepper, which the Worker has none of" };
    if (described.legacyKey !== undefined) return { kind, refused: `${kind} needs another system's key; ${RESET}` };
    if (passwords.canVerify(stored)) return { kind };
    const { memory } = described;
    const reason = memory ? `needs ${memory} MiB, more than the Worker allows` : "costs more than the Worker allows";
    return { kind, refused: `${kind} ${reason}; ${RESET}` };
  };
}

async function importPackage() {
  try {
    return await import("../../pkg/index.js");
  } catch (cause) {
    if (cause.code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new Failure("NOT_BUILT", "The npm package, which names the hashes, is not built. Run: npm run build");
  }
}

function nameOf({ algorithm, params, format, pepper }) {
  if (format === "better-auth") return BETTER_AUTH;
  const values = Object.entries(params).map(([name, value]) =>
    name === "cost" ? `cost ${value}` : `${name}=${value}`,
  );
  const named = values.length === 0 ? algorithm : `${algorithm}, ${values.join(",")}`;
  const spelling = ["crypt", "phc"].includes(format) ? "" : ` (${format})`;
  return `${named}${spelling}${pepper === undefined ? "" : ", with a pepper"}`;
}
