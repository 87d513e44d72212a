"use client";

import { type ReactNode, useState } from "react";
import { signUp } from "@/actions/session";
import { CheckInbox } from "@/components/check-inbox";
import { Field } from "@/components/form/field";
import { FormMessage } from "@/components/form/messages";
import { PasswordField } from "@/components/form/password-field";
import { StrengthHint } from "@/components/form/strength-hint";
import { SubmitButton } from "@/components/form/submit-button";
import { useForm } from "@/components/form/use-form";
import { askFor } from "@/lib/ask";
import { authClient } from "@/lib/auth-client";
import { checkSignUp, NAME_MAX, PASSWORD_MIN } from "@/lib/checks";
import { hasErrors } from "@/lib/form-state";
import { VERIFY } from "@/lib/links";
import { sendVerification } from "@/lib/verification";

interface SignUpFormProps {
  /** The path to open after sign-up. It must be on this origin, and the server must have checked that. */
  next: string;
  /** `children` is shown above the form, `footer` below it. */
  children?: ReactNode;
  footer?: ReactNode;
}

/**
 * Creates an account, signs the user in, and opens `next`. If the address has to be confirmed first, the user is told
 * to check their inbox instead. They see the same message if the address already has an account.
 */
export function SignUpForm({ next, children, footer }: SignUpFormProps) {
  const [typed, setTyped] = useState({ name: "", email: "", password: "" });
  const { state, pending, form } = useForm({
    action: signUp,
    check: (values) => (values.again ? {} : checkSignUp(values)),
    async send({ name = "", email = "", password = "", again }) {
      if (again) {
        const errors = await sendVerification(email);
        return hasErrors(errors) ? { errors } : { sent: email };
      }
      const account = { name, email, password, callbackURL: VERIFY };
      const { data, errors } = await askFor((options) => authClient.signUp.email(account, options));
      if (hasErrors(errors)) return { errors };
      return data?.token ? { go: next } : { sent: email };
    },
  });
  const { errors, values, sent } = state;
  const first = Object.keys(errors)[0];
  const follow = (name: keyof typeof typed) => ({
    onChange: ({ target }: { target: HTMLInputElement }) => setTyped({ ...typed, [name]: target.value }),
    error: errors[name],
    autoFocus: first === name,
  });
  if (sent) {
    return (
      <>
        <CheckInbox state={state} pending={pending} form={form}>
          <p>
            We sent a link to <strong>{sent.to}</strong>. Open it to confirm your address, then sign in. It works for
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
          label="Name"
          name="name"
          autoComplete="name"
          defaultValue={values.name}
          maxLength={NAME_MAX}
          required
          {...follow("name")}
        />
        <Field
          label="E-mail"
          name="email"
          type="email"
          autoComplete="username"
          defaultValue={values.email}
          required
          {...follow("email")}
        />
        <PasswordField
          label="Password"
          name="password"
          autoComplete="new-password"
          minLength={PASSWORD_MIN}
          hint={!errors.password && <StrengthHint password={typed.password} known={[typed.name, typed.email]} />}
          pending={pending}
          {...follow("password")}
        />
        <SubmitButton pending={pending} busy="Creating your account…">
          Sign up
        </SubmitButton>
      </form>
      {footer}
    </>
  );
}
