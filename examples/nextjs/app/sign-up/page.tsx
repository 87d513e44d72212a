import Link from "next/link";
import { CredentialsForm } from "../credentials-form";

export default function SignUp() {
  return (
    <>
      <h1>Sign up</h1>
      <CredentialsForm kind="sign-up" next="/dashboard" />
      <p className="quiet">
        You have an account? <Link href="/sign-in">Sign in</Link>
      </p>
    </>
  );
}
