"use client";

import { useEffect, useRef } from "react";
import { draftKey, takeDraft } from "@/lib/drafts";

/** Keeps a field's text if the session is lost, until the same user signs in again in the same tab. */
export function useDraft(userId: string, name: string) {
  const ref = useRef<HTMLInputElement>(null);
  const key = draftKey(userId, name);
  useEffect(() => {
    const text = takeDraft(key);
    if (text !== null) ref.current!.value = text;
  }, [key]);
  return { ref, "data-draft": key };
}
