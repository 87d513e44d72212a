"use server";

import { redirect } from "next/navigation";
import { auth } from "@/lib/auth";
import { checkTitle } from "@/lib/checks";
import { failureOf, Refused, Unreachable } from "@/lib/errors";
import { type FormState, hasErrors, refused, valuesOf } from "@/lib/form-state";
import { NOT_SAVED } from "@/lib/said";
import { taskPath, tasksPath } from "@/lib/tasks";
import { type Call, callWorker } from "@/lib/worker";

// For browsers without JavaScript; with it `components/tasks` calls the same API itself.

export async function addTask(previous: FormState, form: FormData): Promise<FormState> {
  const { user } = await auth.requireSession();
  const values = valuesOf(form);
  let errors = checkTitle(values);
  if (!hasErrors(errors) && !(await written(tasksPath(user.id), { method: "POST", body: { title: values.title } }))) {
    errors = { form: NOT_SAVED };
  }
  if (hasErrors(errors)) return refused(previous, errors, values);
  redirect("/dashboard");
}

export async function renameTask(previous: FormState, form: FormData): Promise<FormState> {
  const { user } = await auth.requireSession();
  const values = valuesOf(form);
  const { id = "", title } = values;
  let errors = checkTitle(values);
  if (!hasErrors(errors) && !(await written(taskPath(user.id, id), { method: "PATCH", body: { title } }))) {
    errors = { form: NOT_SAVED };
  }
  if (hasErrors(errors)) return refused(previous, errors, values);
  redirect("/dashboard");
}

export async function tickTask(form: FormData): Promise<void> {
  const { user } = await auth.requireSession();
  const { id = "", done } = valuesOf(form);
  const good = await written(taskPath(user.id, id), { method: "PATCH", body: { done: done === "true" } });
  redirect(good ? "/dashboard" : "/dashboard?failed");
}

export async function removeTask(form: FormData): Promise<void> {
  const { user } = await auth.requireSession();
  const good = await written(taskPath(user.id, valuesOf(form).id ?? ""), { method: "DELETE" });
  redirect(good ? "/dashboard" : "/dashboard?failed");
}

/** Whether it was done. Who is asked for by a path, the gateway and the upstream check for themselves. */
async function written(path: string, call: Call): Promise<boolean> {
  try {
    const answer = await callWorker(path, call);
    if (!answer.ok) throw await failureOf(answer);
    return true;
  } catch (failure) {
    if (failure instanceof Refused || failure instanceof Unreachable) return false;
    throw failure;
  }
}
