import type { Metadata } from "next";
import { ResetPassword } from "@/components/reset-password-form";
import type { PageProps } from "@/lib/page-props";

export const metadata: Metadata = { title: "Set a new password" };

/** The link in the e-mail opens this page with `token`, or with `error` if the link is no longer valid. */
export default async function ResetPasswordPage({ searchParams }: PageProps) {
  const { token, error } = await searchParams;
  return (
    <div className="card">
      <ResetPassword token={typeof token === "string" ? token : undefined} failed={error !== undefined} />
    </div>
  );
}
