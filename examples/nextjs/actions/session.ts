"use server";

import { redirect } from "next/navigation";
import { auth } from "@/lib/auth";
import { checkSignIn, checkSignUp } from "@/lib/checks";
import { type FormState, hasErrors, refused, valuesOf } from "@/lib/form-state";
import { post } from "@/lib/post";

// Without JavaScript the forms post here; with JavaScript they call the Worker directly.

export async function signIn(previous: FormState, form: FormData): Promise<FormState> {
  const values = valuesOf(form);
  const { email, password, rememberMe, callbackUrl } = values;
  let errors = checkSignIn(values);
  if (!hasErrors(errors)) errors = await post("/sign-in/email", { email, password, rememberMe: rememberMe === "on" });
  // Browsers don't send unticked checkboxes.
  if (hasErrors(errors)) return refused(previous, errors, { ...values, rememberMe: rememberMe ?? "off" });
  redirect(auth.callbackUrl(callbackUrl, "/dashboard"));
}

export async function signUp(previous: FormState, form: FormData): Promise<FormState> {
  const values = valuesOf(form);
  const { name, email, password, callbackUrl } = values;
  let errors = checkSignUp(values);
  if (!hasErrors(errors)) errors = await post("/sign-up/email", { name, email, password });
  if (hasErrors(errors)) return refused(previous, errors, values);
  redirect(auth.callbackUrl(callbackUrl, "/dashboard"));
}

/** Ends the session that the browser's cookies identify. No other check is needed. */
export async function signOut(): Promise<void> {
  const errors = await post("/sign-out", {});
  redirect(hasErrors(errors) ? "/account?failed=sign-out" : "/");
}
