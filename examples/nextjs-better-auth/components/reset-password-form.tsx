"use client";

import { useEffect, useState } from "react";
import { resetPassword } from "@/actions/email";
import { FormMessage } from "@/components/form/messages";
import { PasswordField } from "@/components/form/password-field";
import { StrengthHint } from "@/components/form/strength-hint";
import { SubmitButton } from "@/components/form/submit-button";
import { useForm } from "@/components/form/use-form";
import { PageLink } from "@/components/page-link";
import { ask } from "@/lib/ask";
import { authClient } from "@/lib/auth-client";
import { checkReset, PASSWORD_MIN } from "@/lib/checks";
import { hasErrors } from "@/lib/form-state";
import { BAD_RESET, RESET_DONE } from "@/lib/links";

interface ResetPasswordProps {
  /** The token from the link. */
  token: string | undefined;
  /** Whether the server refused the link. */
  failed: boolean;
}

/** Sets a new password with the token from a link, or says how to get a new link. */
export function ResetPassword({ token: given, failed }: ResetPasswordProps) {
  // Keep the token in state: it is removed from the address bar, so the props won't contain it when the page is
  // rendered again.
  const [token] = useState(given);
  useEffect(() => {
    if (given) window.history.replaceState(null, "", window.location.pathname);
  }, [given]);
  if (token && !failed) return <NewPassword token={token} />;
  return (
    <>
      <h1>Set a new password</h1>
      <p className="alert">
        {failed
          ? "This link has expired or was already used."
          : "This page needs the link from your e-mail. Open it again, or request another one."}
      </p>
      <p>
        <PageLink href="/forgot-password" className="button primary">
          Request another link
        </PageLink>
      </p>
    </>
  );
}

function NewPassword({ token }: { token: string }) {
  const [typed, setTyped] = useState("");
  const { state, pending, form } = useForm({
    action: resetPassword,
    check: checkReset,
    async send({ newPassword = "" }) {
      const errors = await ask((options) => authClient.resetPassword({ newPassword, token }, options), {
        chosen: "newPassword",
      });
      if (errors.link) return { go: BAD_RESET };
      if (hasErrors(errors)) return { errors };
      // The reset has also ended this browser's session, but without a sign-out, the session data in its cookie would
      // still be accepted for a few minutes.
      await authClient.signOut().catch(() => {});
      return { go: RESET_DONE };
    },
  });
  const { errors } = state;
  return (
    <>
      <h1>Set a new password</h1>
      <form className="stack" {...form}>
        <input type="hidden" name="token" value={token} />
        <FormMessage state={state} />
        <PasswordField
          label="New password"
          name="newPassword"
          autoComplete="new-password"
          minLength={PASSWORD_MIN}
          error={errors.newPassword}
          autoFocus={Boolean(errors.newPassword)}
          hint={!errors.newPassword && <StrengthHint password={typed} known={[]} />}
          onChange={({ target }) => setTyped(target.value)}
          pending={pending}
        />
        <SubmitButton pending={pending} busy="Saving…">
          Save password
        </SubmitButton>
      </form>
      <p className="quiet">This signs you out everywhere.</p>
    </>
  );
}
