// What is said from two places, the browser and the server.
import { Refused } from "@/lib/errors";
import type { Errors } from "@/lib/form-state";

export const SAVED_NAME = "Your name is saved.";
export const CHANGED_PASSWORD = "Your password is changed. All other browsers are signed out.";

// Where there was no answer nobody knows.
const UNSURE = "The service does not answer right now, so this may not be saved. What you wrote is still here.";

/** Why a task is not as it was wanted. */
export const whyNotSaved = (failure: unknown): Errors =>
  failure instanceof Refused ? { title: failure.message } : { form: UNSURE };
