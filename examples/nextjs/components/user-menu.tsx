"use client";

import { PageLink } from "@/components/page-link";
import { type FocusEvent, type FormEvent, type KeyboardEvent, useRef, useState } from "react";
import { signOut } from "@/actions/session";
import { authClient } from "@/lib/auth-client";
import { forgetDrafts } from "@/lib/drafts";
import { leaveFor } from "@/lib/leaving";

/**
 * Shows who is signed in, with links to the account pages. `user` is the user that the server verified; later
 * changes come from the client's session.
 */
export function UserMenu({ user }: { user: { name: string; email: string } | null }) {
  const { data } = authClient.useSession();
  if (!user) {
    return (
      <nav aria-label="Account" className="actions">
        <PageLink href="/sign-in">Sign in</PageLink>
        <PageLink href="/sign-up" className="button primary">
          Sign up
        </PageLink>
      </nav>
    );
  }
  const { name, email } = data?.user ?? user;
  return (
    <nav aria-label="Account">
      <Menu name={name} email={email} />
    </nav>
  );
}

/** A menu that also works without JavaScript, because it is a `<details>` element. */
function Menu({ name, email }: { name: string; email: string }) {
  const menu = useRef<HTMLDetailsElement>(null);
  const close = () => menu.current?.removeAttribute("open");

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "Escape" || !menu.current?.open) return;
    close();
    menu.current.querySelector("summary")?.focus();
  }
  const onBlur = ({ relatedTarget }: FocusEvent) => {
    if (relatedTarget && !menu.current?.contains(relatedTarget as Node)) close();
  };

  return (
    <details className="menu" ref={menu} onKeyDown={onKeyDown} onBlur={onBlur}>
      <summary>
        <span className="avatar" aria-hidden="true">
          {[...name][0]}
        </span>
        <span className="name">{name}</span>
      </summary>
      <div className="menu-panel">
        <p className="quiet">{email}</p>
        <PageLink href="/dashboard" onClick={close}>
          Tasks
        </PageLink>
        <PageLink href="/account" onClick={close}>
          Account
        </PageLink>
        <SignOut />
      </div>
    </details>
  );
}

function SignOut() {
  const [state, setState] = useState<"idle" | "pending" | "failed">("idle");

  async function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (state === "pending") return;
    setState("pending");
    const { error } = await authClient.signOut().catch(() => ({ error: true }));
    if (error) return setState("failed");
    forgetDrafts();
    leaveFor("/");
  }

  return (
    <form action={signOut} onSubmit={onSubmit}>
      <button type="submit" aria-disabled={state === "pending"}>
        {state === "pending" ? "Signing out…" : "Sign out"}
      </button>
      {state === "failed" && <p role="alert">The server isn't responding. You are still signed in. Try again.</p>}
    </form>
  );
}
