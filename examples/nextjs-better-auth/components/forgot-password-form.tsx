"use client";

import type { ReactNode } from "react";
import { forgotPassword } from "@/actions/email";
import { CheckInbox } from "@/components/check-inbox";
import { Field } from "@/components/form/field";
import { FormMessage } from "@/components/form/messages";
import { SubmitButton } from "@/components/form/submit-button";
import { useForm } from "@/components/form/use-form";
import { ask } from "@/lib/ask";
import { authClient } from "@/lib/auth-client";
import { checkForgotten } from "@/lib/checks";
import { hasErrors } from "@/lib/form-state";
import { RESET } from "@/lib/links";

/** E-mails a link for setting a new password. The response is the same whether or not the account exists. */
export function ForgotPasswordForm({ children }: { children: ReactNode }) {
  const { state, pending, form } = useForm({
    action: forgotPassword,
    check: checkForgotten,
    async send({ email = "" }) {
      const errors = await ask((options) => authClient.requestPasswordReset({ email, redirectTo: RESET }, options));
      return hasErrors(errors) ? { errors } : { sent: email };
    },
  });
  const { errors, values, sent } = state;
  if (sent) {
    return (
      <>
        <CheckInbox state={state} pending={pending} form={form}>
          <p>If an account with this address exists, you'll get an e-mail. The link works for one hour.</p>
          <p>
            You entered <strong>{sent.to}</strong>.
          </p>
        </CheckInbox>
        {/* Not a PageLink, because only a full page load resets the form. */}
        <p>
          <a href="/forgot-password">Use another address</a>
        </p>
      </>
    );
  }
  return (
    <>
      {children}
      <form className="stack" {...form}>
        <FormMessage state={state} />
        <Field
          label="E-mail"
          name="email"
          type="email"
          autoComplete="username"
          defaultValue={values.email}
          error={errors.email}
          autoFocus={Boolean(errors.email)}
          required
        />
        <SubmitButton pending={pending} busy="Sending…">
          Send link
        </SubmitButton>
      </form>
    </>
  );
}
