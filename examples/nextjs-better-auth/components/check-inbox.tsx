"use client";

import { type ComponentProps, type ReactNode, useEffect, useRef } from "react";
import { AgainButton } from "@/components/form/again-button";
import { FormMessage } from "@/components/form/messages";
import type { FormState } from "@/lib/form-state";

interface CheckInboxProps {
  state: FormState;
  pending?: boolean;
  /** The props of a form that sends the e-mail again. If they are missing, that form isn't shown. */
  form?: ComponentProps<"form">;
  /** Says what was sent and what to do next. */
  children: ReactNode;
}

/** Replaces a form after the server has sent an e-mail. Users can request the e-mail again. */
export function CheckInbox({ state, pending = false, form, children }: CheckInboxProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  // Move the focus, because the button that had the focus no longer exists.
  useEffect(() => heading.current?.focus(), []);
  const { to, times } = state.sent!;
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        Check your inbox
      </h1>
      {children}
      <p className="quiet">No e-mail after a few minutes? Look in your spam folder.</p>
      {form && (
        <form className="stack" {...form}>
          <input type="hidden" name="email" value={to} />
          <input type="hidden" name="again" value="on" />
          <FormMessage state={state} />
          <AgainButton times={times} pending={pending} />
        </form>
      )}
    </>
  );
}
