import type { ReactNode } from "react";

interface SubmitButtonProps {
  pending: boolean;
  /** What it says while the form is being sent. */
  busy: string;
  className?: string;
  children: ReactNode;
}

/** Stays where it is, and focused, while the form is being sent. */
export function SubmitButton({ pending, busy, className = "primary", children }: SubmitButtonProps) {
  return (
    <button type="submit" className={className} aria-disabled={pending}>
      {pending ? busy : children}
    </button>
  );
}
