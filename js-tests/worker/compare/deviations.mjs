// The intended differences between the Worker's and Better Auth's responses. Every difference must match exactly one
// row, and every row must match some step.
//
// A row with `answers` matches all differences of a step whose two responses have these statuses and codes. Any other
// row matches single differences, at the paths in `at` and with the given values (`undefined` means absent).
// `endpoint`, `step` and `request` narrow both kinds.

import { readFileSync } from "node:fs";
import { absent, DATA, REMOVED, TOKEN } from "./deviations/values.mjs";
import { bearer } from "./deviations/bearer.mjs";
import { ending } from "./deviations/ending.mjs";
import { headers } from "./deviations/headers.mjs";
import { input } from "./deviations/input.mjs";
import { origins } from "./deviations/origins.mjs";
import { sessions } from "./deviations/sessions.mjs";

const packages = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url)));
const VERSION = packages.dependencies["better-auth"];

export const deviations = [
  ...headers,
  ...sessions,
  ...ending,
  ...input,
  ...origins,
  ...bearer,

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
