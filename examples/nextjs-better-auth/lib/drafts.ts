// Keeps typed text when a session is lost, until the user signs in again. It keeps only text, and only in this tab; no
// field for a token or a password has a `data-draft`.

const PREFIX = "draft:";

/** The storage key of a user's field, for its `data-draft`. */
export const draftKey = (userId: string, name: string) => `${PREFIX}${userId}:${name}`;

/** Stores the text of every field with a `data-draft`, before the page is left. */
export function keepDrafts(): void {
  for (const field of document.querySelectorAll<HTMLInputElement>("input[data-draft]")) {
    if (field.value !== field.defaultValue) sessionStorage.setItem(field.dataset.draft!, field.value);
  }
}

/** Returns the stored text and removes it. */
export function takeDraft(key: string): string | null {
  const text = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  return text;
}

/** Removes every draft on sign-out. */
export function forgetDrafts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
}
