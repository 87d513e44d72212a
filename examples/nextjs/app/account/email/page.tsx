import type { Metadata } from "next";
import { ChangeEmailForm } from "@/components/change-email-form";
import { PageLink } from "@/components/page-link";
import { auth } from "@/lib/auth";
import { freshUser } from "@/lib/fresh-session";

export const metadata: Metadata = { title: "Change e-mail address" };

export default async function ChangeEmail() {
  const { user } = await auth.requireSession();
  const { email = "", emailVerified = false } = (await freshUser()) ?? user;
  return (
    <div className="card">
      <h1>Change e-mail address</h1>
      <p>
        {emailVerified
          ? "First your current address confirms the change, then the new one."
          : "Your address changes when you open the link that we send to the new one."}
      </p>
      <ChangeEmailForm userId={user.id} email={email} verified={emailVerified} />
      <p>
        <PageLink href="/account">Back to your account</PageLink>
      </p>
    </div>
  );
}
