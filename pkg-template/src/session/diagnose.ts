import { readChunkedCookies } from "./cookies.js";
import { cookieName, type CookieNames } from "./rules.js";
import { unverifiedClaims } from "./unverified.js";

/** Which setting keeps somebody signed out who has signed in. */
export interface Diagnosis {
  /** The option's name, here or in Better Auth. */
  setting: string;
  /** What is wrong, and what to write. Plain ASCII, without secrets and values of cookies. */
  text: string;
}

/** What Better Auth must be told. */
const STRATEGY = 'in Better Auth write session: { cookieCache: { enabled: true, strategy: "jwt" } }';

/** Why a value of the session data cookie was refused: the error's code, `version`, or nothing that a setting is to blame for. */
export type Refusal = { code: string; claim?: string } | { version: unknown } | undefined;

/**
 * Why the cookies of a signed-in browser give no session; `undefined` where none of the settings explains it, as when data
 * has expired or nobody signed in. `refusalOf` verifies one value.
 *
 * It reads names and forms of cookies that nobody has verified: good for a log, never for a decision.
 */
export function diagnose(
  header: string,
  rules: CookieNames & { version?: string | undefined },
  refusalOf: (token: string) => Refusal,
): Diagnosis | undefined {
  const name = cookieName(rules, "session_data");
  const value = readChunkedCookies(header, name).at(-1);
  return value === undefined ? ofNames(header, name, rules) : ofValue(value, name, rules, refusalOf);
}

function ofValue(
  value: string,
  name: string,
  rules: { version?: string | undefined },
  refusalOf: (token: string) => Refusal,
): Diagnosis | undefined {
  const parts = value.split(".").length;
  if (parts === 5 || (parts === 1 && value.startsWith("ey"))) {
    const strategy = parts === 5 ? "jwe" : "compact";
    return { setting: "cookieCache", text: `the cookie ${name} is of the strategy "${strategy}": ${STRATEGY}` };
  }
  const refusal = refusalOf(value);
  if (refusal === undefined) return undefined;
  if ("version" in refusal) {
    const theirs = typeof refusal.version === "string" ? JSON.stringify(refusal.version) : "none";
    const text = `session data is of version ${theirs}, and the option version is ${JSON.stringify(rules.version)}`;
    return { setting: "version", text: `${text}: write Better Auth's session.cookieCache.version` };
  }
  switch (refusal.code) {
    case "ERR_JWT_SIGNATURE_INVALID":
    case "ERR_KEY_UNKNOWN":
      return {
        setting: "secret",
        text: `another secret signed the cookie ${name}: write the auth server's own secret`,
      };
    case "ERR_JWT_ALG_NOT_ALLOWED":
      return {
        setting: "secret",
        text: `the cookie ${name} is not signed by HS256: ${STRATEGY}, without another signer`,
      };
    case "ERR_JWT_NOT_YET_VALID":
      return {
        setting: "clockTolerance",
        text: `${refusal.claim} of the cookie ${name} is in the future: set this server's clock or the auth server's, or clockTolerance`,
      };
    default:
      return undefined;
  }
}

const SECURE = "__Secure-";

/** No such cookie: perhaps there is one of another name. */
function ofNames(header: string, name: string, rules: CookieNames): Diagnosis | undefined {
  const token = cookieName(rules, "session_token");
  const pairs = header.split(";", 64).map((pair) => /^\s*([\w.-]{1,64})=(.*)$/.exec(pair) ?? []);
  for (const [, found = "", value = ""] of pairs) {
    const plain = found.replace(SECURE, "").replace(/\.\d+$/, "");
    const isSecure = found.startsWith(SECURE);
    if ([name, token].some((one) => one.replace(SECURE, "") === plain)) {
      if (isSecure === rules.secure) continue;
      // Whoever can set a cookie can make this line: it must not talk anybody out of the safe name.
      const write = isSecure
        ? 'write baseURL: "https://..." or useSecureCookies: true'
        : "if it is the auth server's, give that server its https address; only where browsers come by http write useSecureCookies: false";
      const text = `the browser has the cookie ${found}, and ${isSecure ? plain : SECURE + plain} is read: ${write}`;
      return { setting: "useSecureCookies", text };
    }
    const prefix = /^(.+)\.session_(?:data|token)$/.exec(plain)?.[1];
    if (prefix !== undefined && prefix !== rules.cookiePrefix) {
      const text = `the browser has the cookie ${found}, and ${name} is read: if it is the auth server's, write`;
      return { setting: "cookiePrefix", text: `${text} cookiePrefix: "${prefix}"` };
    }
    if (looksLikeData(value)) {
      const text = `the cookie ${found} looks like session data, and ${name} is read: write`;
      return { setting: "cookieNames", text: `${text} cookieNames: { session_data: "${plain}" }` };
    }
  }
  return undefined;
}

/** A JWT of a session and its user, whoever signed it. */
function looksLikeData(value: string): boolean {
  if (!/^ey[\w-]+\.ey[\w-]+\.[\w-]+$/.test(value.trim())) return false;
  try {
    const claims = unverifiedClaims(value);
    return typeof claims.session?.userId === "string" && typeof claims.user?.id === "string";
  } catch {
    return false;
  }
}
