import { readChunkedCookies } from "./cookies.js";
import { cookieName, type CookieNames } from "./rules.js";
import { unverifiedClaims } from "./unverified.js";

/** A wrong setting that prevents people from having a session after they sign in. */
export interface Diagnosis {
  /** The option's name, either here or in Better Auth. */
  setting: string;
  /** The problem and its fix, in ASCII, without secrets or cookie values. */
  text: string;
}

/** How to set the strategy in Better Auth. */
const STRATEGY = 'in Better Auth write session: { cookieCache: { enabled: true, strategy: "jwt" } }';

/**
 * The reason why a value of the session data cookie was refused: an error code, or the value's version if that is
 * wrong. `undefined` if the value is valid.
 */
export type Refusal = { code: string; claim?: string } | { version: unknown } | undefined;

/**
 * Finds the wrong setting that explains why the cookies don't contain a valid session. Returns `undefined` if there is
 * a different reason: the data may have expired, for example, or the user may never have signed in. `refusalOf` returns
 * the reason why a token is refused.
 *
 * This function reads cookies without verifying them, so use its result only for logs, never for a decision.
 */
export function diagnose(
  header: string,
  rules: CookieNames & { version?: string | undefined },
  refusalOf: (token: string) => Refusal,
): Diagnosis | undefined {
  const name = cookieName(rules, "session_data");
  const value = readChunkedCookies(header, name).at(-1);
  return value === undefined ? diagnoseNames(header, name, rules) : diagnoseValue(value, name, rules, refusalOf);
}

function diagnoseValue(
  value: string,
  name: string,
  rules: { version?: string | undefined },
  refusalOf: (token: string) => Refusal,
): Diagnosis | undefined {
  const parts = value.split(".").length;
  if (parts === 5 || (parts === 1 && value.startsWith("ey"))) {
    const strategy = parts === 5 ? "jwe" : "compact";
    return { setting: "cookieCache", text: `the cookie ${name} has the strategy "${strategy}": ${STRATEGY}` };
  }
  const refusal = refusalOf(value);
  if (refusal === undefined) return undefined;
  if ("version" in refusal) {
    const theirs = typeof refusal.version === "string" ? JSON.stringify(refusal.version) : "none";
    const text = `session data has the version ${theirs}, but the option version is ${JSON.stringify(rules.version)}`;
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
        text: `the cookie ${name} is not signed with HS256: ${STRATEGY}, without another signer`,
      };
    case "ERR_JWT_NOT_YET_VALID":
      return {
        setting: "clockTolerance",
        text: `${refusal.claim} of the cookie ${name} is in the future: correct this server's clock or the auth server's, or raise clockTolerance`,
      };
    default:
      return undefined;
  }
}

const SECURE = "__Secure-";

/** If there is no cookie with this name, looks for session cookies with a different name. */
function diagnoseNames(header: string, name: string, rules: CookieNames): Diagnosis | undefined {
  const token = cookieName(rules, "session_token");
  const pairs = header.split(";", 64).map((pair) => /^\s*([\w.-]{1,64})=(.*)$/.exec(pair) ?? []);
  for (const [, found = "", value = ""] of pairs) {
    const plain = found.replace(SECURE, "").replace(/\.\d+$/, "");
    const isSecure = found.startsWith(SECURE);
    if ([name, token].some((one) => one.replace(SECURE, "") === plain)) {
      if (isSecure === rules.secure) continue;
      // Anybody who can set a cookie can trigger this log line, so it must not advise people to give up the safer
      // `__Secure-` name.
      const write = isSecure
        ? 'write baseURL: "https://..." or useSecureCookies: true'
        : "if it is the auth server's, give that server its https address; only if browsers use http, write useSecureCookies: false";
      const text = `the browser has the cookie ${found}, but ${isSecure ? plain : SECURE + plain} is read: ${write}`;
      return { setting: "useSecureCookies", text };
    }
    const prefix = /^(.+)\.session_(?:data|token)$/.exec(plain)?.[1];
    if (prefix !== undefined && prefix !== rules.cookiePrefix) {
      const text = `the browser has the cookie ${found}, but ${name} is read: if it is the auth server's, write`;
      return { setting: "cookiePrefix", text: `${text} cookiePrefix: "${prefix}"` };
    }
    if (looksLikeData(value)) {
      const text = `the cookie ${found} looks like session data, but ${name} is read: write`;
      return { setting: "cookieNames", text: `${text} cookieNames: { session_data: "${plain}" }` };
    }
  }
  return undefined;
}

/** Returns whether a value is a JWT that contains a session and its user. Doesn't check who signed it. */
function looksLikeData(value: string): boolean {
  if (!/^ey[\w-]+\.ey[\w-]+\.[\w-]+$/.test(value.trim())) return false;
  try {
    const claims = unverifiedClaims(value);
    return typeof claims.session?.userId === "string" && typeof claims.user?.id === "string";
  } catch {
    return false;
  }
}
