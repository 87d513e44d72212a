"use client";

import { useState } from "react";
import { authClient } from "@/lib/auth-client";

export function SignOut() {
  const [message, setMessage] = useState("");

  async function signOut() {
    const { error } = await authClient.signOut().catch(() => ({ error: true }));
    // A full navigation discards the page, and the access token in its memory.
    if (error) setMessage("The server isn't responding. You are still signed in.");
    else window.location.assign("/");
  }

  return (
    <div>
      <button type="button" className="plain" onClick={signOut}>
        Sign out
      </button>
      <p className="wrong" role="alert">
        {message}
      </p>
    </div>
  );
}
