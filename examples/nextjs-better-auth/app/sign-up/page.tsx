import type { Metadata } from "next";
import { PageLink } from "@/components/page-link";
import { SignUpForm } from "@/components/sign-up-form";
import { SignedIn } from "@/components/signed-in";
import { auth } from "@/lib/auth";
import type { PageProps } from "@/lib/page-props";

export const metadata: Metadata = { title: "Sign up" };

export default async function SignUp({ searchParams }: PageProps) {
  const { callbackUrl } = await searchParams;
  const next = auth.callbackUrl(callbackUrl, "/dashboard");
  const session = await auth.getSession();
  if (session) return <SignedIn name={session.user.name ?? ""} next={next} />;
  return (
    <div className="card">
      <SignUpForm
        next={next}
        footer={
          <p className="quiet">
            Already have an account?{" "}
            <PageLink href={`/sign-in?${new URLSearchParams({ callbackUrl: next })}`}>Sign in</PageLink>
          </p>
        }
      >
        <h1>Sign up</h1>
      </SignUpForm>
    </div>
  );
}
