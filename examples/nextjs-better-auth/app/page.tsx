import { PageLink } from "@/components/page-link";
import { auth } from "@/lib/auth";

export default async function Home() {
  const session = await auth.getSession();
  return (
    <div className="hero">
      <h1>Your tasks, only yours</h1>
      <p className="lead">
        Better Auth signs you in. Edgeseal hashes your password, verifies your session and signs the short-lived tokens
        that the tasks page uses to call the tasks server.
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
    </div>
  );
}
