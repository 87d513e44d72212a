"use client";

import { type FormEvent, useActionState, useEffect, useRef, useState } from "react";
import { leaveFor } from "@/lib/leaving";
import { type Errors, type FormState, hasErrors, refused, UNTOUCHED, type Values, valuesOf } from "@/lib/form-state";

/** How it ended: somewhere else, with good news here, or with what is wrong. */
export type Outcome = { go: string } | { done: string } | { errors: Errors };

export interface FormOptions {
  /** Where the form posts to without JavaScript. */
  action: (previous: FormState, form: FormData) => Promise<FormState>;
  /** What is wrong before anybody is asked. */
  check: (values: Values) => Errors;
  /** What is done with JavaScript. */
  send: (values: Values) => Promise<Outcome>;
}

/**
 * A form that posts to a server action where there is no JavaScript, or not yet, and is sent by `send` where there is: with
 * its errors in place, the focus where the first one is, and never twice at a time.
 */
export function useForm({ action, check, send }: FormOptions) {
  const [posted, formAction] = useActionState(action, UNTOUCHED);
  const [sent, setSent] = useState<FormState>();
  const [pending, setPending] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const state = sent ?? posted;

  useEffect(() => {
    // Our own words instead of the browser's; without JavaScript those are better than none.
    form.current!.noValidate = true;
    // Back again from where a sent form led to.
    const restored = ({ persisted }: PageTransitionEvent) => persisted && setPending(false);
    window.addEventListener("pageshow", restored);
    return () => window.removeEventListener("pageshow", restored);
  }, []);

  useEffect(() => {
    if (!hasErrors(state.errors)) return;
    const wrong = form.current!.querySelector<HTMLElement>("[aria-invalid=true], [role=alert]");
    wrong?.focus();
    // Once for each attempt, not while it is being mended.
  }, [state.attempt]);

  /** What is wrong with a field is not said any longer once it is being changed. */
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
      // Pending until the other page is there.
      leaveFor(outcome.go);
      return;
    }
    setPending(false);
    if ("errors" in outcome) setSent(refused(state, outcome.errors, state.values));
    else setSent({ attempt: state.attempt + 1, errors: {}, values: state.values, done: outcome.done });
  }

  return { state, pending, form: { ref: form, action: formAction, onSubmit, onInput, "aria-busy": pending } };
}
