"use client";

import { useRouter } from "next/navigation";
import { startTransition, useEffect, useRef } from "react";

/** Shown for unexpected errors. The server logs the cause, together with the reference that this page shows. */
export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  const router = useRouter();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);

  function tryAgain() {
    // Fetches the server-rendered part again, and shows it when it arrives.
    startTransition(() => {
      router.refresh();
      reset();
    });
  }

  return (
    <div className="card" role="alert">
      <h1 ref={heading} tabIndex={-1}>
        Something went wrong
      </h1>
      <p>We couldn't show this page. The problem is on our side, and nothing that you saved is lost.</p>
      <p className="actions">
        <button type="button" className="primary" onClick={tryAgain}>
          Try again
        </button>
        <a href="/" className="button">
          Go to home page
        </a>
      </p>
      {error.digest && <p className="quiet">Reference: {error.digest}</p>}
    </div>
  );
}
