"use client";
import { useRouter } from "next/navigation";

/** Signs in as an auth server's client does: with fetch, then the router navigates. */
export function SignIn({ next }) {
  const router = useRouter();
  async function signIn() {
    await fetch("/api/sign-in", { method: "POST" });
    router.push(next);
  }
  return (
    <main>
      <p id="sign-in">sign in</p>
      <button onClick={signIn}>Sign in</button>
    </main>
  );
}
