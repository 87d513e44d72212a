// What codes, claims and times mean, in sentences.

/** Why a token was refused, and what to do, by code. */
const reasons = {
  ERR_JWT_MALFORMED:
    "It is not a token in its one spelling: three parts of base64url, with JSON objects in the first two, no member twice.",
  ERR_JWT_TOO_LARGE: "It is longer than the 8 KiB that a verifier reads unless it says otherwise.",
  ERR_JWT_ALG_NOT_ALLOWED: "Its header names an algorithm that is not ticked. A verifier never lets the token choose.",
  ERR_JWT_CRIT_UNSUPPORTED: "Its header has “crit”: rules that a verifier must know, and this one knows none.",
  ERR_JWT_TYP_MISMATCH: "Its header says that it is something else than a JWT, so it was made for another purpose.",
  ERR_JWT_SIGNATURE_INVALID:
    "It was signed with another secret, or changed afterwards. Look also at how the secret is written.",
  ERR_KEY_WEAK:
    "The secret has fewer bytes than the algorithm's hash (32 for HS256, 48 for HS384, 64 for HS512), or is no secret at all, such as a public key.",
  ERR_KEY_UNKNOWN: "There is no secret of the “kid” that its header names.",
};

const claimReasons = {
  "ERR_JWT_CLAIM_MISSING exp": "It has no “exp”: it would be good for ever, and a verifier wants an end.",
  "ERR_JWT_CLAIM_INVALID aud":
    "It is for another audience than the one expected. Where it names one, a verifier must say which it is, or leave the audience unread.",
  "ERR_JWT_CLAIM_INVALID iss": "It comes from another issuer than the one expected.",
};

/** A refused token's sentence. */
export function whyRefused({ code, claim, message }, claims) {
  const at = claims?.[claim];
  if (code === "ERR_JWT_EXPIRED") return `It expired ${when(at)}.`;
  if (code === "ERR_JWT_NOT_YET_VALID") return `It is good only from “${claim}” on, ${when(at)}.`;
  if (code === "ERR_JWT_CLAIM_MISSING" && claim !== "exp") return `It has no “${claim}”, which is expected.`;
  return claimReasons[`${code} ${claim}`] ?? reasons[code] ?? sentence(message);
}

/** A message of the package as a sentence. */
export const sentence = (message) => `${message[0].toUpperCase()}${message.slice(1)}.`;

/** The claims of RFC 7519 §4.1: their names, and what this one says. */
export function meanings(claims) {
  const list = [
    ["Issuer", claims.iss],
    ["Subject", claims.sub],
    ["Audience", [claims.aud].flat().join(", ")],
    ["Expires", moment(claims.exp, claims.exp * 1000 <= Date.now() ? "expired " : "")],
    ["Not before", moment(claims.nbf)],
    ["Issued", moment(claims.iat)],
    ["Token id", claims.jti],
  ];
  return list.filter(([, value]) => typeof value === "string" && value !== "");
}

const MAX_TIME = 8.64e12;
const isTime = (seconds) => typeof seconds === "number" && Math.abs(seconds) <= MAX_TIME;

function moment(seconds, before = "") {
  if (!isTime(seconds)) return seconds === undefined ? undefined : "no time at all";
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

/** "3 hours ago", "in 2 days". */
export function when(seconds) {
  if (!isTime(seconds)) return "at no time";
  const away = seconds - Date.now() / 1000;
  if (Math.abs(away) < 1) return "just now";
  const [unit, size] = units.find(([, size]) => Math.abs(away) >= size) ?? ["second", 1];
  return relative.format(Math.trunc(away / size), unit);
}
