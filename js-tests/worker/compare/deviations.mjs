// The intended differences between the Worker's and Better Auth's responses. Every difference must match exactly one
// row, and every row must match at least one step.
//
// If a row has `answers`, it matches all differences of a step whose two responses have the given statuses and codes. Any
// other row matches individual differences: those at the paths in `at` with the given values (`undefined` means
// absent). `endpoint`, `step` and `request` limit what a row of either kind matches.

import { readFileSync } from "node:fs";
import { bearer } from "./deviations/bearer.mjs";
import { email } from "./deviations/email.mjs";
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
  ...email,

  // Endpoints that the Worker doesn't have.
  missing(
    ["sign-in/social", "list-accounts", "update-session"],
    "available",
    "These endpoints need social providers or custom session fields.",
  ),
  missing(
    ["account-info", "callback/:id", "get-access-token", "link-social", "refresh-token", "unlink-account"],
    "available; without a configured provider, they respond with 400 or 404, and `callback/:id` redirects",
    "The Worker doesn't support social sign-in; a password is an account's only credential.",
  ),
];

/** Creates a row for endpoints that the Worker doesn't have. */
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

/** Returns a regular expression for one of Better Auth's paths, such as `/callback/:id`. */
export function pathPattern(path) {
  return path.replaceAll(/:\w+/g, "\\w+");
}

/** Returns all rows, each with the steps it matches, and the differences that don't match exactly one row. */
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

/** Returns whether this row matches the given difference of a step or, without a difference, the step itself. */
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

/** Returns a response's status, its code, and the body member that its message is about. */
function brief({ status, body }) {
  const member = /^\[body\.\w+\](?= (Invalid name|Invalid image|Invalid email))/.exec(body?.message)?.[0];
  return [status, body === null ? "null" : body?.code, member].filter(Boolean).join(" ");
}

const isAnswer = (given, wanted) => (wanted instanceof RegExp ? wanted.test(given) : given === wanted);

function isValue(value, wanted) {
  if (wanted instanceof RegExp) return value !== undefined && wanted.test(JSON.stringify(value));
  return Object.is(value, wanted);
}

/** Builds the page. `shown` maps rows to the steps that they match; `compared` is the number of requests compared. */
export function page(shown, compared) {
  const rows = [...shown].map(([{ where, says, reason }, steps]) =>
    [where, ...says, reason, `${steps.length}: ${code(steps[0] ?? "none")}`].map((cell) => cell.replaceAll("|", "\\|")),
  );
  return `# Where the auth API differs from Better Auth

A test sends the same ${compared} requests to Better Auth ${VERSION} and to the Worker: requests of the official client as well as malformed ones.
It compares the status, body, cookies and headers of the responses, and ignores random ids, dates and signatures. This page lists every
difference. The test fails if a difference doesn't have a row here, or if a row doesn't match any difference.

Better Auth runs with \`session.cookieCache\` (\`jwt\`, 900 s), \`user.deleteUser\` and the \`jwt\` plugin, which is configured with
\`hs256\` from \`edgeseal/better-auth\`. In tests that turn on \`BEARER_SESSIONS\` in the Worker, Better Auth also has the \`bearer\` plugin. In e-mail tests, it
also has \`sendResetPassword\`, \`sendVerificationEmail\` and \`user.changeEmail\` with \`sendChangeEmailConfirmation\`. If a test turns on
\`REQUIRE_EMAIL_VERIFICATION\` and \`DELETE_USER_CONFIRMATION\` in the Worker, Better Auth also has \`requireEmailVerification\` and
\`sendDeleteAccountVerification\`. The test also compares the types, recipients and links of messages, but not the tokens in the links. The last column shows
how many requests have this difference, and the name of the first such request. This page is generated by
\`node js-tests/worker/compare.test.mjs --write\`; do not edit it.

${[["request or response", "Better Auth", "Worker", "reason", "requests"], Array(5).fill("---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")}
`;
}

const code = (text) => `\`${text.replaceAll("`", "'").replaceAll("\n", "\\n")}\``;
