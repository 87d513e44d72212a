// Messages that both the browser and the server show.
import { Refused } from "@/lib/errors";
import type { Errors } from "@/lib/form-state";

export const SAVED_NAME = "Name saved.";
export const CHANGED_PASSWORD = "Password changed. Other devices are signed out within 15 minutes.";

// Without a response the outcome is unknown.
const UNSURE = "The service isn't responding, so this may not be saved. Your text is still here.";

/** Why a change to a task failed. */
export const whyNotSaved = (failure: unknown): Errors =>
  failure instanceof Refused ? { title: failure.message } : { form: UNSURE };
