import { keyRing, type NamedSecret } from "edgeseal";
import { misuse } from "../options.js";

/** One of Better Auth's `secrets`. */
export interface SecretVersion {
  /** The version number, which becomes the `kid`. */
  version: number | string;
  /** The secret. */
  value: string;
}

/**
 * Converts Better Auth's `secrets`, or the text of its `BETTER_AUTH_SECRETS` (`2:new,1:old`), to a {@link Secret}. The
 * first secret is used to sign, and all of them are used to verify. Each `kid` is the version exactly as written. If
 * the Worker is given the same text, it uses the same `kid`s.
 *
 * @throws {@link EdgesealError} `ERR_OPTION_INVALID` for values that Better Auth also refuses.
 */
export function secretVersions(secrets: string | readonly SecretVersion[]): readonly NamedSecret[] {
  const given = typeof secrets === "string" ? keyRing(secrets).map(versionOf) : secrets;
  if (!Array.isArray(given) || given.length === 0) throw wrong();
  const versions = given.map(({ version, value }: SecretVersion): NamedSecret => {
    if (!/^\d+$/.test(String(version)) || typeof value !== "string" || value === "") throw wrong();
    return { kid: String(version), secret: value };
  });
  // Compare the versions as numbers, as Better Auth does.
  if (new Set(versions.map(({ kid }) => Number(kid))).size !== versions.length) throw wrong();
  return versions;
}

const versionOf = ({ kid, secret }: NamedSecret): SecretVersion => ({ version: kid, value: String(secret) });

const wrong = () => misuse("secrets", 'versions of secrets, each once, such as "2:<new>,1:<old>"');
