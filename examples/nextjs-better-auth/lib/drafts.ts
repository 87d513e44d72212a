// If the session is lost, stores what the user has typed, so that it is still there after they sign in again. The text
// never leaves this tab. Fields for tokens and passwords don't have a `data-draft` attribute, so their values are never
// stored.

const PREFIX = "draft:";

/** The storage key for a user's field, which is also the value of the field's `data-draft` attribute. */
export const draftKey = (userId: string, name: string) => `${PREFIX}${userId}:${name}`;

/** Stores the text of every field with a `data-draft` attribute before the browser leaves the page. */
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

/** Removes all drafts when the user signs out. */
export function forgetDrafts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
}
