"use client";
import { useRouter } from "next/navigation";

/** Signs in with fetch and then navigates with the router, as an auth server's client does. */
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
