"use client";

import { useSyncExternalStore } from "react";

const never = () => () => {};

/** Whether scripts are running on the page yet. Elements that need scripts stay hidden until then. */
export const useHydrated = () =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
