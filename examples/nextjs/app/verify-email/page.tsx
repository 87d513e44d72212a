import type { Metadata } from "next";
import type { ReactNode } from "react";
import { proceed } from "@/actions/email";
import { FreshSession } from "@/components/fresh-session";
import { PageLink } from "@/components/page-link";
import { VerifyForm } from "@/components/verify-form";
import { auth } from "@/lib/auth";
import { type FreshUser, freshUser } from "@/lib/fresh-session";
import type { PageProps } from "@/lib/page-props";

export const metadata: Metadata = { title: "Confirm your e-mail address" };

/** For each error code, a message that says why the server refused the link. */
const REFUSALS: Readonly<Record<string, string>> = {
  TOKEN_EXPIRED: "This link has expired.",
  INVALID_TOKEN: "This link isn't valid any more.",
  USER_NOT_FOUND: "There is no account for this link any more.",
  INVALID_USER: "This link is for another account. Sign out, then open it again.",
};

/**
 * The server redirects to this page after it has checked a link from an e-mail. The user may have opened the link in a
 * different browser from the one they signed in with.
 */
export default async function VerifyEmail({ searchParams }: PageProps) {
  const { error, for: step } = await searchParams;
  const session = await auth.getSession();
  const user = session ? await freshUser() : null;
  const isOld = user && (user.email !== session?.user.email || user.emailVerified !== session?.user.emailVerified);
  return (
    <div className="card">
      {step === "change" ? <Changed user={user} error={error} /> : <Confirmed user={user} error={error} />}
      {isOld && <FreshSession />}
    </div>
  );
}

interface LandingProps {
  /** `null` if this browser isn't signed in; `undefined` if the server didn't return the user. */
  user: FreshUser | null | undefined;
  error: string | string[] | undefined;
}

function Confirmed({ user, error }: LandingProps) {
  if (user?.emailVerified || (!user && error === undefined)) {
    return (
      <>
        <h1>E-mail address confirmed</h1>
        {user ? (
          <p>
            <strong>{user.email}</strong> is your address.
          </p>
        ) : (
          <p>You can sign in now.</p>
        )}
        <Onward user={user} />
      </>
    );
  }
  return (
    <VerifyForm email={user?.email}>
      <h1>Confirm your e-mail address</h1>
      {error === undefined ? <p>Open the link that we sent you.</p> : <Refusal error={error} />}
    </VerifyForm>
  );
}

function Changed({ user, error }: LandingProps) {
  if (error !== undefined) {
    return (
      <>
        <h1>Address not changed</h1>
        <Refusal error={error} />
        <p>
          <PageLink href="/account/email" className="button primary">
            Change e-mail address
          </PageLink>
        </p>
      </>
    );
  }
  return (
    <>
      <h1>Thank you</h1>
      {user && (
        <p>
          Your address is <strong>{user.email}</strong>.
        </p>
      )}
      <p>
        Did you open this link from your old address? Then open the one that we sent to your new address, too, to
        complete the change.
      </p>
      <Onward user={user} />
    </>
  );
}

const Refusal = ({ error }: { error: string | string[] }): ReactNode => (
  <p className="alert">{REFUSALS[String(error)] ?? REFUSALS.INVALID_TOKEN}</p>
);

/** A form rather than a link, because the session data must be updated before the next page opens. */
const Onward = ({ user }: { user: LandingProps["user"] }): ReactNode =>
  user ? (
    <form action={proceed}>
      <button type="submit" className="primary">
        Continue
      </button>
    </form>
  ) : (
    <p>
      <PageLink href="/sign-in" className="button primary">
        Sign in
      </PageLink>
    </p>
  );
