"use server";

import { redirect } from "next/navigation";
import { auth } from "@/lib/auth";
import { checkTitle } from "@/lib/checks";
import { failureOf, Refused, Unreachable } from "@/lib/errors";
import { type Errors, type FormState, hasErrors, refused, type Values, valuesOf } from "@/lib/form-state";
import { whyNotSaved } from "@/lib/said";
import { dashboardPath, taskId, taskPath, tasksPath } from "@/lib/tasks";
import { type Call, callWorker } from "@/lib/worker";

// Without JavaScript, the task forms post here. With JavaScript, `components/tasks` calls the same API directly.

export async function addTask(previous: FormState, form: FormData): Promise<FormState> {
  const { user } = await auth.requireSession();
  const values = valuesOf(form);
  let errors = checkTitle(values);
  if (!hasErrors(errors)) {
    errors = await write(tasksPath(user.id), { method: "POST", body: { title: values.title } });
  }
  if (hasErrors(errors)) return refused(previous, errors, values);
  redirect("/dashboard");
}

export async function renameTask(previous: FormState, form: FormData): Promise<FormState> {
  const { user } = await auth.requireSession();
  const values = valuesOf(form);
  const { id = "", title } = values;
  let errors = checkTitle(values);
  if (!hasErrors(errors)) errors = await write(taskPath(user.id, id), { method: "PATCH", body: { title } });
  if (hasErrors(errors)) return refused(previous, errors, values);
  back(values, {});
}

export async function tickTask(form: FormData): Promise<void> {
  const { user } = await auth.requireSession();
  const values = valuesOf(form);
  const { id = "", done } = values;
  back(values, await write(taskPath(user.id, id), { method: "PATCH", body: { done: done === "true" } }));
}

export async function removeTask(form: FormData): Promise<void> {
  const { user } = await auth.requireSession();
  const values = valuesOf(form);
  back(values, await write(taskPath(user.id, values.id ?? ""), { method: "DELETE" }));
}

/** Redirects back to the tasks page that contained the form. That page then shows the error, if there is one. */
function back({ after }: Values, errors: Errors): never {
  const failed = hasErrors(errors) ? (errors.form ? "unsure" : "refused") : undefined;
  redirect(dashboardPath({ after: taskId(after), failed }));
}

/** Sends a change and returns any errors. The gateway and the upstream check that the path belongs to the user. */
async function write(path: string, call: Call): Promise<Errors> {
  try {
    const answer = await callWorker(path, call);
    if (!answer.ok) throw await failureOf(answer);
    return {};
  } catch (failure) {
    if (failure instanceof Refused || failure instanceof Unreachable) return whyNotSaved(failure);
    throw failure;
  }
}
