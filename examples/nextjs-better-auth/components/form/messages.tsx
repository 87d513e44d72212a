import type { ReactNode } from "react";
import type { FormState } from "@/lib/form-state";

/** The form's general error or its success message. Screen readers read either one; an error also gets the focus. */
export function FormMessage({ state, children }: { state: FormState; children?: ReactNode }) {
  const { attempt, errors, done } = state;
  return (
    <>
      {errors.form && (
        <div className="alert" role="alert" tabIndex={-1} key={attempt}>
          <p>{errors.form}</p>
          {children}
        </div>
      )}
      <p className={done ? "done" : "unseen"} role="status">
        {done}
      </p>
    </>
  );
}
