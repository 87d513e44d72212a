"use client";

import { deleteAccount } from "@/actions/account";
import { Field } from "@/components/form/field";
import { FormMessage } from "@/components/form/messages";
import { PasswordField } from "@/components/form/password-field";
import { SubmitButton } from "@/components/form/submit-button";
import { useForm } from "@/components/form/use-form";
import { ask } from "@/lib/ask";
import { authClient } from "@/lib/auth-client";
import { checkDeletion } from "@/lib/checks";
import { forgetDrafts } from "@/lib/drafts";
import { hasErrors } from "@/lib/form-state";

export function DeleteAccountForm({ email }: { email: string }) {
  const { state, pending, form } = useForm({
    action: deleteAccount,
    check: checkDeletion,
    async send({ password = "" }) {
      const errors = await ask((options) => authClient.deleteUser({ password }, options));
      if (hasErrors(errors)) return { errors };
      forgetDrafts();
      return { go: "/" };
    },
  });
  const { errors } = state;
  return (
    <form className="stack" {...form}>
      <FormMessage state={state} />
      <Field label="E-mail" name="username" type="email" autoComplete="username" defaultValue={email} readOnly />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="current-password"
        error={errors.password}
        autoFocus={Boolean(errors.password)}
        pending={pending}
      />
      <SubmitButton pending={pending} busy="Deleting…" className="danger">
        Delete my account
      </SubmitButton>
    </form>
  );
}
