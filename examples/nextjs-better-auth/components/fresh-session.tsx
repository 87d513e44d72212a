"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { refresh } from "@/lib/session";

/** Updates the browser's session data on a page that a link in an e-mail opened, because the link changed the user. */
export function FreshSession() {
  const router = useRouter();
  useEffect(() => {
    refresh().then(
      () => router.refresh(),
      // The data expires in a few minutes anyway.
      () => {},
    );
  }, [router]);
  return null;
}
