import type { Metadata } from "next";
import { PageLink } from "@/components/page-link";
import { DeleteAccountForm } from "@/components/delete-account-form";
import { auth } from "@/lib/auth";

export const metadata: Metadata = { title: "Delete account" };

export default async function DeleteAccount() {
  const { user } = await auth.requireSession();
  return (
    <div className="card">
      <h1>Delete account</h1>
      <p>
        This permanently deletes your account. You can't undo it. You are signed out everywhere. Your tasks stay in the
        service that keeps them, where nobody can open them any more: delete them first if you want them gone.
      </p>
      <DeleteAccountForm email={user.email ?? ""} />
      <p>
        <PageLink href="/account">Keep my account</PageLink>
      </p>
    </div>
  );
}
