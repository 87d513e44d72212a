"use client";

import { type FormEvent, useState } from "react";
import { authClient } from "@/lib/auth-client";

/** Signs up (with a name) or in, then goes to `next`, a path of this origin. */
export function CredentialsForm({ kind, next }: { kind: "sign-up" | "sign-in"; next: string }) {
  const [message, setMessage] = useState("");
  const [pending, setPending] = useState(false);
  const signsUp = kind === "sign-up";

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setPending(true);
    setMessage("");
    const field = (name: string) => String(new FormData(event.currentTarget).get(name) ?? "");
    const credentials = { email: field("email"), password: field("password") };
    const answer = signsUp
      ? authClient.signUp.email({ ...credentials, name: field("name") })
      : authClient.signIn.email(credentials);
    // It rejects only where there was no answer at all.
    const { error } = await answer.catch(() => ({ error: { message: undefined } }));
    if (error) {
      setMessage(error.message ?? "The server did not answer. Try again.");
      setPending(false);
    } else {
      // A whole navigation: the proxy sees the new cookies.
      window.location.assign(next);
    }
  }

  return (
    <form method="post" onSubmit={submit}>
      {signsUp && (
        <label>
          Name
          <input name="name" autoComplete="name" required maxLength={100} />
        </label>
      )}
      <label>
        E-mail
        <input name="email" type="email" autoComplete="username" required />
      </label>
      <label>
        Password
        <input
          name="password"
          type="password"
          autoComplete={signsUp ? "new-password" : "current-password"}
          required
          minLength={signsUp ? 8 : undefined}
        />
      </label>
      <p className="wrong" role="alert">
        {message}
      </p>
      <button type="submit" disabled={pending}>
        {signsUp ? "Sign up" : "Sign in"}
      </button>
    </form>
  );
}
