import type { Metadata } from "next";
import { PageLink } from "@/components/page-link";
import { SignedIn } from "@/components/signed-in";
import { auth } from "@/lib/auth";

export const metadata: Metadata = { title: "Account deleted" };

/** The page that users see after deleting their account. Anyone can link to it, so it checks the session. */
export default async function Deleted() {
  const session = await auth.getSession();
  if (session) return <SignedIn name={session.user.name ?? ""} next="/dashboard" />;
  return (
    <div className="card">
      <h1>Your account is deleted</h1>
      <p>You are signed out. You can sign up again at any time.</p>
      <p>
        <PageLink href="/" className="button primary">
          Go to home page
        </PageLink>
      </p>
    </div>
  );
}
