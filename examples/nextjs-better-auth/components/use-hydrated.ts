"use client";

import { useSyncExternalStore } from "react";

const never = () => () => {};

/** Whether scripts run. Hides what needs them until they do. */
export const useHydrated = () =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
