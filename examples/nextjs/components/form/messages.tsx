import type { ReactNode } from "react";
import type { FormState } from "@/lib/form-state";

/** What is wrong with no field in particular, or what went well. Both are read out; the first gets the focus. */
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
