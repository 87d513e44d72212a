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
      <DeleteAccountForm email={user.email ?? ""}>
        <h1>Delete account</h1>
        {error !== undefined && (
          <p className="alert" role="alert">
            Nothing was deleted: the link has expired, was already used, or was opened in a browser where you are not
            signed in.
          </p>
        )}
        <p>
          This permanently deletes your account. You can't undo it. You are signed out everywhere. Your tasks are not
          deleted, but nobody can open them any more. If you want them deleted, too, delete them first.
        </p>
      </DeleteAccountForm>
      <p>
        <PageLink href="/account">Keep my account</PageLink>
      </p>
    </div>
  );
}
