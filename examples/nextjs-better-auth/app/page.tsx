import Link from "next/link";
import { auth } from "@/lib/auth";

export default async function Home() {
  const session = await auth.getSession();
  return (
    <>
      <h1>Your tasks, only yours</h1>
      <p>
        Better Auth signs you in. Edgeseal hashes your password, verifies your session and signs the short-lived token
        with which this page calls the tasks server.
      </p>
      <p className="actions">
        {session ? (
          <Link className="button" href="/dashboard">
            Go to your tasks
          </Link>
        ) : (
          <>
            <Link className="button" href="/sign-up">
              Sign up
            </Link>
            <Link href="/sign-in">Sign in</Link>
          </>
        )}
      </p>
    </>
  );
}
