// The pages that links in e-mails lead to.

export const RESET = "/reset-password";
export const VERIFY = "/verify-email";
/** To change a confirmed address, users open a link sent to that address and then a link sent to the new address. */
export const CHANGE = "/verify-email?for=change";
export const DELETED = "/deleted";

/** Pages that forms open. */
export const BAD_RESET = `${RESET}?error=INVALID_TOKEN`;
export const RESET_DONE = "/sign-in?notice=reset";

/** The `message` that `/delete-user` returns if the server sent a link and hasn't deleted the account yet. */
export const CONFIRM_DELETION = "Verification email sent";
