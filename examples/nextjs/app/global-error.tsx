"use client";

import "./styles/base.css";
import "./styles/layout.css";
import "./styles/forms.css";

/** Where the layout itself failed: a document of its own, which needs JavaScript, as every error boundary. */
export default function GlobalError() {
  return (
    <html lang="en">
      <body>
        <title>Something went wrong</title>
        <main id="main">
          <div className="card">
            <h1>Something went wrong</h1>
            <p>This page could not be shown. It is our fault, and nothing that you saved is lost.</p>
            <p>
              <a href="/" className="button primary">
                To the start page
              </a>
            </p>
          </div>
        </main>
      </body>
    </html>
  );
}
