import { PageLink } from "@/components/page-link";
import { auth } from "@/lib/auth";

export default async function Home() {
  const session = await auth.getSession();
  return (
    <div className="hero">
      <h1>Your tasks, behind auth at the edge</h1>
      <p className="lead">
        A small product to start from: people sign up, keep tasks and look after their account. What keeps them signed
        in is out of every script’s reach, and each part verifies for itself who is asking.
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
          <p>Shows pages only to a session that it verified itself, in WebAssembly.</p>
        </li>
        <li>
          <h2>The Worker</h2>
          <p>Signs people in, and lets them through to what is theirs, by the same Rust core.</p>
        </li>
        <li>
          <h2>FastAPI</h2>
          <p>Keeps the tasks, and trusts nothing but the token.</p>
        </li>
      </ol>
    </div>
  );
}
