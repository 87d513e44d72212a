import type { Metadata } from "next";
import { PageLink } from "@/components/page-link";
import { PasswordForm } from "@/components/password-form";
import { auth } from "@/lib/auth";

export const metadata: Metadata = { title: "Change password" };

// This form has its own page, because password managers expect one password form per page.
export default async function Password() {
  const { user } = await auth.requireSession();
  return (
    <div className="card">
      <h1>Change password</h1>
      <PasswordForm email={user.email ?? ""} name={user.name ?? ""} />
      <p>
        <PageLink href="/account">Back to your account</PageLink>
      </p>
    </div>
  );
}
