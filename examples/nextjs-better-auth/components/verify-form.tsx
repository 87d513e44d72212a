"use client";

import type { ReactNode } from "react";
import { sendVerification as action } from "@/actions/email";
import { CheckInbox } from "@/components/check-inbox";
import { Field } from "@/components/form/field";
import { FormMessage } from "@/components/form/messages";
import { SubmitButton } from "@/components/form/submit-button";
import { useForm } from "@/components/form/use-form";
import { checkForgotten } from "@/lib/checks";
import { hasErrors } from "@/lib/form-state";
import { VERIFY } from "@/lib/links";
import { sendVerification } from "@/lib/verification";

interface VerifyFormProps {
  /**
   * The signed-in user's address. If it is missing, the form asks for an address, but doesn't reveal whether that
   * address has an account.
   */
  email: string | undefined;
  children: ReactNode;
}

/** Sends another link for confirming an address. */
export function VerifyForm({ email: own, children }: VerifyFormProps) {
  const { state, pending, form } = useForm({
    action,
    check: checkForgotten,
    async send({ email = "" }) {
      const errors = await sendVerification(email);
      if (errors.verified) return { go: VERIFY };
      return hasErrors(errors) ? { errors } : { sent: email };
    },
  });
  const { errors, values, sent } = state;
  if (sent) {
    return (
      <CheckInbox state={state} pending={pending} form={form}>
        <p>
          {own ? "We sent a link to " : "If this address needs to be confirmed, we sent a link to "}
          <strong>{sent.to}</strong>. It works for one hour.
        </p>
      </CheckInbox>
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
          defaultValue={own ?? values.email}
          readOnly={own !== undefined}
          error={errors.email}
          autoFocus={Boolean(errors.email)}
          required
        />
        <SubmitButton pending={pending} busy="Sending…">
          Send another link
        </SubmitButton>
      </form>
    </>
  );
}
