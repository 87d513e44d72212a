"use client";

import { useEffect, useRef } from "react";
import { renameTask } from "@/actions/tasks";
import { Field } from "@/components/form/field";
import { FormMessage } from "@/components/form/messages";
import { SubmitButton } from "@/components/form/submit-button";
import { type Outcome, useForm } from "@/components/form/use-form";
import { checkTitle, TITLE_MAX } from "@/lib/checks";
import { Refused } from "@/lib/errors";
import { NOT_SAVED } from "@/lib/said";
import type { Task } from "@/lib/tasks";

interface RenameTaskProps {
  task: Task;
  rename: (title: string) => Promise<void>;
  end: () => void;
}

export function RenameTask({ task, rename, end }: RenameTaskProps) {
  const input = useRef<HTMLInputElement>(null);
  const { state, pending, form } = useForm({
    action: renameTask,
    check: checkTitle,
    async send({ title = "" }): Promise<Outcome> {
      try {
        await rename(title);
      } catch (failure) {
        return { errors: failure instanceof Refused ? { title: failure.message } : { form: NOT_SAVED } };
      }
      end();
      return { done: "" };
    },
  });
  const { errors, values } = state;

  useEffect(() => input.current?.select(), []);

  return (
    <form className="rename" {...form} onKeyDown={(event) => event.key === "Escape" && end()}>
      <input type="hidden" name="id" value={task.id} />
      <Field
        ref={input}
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
        href="/dashboard"
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
