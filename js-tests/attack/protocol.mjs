// Exceptions for rows that contradict Better Auth's protocol or a documented decision of this project. Each exception
// says which response is required instead, and why. Its `statuses` are allowed in addition to the row's own.
import { checkOf } from "./imported.mjs";

export const READINGS = [
  {
    check: "cookie.flags",
    reads:
      "each cookie of docs/design/data-model.md: __Secure-, HttpOnly, Secure, SameSite=Lax, Path=/, no Domain, its own Max-Age",
    why: "Better Auth's client knows two cookies with these names; only session data lives 15 minutes, the refresh token 7 days",
  },
  {
    check: "cookie.cleared",
    reads: "both session cookies are removed; the device cookie stays",
    why: "the device cookie signs nobody in; it prevents strangers from locking the owner out",
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
    reads: "403 with a code for the invalid member",
    why: "Better Auth's INVALID_CALLBACK_URL and similar codes are 403",
  },
  {
    check: "sql.wildcards",
    statuses: [400],
    reads: "400 if the address is invalid (INVALID_EMAIL), else 401",
    why: "Better Auth refuses addresses that contain %",
  },
  {
    check: "mail.long",
    statuses: [413],
    reads: "413 if the whole body is over 64 KiB",
    why: "it is refused before it is read, as the rows about bodies require",
  },
  {
    check: "enum.taken",
    statuses: [422],
    reads: "422 and a limit; with SIGN_UP_DISCLOSURE=hidden the same response as for a new address",
    why: "this is Better Auth's USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL; the variable hides it",
  },
  {
    check: "method.refused",
    verb: "CONNECT",
    statuses: [400, 500],
    reads: "refused by the server before any Worker runs",
    why: "neither workerd nor Cloudflare passes CONNECT to a Worker without a handler for it",
  },
  {
    check: "conf.generic",
    reads: "the Worker's own 500 as in the row; after a trap the runtime's 500, without any data of the Worker",
    why: "after a trap the instance can't respond; workerd, or Cloudflare's error 1101, responds instead",
  },
  {
    check: "hdr.security",
    reads: "a 404 with an empty body has no media type",
    why: "Better Auth's 404 for unknown paths is empty",
  },
];

/** The exception for a row, or undefined. */
export function readingOf(row) {
  const asked = checkOf(row);
  return READINGS.find(({ check, verb = "" }) => check === asked && row.request.startsWith(verb));
}
