"use client";

import { useState } from "react";
import { signUp } from "@/actions/session";
import { Field } from "@/components/form/field";
import { FormMessage } from "@/components/form/messages";
import { PasswordField } from "@/components/form/password-field";
import { StrengthHint } from "@/components/form/strength-hint";
import { SubmitButton } from "@/components/form/submit-button";
import { useForm } from "@/components/form/use-form";
import { ask } from "@/lib/ask";
import { authClient } from "@/lib/auth-client";
import { checkSignUp, NAME_MAX, PASSWORD_MIN } from "@/lib/checks";
import { hasErrors } from "@/lib/form-state";

/** Creates an account, signs in, then opens `next`, a path on this origin that the server has checked. */
export function SignUpForm({ next }: { next: string }) {
  const [typed, setTyped] = useState({ name: "", email: "", password: "" });
  const { state, pending, form } = useForm({
    action: signUp,
    check: checkSignUp,
    async send({ name = "", email = "", password = "" }) {
      const account = { name, email, password };
      const errors = await ask((options) => authClient.signUp.email(account, options));
      return hasErrors(errors) ? { errors } : { go: next };
    },
  });
  const { errors, values } = state;
  const first = Object.keys(errors)[0];
  const follow = (name: keyof typeof typed) => ({
    onChange: ({ target }: { target: HTMLInputElement }) => setTyped({ ...typed, [name]: target.value }),
    error: errors[name],
    autoFocus: first === name,
  });
  return (
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
  );
}
