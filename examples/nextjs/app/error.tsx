"use client";

import { useRouter } from "next/navigation";
import { startTransition, useEffect, useRef } from "react";

/** For faults that no page expects. The server's log has the cause, under the reference. */
export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  const router = useRouter();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);

  function tryAgain() {
    // What came from the server is asked for again, and shown once it is there.
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
      <p>This page could not be shown. It is our fault, and nothing that you saved is lost.</p>
      <p className="actions">
        <button type="button" className="primary" onClick={tryAgain}>
          Try again
        </button>
        <a href="/" className="button">
          To the start page
        </a>
      </p>
      {error.digest && <p className="quiet">Reference: {error.digest}</p>}
    </div>
  );
}
