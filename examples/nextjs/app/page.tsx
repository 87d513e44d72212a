import { PageLink } from "@/components/page-link";
import { auth } from "@/lib/auth";

export default async function Home() {
  const session = await auth.getSession();
  return (
    <div className="hero">
      <h1>Your tasks, behind auth at the edge</h1>
      <p className="lead">
        A small app to start from: sign up, keep tasks, manage your account. Session cookies are HttpOnly, so scripts
        can't read them, and each part verifies the session itself.
      </p>
      <p className="actions">
        {session ? (
          <PageLink href="/dashboard" className="button primary">
            Go to your tasks
          </PageLink>
        ) : (
          <>
            <PageLink href="/sign-up" className="button primary">
              Sign up
            </PageLink>
            <PageLink href="/sign-in" className="button">
              Sign in
            </PageLink>
          </>
        )}
      </p>
      <ol className="parts">
        <li>
          <h2>Next.js</h2>
          <p>Verifies each session itself, in WebAssembly, before it shows a page.</p>
        </li>
        <li>
          <h2>The Worker</h2>
          <p>Signs users in and lets each reach only their own data. It runs the same Rust core.</p>
        </li>
        <li>
          <h2>FastAPI</h2>
          <p>Stores the tasks and trusts only the access token.</p>
        </li>
      </ol>
    </div>
  );
}
