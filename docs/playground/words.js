// Explanations of error codes, claims and times.

/** Why a token was refused, by error code. */
const reasons = {
  ERR_JWT_MALFORMED:
    "It is not a well-formed JWT: it must have three base64url parts, and the first two must be JSON objects without duplicate members.",
  ERR_JWT_TOO_LARGE: "It is longer than 8 KiB, the default limit of a verifier.",
  ERR_JWT_ALG_NOT_ALLOWED:
    "The algorithm in its header is not selected. The verifier chooses the algorithm, not the token.",
  ERR_JWT_CRIT_UNSUPPORTED:
    "Its header contains “crit”, a list of extensions that a verifier must understand. This verifier doesn't support any.",
  ERR_JWT_TYP_MISMATCH: "The “typ” in its header is not JWT, so it was made for another purpose.",
  ERR_JWT_SIGNATURE_INVALID:
    "It was signed with another secret, or changed after it was signed. Check the secret's encoding too.",
  ERR_KEY_WEAK:
    "The secret is too short (at least 32 bytes for HS256, 48 for HS384, 64 for HS512), or is not a secret at all but, for example, a public key.",
  ERR_KEY_UNKNOWN: "The “kid” in its header doesn't match any secret.",
};

const claimReasons = {
  "ERR_JWT_CLAIM_MISSING exp":
    "It doesn't have an “exp” claim, so it would never expire. Verifiers require this claim.",
  "ERR_JWT_CLAIM_INVALID aud":
    "It is meant for another audience. If a token has an audience, the verifier must either expect that audience or accept any.",
  "ERR_JWT_CLAIM_INVALID iss": "It comes from another issuer, not from the expected one.",
};

/** Returns a sentence that says why a token was refused. */
export function whyRefused({ code, claim, message }, claims) {
  const at = claims?.[claim];
  if (code === "ERR_JWT_EXPIRED") return `It expired ${when(at)}.`;
  if (code === "ERR_JWT_NOT_YET_VALID") return `It is not valid yet: its “${claim}” is ${when(at)}.`;
  if (code === "ERR_JWT_CLAIM_MISSING" && claim !== "exp")
    return `It doesn't have a “${claim}” claim, which is required.`;
  return claimReasons[`${code} ${claim}`] ?? reasons[code] ?? sentence(message);
}

/** Turns a message from the package into a sentence. */
export const sentence = (message) => `${message[0].toUpperCase()}${message.slice(1)}.`;

/** The registered claims of RFC 7519 §4.1, with this token's values. */
export function meanings(claims) {
  const list = [
    ["Issuer", claims.iss],
    ["Subject", claims.sub],
    ["Audience", [claims.aud].flat().join(", ")],
    ["Expires", moment(claims.exp, claims.exp * 1000 <= Date.now() ? "expired " : "")],
    ["Not before", moment(claims.nbf)],
    ["Issued", moment(claims.iat)],
    ["Token ID", claims.jti],
  ];
  return list.filter(([, value]) => typeof value === "string" && value !== "");
}

const MAX_TIME = 8.64e12;
const isTime = (seconds) => typeof seconds === "number" && Math.abs(seconds) <= MAX_TIME;

function moment(seconds, before = "") {
  if (!isTime(seconds)) return seconds === undefined ? undefined : "not a valid time";
  const [day, time] = new Date(seconds * 1000).toISOString().split(/T|\.\d+Z$/);
  return `${before}${when(seconds)}: ${day} ${time} UTC`;
}

const units = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];
const relative = new Intl.RelativeTimeFormat("en");

/** Describes a time relative to now, such as "3 hours ago" or "in 2 days". */
export function when(seconds) {
  if (!isTime(seconds)) return "at an invalid time";
  const away = seconds - Date.now() / 1000;
  if (Math.abs(away) < 1) return "just now";
  const [unit, size] = units.find(([, size]) => Math.abs(away) >= size) ?? ["second", 1];
  return relative.format(Math.trunc(away / size), unit);
}
