import type { Metadata } from "next";
import { PageLink } from "@/components/page-link";
import { SignInForm } from "@/components/sign-in-form";
import { SignedIn } from "@/components/signed-in";
import { auth } from "@/lib/auth";
import type { PageProps } from "@/lib/page-props";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignIn({ searchParams }: PageProps) {
  const { callbackUrl, notice } = await searchParams;
  // Always a path on this origin, whatever `callbackUrl` contains.
  const next = auth.callbackUrl(callbackUrl, "/dashboard");
  const session = await auth.getSession();
  if (session) return <SignedIn name={session.user.name ?? ""} next={next} />;
  return (
    <div className="card">
      <SignInForm
        next={next}
        footer={
          <p className="quiet">
            No account yet? <PageLink href={`/sign-up?${new URLSearchParams({ callbackUrl: next })}`}>Sign up</PageLink>
          </p>
        }
      >
        <h1>Sign in</h1>
        {notice === "reset" && (
          <p className="done" role="status">
            Password changed. Sign in with the new one.
          </p>
        )}
        {callbackUrl !== undefined && <p className="quiet">Sign in to see that page.</p>}
      </SignInForm>
    </div>
  );
}
