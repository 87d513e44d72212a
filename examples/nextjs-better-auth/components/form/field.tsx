import type { InputHTMLAttributes, ReactNode, Ref } from "react";

export interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  name: string;
  label: string;
  /** A hint, which screen readers read together with the field. */
  hint?: ReactNode;
  /** The error for the current value. */
  error?: string | undefined;
  /** Shown inside the input's frame. */
  addition?: ReactNode;
  ref?: Ref<HTMLInputElement>;
}

/** An input with its label and error. Its id defaults to its name, because password managers remember ids. */
export function Field({ label, hint, error, addition, id, ...input }: FieldProps) {
  const own = id ?? input.name;
  const described = [hint && `${own}-hint`, error && `${own}-error`].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label htmlFor={own}>{label}</label>
      <div className="input">
        <input id={own} aria-invalid={error ? true : undefined} aria-describedby={described || undefined} {...input} />
        {addition}
      </div>
      {error && (
        <p className="field-error" id={`${own}-error`}>
          {error}
        </p>
      )}
      {hint && (
        <div className="hint" id={`${own}-hint`}>
          {hint}
        </div>
      )}
    </div>
  );
}
