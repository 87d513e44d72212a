import { ask } from "@/lib/ask";
import { authClient } from "@/lib/auth-client";
import { VERIFY } from "@/lib/links";

/** Sends the e-mail with which a user confirms their address. Returns the errors. */
export const sendVerification = (email: string) =>
  ask((options) => authClient.sendVerificationEmail({ email, callbackURL: VERIFY }, options));
