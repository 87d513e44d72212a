// What was being typed when a session was lost, until its writer is back. Text alone, in this tab alone: no token, and no
// password, has a `data-draft`.

const PREFIX = "draft:";

/** Where the text of a field of this user's is kept: for its `data-draft`. */
export const draftKey = (userId: string, name: string) => `${PREFIX}${userId}:${name}`;

/** Keeps what stands in the fields that ask for it, before the page is left. */
export function keepDrafts(): void {
  for (const field of document.querySelectorAll<HTMLInputElement>("input[data-draft]")) {
    if (field.value !== field.defaultValue) sessionStorage.setItem(field.dataset.draft!, field.value);
  }
}

/** Gives back what was kept, once. */
export function takeDraft(key: string): string | null {
  const text = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  return text;
}

/** Whoever signs out leaves nothing behind. */
export function forgetDrafts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
}
