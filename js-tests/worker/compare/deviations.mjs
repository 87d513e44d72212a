// Where the Worker's answers are meant to differ from Better Auth's. Every difference must be of exactly one row, and
// every row must show in some step.
//
// A row with `answers` takes all differences of a step whose two answers have these statuses and codes. Any other row
// takes single differences: those `at` which it names, with the values that it names (`undefined`: absent). `endpoint`
// and `step` narrow both kinds.

import { readFileSync } from "node:fs";

const packages = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url)));
const VERSION = packages.dependencies["better-auth"];

const absent = undefined;
const TOKEN = String.raw`^cookies\.(__Secure-)?better-auth\.session_token`;
const DATA = String.raw`^cookies\.(__Secure-)?better-auth\.session_data( joined)?`;
/** A session wherever it stands: in session data, in a body, in what `useSession` gives. */
const SESSION = String.raw`(${DATA}\.value\.claims\.session|^(states\..*\.data|body)\.session|^body\.\d+)`;
const REFRESH = /^\{"header":\{"alg":"HS256","typ":"refresh\+jwt"\},"claims":\{.*\},"bySecret":false,"sealed":true\}/s;
const BEARER = /^\{"header":\{"alg":"HS256","typ":"bearer\+jwt"\},"claims":\{.*\},"bySecret":false\}/s;
const ACCESS = /^\{"header":\{"alg":"HS256","typ":"JWT"\},"claims":\{.*\},"bySecret":true\}$/s;
const REMOVED = /^\{"value":"<empty>","attributes":"HttpOnly; Max-Age=0;/;

const EXPOSED = "retry-after, set-auth-jwt, x-request-id, x-retry-after, set-auth-token";
const isByBearer = ({ headers }) => "authorization" in headers;

export const deviations = [
  // Headers.
  {
    where: "every answer: `Cache-Control`",
    at: /^headers\.cache-control$/,
    betterAuth: absent,
    worker: "no-store",
    says: ["at get-session only", "`no-store`"],
    reason: "What is about a session is for nobody else's cache.",
  },
  {
    where: "get-session: `Pragma`",
    at: /^headers\.pragma$/,
    betterAuth: "no-cache",
    worker: absent,
    says: ["`no-cache`", "absent"],
    reason: "HTTP/1.0; `Cache-Control` says it.",
  },
  {
    where: "every answer: `X-Content-Type-Options`",
    at: /^headers\.x-content-type-options$/,
    betterAuth: absent,
    worker: "nosniff",
    says: ["absent", "`nosniff`"],
    reason: "No browser is to take JSON for a page.",
  },
  {
    where: "every answer with a body: `Content-Type`",
    at: /^headers\.content-type$/,
    betterAuth: "application/json",
    worker: "application/json; charset=utf-8",
    says: ["`application/json`", "also says `charset=utf-8`"],
    reason: "ASVS 4.1.1.",
  },
  {
    where:
      "every answer: `Referrer-Policy`, `Content-Security-Policy`, `X-Request-Id`; under https `Strict-Transport-Security`",
    at: /^headers\.(referrer-policy|content-security-policy|x-request-id|strict-transport-security)$/,
    betterAuth: absent,
    worker: /^"(no-referrer|default-src 'none'; frame-ancestors 'none'|<new id>|max-age=31536000)"$/,
    says: ["absent", "there"],
    reason: "Better Auth leaves them to the server around it; here is none.",
  },
  {
    where: "every answer: `Vary`",
    at: /^headers\.vary$/,
    betterAuth: absent,
    worker: "Origin",
    says: ["absent", "`Origin`"],
    reason: "CORS is done here.",
  },
  {
    where: "an answer to a trusted `Origin`: `Access-Control-Allow-Origin`, `-Credentials`, `-Expose-Headers`",
    at: /^headers\.access-control-(allow-origin|allow-credentials|expose-headers)$/,
    betterAuth: absent,
    worker:
      /^"(http:\/\/localhost:3000|https:\/\/(app|(auth\.)?shop)\.example|true|retry-after, set-auth-jwt, x-request-id, x-retry-after)"$/,
    says: ["absent", "that origin; `true`; the headers that scripts may need"],
    reason: "Better Auth leaves CORS to the server around it; here is none.",
  },
  {
    where: "get-session for a trusted `Origin`: `Access-Control-Expose-Headers`",
    at: /^headers\.access-control-expose-headers$/,
    betterAuth: "set-auth-jwt",
    worker: "retry-after, set-auth-jwt, x-request-id, x-retry-after",
    says: ["`set-auth-jwt`", "that, and others that scripts may need"],
    reason: "The same on every answer.",
  },
  {
    where: "get-session without a trusted `Origin`: `Access-Control-Expose-Headers`",
    at: /^headers\.access-control-expose-headers$/,
    betterAuth: "set-auth-jwt",
    worker: absent,
    says: ["`set-auth-jwt`", "absent"],
    reason: "It means nothing without `Access-Control-Allow-Origin`.",
  },
  {
    where: "a preflight (`OPTIONS` with `Access-Control-Request-Method`)",
    request: ({ method, headers }) => method === "OPTIONS" && "access-control-request-method" in headers,
    answers: { betterAuth: "404", worker: "204" },
    says: ["404", "204, with the grant for a trusted origin and without one for another"],
    reason: "CORS is done here.",
  },
  {
    where: "401: `WWW-Authenticate`",
    at: /^headers\.www-authenticate$/,
    betterAuth: absent,
    worker: "Bearer",
    says: ["absent", "`Bearer`"],
    reason: "RFC 9110 wants it with every 401.",
  },
  {
    where: "/jwks: `Content-Type` of the empty 404",
    endpoint: /^GET \/jwks$/,
    at: /^headers\.content-type$/,
    betterAuth: "application/json",
    worker: absent,
    says: ["`application/json`", "absent"],
    reason: "The path is as unknown as any other.",
  },

  // Tokens, cookies, sessions.
  {
    where: "sign-up, sign-in: cookie `edgeseal.device`",
    at: /^cookies\.(__Secure-)?edgeseal\.device$/,
    betterAuth: absent,
    // Those of several accounts are no single token.
    worker: /^\{"value":("eyJ|\{"header":\{"alg":"HS256","typ":"device\+jwt"\})/,
    says: ["none", "set, with those of the last five accounts that signed in here"],
    reason: "Wrong passwords are counted by account; those of strangers must not lock its owner out.",
  },
  {
    where: "sign-up, sign-in, change-password: `token`",
    at: /^body\.token$/,
    betterAuth: "<new id>",
    worker: ACCESS,
    says: ["the session token", "an access JWT of 15 minutes, as /token gives"],
    reason: "What a script can read must not be what keeps the session.",
  },
  {
    where: "access JWTs (/token, `set-auth-jwt`): `jti`",
    at: /^(body\.token|headers\.set-auth-jwt)\.claims\.jti$/,
    betterAuth: "<UUID>",
    worker: "<new id>",
    says: ["a UUID", "32 letters and digits"],
    reason: "As random, and in the form of all ids here.",
  },
  {
    where: "access JWTs (/token, `set-auth-jwt`) from session data: `exp`",
    at: /^(body\.token|headers\.set-auth-jwt)\.claims\.exp$/,
    betterAuth: "<iat and 900 s>",
    worker: "<iat and 180 s>",
    says: ["15 minutes", "the end of the session data; /token makes it anew in its last half"],
    reason: "What ends a session ends all access within 15 minutes.",
  },
  {
    where: "access JWTs (/token, `set-auth-jwt`): `email_verified`",
    at: /^(body\.token|headers\.set-auth-jwt)\.claims\.email_verified$/,
    betterAuth: absent,
    worker: false,
    says: ["absent unless `definePayload` adds it", "whether somebody proved the address"],
    reason: "An API that gives rights by address must know.",
  },
  {
    where: "https without `COOKIE_DOMAIN`: cookie `__Host-better-auth.session_id`",
    at: /^cookies\.__Host-better-auth\.session_id$/,
    betterAuth: absent,
    worker: /^\{"value":"<(new id|id seen before|empty)>"/,
    says: ["none", "names the session that this host set"],
    reason: "A sibling sub-domain can set any other cookie for this host, and so sign people in as somebody else.",
  },
  {
    where: "https without `COOKIE_DOMAIN`: `host` in session data",
    at: new RegExp(`${DATA}\\.value\\.claims\\.host$`),
    betterAuth: absent,
    worker: true,
    says: ["absent", "`true`: it counts only beside that cookie"],
    reason: "The same.",
  },
  {
    where: "cookie `session_token`: value",
    at: new RegExp(`${TOKEN}\\.value$`),
    betterAuth: "<signed session token>",
    worker: REFRESH,
    says: ["the session token, signed", "a refresh JWT, signed"],
    reason: "There is no session table to look a token up in.",
  },
  {
    where: "get-session, /token, list-sessions where they read the database, and every write: cookie `session_token`",
    at: new RegExp(`${TOKEN}$`),
    betterAuth: absent,
    worker: /^\{"value":\{"header":\{"alg":"HS256","typ":"refresh\+jwt"\}/,
    says: ["stays as it is; the session is prolonged once a day, in its row", "set anew, and the session is prolonged"],
    reason: "The session's end stands in the cookie.",
  },
  {
    where: "a `session_token` that does not hold, and session data without one: cookies",
    at: new RegExp(`(${TOKEN}|${DATA})$`),
    betterAuth: absent,
    worker: REMOVED,
    says: ["stay", "removed"],
    reason: "So that they are not sent for ever; Better Auth does it for a token whose session has ended.",
  },
  {
    where: "`session_token` in quotes",
    step: /: session_token in quotes$/,
    answers: { betterAuth: "200", worker: /^(200 null|401 UNAUTHORIZED)$/ },
    says: ["read without them", "does not hold"],
    reason: "Nothing here sets it so.",
  },
  {
    where: "session data in quotes, or either cookie twice with two values",
    step: /: session_(data (in quotes|twice, .*)|token twice, of two users)$/,
    at: new RegExp(`${DATA}$`),
    betterAuth: absent,
    worker: /"claims":\{"session":/,
    says: ["read without them; one of them counts", "the database is read, and both are set anew"],
    reason: "One is left, of the newest sign-in.",
  },
  {
    where: "a refusal by change-password, delete-user or list-sessions: cookies",
    request: (request) => !isByBearer(request),
    endpoint: /^\w+ \/(change-password|delete-user|list-sessions)$/,
    at: new RegExp(`(${TOKEN}|${DATA})$`),
    betterAuth: /"claims":\{"session":|<signed session token>/,
    worker: absent,
    says: ["session data set anew", "stay as they are"],
    reason: "Nothing has changed.",
  },
  {
    where: "cookie `dont_remember`",
    at: /^cookies\.(__Secure-)?better-auth\.dont_remember$/,
    betterAuth: /^\{"value":"<(signed true|empty)>"/,
    worker: absent,
    says: ["beside a session that is not to be remembered; removed at sign-out", "none"],
    reason: "The refresh JWT says it.",
  },
  {
    where: "a session that is not to be remembered: life of `session_data`",
    at: new RegExp(`${DATA}\\.value\\.claims\\.exp$`),
    betterAuth: "<iat and 300 s>",
    worker: "<iat and 900 s>",
    says: ["300 s, whatever `maxAge` says", "900 s"],
    reason: "As that of any other.",
  },
  {
    where: "get-session from the database, a session that is not to be remembered: cookie `session_data`",
    step: /^get-session from the (store|database), not to be remembered$/,
    at: new RegExp(`${DATA}$`),
    betterAuth: absent,
    worker: /"claims":\{"session":/,
    says: ["not set: each later read asks the database", "set anew"],
    reason: "As that of any other.",
  },
  {
    where: "session data in chunks in place of one cookie that the request has not: `session_data`",
    step: /half of a large session$/,
    at: new RegExp(`${DATA}$`),
    betterAuth: REMOVED,
    worker: absent,
    says: ["removed", "not there, so not removed"],
    reason: "Nothing is to be done.",
  },
  {
    where: "a session that is read from the database: `expiresAt`, `updatedAt`",
    step: /^23 hours: /,
    at: new RegExp(`${SESSION}\\.(expiresAt|updatedAt)$`),
    betterAuth: /^"<(in 6 days|now|1 days ago)>"$/,
    worker: /^"<(in 7 days|in 1 days|now)>"$/,
    says: ["prolonged once a day, and one that is not to be remembered never", "prolonged"],
    reason: "Nothing is written for it.",
  },
  {
    where: "a session that is not to be remembered: cookie `session_data` from the database",
    step: /^23 hours: get-session, not remembered$/,
    at: new RegExp(`${DATA}\\.(value|attributes)$`),
    betterAuth: /<empty>|Max-Age=0/,
    worker: /"claims":\{"session":|^"HttpOnly; Path=\/; SameSite=Lax"$/,
    says: ["removed where it has run out: each later read asks the database", "set anew"],
    reason: "As that of any other.",
  },
  {
    where: "a session that is not to be remembered: its end",
    step: /^25 hours: get-session, not remembered, seen 2 hours ago$/,
    answers: { betterAuth: "200 null", worker: "200" },
    says: ["a day after the sign-in", "a day after the last read from the database"],
    reason: "Whose browser stays open stays signed in.",
  },
  {
    where: "every session: its last days",
    step: /^day (24|29): get-session$/,
    at: new RegExp(`(${SESSION}\\.expiresAt|${TOKEN}\\.attributes)$`),
    betterAuth: /<in 7 days>|Max-Age=604800/,
    worker: /<in (6|1) days>|Max-Age=(518400|86400)/,
    says: ["prolonged by 7 days", "prolonged until 30 days after the sign-in at most"],
    reason: "A stolen session ends.",
  },
  {
    where: "every session: its end",
    step: /^day 31: get-session$/,
    answers: { betterAuth: "200", worker: "200 null" },
    says: ["7 days after the last day that it was read", "also 30 days after the sign-in"],
    reason: "The same.",
  },
  {
    where: "change-password, a session that is not to be remembered: `session.expiresAt`",
    step: /change-password, not to be remembered$/,
    at: new RegExp(`${SESSION}\\.expiresAt$`),
    betterAuth: "<in 7 days>",
    worker: "<in 1 days>",
    says: ["7 days, in a cookie that ends with the browser", "1 day, as before"],
    reason: "A browser that restores its windows keeps such cookies, too.",
  },
  {
    where: "every session: `token`",
    at: new RegExp(`${SESSION}\\.token$`),
    betterAuth: /^"<(new id|id seen before)>"$/,
    worker: "<the id>",
    says: ["the session token", "`id` once more"],
    reason: "Scripts see a public id; knowing it grants nothing.",
  },
  {
    where: "every session: `ipAddress`, `userAgent`",
    at: new RegExp(`${SESSION}\\.(ipAddress|userAgent)$`),
    betterAuth: "",
    worker: null,
    says: ["what the request said, or empty", "`null`"],
    reason: "They would stand in cookies, for nobody to read.",
  },
  {
    where: "list-sessions",
    endpoint: /^GET \/list-sessions$/,
    at: /^body\.\d+$/,
    betterAuth: /^\{/,
    worker: absent,
    says: ["all of the user's sessions", "the caller's own"],
    reason: "Without a session table no other is known.",
  },
  {
    where: "list-sessions of a deleted user, while session data lives",
    endpoint: /^GET \/list-sessions$/,
    at: /^body\.\d+$/,
    betterAuth: absent,
    worker: /"<id of fred@example\.com>"/,
    says: ["none", "the caller's own"],
    reason: "The same; session data lives 15 minutes.",
  },
  {
    where: "update-user by a session that has ended elsewhere, while session data lives",
    step: /^update-user (with the cookies kept|of a deleted user)$/,
    answers: { betterAuth: "200", worker: "401 UNAUTHORIZED" },
    says: ["done; of a deleted user it says so", "401"],
    reason: "Whatever writes asks the database.",
  },

  // Ending sessions.
  {
    where: "change-password without `revokeOtherSessions`: `token`",
    endpoint: /^POST \/change-password$/,
    at: /^body\.token$/,
    betterAuth: null,
    worker: ACCESS,
    says: ["`null`", "an access JWT"],
    reason: "The other sessions always end, and the caller gets a new one.",
  },
  {
    where: "change-password without `revokeOtherSessions`, revoke-other-sessions: `session.id`",
    endpoint: /^POST \/(change-password|revoke-other-sessions)$/,
    at: new RegExp(`${DATA}\\.value\\.claims\\.session\\.id$`),
    betterAuth: "<id seen before>",
    worker: "<new id>",
    says: ["stays", "a new one"],
    reason: "What ends the others ends all that were signed before; the caller gets a new one.",
  },
  {
    where: "change-password without `revokeOtherSessions`: the other sessions",
    step: /^get-session elsewhere after it, from the store$/,
    answers: { betterAuth: "200", worker: "200 null" },
    says: ["go on", "end"],
    reason: "Who changes a password wants whoever knows the old one out.",
  },
  {
    where: "revoke-sessions",
    endpoint: /^POST \/revoke-sessions$/,
    answers: { betterAuth: "200", worker: "200" },
    says: ["ends the caller's session, too", "gives the caller a new one, as revoke-other-sessions"],
    reason: "Who wants to be out as well signs out.",
  },
  {
    where: "get-session after revoke-sessions",
    step: /^get-session after revoke-sessions$/,
    answers: { betterAuth: "200 null", worker: "200" },
    says: ["`null`", "the new session"],
    reason: "The same.",
  },

  // Input.
  {
    where: "a form (`application/x-www-form-urlencoded`) at sign-up and sign-in",
    request: ({ headers }) => headers["content-type"] === "application/x-www-form-urlencoded",
    answers: { betterAuth: "200", worker: "415 UNSUPPORTED_MEDIA_TYPE" },
    says: ["taken", "415"],
    reason: "JSON only: a page of another site can't send it unasked.",
  },
  {
    where: "415: `message`",
    at: /^body\.message$/,
    betterAuth: /^"Content-Type .* is not allowed\. Allowed types: /,
    worker: "Content-Type must be application/json",
    says: ["names the type that was sent", "names the one that is taken"],
    reason: "Nothing of a request stands in an answer.",
  },
  {
    where: "a body without `Content-Type`",
    step: /: (an empty|no) media type$/,
    answers: { betterAuth: /^(200|400 VALIDATION_ERROR)$/, worker: "415 UNSUPPORTED_MEDIA_TYPE" },
    says: ["counts as none", "415"],
    reason: "A body that is not looked at can't be what was meant.",
  },
  {
    where: "a body of over 64 KiB",
    step: /: over 64 KiB$/,
    answers: { betterAuth: "200", worker: "413 PAYLOAD_TOO_LARGE" },
    says: ["taken", "413"],
    reason: "Read at most so much before anything is known of the caller.",
  },
  {
    where: "JSON with a lone surrogate, or after a byte order mark",
    step: /: (a lone surrogate( in the password)?|a byte order mark)$/,
    answers: { betterAuth: "200", worker: "400 BAD_REQUEST" },
    says: ["read (with U+FFFD)", "400"],
    reason: "RFC 8259 has neither.",
  },
  {
    where: "sign-up with no object: `message`",
    endpoint: /^POST \/sign-up\/email$/,
    at: /^body\.message$/,
    betterAuth: /^"\[body\] (Invalid input: expected object, received \w+); \[body\] Invalid input: expected record, /,
    worker: /^"\[body\] Invalid input: expected object, received \w+"$/,
    says: ["says it twice: of an object and of a record", "once"],
    reason: "An accident of how the schema is written.",
  },
  {
    where: "sign-up, `password` is `[]`: `message`",
    endpoint: /^POST \/sign-up\/email$/,
    at: /^body\.message$/,
    betterAuth: /; \[body\.password\] Too small: expected array to have >=1 items"$/,
    worker: "[body.password] Invalid input: expected string, received array",
    says: ["also that the array is too small", "that it is no string"],
    reason: "An accident of how the schema is written.",
  },
  {
    where: "`callbackURL` and its like that are no string: `code`",
    at: /^body\.code$/,
    betterAuth: absent,
    worker: "VALIDATION_ERROR",
    says: ["absent", "`VALIDATION_ERROR`"],
    reason: "Every refusal has one.",
  },
  {
    where: "update-user with nothing to update: `code`",
    endpoint: /^POST \/update-user$/,
    at: /^body\.code$/,
    betterAuth: absent,
    worker: "NO_FIELDS_TO_UPDATE",
    says: ["absent", "`NO_FIELDS_TO_UPDATE`"],
    reason: "Every refusal has one.",
  },
  {
    where: "update-user: `name` or `image` of a wrong type",
    endpoint: /^POST \/update-user$/,
    step: /: (name|image) is (null|5|true|\[\]|\{\})$/,
    answers: { betterAuth: /^[25]00$/, worker: "400 VALIDATION_ERROR" },
    says: ["numbers and booleans stored as text; else 500", "400, as at sign-up"],
    reason: "Only text can be a name.",
  },
  {
    where: "`name` of over 256 UTF-16 units or with control characters",
    step: /: (a long name|a name with control characters)$/,
    answers: { betterAuth: "200", worker: "400 VALIDATION_ERROR [body.name]" },
    says: ["taken; the database may cut it", "400"],
    reason: "It goes into cookies, tokens and pages.",
  },
  {
    where: "`image` that is neither an http(s) URL nor a path, or of over 2048 characters",
    step: /: an image (that is no URL|by \w+:|of over 2048 characters)$/,
    answers: { betterAuth: "200", worker: "400 VALIDATION_ERROR [body.image]" },
    says: ["taken", "400"],
    reason: "It goes into pages, where `javascript:` runs, and into cookies.",
  },
  {
    where: "`image` is empty",
    at: new RegExp(`(${DATA}\\.value\\.claims\\.|^body\\.)user\\.image$`),
    betterAuth: "",
    worker: null,
    says: ["stored so", "counts as none"],
    reason: "There is nothing to show.",
  },
  {
    where: "an e-mail address of over 254 bytes",
    step: /: an address of over 254 bytes$/,
    answers: { betterAuth: "200", worker: "400 VALIDATION_ERROR [body.email]" },
    says: ["taken", "400"],
    reason: "RFC 5321 has none.",
  },
  {
    where: "a new password of over 72 bytes, with bcrypt",
    step: /: password of 128 letters$/,
    answers: { betterAuth: "200", worker: "400 PASSWORD_TOO_LONG" },
    says: ["taken (scrypt)", "400"],
    reason: "bcrypt would not look at the rest.",
  },
  {
    where: "a new password that many have",
    step: /: a common (new )?password$/,
    answers: { betterAuth: /^(200|400 INVALID_PASSWORD)$/, worker: "400 PASSWORD_COMPROMISED" },
    says: ["taken; the plugin haveIBeenPwned asks a service", "400 `PASSWORD_COMPROMISED`, as that plugin says"],
    reason: "Known passwords are tried first.",
  },

  {
    where: "a new password with NUL",
    step: /: a (new )?password with NUL$/,
    answers: { betterAuth: /^(200|400 INVALID_PASSWORD)$/, worker: "400 VALIDATION_ERROR" },
    says: ["taken", "400"],
    reason: "To other programs that read the hash the password ends there.",
  },
  {
    where:
      "`callbackURL` with dot segments before `//`, with a blank, or with an escaped slash, control or blank at its beginning",
    step: /^\/sign-in\/email: callbackURL "(\/ho me|\/\.\.\/\/there|\/%2e%2e\/\/there|\/a\/\.\.\/\/there|\/%09\/there|https:\/\/app\.example\/(%2f|\/there))"$/,
    answers: { betterAuth: "200", worker: "403 INVALID_CALLBACK_URL" },
    says: ["taken", "403"],
    reason: "A browser, or a router that decodes it, reads another host; `edgeseal/next` refuses the same.",
  },
  {
    where: "JSON of over 128 levels",
    step: /: (JSON within JSON, deeply|a deep member that it does not know)$/,
    answers: { betterAuth: /^(200|400 VALIDATION_ERROR)$/, worker: "400 BAD_REQUEST" },
    says: ["read", "400"],
    reason: "Nothing that is asked for is so deep.",
  },
  {
    where: "JSON that calls itself UTF-16",
    step: /: JSON in UTF-16, as it says$/,
    answers: { betterAuth: "200", worker: "415 UNSUPPORTED_MEDIA_TYPE" },
    says: ["read as UTF-8", "415"],
    reason: "JSON is UTF-8 (RFC 8259).",
  },
  {
    where: "sign-in with a `callbackURL` beyond ASCII",
    endpoint: /^POST \/sign-in\/email$/,
    step: /: callbackURL "\/日本"$/,
    answers: { betterAuth: "500", worker: "200" },
    says: ["500", "200, percent-encoded in `Location`"],
    reason: "A header holds ASCII.",
  },

  {
    where: "`callbackURL` in the query of a POST, twice or beside an empty one in the body",
    step: /: (two callbackURLs in the query|callbackURL of the query beside an empty one)$/,
    answers: { betterAuth: /^(400|403 INVALID_CALLBACK_URL)$/, worker: "400 PASSWORD_TOO_SHORT" },
    says: ["refused", "the first one, where the body has none, is looked at"],
    reason: "No endpoint takes it from there.",
  },

  // Where a request comes from.
  {
    where: "an `Origin` with a path, a closing slash or capitals",
    step: /: our origin (with a slash|with a path|in capitals)$/,
    answers: {
      betterAuth: /^(200|400 PASSWORD_TOO_SHORT|401 INVALID_EMAIL_OR_PASSWORD)$/,
      worker: "403 INVALID_ORIGIN",
    },
    says: ["read as a URL", "403"],
    reason: "No browser sends one.",
  },
  {
    where: "an empty `Cookie` and no `Origin`",
    step: /: an empty cookie and no origin$/,
    answers: {
      betterAuth: "403 MISSING_OR_NULL_ORIGIN",
      worker: /^(200|400 PASSWORD_TOO_SHORT|401 INVALID_EMAIL_OR_PASSWORD)$/,
    },
    says: ["403", "as without `Cookie`"],
    reason: "There is no cookie to be abused.",
  },

  // Without cookies: `BEARER_SESSIONS`, and the plugin `bearer`.
  {
    where: "`set-auth-token`: value",
    at: /^headers\.set-auth-token$/,
    betterAuth: "<signed session token>",
    worker: BEARER,
    says: ["the session token, signed, as in the cookie", "a JWT of its own kind"],
    reason: "What scripts can read is not what the cookie has.",
  },
  {
    where: "an answer to `Authorization: Bearer` that reads the database: `set-auth-token`",
    request: isByBearer,
    at: /^headers\.set-auth-token$/,
    betterAuth: absent,
    worker: BEARER,
    says: ["absent; the session is prolonged once a day, in its row", "there, and the session is prolonged"],
    reason: "The session's end stands in the token.",
  },
  {
    where: "an answer to a request with cookies: `set-auth-token`",
    request: ({ headers }) => "cookie" in headers,
    at: /^headers\.set-auth-token$/,
    betterAuth: "<signed session token>",
    worker: absent,
    says: ["there", "absent"],
    reason: "Any script of the page could read what its httpOnly cookie keeps from it.",
  },
  {
    where: "an answer to `Authorization: Bearer`: cookies",
    request: isByBearer,
    at: /^cookies\.(?!.*dont_remember)/,
    betterAuth: /./,
    worker: absent,
    says: ["set and removed as for a browser", "none"],
    reason: "Who sends a token keeps no cookies; a browser that keeps them would have a second session.",
  },
  {
    where: "`set-auth-token` without a trusted `Origin`: `Access-Control-Expose-Headers`",
    at: /^headers\.access-control-expose-headers$/,
    betterAuth: "set-auth-token",
    worker: absent,
    says: ["`set-auth-token`", "absent"],
    reason: "It means nothing without `Access-Control-Allow-Origin`.",
  },
  {
    where: "an answer to a trusted `Origin`, with `BEARER_SESSIONS`: `Access-Control-Expose-Headers`",
    at: /^headers\.access-control-expose-headers$/,
    betterAuth: /^"set-auth-(jwt|token)"$/,
    worker: EXPOSED,
    says: ["`set-auth-token`, or at get-session `set-auth-jwt`", "both, and others that scripts may need"],
    reason: "The same on every answer.",
  },

  // What is not there.
  {
    where:
      "request-password-reset, reset-password, send-verification-email, verify-email, change-email, verify-password, " +
      "sign-in/social, list-accounts, update-session, delete-user/callback, error",
    endpoint:
      /^\w+ \/(request-password-reset|reset-password|send-verification-email|verify-email|change-email|verify-password|sign-in\/social|list-accounts|update-session|delete-user\/callback|error)$/,
    answers: { betterAuth: /^\d/, worker: "404" },
    says: ["there", "404"],
    reason: "They need e-mail, providers, sessions with fields of their own, or a page.",
  },
];

/** The rows that show, each with the steps that show it; and what no row explains, or more than one. */
export function explain(compared) {
  const shown = new Map(deviations.map((row) => [row, []]));
  const unexplained = [];
  for (const step of compared) {
    const whole = deviations.filter((row) => row.answers && isOf(row, step));
    for (const difference of step.found) {
      const rows = whole.length > 0 ? whole : deviations.filter((row) => !row.answers && isOf(row, step, difference));
      if (rows.length !== 1) {
        const { at, betterAuth, worker } = difference;
        const values = [betterAuth, worker].map((value) => JSON.stringify(value) ?? "absent");
        const names = rows.map((row) => row.where).join("; ");
        unexplained.push(`${step.name} (${step.endpoint}): ${at}: ${values.join(" / ")}${names && ` is of ${names}`}`);
      }
      for (const row of rows) if (!shown.get(row).includes(step.name)) shown.get(row).push(step.name);
    }
  }
  return { shown, unexplained };
}

/** Whether a step's difference is of this row; without a difference, whether the step is. */
function isOf(row, step, difference) {
  if (row.endpoint && !row.endpoint.test(step.endpoint)) return false;
  if (row.step && !row.step.test(step.name)) return false;
  if (row.request && !row.request(step.request)) return false;
  if (row.answers) return ["betterAuth", "worker"].every((side) => isAnswer(brief(step[side]), row.answers[side]));
  return (
    row.at.test(difference.at) &&
    ["betterAuth", "worker"].every((side) => !(side in row) || isValue(difference[side], row[side]))
  );
}

/** Status and code of an answer, or what little else tells it from another. */
function brief({ status, body }) {
  const member = /^\[body\.\w+\](?= (Too long|Not an|Invalid email))/.exec(body?.message)?.[0];
  return [status, body === null ? "null" : body?.code, member].filter(Boolean).join(" ");
}

const isAnswer = (told, wanted) => (wanted instanceof RegExp ? wanted.test(told) : told === wanted);

function isValue(value, wanted) {
  if (wanted instanceof RegExp) return value !== undefined && wanted.test(JSON.stringify(value));
  return Object.is(value, wanted);
}

/** The page, from the rows and the steps that show each. */
export function page(shown) {
  const rows = [...shown].map(([{ where, says, reason }, steps]) =>
    [where, ...says, reason, `${steps.length}: ${code(steps[0] ?? "none")}`].map((cell) => cell.replaceAll("|", "\\|")),
  );
  return `# Where the auth API differs from Better Auth

Made by \`node js-tests/worker/compare.test.mjs --write\`; do not edit. The official client and requests of every odd kind
were sent to a real Better Auth ${VERSION} and to the Worker. These are all the differences between their answers in status,
body, cookies and headers, once ids, dates and signatures are set aside. The tests fail on a difference that stands in no
row, and on a row that shows no more.

Better Auth was set up with \`session.cookieCache\` (\`jwt\`, 900 s), \`user.deleteUser\`, and the plugin \`jwt\` with
\`hs256\` of \`edgeseal/better-auth\`; where \`BEARER_SESSIONS\` was on also with the plugin \`bearer\`. The last column counts the requests that show the difference, and names the first.

${[["where", "Better Auth", "the Worker", "why", "shown by"], Array(5).fill("---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")}
`;
}

const code = (text) => `\`${text.replaceAll("`", "'").replaceAll("\n", "\\n")}\``;
