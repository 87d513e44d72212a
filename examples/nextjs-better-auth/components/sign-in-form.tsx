"use client";

import type { ReactNode } from "react";
import { signIn } from "@/actions/session";
import { CheckInbox } from "@/components/check-inbox";
import { Field } from "@/components/form/field";
import { FormMessage } from "@/components/form/messages";
import { PasswordField } from "@/components/form/password-field";
import { SubmitButton } from "@/components/form/submit-button";
import { useForm } from "@/components/form/use-form";
import { PageLink } from "@/components/page-link";
import { ask } from "@/lib/ask";
import { authClient } from "@/lib/auth-client";
import { checkSignIn } from "@/lib/checks";
import { hasErrors } from "@/lib/form-state";
import { VERIFY } from "@/lib/links";
import { sendVerification } from "@/lib/verification";

interface SignInFormProps {
  /** The path to open after sign-in. It must be on this origin, and the server must have checked that. */
  next: string;
  /** `children` is shown above the form, `footer` below it. */
  children?: ReactNode;
  footer?: ReactNode;
}

/**
 * Signs the user in and opens `next`. Users who still have to confirm their address are told to check their inbox
 * instead.
 */
export function SignInForm({ next, children, footer }: SignInFormProps) {
  const { state, pending, form } = useForm({
    action: signIn,
    check: (values) => (values.again ? {} : checkSignIn(values)),
    async send({ email = "", password = "", rememberMe, again }) {
      const credentials = { email, password, rememberMe: rememberMe === "on", callbackURL: VERIFY };
      const errors = await (again
        ? sendVerification(email)
        : ask((options) => authClient.signIn.email(credentials, options)));
      if (errors.unverified || (again && !hasErrors(errors))) return { sent: email };
      return hasErrors(errors) ? { errors } : { go: next };
    },
  });
  const { errors, values, sent } = state;
  if (sent) {
    return (
      <>
        <CheckInbox state={state} pending={pending} form={form}>
          <p>
            Confirm your e-mail address before you sign in. We sent a link to <strong>{sent.to}</strong>. It works for
            one hour.
          </p>
        </CheckInbox>
        {/* Not a PageLink, because only a full page load resets the form. */}
        <p>
          <a href="/sign-in">Back to sign-in</a>
        </p>
      </>
    );
  }
  return (
    <>
      {children}
      <form className="stack" {...form}>
        <input type="hidden" name="callbackUrl" value={next} />
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
        <PasswordField
          label="Password"
          name="password"
          autoComplete="current-password"
          error={errors.password}
          autoFocus={Boolean(errors.password && !errors.email)}
          pending={pending}
        />
        <div className="split">
          <label className="check">
            <input type="checkbox" name="rememberMe" defaultChecked={values.rememberMe !== "off"} />
            Keep me signed in on this device
          </label>
          <PageLink href="/forgot-password">Forgot password?</PageLink>
        </div>
        <SubmitButton pending={pending} busy="Signing in…">
          Sign in
        </SubmitButton>
      </form>
      {footer}
    </>
  );
}
