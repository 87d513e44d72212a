// Rows about the origin of a request.

export const origins = [
  {
    where: "an `Origin` with a path, a trailing slash or capital letters",
    step: /: our origin (with a slash|with a path|in capitals)$/,
    answers: {
      betterAuth: /^(200|400 PASSWORD_TOO_SHORT|401 INVALID_EMAIL_OR_PASSWORD)$/,
      worker: "403 INVALID_ORIGIN",
    },
    says: ["parsed as a URL", "403"],
    reason: "Browsers don't send such an `Origin`.",
  },
  {
    where: "an empty `Cookie` header and no `Origin`",
    step: /: an empty cookie and no origin$/,
    answers: {
      betterAuth: "403 MISSING_OR_NULL_ORIGIN",
      worker: /^(200|400 PASSWORD_TOO_SHORT|401 INVALID_EMAIL_OR_PASSWORD)$/,
    },
    says: ["403", "the same as without a `Cookie` header"],
    reason: "Without a cookie, another site can't gain anything from the request.",
  },
];
