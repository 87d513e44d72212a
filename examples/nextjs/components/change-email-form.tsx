"use client";

import { changeEmail } from "@/actions/email";
import { Field } from "@/components/form/field";
import { FormMessage } from "@/components/form/messages";
import { SubmitButton } from "@/components/form/submit-button";
import { useForm } from "@/components/form/use-form";
import { useDraft } from "@/components/use-draft";
import { ask } from "@/lib/ask";
import { authClient } from "@/lib/auth-client";
import { checkNewEmail } from "@/lib/checks";
import { hasErrors } from "@/lib/form-state";
import { CHANGE } from "@/lib/links";
import { changeSent } from "@/lib/said";

interface ChangeEmailProps {
  userId: string;
  email: string;
  /** Whether the current address is confirmed. If it is, the user must confirm the change with a link sent to it. */
  verified: boolean;
}

/** Asks for a new address. The account's address changes once the user opens the link sent to the new address. */
export function ChangeEmailForm({ userId, email, verified }: ChangeEmailProps) {
  const draft = useDraft(userId, "email");
  const { state, pending, form } = useForm({
    action: changeEmail,
    check: (values) => checkNewEmail(values, email),
    async send({ newEmail = "" }) {
      const errors = await ask((options) => authClient.changeEmail({ newEmail, callbackURL: CHANGE }, options), {
        email: "newEmail",
      });
      return hasErrors(errors) ? { errors } : { done: changeSent({ verified, email, newEmail }) };
    },
  });
  const { errors, values } = state;
  return (
    <form className="stack" {...form}>
      <FormMessage state={state} />
      <Field label="Current e-mail" name="username" type="email" autoComplete="off" defaultValue={email} readOnly />
      <Field
        {...draft}
        label="New e-mail"
        name="newEmail"
        type="email"
        autoComplete="email"
        defaultValue={values.newEmail}
        error={errors.newEmail}
        autoFocus={Boolean(errors.newEmail)}
        required
      />
      <SubmitButton pending={pending} busy="Sending…">
        Send link
      </SubmitButton>
    </form>
  );
}
