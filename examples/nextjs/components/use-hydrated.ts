"use client";

import { useSyncExternalStore } from "react";

const never = () => () => {};

/** Returns whether the page's scripts are running yet. Elements that need scripts stay hidden until then. */
export const useHydrated = () =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
