"use client";

import { sendVerification as action } from "@/actions/email";
import { AgainButton } from "@/components/form/again-button";
import { FormMessage } from "@/components/form/messages";
import { useForm } from "@/components/form/use-form";
import { hasErrors, SENT } from "@/lib/form-state";
import { VERIFY } from "@/lib/links";
import { sendVerification } from "@/lib/verification";

/** A notice for users whose address is not confirmed. */
export function VerifyNotice({ email }: { email: string }) {
  const { state, pending, form } = useForm({
    action,
    check: () => ({}),
    async send() {
      const errors = await sendVerification(email);
      // The address was confirmed in another browser after this page's session data was created.
      if (errors.verified) return { go: VERIFY };
      return hasErrors(errors) ? { errors } : { sent: email };
    },
  });
  const { sent } = state;
  return (
    <section className="notice" aria-label="Confirm your e-mail address">
      <p>
        Confirm your e-mail address: open the link that we sent to <strong>{email}</strong>.
      </p>
      <form {...form}>
        <input type="hidden" name="email" value={email} />
        <FormMessage state={sent && !hasErrors(state.errors) ? { ...state, done: SENT } : state} />
        <AgainButton times={sent?.times ?? 0} pending={pending} />
      </form>
    </section>
  );
}
