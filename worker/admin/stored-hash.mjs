// What a stored hash is, as the package that verifies it reads it, and whether the Worker can.

/** Better Auth's own, of which all have the same parameters. */
const BETTER_AUTH = "Better Auth's scrypt";

/** By their beginnings, for an operator's eyes: what the package does not read. */
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
 * Describes stored hashes of a database: `kind` to count by, and `refused`, why nobody signs in with it. `edgeseal` is
 * the package, `policy` what the Worker of this environment hashes with.
 */
export const kindOf =
  ({ inspectHash, needsRehash }, policy) =>
  (stored) => {
    if (stored === null || stored === undefined) return { refused: "no password" };
    if (stored.startsWith("!")) return { kind: "unusable on purpose (!)", refused: "unusable on purpose (!)" };
    let described;
    try {
      described = inspectHash(stored);
    } catch {
      const [, foreign] = FOREIGN.find(([beginning]) => beginning.test(stored)) ?? [];
      if (foreign) return { kind: foreign, refused: `${foreign} is not read here` };
      return { kind: "damaged or of another kind", refused: "a damaged hash, or one of another kind" };
    }
    const kind = nameOf(described);
    if (described.pepper !== undefined) return { kind, refused: "a hash with a pepper, which the Worker has none of" };
    try {
      // As a policy the parameters are held to the same ceiling.
      const algorithm = described.algorithm.replace(/^argon2.*/, "argon2id");
      needsRehash(stored, { algorithm, ...described.params, maxMemory: policy.maxMemory, allowWeakParams: true });
    } catch {
      return { kind, refused: `${kind} is over the Worker's ceiling` };
    }
    return { kind };
  };

function nameOf({ algorithm, params, format, pepper }) {
  if (format === "better-auth") return BETTER_AUTH;
  const values = Object.entries(params).map(([name, value]) =>
    name === "cost" ? `cost ${value}` : `${name}=${value}`,
  );
  const spelling = ["crypt", "phc"].includes(format) ? "" : ` (${format})`;
  return `${algorithm}, ${values.join(",")}${spelling}${pepper === undefined ? "" : ", with a pepper"}`;
}
