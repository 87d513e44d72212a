"use client";

import { useState } from "react";
import { Field, type FieldProps } from "@/components/form/field";
import { useHydrated } from "@/components/use-hydrated";

export interface PasswordFieldProps extends FieldProps {
  autoComplete: "current-password" | "new-password";
  /** Whether the form is being sent; if so, the typed password is hidden. */
  pending: boolean;
}

/** A password input with a button that shows the password. */
export function PasswordField({ pending, ...field }: PasswordFieldProps) {
  const [asked, setAsked] = useState(false);
  const shown = asked && !pending;
  const verb = shown ? "Hide" : "Show";
  const hydrated = useHydrated();
  return (
    <Field
      {...field}
      type={shown ? "text" : "password"}
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      required
      addition={
        hydrated && (
          <button
            type="button"
            className="show"
            aria-label={`${verb} ${field.label.toLowerCase()}`}
            onClick={() => setAsked(!shown)}
          >
            {verb}
          </button>
        )
      }
    />
  );
}
