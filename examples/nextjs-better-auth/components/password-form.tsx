"use client";

import { useState } from "react";
import { changePassword } from "@/actions/account";
import { Field } from "@/components/form/field";
import { FormMessage } from "@/components/form/messages";
import { PasswordField } from "@/components/form/password-field";
import { StrengthHint } from "@/components/form/strength-hint";
import { SubmitButton } from "@/components/form/submit-button";
import { useForm } from "@/components/form/use-form";
import { ask } from "@/lib/ask";
import { authClient } from "@/lib/auth-client";
import { checkPasswordChange, PASSWORD_MIN } from "@/lib/checks";
import { hasErrors } from "@/lib/form-state";
import { CHANGED_PASSWORD } from "@/lib/said";

const FIELDS = { current: "currentPassword", chosen: "newPassword" };

export function PasswordForm({ email, name }: { email: string; name: string }) {
  const [typed, setTyped] = useState("");
  const { state, pending, form } = useForm({
    action: changePassword,
    check: checkPasswordChange,
    async send({ currentPassword = "", newPassword = "" }) {
      const change = { currentPassword, newPassword, revokeOtherSessions: true };
      const errors = await ask((options) => authClient.changePassword(change, options), FIELDS);
      if (hasErrors(errors)) return { errors };
      form.ref.current?.reset();
      setTyped("");
      return { done: CHANGED_PASSWORD };
    },
  });
  const { errors } = state;
  return (
    <form className="stack" {...form}>
      <FormMessage state={state} />
      {/* Tells password managers whose password this is. */}
      <Field label="E-mail" name="username" type="email" autoComplete="username" defaultValue={email} readOnly />
      <PasswordField
        label="Current password"
        name="currentPassword"
        autoComplete="current-password"
        error={errors.currentPassword}
        autoFocus={Boolean(errors.currentPassword)}
        pending={pending}
      />
      <PasswordField
        label="New password"
        name="newPassword"
        autoComplete="new-password"
        minLength={PASSWORD_MIN}
        error={errors.newPassword}
        autoFocus={Boolean(errors.newPassword && !errors.currentPassword)}
        hint={!errors.newPassword && <StrengthHint password={typed} known={[name, email]} />}
        onChange={({ target }) => setTyped(target.value)}
        pending={pending}
      />
      <SubmitButton pending={pending} busy="Changing…">
        Change password
      </SubmitButton>
    </form>
  );
}
