"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { authClient } from "@/lib/auth-client";
import { forgetDrafts, keepDrafts } from "@/lib/drafts";
import { isLeaving } from "@/lib/leaving";

/**
 * The time between refreshes, in milliseconds. The Worker's session data is valid for 15 minutes, and is refreshed a
 * minute before it expires.
 */
const REFRESH_AFTER = 14 * 60_000;
/** The shortest time between refreshes, in milliseconds, in case this computer's clock is wrong. */
const AT_LEAST = 60_000;

/**
 * Keeps this tab up to date with the session. `userId` is the id of the user for whom the page was rendered. The user
 * may sign out or switch accounts in another tab, or end the session on another device. The back button may even show
 * the page of a user who is no longer signed in.
 */
export function SessionWatch({ userId }: { userId: string | null }) {
  const router = useRouter();
  const { data, isPending, error, refetch } = authClient.useSession();
  // Without a response, the state of the session is unknown, so nothing changes.
  const current = isPending || error ? undefined : (data?.user.id ?? null);
  const byHand = useRef(false);

  useEffect(() => {
    if (current === undefined || current === userId || isLeaving()) return;
    if (userId === null) return router.refresh();
    if (byHand.current) forgetDrafts();
    else keepDrafts();
    // A full page load lets the server decide what to show, and clears everything from memory.
    location.replace(location.pathname + location.search);
  }, [current, userId, router]);

  useEffect(() => {
    // Better Auth's client notifies the other tabs.
    const heard = ({ key, newValue }: StorageEvent) => {
      if (key === "better-auth.message" && newValue?.includes('"signout"')) byHand.current = true;
    };
    window.addEventListener("storage", heard);
    return () => window.removeEventListener("storage", heard);
  }, []);

  const renewed = data && new Date(data.session.updatedAt).getTime();
  useEffect(() => {
    if (!renewed) return;
    // Refresh only while the tab is visible, because a forgotten tab must not keep a session alive.
    const renew = () => document.visibilityState === "visible" && void refetch({ query: { disableCookieCache: true } });
    const wait = Math.max(renewed + REFRESH_AFTER - Date.now(), AT_LEAST);
    const timer = setTimeout(renew, wait);
    return () => clearTimeout(timer);
  }, [renewed, refetch]);

  useEffect(() => {
    if (userId === null) return;
    // Hide pages in the back/forward cache. When one is restored, it stays hidden until the session has been checked.
    const cover = ({ persisted }: PageTransitionEvent) => persisted && document.body.setAttribute("hidden", "");
    const uncover = ({ persisted }: PageTransitionEvent) => {
      if (persisted) void stillMine(userId).then(() => document.body.removeAttribute("hidden"));
    };
    window.addEventListener("pagehide", cover);
    window.addEventListener("pageshow", uncover);
    return () => {
      window.removeEventListener("pagehide", cover);
      window.removeEventListener("pageshow", uncover);
    };
  }, [userId]);

  return null;
}

/** Resolves if the server confirms that this user is still signed in. If not, reloads the page and never resolves. */
async function stillMine(userId: string): Promise<void> {
  const { data } = await authClient.getSession().catch(() => ({ data: null }));
  if (data?.user.id === userId) return;
  location.reload();
  await new Promise(() => {});
}
