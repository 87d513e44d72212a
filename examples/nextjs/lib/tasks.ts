// The type and the URLs of the upstream's tasks, for use on the server and in the browser.

export interface Task {
  id: string;
  title: string;
  done: boolean;
}

/** Tasks per page. */
export const PAGE_SIZE = 50;

export interface TaskPage {
  tasks: Task[];
  hasOlder: boolean;
}

/** Builds a page from the tasks that the API returned for its {@link pagePath}. */
export const pageOf = (found: Task[]): TaskPage => ({
  tasks: found.slice(0, PAGE_SIZE),
  hasOlder: found.length > PAGE_SIZE,
});

/**
 * The URL of the app's tasks page. `after` and `edit` are task ids: the page lists only tasks that are older than
 * `after`, and lets the user rename the task with the id `edit`.
 */
export function dashboardPath({
  after,
  edit,
  failed,
}: Partial<Record<"after" | "edit" | "failed", string | undefined>>) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ after, edit, failed })) if (value) query.set(name, value);
  return query.size > 0 ? `/dashboard?${query}` : "/dashboard";
}

/** Returns a URL parameter if it is a valid task id. */
export const taskId = (given: unknown) =>
  typeof given === "string" && /^[0-9a-f]{32}$/.test(given) ? given : undefined;

export const tasksPath = (userId: string) => `/api/${encodeURIComponent(userId)}/tasks`;

export const taskPath = (userId: string, id: string) => `${tasksPath(userId)}/${encodeURIComponent(id)}`;

/** The URL of a user's tasks, newest first; with `after`, only tasks older than the task with that id. */
export function pagePath(userId: string, after?: string): string {
  // Request one more task than is shown, to find out whether there are older tasks.
  const query = new URLSearchParams({ sort: "newest", limit: String(PAGE_SIZE + 1) });
  if (after) query.set("cursor", after);
  return `${tasksPath(userId)}?${query}`;
}
