"use client";

import { useSyncExternalStore } from "react";

const never = () => () => {};

/** Whether scripts run. Used to hide elements that need scripts until scripts run. */
export const useHydrated = () =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
