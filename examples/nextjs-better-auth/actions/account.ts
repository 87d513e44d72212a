"use server";

import { redirect } from "next/navigation";
import { auth } from "@/lib/auth";
import { checkDeletion, checkName, checkPasswordChange } from "@/lib/checks";
import { type FormState, hasErrors, refused, sentTo, valuesOf } from "@/lib/form-state";
import { CONFIRM_DELETION, DELETED } from "@/lib/links";
import { post, postFor } from "@/lib/post";
import { CHANGED_PASSWORD, SAVED_NAME } from "@/lib/said";

// Anyone can call a Server Action from anywhere, so each action verifies the session again.

export async function changeName(previous: FormState, form: FormData): Promise<FormState> {
  await auth.requireSession();
  const values = valuesOf(form);
  let errors = checkName(values);
  if (!hasErrors(errors)) errors = await post("/update-user", { name: values.name });
  if (hasErrors(errors)) return refused(previous, errors, values);
  return { attempt: previous.attempt + 1, errors, values, done: SAVED_NAME };
}

export async function changePassword(previous: FormState, form: FormData): Promise<FormState> {
  await auth.requireSession();
  const values = valuesOf(form);
  const { currentPassword, newPassword } = values;
  const fields = { current: "currentPassword", chosen: "newPassword" };
  let errors = checkPasswordChange(values);
  if (!hasErrors(errors)) {
    errors = await post("/change-password", { currentPassword, newPassword, revokeOtherSessions: true }, fields);
  }
  if (hasErrors(errors)) return refused(previous, errors, values);
  return { attempt: previous.attempt + 1, errors, values: {}, done: CHANGED_PASSWORD };
}

export async function deleteAccount(previous: FormState, form: FormData): Promise<FormState> {
  const { user } = await auth.requireSession();
  const values = valuesOf(form);
  const wrong = checkDeletion(values);
  if (hasErrors(wrong)) return refused(previous, wrong, values);
  const { data, errors } = await postFor<{ message: string }>("/delete-user", {
    password: values.password,
    callbackURL: DELETED,
  });
  if (hasErrors(errors)) return refused(previous, errors, values);
  if (data?.message === CONFIRM_DELETION) return sentTo(previous, user.email ?? "");
  redirect(DELETED);
}

export async function signOutEverywhere(previous: FormState): Promise<FormState> {
  await auth.requireSession();
  let errors = await post("/revoke-sessions", {});
  if (!hasErrors(errors)) errors = await post("/sign-out", {});
  if (hasErrors(errors)) return refused(previous, errors, {});
  redirect("/");
}
