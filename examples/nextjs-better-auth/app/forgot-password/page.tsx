import type { Metadata } from "next";
import { ForgotPasswordForm } from "@/components/forgot-password-form";
import { PageLink } from "@/components/page-link";

export const metadata: Metadata = { title: "Forgot password" };

export default function ForgotPassword() {
  return (
    <div className="card">
      <ForgotPasswordForm>
        <h1>Forgot your password?</h1>
        <p>Enter your e-mail address, and we'll send you a link to set a new password.</p>
      </ForgotPasswordForm>
      <p>
        <PageLink href="/sign-in">Back to sign-in</PageLink>
      </p>
    </div>
  );
}
