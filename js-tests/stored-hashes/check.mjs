// Checks stored hashes of other systems. A row has a `stored` hash, its `password`, and the result that we `want`:
// `verify`, `convert` (it verifies after a conversion, or with an option), `ceiling` (it verifies on Node; if the memory
// limit is too low, the error says so) or `name` (the error says what it is, or how it was damaged). `fields` are the
// other fields that convertHash needs, and `key` is the key with the id `app`.
import { convertHash, inspectHash, needsRehash, verifyPassword } from "edgeseal";

/** In bytes: the default limits on Node and on edge runtimes. */
export const LIMITS = { node: 256 << 20, edge: 64 << 20 };

const WRONG = "wrong password";

/**
 * Returns the reason why the row fails, or `undefined`. If a row lacks the salt or key that its conversion needs, the
 * reason begins with `lacks`.
 */
export async function check(row, maxMemory) {
  if (!Object.hasOwn(CHECKS, row.want)) return `unknown want "${row.want}"`;
  try {
    return await CHECKS[row.want](row, maxMemory);
  } catch (error) {
    return `${error.code}: ${error.message}`;
  }
}

const CHECKS = {
  async verify({ stored, password }, maxMemory) {
    return (await verifies(stored, password, { maxMemory })) ?? (needsRehash(stored) ? undefined : "needs no rehash");
  },

  async convert(row, maxMemory) {
    const reasons = [];
    for (const { name, convert, options } of conversions(row)) {
      try {
        const reason = await verifies(convert(), row.password, { maxMemory, ...options });
        if (!reason) return undefined;
        reasons.push(`${name}: ${reason}`);
      } catch (error) {
        // The error says what the row lacks.
        if (/salt must|legacyKeys/.test(error.message)) return `lacks what ${name} needs: ${error.message}`;
        reasons.push(`${name}: ${error.message}`);
      }
    }
    return reasons.slice(0, 3).join("; ") || "no conversion is known";
  },

  async ceiling({ stored, password }, maxMemory) {
    const { memory = 0 } = inspectHash(stored);
    if (memory * 2 ** 20 <= maxMemory) return await verifies(stored, password, { maxMemory });
    const error = await refusal(stored, password, { maxMemory });
    return error?.code === "ERR_PASSWORD_PARAMS_REFUSED" && error.message.includes(`${memory} MiB`)
      ? undefined
      : `must be refused for its ${memory} MiB`;
  },

  async name({ stored, password }, maxMemory) {
    const error = await refusal(stored, password, { maxMemory });
    // Nothing in a hash shows how its password was encoded, so an option is needed.
    if (!error) return await verifies(stored, password, { maxMemory, alsoTry: ["latin1"] });
    if (error.code !== "ERR_PASSWORD_HASH_INVALID") return `${error.code}, not ERR_PASSWORD_HASH_INVALID`;
    return error.message.includes("unknown format") ? error.message : undefined;
  },
};

async function verifies(stored, password, options) {
  if (!(await verifyPassword(password, stored, options))) return "refuses its password";
  return (await verifyPassword(WRONG, stored, options)) ? "accepts another password" : undefined;
}

async function refusal(stored, password, options) {
  try {
    await verifyPassword(password, stored, options);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Iteration counts that PBKDF2 recipes commonly use. */
const ITERATIONS = [1000, 10_000, 25_000, 100_000, 120_000, 210_000, 310_000, 600_000];

/** Yields the conversions that a stored hash may need. Fields that the row doesn't have are left undefined. */
function* conversions({ stored, salt, pepper, key, fields }) {
  const as = (fields, options) => ({ name: fields.from, convert: () => convertHash(fields), options });
  const hash = stored;
  if (fields) return yield as({ ...fields, hash }, key === undefined ? {} : { legacyKeys: { app: key } });
  if (stored.startsWith("{")) yield as({ from: "keycloak", credential: stored });
  else if (stored.startsWith("$fbscrypt$")) yield { name: "firebase", convert: () => stored };
  else if (stored.startsWith("pbkdf2(")) yield as({ from: "web2py", hash });
  else if (/^[0-9a-f]{64}:.+:[23]/.test(stored)) yield as({ from: "magento", hash });
  else if (stored.startsWith("pbkdf2:sha256:")) {
    const [method, ofWerkzeug, digits] = stored.split("$");
    const iterations = Number(method.split(":")[2]);
    yield as({ from: "passport-local-mongoose", hash: digits, salt: ofWerkzeug, iterations });
  } else if (/^[0-9a-f]+$/.test(stored)) yield as({ from: "payload", hash, salt });
  else if (/^[0-9a-f]+[:.][0-9a-f]+$/.test(stored)) yield* recipes(hash, as);
  else if (/^[A-Za-z0-9+/]+=*$/.test(stored)) yield as({ from: "symfony", hash, salt });
  if (stored.startsWith("$2")) {
    yield as({ from: "bcrypt-net-enhanced", hash });
    yield as({ from: "meteor", hash });
  }
  if (/^\$(?:2|argon2)/.test(stored)) {
    const keys = (given) => (given === undefined ? {} : { legacyKeys: { app: given } });
    yield as({ from: "devise", hash, pepperId: "app" }, keys(pepper));
    yield as({ from: "flask-security", hash, saltId: "app" }, keys(key ?? salt));
  }
}

function* recipes(hash, as) {
  for (const saltEncoding of ["text", "hex"]) {
    for (const r of [8, 16, 32]) yield as({ from: "node-scrypt", hash, saltEncoding, r });
    for (const digest of ["sha512", "sha256", "sha1"])
      for (const iterations of ITERATIONS) yield as({ from: "node-pbkdf2", hash, saltEncoding, digest, iterations });
  }
}
