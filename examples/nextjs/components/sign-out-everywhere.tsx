"use client";

import { signOutEverywhere } from "@/actions/account";
import { FormMessage } from "@/components/form/messages";
import { SubmitButton } from "@/components/form/submit-button";
import { useForm } from "@/components/form/use-form";
import { ask } from "@/lib/ask";
import { authClient } from "@/lib/auth-client";
import { forgetDrafts } from "@/lib/drafts";
import { hasErrors } from "@/lib/form-state";

/** Ends the sessions in all other browsers, then the one in this browser. */
export function SignOutEverywhere() {
  const { state, pending, form } = useForm({
    action: signOutEverywhere,
    check: () => ({}),
    async send() {
      let errors = await ask((options) => authClient.revokeSessions({}, options));
      if (!hasErrors(errors)) errors = await ask((options) => authClient.signOut({}, options));
      if (hasErrors(errors)) return { errors };
      forgetDrafts();
      return { go: "/" };
    },
  });
  return (
    <form className="stack" {...form}>
      <FormMessage state={state} />
      <SubmitButton pending={pending} busy="Signing out…" className="">
        Sign out everywhere
      </SubmitButton>
    </form>
  );
}
