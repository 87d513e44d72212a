import type { InputHTMLAttributes, ReactNode, Ref } from "react";

export interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  name: string;
  label: string;
  /** What to know before; it is read out with the field. */
  hint?: ReactNode;
  /** What is wrong with what was entered. */
  error?: string | undefined;
  /** Beside the input, in its frame. */
  addition?: ReactNode;
  ref?: Ref<HTMLInputElement>;
}

/** A labelled input that tells what is wrong with it. Its id is its name, which password managers remember. */
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
