"use client";

import { useEffect, useRef } from "react";

/** For faults that no page expects. The server's log has the cause under the digest. */
export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className="card" role="alert">
      <h1 ref={heading} tabIndex={-1}>
        Something went wrong
      </h1>
      <p>This page could not be shown. It is our fault, and nothing that you saved is lost.</p>
      <p className="actions">
        <button type="button" className="primary" onClick={reset}>
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
