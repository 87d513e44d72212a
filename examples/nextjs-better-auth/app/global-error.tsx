"use client";

import "./styles/base.css";
import "./styles/layout.css";
import "./styles/forms.css";

/**
 * Shown when the layout itself fails, so it renders a complete document. Like every error boundary, it needs
 * JavaScript.
 */
export default function GlobalError() {
  return (
    <html lang="en">
      <body>
        <title>Something went wrong</title>
        <main id="main">
          <div className="card">
            <h1>Something went wrong</h1>
            <p>We couldn't show this page. The problem is on our side, and nothing that you saved is lost.</p>
            <p>
              <a href="/" className="button primary">
                Go to home page
              </a>
            </p>
          </div>
        </main>
      </body>
    </html>
  );
}
