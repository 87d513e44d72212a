// Rows about ending sessions.
import { ACCESS, DATA } from "./values.mjs";

export const ending = [
  {
    where: "change-password without `revokeOtherSessions`: `token`",
    endpoint: /^POST \/change-password$/,
    at: /^body\.token$/,
    betterAuth: null,
    worker: ACCESS,
    says: ["`null`", "an access JWT"],
    reason: "The Worker always ends the other sessions and gives the caller a new session.",
  },
  {
    where: "change-password without `revokeOtherSessions`, and revoke-other-sessions: `session.id`",
    endpoint: /^POST \/(change-password|revoke-other-sessions)$/,
    at: new RegExp(`${DATA}\\.value\\.claims\\.session\\.id$`),
    betterAuth: "<id seen before>",
    worker: "<new id>",
    says: ["unchanged", "a new id"],
    reason: "Ending the other sessions invalidates all earlier tokens, so the caller gets a new session.",
  },
  {
    where: "change-password without `revokeOtherSessions`: the other sessions",
    step: /^get-session elsewhere after it, from the store$/,
    answers: { betterAuth: "200", worker: "200 null" },
    says: ["stay valid", "are ended"],
    reason: "Anyone else who knows the old password must be signed out.",
  },
  {
    where: "revoke-sessions",
    endpoint: /^POST \/revoke-sessions$/,
    answers: { betterAuth: "200", worker: "200" },
    says: ["also ends the caller's session", "gives the caller a new session, as revoke-other-sessions does"],
    reason: "To end their own session, callers use sign-out.",
  },
  {
    where: "get-session after revoke-sessions",
    step: /^get-session after revoke-sessions$/,
    answers: { betterAuth: "200 null", worker: "200" },
    says: ["`null`", "the caller's new session"],
    reason: "revoke-sessions gives the caller a new session.",
  },
];
