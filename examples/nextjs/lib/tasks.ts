// The upstream's tasks: their shape and their addresses, for the server and the browser.

export interface Task {
  id: string;
  title: string;
  done: boolean;
}

/** How many are shown at once. */
export const PAGE_SIZE = 50;

export const tasksPath = (userId: string) => `/api/${encodeURIComponent(userId)}/tasks`;

export const taskPath = (userId: string, id: string) => `${tasksPath(userId)}/${encodeURIComponent(id)}`;

/** The newest first; with `after` those that are older than that one. */
export function pagePath(userId: string, after?: string): string {
  const query = new URLSearchParams({ sort: "newest", limit: String(PAGE_SIZE) });
  if (after) query.set("cursor", after);
  return `${tasksPath(userId)}?${query}`;
}
