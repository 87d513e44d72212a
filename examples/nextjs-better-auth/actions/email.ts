"use server";

import { redirect } from "next/navigation";
import { auth } from "@/lib/auth";
import { checkForgotten, checkNewEmail, checkReset } from "@/lib/checks";
import { type FormState, hasErrors, refused, sentTo, valuesOf } from "@/lib/form-state";
import { freshUser, refreshSession } from "@/lib/fresh-session";
import { BAD_RESET, CHANGE, RESET, RESET_DONE, VERIFY } from "@/lib/links";
import { post } from "@/lib/post";
import { changeSent } from "@/lib/said";

// Server Actions for the forms that send e-mails, and for the pages that links in those e-mails open. The server limits
// how many e-mails it sends.

export async function forgotPassword(previous: FormState, form: FormData): Promise<FormState> {
  const values = valuesOf(form);
  const { email = "" } = values;
  let errors = checkForgotten(values);
  if (!hasErrors(errors)) errors = await post("/request-password-reset", { email, redirectTo: RESET });
  return hasErrors(errors) ? refused(previous, errors, values) : sentTo(previous, email);
}

export async function resetPassword(previous: FormState, form: FormData): Promise<FormState> {
  const values = valuesOf(form);
  const { newPassword, token } = values;
  let errors = checkReset(values);
  if (!hasErrors(errors)) errors = await post("/reset-password", { newPassword, token }, { chosen: "newPassword" });
  if (errors.link) redirect(BAD_RESET);
  if (hasErrors(errors)) return refused(previous, errors, {});
  // The reset has also ended this browser's session, but without a sign-out, the session data in its cookie would still
  // be accepted for a few minutes.
  await post("/sign-out", {});
  redirect(RESET_DONE);
}

export async function sendVerification(previous: FormState, form: FormData): Promise<FormState> {
  const values = valuesOf(form);
  const { email = "" } = values;
  let errors = checkForgotten(values);
  if (!hasErrors(errors)) errors = await post("/send-verification-email", { email, callbackURL: VERIFY });
  if (errors.verified) redirect(VERIFY);
  return hasErrors(errors) ? refused(previous, errors, values) : sentTo(previous, email);
}

export async function changeEmail(previous: FormState, form: FormData): Promise<FormState> {
  const { user } = await auth.requireSession();
  const values = valuesOf(form);
  const { newEmail = "" } = values;
  const { email = "", emailVerified: verified = false } = (await freshUser()) ?? user;
  let errors = checkNewEmail(values, email);
  if (!hasErrors(errors)) {
    errors = await post("/change-email", { newEmail, callbackURL: CHANGE }, { email: "newEmail" });
  }
  if (hasErrors(errors)) return refused(previous, errors, values);
  return { attempt: previous.attempt + 1, errors, values, done: changeSent({ verified, email, newEmail }) };
}

/** Opens the tasks page after updating the session data, because a link in an e-mail has changed the account. */
export async function proceed(): Promise<void> {
  await refreshSession();
  redirect("/dashboard");
}
