"use client";

import { type MouseEvent, useId, useState } from "react";
import { useCountdown } from "@/components/form/use-countdown";

interface AgainButtonProps {
  /** How many times this page has sent the e-mail; 0 if the button will send it for the first time. */
  times: number;
  pending: boolean;
}

/**
 * Sends an e-mail again, but not within a minute of the last one. Without JavaScript, only the server limits how often
 * it can be sent.
 */
export function AgainButton({ times, pending }: AgainButtonProps) {
  const left = useCountdown(times);
  const [pressed, setPressed] = useState(0);
  const status = useId();

  function onClick(event: MouseEvent) {
    if (left === 0) return;
    event.preventDefault();
    setPressed(left);
  }

  return (
    <>
      <button
        type="submit"
        className={left > 0 ? "waits" : ""}
        aria-disabled={pending || left > 0}
        aria-describedby={status}
        onClick={onClick}
      >
        {pending ? "Sending…" : "Send again"}
        {/* Hidden from screen readers, which would otherwise read the button's name every second. */}
        {left > 0 && !pending && <span aria-hidden="true"> in {left} s</span>}
      </button>
      <span className="unseen" role="status" id={status}>
        {times > 0 && !pending && spoken(left, pressed)}
      </span>
    </>
  );
}

/** The text for screen readers. It changes only every half minute, or when the button is pressed too early. */
function spoken(left: number, pressed: number): string {
  if (left === 0) return "You can send it again now.";
  if (pressed > 0 && pressed - left < 5) return `Wait ${pressed} more seconds.`;
  return `You can send it again in ${left > 30 ? "a minute" : "half a minute"}.`;
}
