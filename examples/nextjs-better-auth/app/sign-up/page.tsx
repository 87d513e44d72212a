import type { Metadata } from "next";
import Link from "next/link";
import { CredentialsForm } from "../credentials-form";

export const metadata: Metadata = { title: "Sign up" };

export default function SignUp() {
  return (
    <>
      <h1>Sign up</h1>
      <CredentialsForm kind="sign-up" next="/dashboard" />
      <p className="quiet">
        Already have an account? <Link href="/sign-in">Sign in</Link>
      </p>
    </>
  );
}
