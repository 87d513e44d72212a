"use client";

import { type FormEvent, useEffect, useRef, useState } from "react";
import { authClient } from "@/lib/auth-client";

/** Better Auth's error codes, as messages that say what to do. */
const MESSAGES: Record<string, string> = {
  INVALID_EMAIL_OR_PASSWORD: "Wrong e-mail address or password. Check both and try again.",
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: "An account with this e-mail address already exists. Sign in instead.",
  INVALID_EMAIL: "Enter an e-mail address such as name@example.com.",
  PASSWORD_TOO_SHORT: "The password is too short. Use at least 8 characters.",
  PASSWORD_TOO_LONG: "The password is too long. Use at most 128 characters.",
};

function messageOf({ code, status }: { code?: string; status?: number }): string {
  if (status === 429) return "Too many attempts. Wait ten seconds, then try again.";
  return MESSAGES[code ?? ""] ?? "The server isn't responding. Try again.";
}

/** Signs up (with a name) or signs in, then opens `next`, a path on this origin. */
export function CredentialsForm({ kind, next }: { kind: "sign-up" | "sign-in"; next: string }) {
  const [message, setMessage] = useState("");
  const [pending, setPending] = useState(false);
  const alert = useRef<HTMLParagraphElement>(null);
  const signsUp = kind === "sign-up";

  // Moves screen readers and keyboard users to the error.
  useEffect(() => {
    if (message) alert.current?.focus();
  }, [message]);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    setPending(true);
    setMessage("");
    const form = new FormData(event.currentTarget);
    const field = (name: string) => String(form.get(name) ?? "");
    const credentials = { email: field("email"), password: field("password") };
    const answer = signsUp
      ? authClient.signUp.email({ ...credentials, name: field("name") })
      : authClient.signIn.email(credentials);
    // The client rejects if there was no response at all.
    const { error } = await answer.catch(() => ({ error: {} }));
    if (error) {
      setMessage(messageOf(error));
      setPending(false);
    } else {
      // Use a full navigation, so that the proxy sees the new cookies.
      window.location.assign(next);
    }
  }

  const about = message ? "message" : undefined;
  return (
    // The form uses POST, so that no password ends up in a URL if scripts don't run.
    <form method="post" onSubmit={submit} aria-busy={pending}>
      <noscript>
        <p className="wrong">This form needs JavaScript.</p>
      </noscript>
      <p id="message" className="wrong" role="alert" tabIndex={-1} ref={alert}>
        {message}
      </p>
      {signsUp && (
        <label>
          Name
          <input name="name" autoComplete="name" required maxLength={100} aria-describedby={about} />
        </label>
      )}
      <label>
        E-mail
        <input name="email" type="email" autoComplete="username" required aria-describedby={about} />
      </label>
      <div className="field">
        <label>
          Password
          <input
            name="password"
            type="password"
            autoComplete={signsUp ? "new-password" : "current-password"}
            required
            minLength={signsUp ? 8 : undefined}
            maxLength={128}
            aria-describedby={message ? "message" : signsUp ? "hint" : undefined}
          />
        </label>
        {signsUp && (
          <p id="hint" className="quiet">
            At least 8 characters
          </p>
        )}
      </div>
      <button type="submit" aria-disabled={pending}>
        {pending ? "One moment …" : signsUp ? "Sign up" : "Sign in"}
      </button>
    </form>
  );
}
