"use server";

import { redirect } from "next/navigation";
import { auth } from "@/lib/auth";
import { checkSignIn, checkSignUp } from "@/lib/checks";
import { type FormState, hasErrors, refused, valuesOf } from "@/lib/form-state";
import { post } from "@/lib/post";

// Without JavaScript the forms post here; with it they talk to the Worker themselves.

export async function signIn(previous: FormState, form: FormData): Promise<FormState> {
  const values = valuesOf(form);
  const { email, password, rememberMe, callbackUrl } = values;
  let errors = checkSignIn(values);
  if (!hasErrors(errors)) errors = await post("/sign-in/email", { email, password, rememberMe: rememberMe === "on" });
  // A box that is not ticked is not sent.
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

/** Ends whatever session the browser's cookies are of; there is nothing else to be checked. */
export async function signOut(): Promise<void> {
  const errors = await post("/sign-out", {});
  redirect(hasErrors(errors) ? "/account?failed=sign-out" : "/");
}
