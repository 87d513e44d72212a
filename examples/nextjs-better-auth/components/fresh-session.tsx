"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { refresh } from "@/lib/session";

/** For a page that a link in an e-mail led to: updates the browser's session data, which is from before. */
export function FreshSession() {
  const router = useRouter();
  useEffect(() => {
    refresh().then(
      () => router.refresh(),
      // The data expires in some minutes anyway.
      () => {},
    );
  }, [router]);
  return null;
}
