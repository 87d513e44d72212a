"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { authClient } from "@/lib/auth-client";
import { forgetDrafts, keepDrafts } from "@/lib/drafts";
import { isLeaving } from "@/lib/leaving";

/** The Worker's session data holds for 15 minutes: it is refreshed a minute before, in milliseconds. */
const REFRESH_AFTER = 14 * 60_000;
/** Where this computer's clock is wrong, not more often than this. */
const AT_LEAST = 60_000;

/**
 * Holds what this tab shows to who is signed in. `userId` is who the page was made for. Another tab may sign out, or in as
 * somebody else; the session may end elsewhere; the back button may bring back what is no longer anybody's to see.
 */
export function SessionWatch({ userId }: { userId: string | null }) {
  const router = useRouter();
  const { data, isPending, error, refetch } = authClient.useSession();
  // Without an answer nothing is known, and nothing changes.
  const current = isPending || error ? undefined : (data?.user.id ?? null);
  const byHand = useRef(false);

  useEffect(() => {
    if (current === undefined || current === userId || isLeaving()) return;
    if (userId === null) return router.refresh();
    if (byHand.current) forgetDrafts();
    else keepDrafts();
    // The server decides what there is to see now. A whole load leaves nothing in memory.
    location.replace(location.pathname + location.search);
  }, [current, userId, router]);

  useEffect(() => {
    // What Better Auth's client tells the other tabs.
    const heard = ({ key, newValue }: StorageEvent) => {
      if (key === "better-auth.message" && newValue?.includes('"signout"')) byHand.current = true;
    };
    window.addEventListener("storage", heard);
    return () => window.removeEventListener("storage", heard);
  }, []);

  const renewed = data && new Date(data.session.updatedAt).getTime();
  useEffect(() => {
    if (!renewed) return;
    // Only while somebody looks: a forgotten tab must not keep a session alive.
    const renew = () => document.visibilityState === "visible" && void refetch({ query: { disableCookieCache: true } });
    const wait = Math.max(renewed + REFRESH_AFTER - Date.now(), AT_LEAST);
    const timer = setTimeout(renew, wait);
    return () => clearTimeout(timer);
  }, [renewed, refetch]);

  useEffect(() => {
    if (userId === null) return;
    // A page that is kept for the back button is kept covered, and looked at again before it is shown.
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

/** Does not return where somebody else, or nobody, is signed in. */
async function stillMine(userId: string): Promise<void> {
  const { data } = await authClient.getSession().catch(() => ({ data: null }));
  if (data?.user.id === userId) return;
  location.reload();
  await new Promise(() => {});
}
