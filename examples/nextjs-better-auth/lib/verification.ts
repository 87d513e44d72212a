import { ask } from "@/lib/ask";
import { authClient } from "@/lib/auth-client";
import { VERIFY } from "@/lib/links";

/** Sends the e-mail that lets a user confirm their address. Returns any errors. */
export const sendVerification = (email: string) =>
  ask((options) => authClient.sendVerificationEmail({ email, callbackURL: VERIFY }, options));
