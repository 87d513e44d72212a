// Messages shown by the browser if JavaScript is running, and by the server otherwise.
import { Refused } from "@/lib/errors";
import type { Errors } from "@/lib/form-state";

export const SAVED_NAME = "Name saved.";
export const CHANGED_PASSWORD = "Password changed. Other devices are signed out within 15 minutes.";

/** This message is the same whether or not another account already uses the new address. */
export const changeSent = ({ verified, email, newEmail }: { verified: boolean; email: string; newEmail: string }) =>
  verified
    ? `We sent a link to your current address, ${email}. Open it to confirm the change.`
    : `We sent a link to ${newEmail}. Open it to make this your address.`;

// Without a response, the outcome is unknown.
const UNSURE = "The service isn't responding, so this may not be saved. Your text is still here.";

/** Why a change to a task failed. */
export const whyNotSaved = (failure: unknown): Errors =>
  failure instanceof Refused ? { title: failure.message } : { form: UNSURE };
