// Form checks that don't need a request. They run in the browser before a form is sent, and on the server before it is
// forwarded. The auth server decides whether a password is good enough and whether an address is taken.
import type { Errors, Values } from "@/lib/form-state";

export const PASSWORD_MIN = 8;
export const NAME_MAX = 100;
export const TITLE_MAX = 200;

export const checkSignIn = ({ email, password }: Values): Errors => ({
  ...checkEmail(email),
  ...(password ? {} : { password: "Enter your password." }),
});

export const checkSignUp = ({ name, email, password }: Values): Errors => ({
  ...checkName({ name }),
  ...checkEmail(email),
  ...checkNewPassword("password", password),
});

export function checkName({ name }: Values): Errors {
  if (!name) return { name: "Enter your name." };
  return name.length > NAME_MAX ? { name: `Use at most ${NAME_MAX} characters.` } : {};
}

export const checkPasswordChange = ({ currentPassword, newPassword }: Values): Errors => ({
  ...(currentPassword ? {} : { currentPassword: "Enter your current password." }),
  ...checkNewPassword("newPassword", newPassword),
});

export const checkForgotten = ({ email }: Values): Errors => checkEmail(email);

export const checkReset = ({ newPassword }: Values): Errors => checkNewPassword("newPassword", newPassword);

/** `current` is the account's current address. */
export const checkNewEmail = ({ newEmail = "" }: Values, current: string): Errors =>
  newEmail.toLowerCase() === current.toLowerCase()
    ? { newEmail: "This is already your address." }
    : checkEmail(newEmail, "newEmail");

export const checkDeletion = ({ password }: Values): Errors =>
  password ? {} : { password: "Enter your password to confirm." };

export function checkTitle({ title }: Values): Errors {
  if (!title) return { title: "Enter a task." };
  return [...title].length > TITLE_MAX ? { title: `Use at most ${TITLE_MAX} characters.` } : {};
}

function checkEmail(email = "", field = "email"): Errors {
  if (!email) return { [field]: "Enter your e-mail address." };
  const plausible = /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email);
  return plausible ? {} : { [field]: "Enter an e-mail address such as ann@example.com." };
}

function checkNewPassword(field: string, password = ""): Errors {
  if (!password) return { [field]: "Choose a password." };
  return password.length < PASSWORD_MIN ? { [field]: `Use at least ${PASSWORD_MIN} characters.` } : {};
}
