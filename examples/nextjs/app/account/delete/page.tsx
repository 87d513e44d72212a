import type { Metadata } from "next";
import { PageLink } from "@/components/page-link";
import { DeleteAccountForm } from "@/components/delete-account-form";
import { auth } from "@/lib/auth";
import type { PageProps } from "@/lib/page-props";

export const metadata: Metadata = { title: "Delete account" };

export default async function DeleteAccount({ searchParams }: PageProps) {
  const { user } = await auth.requireSession();
  const { error } = await searchParams;
  return (
    <div className="card">
      <h1>Delete account</h1>
      <p>This permanently deletes your account and your tasks. You can't undo it. You are signed out everywhere.</p>
      <DeleteAccountForm email={user.email ?? ""} />
      <p>
        <PageLink href="/account">Keep my account</PageLink>
      </p>
    </div>
  );
}
