// Uses the npm package to describe stored hashes, and reports whether the Worker can verify them.
import { Failure } from "./failure.mjs";

/** What Better Auth's own hashes are called. They all have the same parameters. */
const BETTER_AUTH = "Better Auth's scrypt";

/** Formats that the package can't read. Each name is paired with a pattern that matches the format's hashes. */
const FOREIGN = [
  [/^\$[PH]\$/, "phpass ($P$)"],
  [/^\$wp\$/, "WordPress bcrypt ($wp$)"],
  [/^\$1\$/, "MD5 crypt ($1$)"],
  [/^\$5\$/, "SHA-256 crypt ($5$)"],
  [/^\$6\$/, "SHA-512 crypt ($6$)"],
  [/^\$y\$/, "yescrypt ($y$)"],
  [/^[0-9a-f]{32}$/i, "MD5 or the like, bare"],
];

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
    } catch {
      const [, foreign] = FOREIGN.find(([beginning]) => beginning.test(stored)) ?? [];
      if (foreign) return { kind: foreign, refused: `${foreign} is not supported` };
      return { kind: "damaged or unknown", refused: "a damaged or unknown hash" };
    }
    const kind = nameOf(described);
    if (described.pepper !== undefined) return { kind, refused: "a hash with a pepper, which the Worker has none of" };
    return passwords.canVerify(stored) ? { kind } : { kind, refused: `${kind} costs more than the Worker allows` };
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
  const spelling = ["crypt", "phc"].includes(format) ? "" : ` (${format})`;
  return `${algorithm}, ${values.join(",")}${spelling}${pepper === undefined ? "" : ", with a pepper"}`;
}
