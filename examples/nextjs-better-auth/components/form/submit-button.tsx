import type { ReactNode } from "react";

interface SubmitButtonProps {
  pending: boolean;
  /** The label while the form is being sent. */
  busy: string;
  className?: string;
  children: ReactNode;
}

/** A submit button that keeps its place and focus while the form is being sent. */
export function SubmitButton({ pending, busy, className = "primary", children }: SubmitButtonProps) {
  return (
    <button type="submit" className={className} aria-disabled={pending}>
      {pending ? busy : children}
    </button>
  );
}
