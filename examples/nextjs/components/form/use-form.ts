"use client";

import { type FormEvent, useActionState, useEffect, useRef, useState } from "react";
import { leaveFor } from "@/lib/leaving";
import {
  type Errors,
  type FormState,
  hasErrors,
  refused,
  sentTo,
  UNTOUCHED,
  type Values,
  valuesOf,
} from "@/lib/form-state";

/** The outcome: a page to open, a success message, the address that an e-mail was sent to, or errors. */
export type Outcome = { go: string } | { done: string } | { sent: string } | { errors: Errors };

export interface FormOptions {
  /** The Server Action that the form posts to without JavaScript. */
  action: (previous: FormState, form: FormData) => Promise<FormState>;
  /** Returns the errors that can be found without a request. */
  check: (values: Values) => Errors;
  /** Sends the form if JavaScript is running. */
  send: (values: Values) => Promise<Outcome>;
}

/**
 * A form that posts to a Server Action until JavaScript has loaded. From then on, it uses `send`: errors appear in
 * place, the focus moves to the first error, and the form can't be sent twice at the same time.
 */
export function useForm({ action, check, send }: FormOptions) {
  const [posted, formAction] = useActionState(action, UNTOUCHED);
  const [sent, setSent] = useState<FormState>();
  const [pending, setPending] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const state = sent ?? posted;

  useEffect(() => {
    // Show our own messages instead of the browser's. Without JavaScript, the browser still shows its own.
    form.current!.noValidate = true;
    // The user has come back from the page that the form opened.
    const restored = ({ persisted }: PageTransitionEvent) => persisted && setPending(false);
    window.addEventListener("pageshow", restored);
    return () => window.removeEventListener("pageshow", restored);
  }, []);

  useEffect(() => {
    if (!hasErrors(state.errors)) return;
    const wrong = form.current!.querySelector<HTMLElement>("[aria-invalid=true], [role=alert]");
    wrong?.focus();
    // Move the focus once per attempt, not while the user corrects the values.
  }, [state.attempt]);

  /** Removes a field's error when its value changes. */
  function onInput({ target }: FormEvent<HTMLFormElement>) {
    const { name } = target as HTMLInputElement;
    if (!(name in state.errors)) return;
    const { [name]: _, ...errors } = state.errors;
    setSent({ ...state, errors });
  }

  async function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    const values = valuesOf(new FormData(event.currentTarget));
    let outcome: Outcome = { errors: check(values) };
    if (!hasErrors(outcome.errors)) {
      setPending(true);
      setSent({ ...state, errors: {} });
      outcome = await send(values);
    }
    if ("go" in outcome) {
      // The form stays pending until the next page has loaded.
      leaveFor(outcome.go);
      return;
    }
    setPending(false);
    if ("errors" in outcome) setSent(refused(state, outcome.errors, state.values));
    else if ("sent" in outcome) setSent(sentTo(state, outcome.sent));
    else setSent({ attempt: state.attempt + 1, errors: {}, values: state.values, done: outcome.done });
  }

  return { state, pending, form: { ref: form, action: formAction, onSubmit, onInput, "aria-busy": pending } };
}
