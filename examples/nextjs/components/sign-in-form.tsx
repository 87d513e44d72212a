"use client";

import { signIn } from "@/actions/session";
import { Field } from "@/components/form/field";
import { FormMessage } from "@/components/form/messages";
import { PasswordField } from "@/components/form/password-field";
import { SubmitButton } from "@/components/form/submit-button";
import { useForm } from "@/components/form/use-form";
import { ask } from "@/lib/ask";
import { authClient } from "@/lib/auth-client";
import { checkSignIn } from "@/lib/checks";
import { hasErrors } from "@/lib/form-state";

/** Signs in, then opens `next`, a path on this origin that the server has checked. */
export function SignInForm({ next }: { next: string }) {
  const { state, pending, form } = useForm({
    action: signIn,
    check: checkSignIn,
    async send({ email = "", password = "", rememberMe }) {
      const credentials = { email, password, rememberMe: rememberMe === "on" };
      const errors = await ask((options) => authClient.signIn.email(credentials, options));
      return hasErrors(errors) ? { errors } : { go: next };
    },
  });
  const { errors, values } = state;
  return (
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
      <label className="check">
        <input type="checkbox" name="rememberMe" defaultChecked={values.rememberMe !== "off"} />
        Keep me signed in on this device
      </label>
      <SubmitButton pending={pending} busy="Signing in…">
        Sign in
      </SubmitButton>
    </form>
  );
}
