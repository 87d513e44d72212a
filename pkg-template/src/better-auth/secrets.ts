import type { Secret } from "edgeseal";
import { misuse } from "../options.js";

/** One of Better Auth's `secrets`. */
export interface SecretVersion {
  version: number | string;
  value: string;
}

/**
 * Better Auth's `secrets`, or the text of its `BETTER_AUTH_SECRETS` (`2:new,1:old`), as a {@link Secret}: the first signs,
 * every one verifies, `kid` is `v2` for version 2.
 *
 * @throws {@link EdgesealError} `ERR_OPTION_INVALID` for what Better Auth would refuse too.
 */
export function secretVersions(secrets: string | readonly SecretVersion[]): Secret {
  const given = typeof secrets === "string" ? secrets.split(",").map(parse) : secrets;
  if (!Array.isArray(given) || given.length === 0) throw wrong();
  const versions = given.map(({ version, value }: SecretVersion): [kid: string, value: string] => {
    if (!/^\d+$/.test(String(version)) || typeof value !== "string" || value === "") throw wrong();
    return [`v${Number(version)}`, value];
  });
  const byKid = Object.fromEntries(versions);
  if (Object.keys(byKid).length !== versions.length) throw wrong();
  return byKid;
}

function parse(entry: string): SecretVersion {
  const [, version = "", value = ""] = /^\s*(\d+)\s*:\s*(.*?)\s*$/s.exec(entry) ?? [];
  return { version, value };
}

const wrong = () => misuse("secrets", 'versions of secrets, each once, such as "2:<new>,1:<old>"');
