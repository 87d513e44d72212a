"use client";

import { addTask } from "@/actions/tasks";
import { Field } from "@/components/form/field";
import { FormMessage } from "@/components/form/messages";
import { SubmitButton } from "@/components/form/submit-button";
import { type Outcome, useForm } from "@/components/form/use-form";
import { useDraft } from "@/components/use-draft";
import { checkTitle, TITLE_MAX } from "@/lib/checks";
import { whyNotSaved } from "@/lib/said";

export function AddTask({ userId, add }: { userId: string; add: (title: string) => Promise<void> }) {
  const draft = useDraft(userId, "task");
  const { state, pending, form } = useForm({
    action: addTask,
    check: checkTitle,
    async send({ title = "" }): Promise<Outcome> {
      try {
        await add(title);
      } catch (failure) {
        return { errors: whyNotSaved(failure) };
      }
      // Clear the field only now, so that the text stays until it is saved.
      draft.ref.current!.value = "";
      draft.ref.current!.focus();
      return { done: "" };
    },
  });
  const { errors, values } = state;
  return (
    <form className="add-task" {...form}>
      <Field
        {...draft}
        label="New task"
        name="title"
        autoComplete="off"
        maxLength={TITLE_MAX}
        defaultValue={values.title}
        error={errors.title}
        required
      />
      <SubmitButton pending={pending} busy="Adding…">
        Add
      </SubmitButton>
      <FormMessage state={state}>
        <SubmitButton pending={pending} busy="Trying…" className="">
          Try again
        </SubmitButton>
      </FormMessage>
    </form>
  );
}
