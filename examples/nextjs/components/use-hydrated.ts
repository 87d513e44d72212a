"use client";

import { useSyncExternalStore } from "react";

const never = () => () => {};

/** Whether scripts run here: what does nothing without them is not shown without them. */
export const useHydrated = () =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
