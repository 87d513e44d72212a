import type { Metadata } from "next";
import { PageLink } from "@/components/page-link";
import { SignInForm } from "@/components/sign-in-form";
import { SignedIn } from "@/components/signed-in";
import { auth } from "@/lib/auth";
import type { PageProps } from "@/lib/page-props";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignIn({ searchParams }: PageProps) {
  const { callbackUrl } = await searchParams;
  // This is always a path on this origin, whatever the link says.
  const next = auth.callbackUrl(callbackUrl, "/dashboard");
  const session = await auth.getSession();
  if (session) return <SignedIn name={session.user.name ?? ""} next={next} />;
  return (
    <div className="card">
      <h1>Sign in</h1>
      {callbackUrl !== undefined && <p className="quiet">Sign in to see that page.</p>}
      <SignInForm next={next} />
      <p className="quiet">
        No account yet? <PageLink href={`/sign-up?${new URLSearchParams({ callbackUrl: next })}`}>Sign up</PageLink>
      </p>
    </div>
  );
}
