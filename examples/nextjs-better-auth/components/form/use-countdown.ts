"use client";

import { useLayoutEffect, useState } from "react";

/** How long to wait before an e-mail can be sent again, in seconds. */
const WAIT = 60;

/** Returns the seconds left to wait. The countdown restarts when `times` changes. Without JavaScript, it stays at 0. */
export function useCountdown(times: number): number {
  const [left, setLeft] = useState(0);
  // This is a layout effect, because the button must never be painted as if users could already press it.
  useLayoutEffect(() => {
    if (times === 0) return;
    const end = Date.now() + WAIT * 1000;
    const tick = () => {
      const rest = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      setLeft(rest);
      if (rest === 0) clearInterval(timer);
    };
    const timer = setInterval(tick, 1000);
    tick();
    return () => clearInterval(timer);
  }, [times]);
  return left;
}
