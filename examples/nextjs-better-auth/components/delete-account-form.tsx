"use client";

import type { ReactNode } from "react";
import { deleteAccount } from "@/actions/account";
import { CheckInbox } from "@/components/check-inbox";
import { Field } from "@/components/form/field";
import { FormMessage } from "@/components/form/messages";
import { PasswordField } from "@/components/form/password-field";
import { SubmitButton } from "@/components/form/submit-button";
import { useForm } from "@/components/form/use-form";
import { askFor } from "@/lib/ask";
import { authClient } from "@/lib/auth-client";
import { checkDeletion } from "@/lib/checks";
import { forgetDrafts } from "@/lib/drafts";
import { hasErrors } from "@/lib/form-state";
import { CONFIRM_DELETION, DELETED } from "@/lib/links";

/** Deletes the account or, if the server requires confirmation, sends the user a link that deletes it. */
export function DeleteAccountForm({ email, children }: { email: string; children: ReactNode }) {
  const { state, pending, form } = useForm({
    action: deleteAccount,
    check: checkDeletion,
    async send({ password = "" }) {
      const { data, errors } = await askFor((options) =>
        authClient.deleteUser({ password, callbackURL: DELETED }, options),
      );
      if (hasErrors(errors)) return { errors };
      if (data?.message === CONFIRM_DELETION) return { sent: email };
      forgetDrafts();
      return { go: DELETED };
    },
  });
  const { errors, sent } = state;
  if (sent) {
    return (
      <CheckInbox state={state}>
        <p>
          We sent a link to <strong>{sent.to}</strong>. Open it in this browser to delete your account. Until then,
          nothing is deleted.
        </p>
      </CheckInbox>
    );
  }
  return (
    <>
      {children}
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
    </>
  );
}
