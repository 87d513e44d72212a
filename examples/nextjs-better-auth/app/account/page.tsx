import type { Metadata } from "next";
import { PageLink } from "@/components/page-link";
import { NameForm } from "@/components/name-form";
import { SignOutEverywhere } from "@/components/sign-out-everywhere";
import { VerifyNotice } from "@/components/verify-notice";
import { auth } from "@/lib/auth";
import type { PageProps } from "@/lib/page-props";

export const metadata: Metadata = { title: "Account" };

const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

export default async function Account({ searchParams }: PageProps) {
  const { session, user } = await auth.requireSession();
  const { failed } = await searchParams;
  return (
    <>
      <h1>Account</h1>
      {user.emailVerified === false && <VerifyNotice email={user.email ?? ""} />}
      {failed !== undefined && (
        <p className="alert" role="alert">
          The server isn't responding. You are still signed in. Try again.
        </p>
      )}
      <section className="card" aria-labelledby="profile">
        <h2 id="profile">Profile</h2>
        <NameForm userId={user.id} name={user.name ?? ""} />
        <dl>
          <dt>E-mail</dt>
          <dd>{user.email}</dd>
          <dt>User id</dt>
          <dd>
            <code>{user.id}</code>
          </dd>
        </dl>
        <p>
          <PageLink href="/account/email">Change e-mail address</PageLink>
        </p>
      </section>
      <section className="card" aria-labelledby="security">
        <h2 id="security">Security</h2>
        <p>
          <PageLink href="/account/password">Change password</PageLink>
        </p>
        <p className="quiet">
          You stay signed in here until{" "}
          <time dateTime={session.expiresAt.toISOString()}>{day.format(session.expiresAt)}</time>, or longer if you come
          back before then. Signing out everywhere ends this session and the sessions in all your other browsers. Pages
          that are already open there keep working for at most 15 minutes.
        </p>
        <SignOutEverywhere />
      </section>
      <section className="card" aria-labelledby="leave">
        <h2 id="leave">Leave</h2>
        <p>
          <PageLink href="/account/delete">Delete account</PageLink>
        </p>
      </section>
    </>
  );
}
