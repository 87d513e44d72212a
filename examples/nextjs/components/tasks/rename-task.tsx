"use client";

import { type ReactNode, useEffect } from "react";
import { renameTask } from "@/actions/tasks";
import { Field } from "@/components/form/field";
import { FormMessage } from "@/components/form/messages";
import { SubmitButton } from "@/components/form/submit-button";
import { type Outcome, useForm } from "@/components/form/use-form";
import { useDraft } from "@/components/use-draft";
import { checkTitle, TITLE_MAX } from "@/lib/checks";
import { whyNotSaved } from "@/lib/said";
import { dashboardPath, type Task } from "@/lib/tasks";

interface RenameTaskProps {
  userId: string;
  task: Task;
  after: string | undefined;
  /** Hidden fields that tell the action which task to change. */
  children: ReactNode;
  rename: (title: string) => Promise<void>;
  end: () => void;
}

export function RenameTask({ userId, task, after, children, rename, end }: RenameTaskProps) {
  const draft = useDraft(userId, `rename ${task.id}`);
  const { state, pending, form } = useForm({
    action: renameTask,
    check: checkTitle,
    async send({ title = "" }): Promise<Outcome> {
      try {
        await rename(title);
      } catch (failure) {
        return { errors: whyNotSaved(failure) };
      }
      end();
      return { done: "" };
    },
  });
  const { errors, values } = state;

  useEffect(() => draft.ref.current?.select(), [draft.ref]);

  return (
    <form className="rename" {...form} onKeyDown={(event) => event.key === "Escape" && end()}>
      {children}
      <Field
        {...draft}
        id="renamed"
        label={`New name of ${task.title}`}
        name="title"
        autoComplete="off"
        maxLength={TITLE_MAX}
        defaultValue={values.title ?? task.title}
        error={errors.title}
        required
      />
      <SubmitButton pending={pending} busy="Saving…">
        Save
      </SubmitButton>
      <a
        className="button"
        href={dashboardPath({ after })}
        onClick={(event) => {
          event.preventDefault();
          end();
        }}
      >
        Cancel
      </a>
      <FormMessage state={state} />
    </form>
  );
}
