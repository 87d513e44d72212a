"use client";

import { useRouter } from "next/navigation";
import { changeName } from "@/actions/account";
import { Field } from "@/components/form/field";
import { FormMessage } from "@/components/form/messages";
import { SubmitButton } from "@/components/form/submit-button";
import { useForm } from "@/components/form/use-form";
import { useDraft } from "@/components/use-draft";
import { ask } from "@/lib/ask";
import { authClient } from "@/lib/auth-client";
import { checkName, NAME_MAX } from "@/lib/checks";
import { hasErrors } from "@/lib/form-state";
import { SAVED_NAME } from "@/lib/said";

export function NameForm({ userId, name }: { userId: string; name: string }) {
  const router = useRouter();
  const draft = useDraft(userId, "name");
  const { state, pending, form } = useForm({
    action: changeName,
    check: checkName,
    async send({ name: typed = "" }) {
      const errors = await ask((options) => authClient.updateUser({ name: typed }, options));
      if (hasErrors(errors)) return { errors };
      // Pages in Next.js's router cache still show the old name.
      router.refresh();
      return { done: SAVED_NAME };
    },
  });
  const { errors, values } = state;
  return (
    <form className="stack" {...form}>
      <FormMessage state={state} />
      <Field
        {...draft}
        label="Name"
        name="name"
        autoComplete="name"
        maxLength={NAME_MAX}
        defaultValue={values.name ?? name}
        error={errors.name}
        required
      />
      <SubmitButton pending={pending} busy="Saving…">
        Save
      </SubmitButton>
    </form>
  );
}
