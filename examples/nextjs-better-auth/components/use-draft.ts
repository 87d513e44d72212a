"use client";

import { useEffect, useRef } from "react";
import { draftKey, takeDraft } from "@/lib/drafts";

/** Keeps the text of a field if the session is lost, for the same user in the same tab. */
export function useDraft(userId: string, name: string) {
  const ref = useRef<HTMLInputElement>(null);
  const key = draftKey(userId, name);
  useEffect(() => {
    const text = takeDraft(key);
    if (text !== null) ref.current!.value = text;
  }, [key]);
  return { ref, "data-draft": key };
}
