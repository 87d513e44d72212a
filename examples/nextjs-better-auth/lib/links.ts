// Where the links in e-mails lead.

export const RESET = "/reset-password";
export const VERIFY = "/verify-email";
/** A change of address has two links: the current address confirms, then the new one. */
export const CHANGE = "/verify-email?for=change";
export const DELETED = "/deleted";

/** Pages that forms lead to. */
export const BAD_RESET = `${RESET}?error=INVALID_TOKEN`;
export const RESET_DONE = "/sign-in?notice=reset";

/** The `message` of a response to `/delete-user` that deleted nothing yet. */
export const CONFIRM_DELETION = "Verification email sent";
