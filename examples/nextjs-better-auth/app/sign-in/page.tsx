import type { Metadata } from "next";
import Link from "next/link";
import { auth } from "@/lib/auth";
import { CredentialsForm } from "../credentials-form";

export const metadata: Metadata = { title: "Sign in" };

type Query = Promise<{ callbackUrl?: string | string[] }>;

export default async function SignIn({ searchParams }: { searchParams: Query }) {
  const { callbackUrl } = await searchParams;
  return (
    <>
      <h1>Sign in</h1>
      <CredentialsForm kind="sign-in" next={auth.callbackUrl(callbackUrl, "/dashboard")} />
      <p className="quiet">
        No account yet? <Link href="/sign-up">Sign up</Link>
      </p>
    </>
  );
}
