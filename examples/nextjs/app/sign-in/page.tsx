import Link from "next/link";
import { CredentialsForm } from "../credentials-form";

export default async function SignIn({ searchParams }: { searchParams: Promise<{ callbackUrl?: string | string[] }> }) {
  const { callbackUrl } = await searchParams;
  // Only a plain path of this origin: no `//host`, no `\`, no control characters.
  const stays = typeof callbackUrl === "string" && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(callbackUrl);
  return (
    <>
      <h1>Sign in</h1>
      <CredentialsForm kind="sign-in" next={stays ? callbackUrl : "/dashboard"} />
      <p className="quiet">
        No account yet? <Link href="/sign-up">Sign up</Link>
      </p>
    </>
  );
}
