"use server";

import { redirect } from "next/navigation";
import { auth } from "@/lib/auth";
import { checkSignIn, checkSignUp } from "@/lib/checks";
import { type FormState, hasErrors, refused, sentTo, valuesOf } from "@/lib/form-state";
import { VERIFY } from "@/lib/links";
import { post, postFor } from "@/lib/post";

// Without JavaScript, the forms post here; with JavaScript, they call the auth server directly.

export async function signIn(previous: FormState, form: FormData): Promise<FormState> {
  const values = valuesOf(form);
  const { email = "", password, rememberMe, callbackUrl, again } = values;
  if (again) return sendAgain(previous, email);
  let errors = checkSignIn(values);
  if (!hasErrors(errors)) {
    errors = await post("/sign-in/email", { email, password, rememberMe: rememberMe === "on", callbackURL: VERIFY });
  }
  if (errors.unverified) return sentTo(previous, email);
  // Browsers don't send unticked checkboxes.
  if (hasErrors(errors)) return refused(previous, errors, { ...values, rememberMe: rememberMe ?? "off" });
  redirect(auth.callbackUrl(callbackUrl, "/dashboard"));
}

export async function signUp(previous: FormState, form: FormData): Promise<FormState> {
  const values = valuesOf(form);
  const { name, email = "", password, callbackUrl, again } = values;
  if (again) return sendAgain(previous, email);
  const wrong = checkSignUp(values);
  if (hasErrors(wrong)) return refused(previous, wrong, values);
  const account = { name, email, password, callbackURL: VERIFY };
  const { data, errors } = await postFor<{ token: string | null }>("/sign-up/email", account);
  if (hasErrors(errors)) return refused(previous, errors, values);
  if (!data?.token) return sentTo(previous, email);
  redirect(auth.callbackUrl(callbackUrl, "/dashboard"));
}

/** Ends the session identified by the browser's cookies. No other check is needed. */
export async function signOut(): Promise<void> {
  const errors = await post("/sign-out", {});
  redirect(hasErrors(errors) ? "/account?failed=sign-out" : "/");
}

/** Sends the e-mail again when the user presses the button in `CheckInbox`. */
async function sendAgain(previous: FormState, email: string): Promise<FormState> {
  const errors = await post("/send-verification-email", { email, callbackURL: VERIFY });
  return hasErrors(errors) ? refused(previous, errors, {}) : sentTo(previous, email);
}
