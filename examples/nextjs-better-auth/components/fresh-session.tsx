"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { refresh } from "@/lib/session";

/** Updates the browser's session data on pages opened from links in e-mails, because those links change the account. */
export function FreshSession() {
  const router = useRouter();
  useEffect(() => {
    refresh().then(
      () => router.refresh(),
      // Ignore errors, because the old data expires in a few minutes anyway.
      () => {},
    );
  }, [router]);
  return null;
}
