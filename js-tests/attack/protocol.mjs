// Where a row and Better Auth's protocol disagree, or the project has decided otherwise in its documents: what is held
// against the answer instead, and why. `statuses` are allowed besides the row's own.
import { checkOf } from "./imported.mjs";

export const READINGS = [
  {
    check: "cookie.flags",
    reads:
      "each cookie of docs/design/data-model.md: __Secure-, HttpOnly, Secure, SameSite=Lax, Path=/, no Domain, its own Max-Age",
    why: "Better Auth's client knows two cookies by these names; only session data expires after 15 minutes, the refresh token 7 days",
  },
  {
    check: "cookie.cleared",
    reads: "both session cookies are taken away; the device cookie stays",
    why: "it signs nobody in; it keeps strangers from locking the owner out",
  },
  {
    check: "cookie.onlyThere",
    reads:
      "the access token of 15 minutes in `token` and set-auth-jwt; neither session data nor the refresh token anywhere",
    why: "documented Bearer mode: docs/design/data-model.md",
  },
  {
    check: "redir.callback",
    statuses: [403],
    reads: "403 with a code of the member at fault",
    why: "Better Auth's INVALID_CALLBACK_URL and its like are 403",
  },
  {
    check: "sql.wildcards",
    statuses: [400],
    reads: "400 where the address is none (INVALID_EMAIL), else 401",
    why: "Better Auth takes no address with % in it",
  },
  {
    check: "mail.long",
    statuses: [413],
    reads: "413 where the whole body is over 64 KiB",
    why: "refused before it is read, as body rows want it",
  },
  {
    check: "enum.taken",
    statuses: [422],
    reads: "422 and a limit; with SIGN_UP_DISCLOSURE=hidden the same answer as for a new address",
    why: "Better Auth's USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL; who wants it closed sets the variable",
  },
  {
    check: "method.refused",
    verb: "CONNECT",
    statuses: [400, 500],
    reads: "refused by the server before any Worker runs",
    why: "neither workerd nor Cloudflare hands CONNECT on to a Worker without a handler of its own",
  },
  {
    check: "conf.generic",
    reads: "the Worker's own 500 as the row says; after a trap the runtime's 500, with nothing of ours in it",
    why: "what has trapped answers no more: workerd, or Cloudflare's error 1101, answers in its place",
  },
  {
    check: "hdr.security",
    reads: "an empty body of a 404 has no media type",
    why: "Better Auth answers what is not there with nothing",
  },
];

/** The reading of a row, where it has one. */
export function readingOf(row) {
  const asked = checkOf(row);
  return READINGS.find(({ check, verb = "" }) => check === asked && row.request.startsWith(verb));
}
