// The intended differences between the Worker's and Better Auth's responses. Every difference must match exactly one
// row, and every row must match some step.
//
// A row with `answers` matches all differences of a step whose two responses have these statuses and codes. Any other
// row matches single differences, at the paths in `at` and with the given values (`undefined` means absent).
// `endpoint`, `step` and `request` narrow both kinds.

import { readFileSync } from "node:fs";
import { absent, DATA, isByBearer, REMOVED, TOKEN } from "./deviations/values.mjs";
import { ending } from "./deviations/ending.mjs";
import { headers } from "./deviations/headers.mjs";
import { sessions } from "./deviations/sessions.mjs";

const packages = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url)));
const VERSION = packages.dependencies["better-auth"];

const BEARER = /^\{"header":\{"alg":"HS256","typ":"bearer\+jwt"\},"claims":\{.*\},"bySecret":false\}/s;
const EXPOSED = "retry-after, set-auth-jwt, x-request-id, x-retry-after, set-auth-token";

export const deviations = [
  ...headers,
  ...sessions,
  ...ending,

  // Input.
  {
    where: "a form (`application/x-www-form-urlencoded`) at sign-up and sign-in",
    request: ({ headers }) => headers["content-type"] === "application/x-www-form-urlencoded",
    answers: { betterAuth: "200", worker: "415 UNSUPPORTED_MEDIA_TYPE" },
    says: ["accepted", "415"],
    reason: "Another site can send a form without a preflight, but not JSON.",
  },
  {
    where: "a 415 response: `message`",
    at: /^body\.message$/,
    betterAuth: /^"Content-Type .* is not allowed\. Allowed types: /,
    worker: "Content-Type must be application/json",
    says: ["names the type that was sent", "names the type that is accepted"],
    reason: "Responses never repeat anything from the request.",
  },
  {
    where: "a body without `Content-Type`",
    step: /: (an empty|no) media type$/,
    answers: { betterAuth: /^(200|400 VALIDATION_ERROR)$/, worker: "415 UNSUPPORTED_MEDIA_TYPE" },
    says: ["ignored", "415"],
    reason: "Ignoring the body would hide the client's mistake.",
  },
  {
    where: "a body of more than 64 KiB",
    step: /: over 64 KiB$/,
    answers: { betterAuth: "200", worker: "413 PAYLOAD_TOO_LARGE" },
    says: ["accepted", "413"],
    reason: "The Worker does not know the caller while it reads the body, so it limits the body's size.",
  },
  {
    where: "JSON that contains a lone surrogate or starts with a byte order mark",
    step: /: (a lone surrogate( in the password)?|a byte order mark)$/,
    answers: { betterAuth: "200", worker: "400 BAD_REQUEST" },
    says: ["accepted; U+FFFD replaces a lone surrogate", "400"],
    reason: "RFC 8259 §8.1 forbids byte order marks, and text with a lone surrogate is not Unicode text (§8.2).",
  },
  {
    where: "sign-up with a body that is not an object: `message`",
    endpoint: /^POST \/sign-up\/email$/,
    at: /^body\.message$/,
    betterAuth: /^"\[body\] (Invalid input: expected object, received \w+); \[body\] Invalid input: expected record, /,
    worker: /^"\[body\] Invalid input: expected object, received \w+"$/,
    says: ["reports the error twice, once for an object and once for a record", "reports the error once"],
    reason: "The second report is an artefact of Better Auth's schema.",
  },
  {
    where: "sign-up with the `password` `[]`: `message`",
    endpoint: /^POST \/sign-up\/email$/,
    at: /^body\.message$/,
    betterAuth: /; \[body\.password\] Too small: expected array to have >=1 items"$/,
    worker: "[body.password] Invalid input: expected string, received array",
    says: ["also reports that the array is too small", "reports only that the password is not a string"],
    reason: "The additional report is an artefact of Better Auth's schema.",
  },
  {
    where: "`callbackURL` and similar members that are not strings: `code`",
    at: /^body\.code$/,
    betterAuth: absent,
    worker: "VALIDATION_ERROR",
    says: ["absent", "`VALIDATION_ERROR`"],
    reason: "Every error has a code.",
  },
  {
    where: "update-user with nothing to update: `code`",
    endpoint: /^POST \/update-user$/,
    at: /^body\.code$/,
    betterAuth: absent,
    worker: "NO_FIELDS_TO_UPDATE",
    says: ["absent", "`NO_FIELDS_TO_UPDATE`"],
    reason: "Every error has a code.",
  },
  {
    where: "update-user with a `name` or `image` of the wrong type",
    endpoint: /^POST \/update-user$/,
    step: /: (name|image) is (null|5|true|\[\]|\{\})$/,
    answers: { betterAuth: /^[25]00$/, worker: "400 VALIDATION_ERROR" },
    says: ["numbers and booleans are stored as text; other types get 500", "400, as at sign-up"],
    reason: "Names and images must be text.",
  },
  {
    where: "a `name` that is longer than 256 UTF-16 code units or contains control characters",
    step: /: (a long name|a name with control characters)$/,
    answers: { betterAuth: "200", worker: "400 VALIDATION_ERROR [body.name]" },
    says: ["accepted; the database may truncate it", "400"],
    reason: "Names go into cookies, tokens and pages.",
  },
  {
    where: "an `image` that is neither an http(s) URL nor a path, or is longer than 2048 characters",
    step: /: an image (that is no URL|by \w+:|of over 2048 characters)$/,
    answers: { betterAuth: "200", worker: "400 VALIDATION_ERROR [body.image]" },
    says: ["accepted", "400"],
    reason: "Image URLs go into cookies, and into pages, where a `javascript:` URL could run.",
  },
  {
    where: "an empty `image`",
    at: new RegExp(`(${DATA}\\.value\\.claims\\.|^body\\.)user\\.image$`),
    betterAuth: "",
    worker: null,
    says: ["stored as an empty string", "stored as `null`"],
    reason: "An empty string is not an image URL.",
  },
  {
    where: "an e-mail address of more than 254 bytes",
    step: /: an address of over 254 bytes$/,
    answers: { betterAuth: "200", worker: "400 VALIDATION_ERROR [body.email]" },
    says: ["accepted", "400"],
    reason: "RFC 5321 limits addresses to 254 bytes.",
  },
  {
    where: "a new password of more than 72 bytes, with bcrypt",
    step: /: password of 128 letters$/,
    answers: { betterAuth: "200", worker: "400 PASSWORD_TOO_LONG" },
    says: ["accepted (scrypt)", "400"],
    reason: "bcrypt ignores everything after byte 72.",
  },
  {
    where: "a common new password",
    step: /: a common (new )?password$/,
    answers: { betterAuth: /^(200|400 INVALID_PASSWORD)$/, worker: "400 PASSWORD_COMPROMISED" },
    says: [
      "accepted, unless the plugin haveIBeenPwned is used and its service lists the password",
      "400 `PASSWORD_COMPROMISED`, the code that this plugin uses",
    ],
    reason: "Attackers try common passwords first.",
  },

  {
    where: "a new password that contains a NUL character",
    step: /: a (new )?password with NUL$/,
    answers: { betterAuth: /^(200|400 INVALID_PASSWORD)$/, worker: "400 VALIDATION_ERROR" },
    says: ["accepted", "400"],
    reason: "Some other programs that verify the hash stop reading the password at the NUL.",
  },
  {
    where:
      "a `callbackURL` with dot segments before `//` or with a space, or one that starts with an escaped slash, control character or space",
    step: /^\/sign-in\/email: callbackURL "(\/ho me|\/\.\.\/\/there|\/%2e%2e\/\/there|\/a\/\.\.\/\/there|\/%09\/there|https:\/\/app\.example\/(%2f|\/there))"$/,
    answers: { betterAuth: "200", worker: "403 INVALID_CALLBACK_URL" },
    says: ["accepted", "403"],
    reason:
      "A browser, or a router that decodes the URL, may read a different host from such a URL. `edgeseal/next` refuses the same URLs.",
  },
  {
    where: "JSON with more than 128 levels",
    step: /: (JSON within JSON, deeply|a deep member that it does not know)$/,
    answers: { betterAuth: /^(200|400 VALIDATION_ERROR)$/, worker: "400 BAD_REQUEST" },
    says: ["accepted", "400"],
    reason: "No valid request has such deeply nested JSON.",
  },
  {
    where: "JSON with a `Content-Type` that declares UTF-16",
    step: /: JSON in UTF-16, as it says$/,
    answers: { betterAuth: "200", worker: "415 UNSUPPORTED_MEDIA_TYPE" },
    says: ["read as UTF-8", "415"],
    reason: "RFC 8259 requires UTF-8 for JSON.",
  },
  {
    where: "sign-in with a `callbackURL` that contains non-ASCII characters",
    endpoint: /^POST \/sign-in\/email$/,
    step: /: callbackURL "\/日本"$/,
    answers: { betterAuth: "500", worker: "200" },
    says: ["500", "200; the URL is percent-encoded in `Location`"],
    reason: "Headers may contain only ASCII characters.",
  },

  {
    where: "`callbackURL` in the query of a POST, if it occurs twice or the body has an empty `callbackURL`",
    step: /: (two callbackURLs in the query|callbackURL of the query beside an empty one)$/,
    answers: { betterAuth: /^(400|403 INVALID_CALLBACK_URL)$/, worker: "400 PASSWORD_TOO_SHORT" },
    says: ["refused", "only the first one is checked, and only if the body has no `callbackURL`"],
    reason: "No endpoint uses a `callbackURL` from the query.",
  },

  // The origin of a request.
  {
    where: "an `Origin` with a path, a trailing slash or capital letters",
    step: /: our origin (with a slash|with a path|in capitals)$/,
    answers: {
      betterAuth: /^(200|400 PASSWORD_TOO_SHORT|401 INVALID_EMAIL_OR_PASSWORD)$/,
      worker: "403 INVALID_ORIGIN",
    },
    says: ["parsed as a URL", "403"],
    reason: "No browser sends such an `Origin`.",
  },
  {
    where: "an empty `Cookie` and no `Origin`",
    step: /: an empty cookie and no origin$/,
    answers: {
      betterAuth: "403 MISSING_OR_NULL_ORIGIN",
      worker: /^(200|400 PASSWORD_TOO_SHORT|401 INVALID_EMAIL_OR_PASSWORD)$/,
    },
    says: ["403", "the same as without a `Cookie` header"],
    reason: "Without a cookie, another site gains nothing from the request.",
  },

  // Without cookies: `BEARER_SESSIONS`, and the plugin `bearer`.
  {
    where: "`set-auth-token`: value",
    at: /^headers\.set-auth-token$/,
    betterAuth: "<signed session token>",
    worker: BEARER,
    says: ["the signed session token, as in the cookie", "a JWT with its own `typ` and key"],
    reason: "Scripts must not read the cookie's value.",
  },
  {
    where: "a response to `Authorization: Bearer` that reads the database: `set-auth-token`",
    request: isByBearer,
    at: /^headers\.set-auth-token$/,
    betterAuth: absent,
    worker: BEARER,
    says: ["absent; the session's row is extended once a day", "set; this extends the session"],
    reason: "The token contains the session's expiration.",
  },
  {
    where: "a response to a request with cookies: `set-auth-token`",
    request: ({ headers }) => "cookie" in headers,
    at: /^headers\.set-auth-token$/,
    betterAuth: "<signed session token>",
    worker: absent,
    says: ["set", "absent"],
    reason: "Otherwise scripts in the page could read the token that the HttpOnly cookie hides from them.",
  },
  {
    where: "a response to `Authorization: Bearer`: cookies",
    request: isByBearer,
    at: /^cookies\.(?!.*dont_remember)/,
    betterAuth: /./,
    worker: absent,
    says: ["set and removed as for a browser", "none"],
    reason:
      "A client that sends a token doesn't use cookies, and a browser that stored the cookies would have a second session.",
  },
  {
    where: "`set-auth-token` without a trusted `Origin`: `Access-Control-Expose-Headers`",
    at: /^headers\.access-control-expose-headers$/,
    betterAuth: "set-auth-token",
    worker: absent,
    says: ["`set-auth-token`", "absent"],
    reason: "Without `Access-Control-Allow-Origin`, browsers ignore this header.",
  },
  {
    where: "a response to a trusted `Origin`, with `BEARER_SESSIONS`: `Access-Control-Expose-Headers`",
    at: /^headers\.access-control-expose-headers$/,
    betterAuth: /^"set-auth-(jwt|token)"$/,
    worker: EXPOSED,
    says: [
      "`set-auth-token`, or `set-auth-jwt` at get-session",
      "both of these and other headers that scripts may need",
    ],
    reason: "Every response exposes the same headers.",
  },

  // E-mail.
  {
    where: "sign-up: the message with a link that verifies the address",
    step: /^the message after (another )?sign-up$/,
    at: /^mail$/,
    betterAuth: null,
    worker: /"type":"verify-email"/,
    says: ["sent with `requireEmailVerification` or `sendOnSignUp`", "always sent if the Worker can send e-mail"],
    reason: "The app does not have to ask for the message.",
  },
  {
    where: "sign-in with an address that must be verified: the message",
    step: /^the message after sign-in$/,
    at: /^mail$/,
    betterAuth: null,
    worker: /"type":"verify-email"/,
    says: ["sent with `sendOnSignIn`", "always sent"],
    reason: "Otherwise, users who lost the first message could not sign in.",
  },
  {
    where: "sign-up with a known address, if the response does not reveal it: the message to its owner",
    step: /^the message to the owner of a known address$/,
    at: /^mail$/,
    betterAuth: null,
    worker: /"type":"existing-account"/,
    says: ["none, unless the app sends one in `onExistingUserSignUp`", "always sent"],
    reason: "Otherwise, owners who forgot that they have an account would wait for a message in vain.",
  },
  {
    where: "after reset-password: another link for the same user",
    step: /^\/reset-password: another link after the first one's use$/,
    answers: { betterAuth: "200", worker: "400 INVALID_TOKEN" },
    says: ["valid until it expires", "invalid"],
    reason: "The token is bound to the password that it replaces, so any change of the password ends it.",
  },
  {
    where: "reset-password: the user's sessions",
    step: /^get-session after a reset, from the store$/,
    answers: { betterAuth: "200", worker: "200 null" },
    says: ["stay valid, unless `revokeSessionsOnPasswordReset` is set", "end"],
    reason: "Anyone else who knows the old password must be signed out.",
  },
  {
    where: "reset-password in a signed-in browser: cookies",
    endpoint: /^POST \/reset-password$/,
    at: new RegExp(`(${TOKEN}|${DATA})$`),
    betterAuth: absent,
    worker: REMOVED,
    says: ["unchanged", "removed"],
    reason: "The reset ended the session.",
  },
  {
    where: "reset-password for a deleted user",
    step: /^\/reset-password: a deleted user$/,
    answers: { betterAuth: "400 USER_NOT_FOUND", worker: "400 INVALID_TOKEN" },
    says: ["`USER_NOT_FOUND`", "`INVALID_TOKEN`"],
    reason: "The response does not reveal whether the user still exists.",
  },
  {
    where: "a deleted user's link to reset the password: `Location`",
    step: /^the link of a deleted user$/,
    at: /^headers\.location$/,
    betterAuth: /&token=<token>"$/,
    worker: /&error=INVALID_TOKEN"$/,
    says: ["contains the token", "contains `error=INVALID_TOKEN`"],
    reason: "The token can't be used any more.",
  },
  {
    where: "after reset-password, or after the link to a new address: `emailVerified`",
    at: new RegExp(`(${DATA}\\.value\\.claims\\.|^body\\.)user\\.emailVerified$`),
    betterAuth: false,
    worker: true,
    says: ["unchanged", "`true`"],
    reason: "Only the owner of the address could open the link.",
  },
  {
    where: "send-verification-email without a session: delay",
    step: /^\/send-verification-email: how long it takes$/,
    at: /^delay$/,
    betterAuth: "500 ms",
    worker: "none",
    says: ["at least 500 ms, so that the response time does not reveal whether the address has an account", "none"],
    reason: "The Worker looks the user up after the response.",
  },
  {
    where: "send-verification-email, if the message can't be sent",
    step: /^a broken sender: send-verification-email/,
    answers: { betterAuth: "500", worker: "200" },
    says: ["500, with an empty body", "200; the log says why"],
    reason: "The message is sent after the response.",
  },
  {
    where: "verify-email by POST",
    endpoint: /^POST \/verify-email$/,
    answers: { betterAuth: "404", worker: "303" },
    says: ["404", "the same as GET; the button on the page sends it"],
    reason: "Mail scanners open links, but press no buttons.",
  },
  {
    where:
      "verify-email without the user's session, by navigation or by a program that is not a page on a trusted origin",
    step: /: navigation(, (nothing known of the client|by a program that uses fetch|signed in as another|signed out))?$/,
    answers: { betterAuth: /^(200|302)$/, worker: "200" },
    says: ["takes effect", "shows a page with a button that confirms the address"],
    reason: "Mail scanners open links and must not confirm an address that a stranger signed up with.",
  },
  {
    where: "get-session after a navigation to the link that confirms a new address",
    step: /^get-session after a navigation to the second link$/,
    answers: { betterAuth: "200", worker: "200" },
    says: ["the new address", "the old address"],
    reason: "Nobody has clicked the button yet.",
  },
  {
    where: "verify-email in a browser with the user's session: `session_data`",
    endpoint: /^GET \/verify-email$/,
    at: new RegExp(`${DATA}$`),
    betterAuth: absent,
    worker: /"claims":\{"session":/,
    says: ["unchanged: `emailVerified` stays `false` until session data expires", "set again"],
    reason: "The change is visible immediately.",
  },
  {
    where: "verify-email with the token of a deleted user, if somebody else has the address now",
    step: /^verify-email: the address belongs to a new user$/,
    answers: { betterAuth: "401 INVALID_TOKEN", worker: "401 USER_NOT_FOUND" },
    says: ["`INVALID_TOKEN`", "`USER_NOT_FOUND`"],
    reason: "The token identifies its user only by id.",
  },
  {
    where: "verify-email: the first link of a change of a verified address, without the user's session",
    step: /^the first link, signed out$/,
    answers: { betterAuth: "200", worker: "401 UNAUTHORIZED" },
    says: ["sends the second link", "401"],
    reason: "Somebody who can only read the old mailbox must not be able to change the account's address.",
  },
  {
    where: "verify-email: the same link with `callbackURL`: `Location`",
    step: /^the first link, signed out, with callbackURL$/,
    at: /^headers\.location$/,
    betterAuth: "/settings",
    worker: "/settings?error=UNAUTHORIZED",
    says: ["the `callbackURL`", "the `callbackURL` with `error=UNAUTHORIZED`"],
    reason: "Somebody who can only read the old mailbox must not be able to change the account's address.",
  },
  {
    where: "verify-email: a change to an address that another account now has",
    step: /^the second link, the address is taken(, with callbackURL)?$/,
    answers: { betterAuth: "500", worker: /^(422 USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL|302)$/ },
    says: [
      "500, with an empty body",
      "422 `USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL`, or a redirect to the `callbackURL` with this `error`",
    ],
    reason: "The request is refused; the server has no fault.",
  },
  {
    where: "change-email to the current address: `code`",
    endpoint: /^POST \/change-email$/,
    at: /^body\.code$/,
    betterAuth: absent,
    worker: "EMAIL_IS_THE_SAME",
    says: ["absent", "`EMAIL_IS_THE_SAME`"],
    reason: "Every error has a code.",
  },
  {
    where: "delete-user/callback after another user has tried the link",
    step: /^\/delete-user\/callback, after another user tried it$/,
    answers: { betterAuth: "404 INVALID_TOKEN", worker: "200" },
    says: ["404, because the attempt used the link up", "still valid"],
    reason: "Other users can't use up a link.",
  },
  {
    where: "delete-user/callback: the lifetime of the link",
    step: /^66 minutes: the link to delete an account$/,
    answers: { betterAuth: "200", worker: "404 INVALID_TOKEN" },
    says: ["a day", "an hour"],
    reason: "All links have the same lifetime.",
  },

  // Endpoints that the Worker does not have.
  missing(
    ["sign-in/social", "list-accounts", "update-session"],
    "available",
    "These endpoints need social providers or custom session fields.",
  ),
  missing(
    ["account-info", "callback/:id", "get-access-token", "link-social", "refresh-token", "unlink-account"],
    "available; without a configured provider, they respond with 400 or 404, and `callback/:id` redirects",
    "The Worker has no social sign-in, because the password is an account's only credential.",
  ),
];

/** A row about endpoints that the Worker does not have. */
function missing(endpoints, betterAuth, reason) {
  return {
    where: endpoints.join(", "),
    endpoints,
    endpoint: new RegExp(`^\\w+ (${endpoints.map((path) => pathPattern(`/${path}`)).join("|")})$`),
    answers: { betterAuth: /^\d/, worker: "404" },
    says: [betterAuth, "404"],
    reason,
  };
}

/** A pattern for one of Better Auth's paths, such as `/callback/:id`. */
export function pathPattern(path) {
  return path.replaceAll(/:\w+/g, "\\w+");
}

/** All rows, each with the steps that it matches; and the differences that no row, or more than one, explains. */
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

/** Whether this row matches a step's difference; without a difference, whether it matches the step. */
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

/** A response's status and code, and the member that its message names. */
function brief({ status, body }) {
  const member = /^\[body\.\w+\](?= (Invalid name|Invalid image|Invalid email))/.exec(body?.message)?.[0];
  return [status, body === null ? "null" : body?.code, member].filter(Boolean).join(" ");
}

const isAnswer = (given, wanted) => (wanted instanceof RegExp ? wanted.test(given) : given === wanted);

function isValue(value, wanted) {
  if (wanted instanceof RegExp) return value !== undefined && wanted.test(JSON.stringify(value));
  return Object.is(value, wanted);
}

/** The page: the rows, the steps that each matches, and the number of compared requests. */
export function page(shown, compared) {
  const rows = [...shown].map(([{ where, says, reason }, steps]) =>
    [where, ...says, reason, `${steps.length}: ${code(steps[0] ?? "none")}`].map((cell) => cell.replaceAll("|", "\\|")),
  );
  return `# Where the auth API differs from Better Auth

A test sends the same ${compared} requests to Better Auth ${VERSION} and to the Worker: both the official client's requests and malformed ones.
It compares the status, body, cookies and headers of the responses, and ignores random ids, dates and signatures. This page lists every
difference. The test fails if a difference has no row here, or if a row no longer matches any difference.

Better Auth runs with \`session.cookieCache\` (\`jwt\`, 900 s), \`user.deleteUser\` and the plugin \`jwt\` with \`hs256\` from
\`edgeseal/better-auth\`. In tests with \`BEARER_SESSIONS\` on in the Worker, Better Auth also has the plugin \`bearer\`. In e-mail tests, it has
\`sendResetPassword\`, \`sendVerificationEmail\` and \`user.changeEmail\` with \`sendChangeEmailConfirmation\`. If the Worker has
\`REQUIRE_EMAIL_VERIFICATION\` and \`DELETE_USER_CONFIRMATION\` on, Better Auth also has \`requireEmailVerification\` and
\`sendDeleteAccountVerification\`. The test also compares the types, recipients and links of messages, but not the tokens in the links. The last column shows the
number of requests that show the difference, and the name of the first one. This page is generated by
\`node js-tests/worker/compare.test.mjs --write\`; do not edit it.

${[["request or response", "Better Auth", "Worker", "reason", "requests"], Array(5).fill("---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")}
`;
}

const code = (text) => `\`${text.replaceAll("`", "'").replaceAll("\n", "\\n")}\``;
