import type { Metadata } from "next";
import { TaskList } from "@/components/tasks/task-list";
import { auth } from "@/lib/auth";
import { Unreachable } from "@/lib/errors";
import type { PageProps } from "@/lib/page-props";
import { pageOf, pagePath, type Task, taskId, type TaskPage } from "@/lib/tasks";
import { callWorker } from "@/lib/worker";

export const metadata: Metadata = { title: "Tasks" };

// There is no loading.tsx: what React streams behind a fallback never shows without JavaScript.
export default async function Dashboard({ searchParams }: PageProps) {
  // Verified again where the data is: a proxy alone is no protection.
  const { user } = await auth.requireSession();
  const { after, edit, failed } = await searchParams;
  const cursor = taskId(after);
  return (
    <>
      <h1>Hello, {user.name}</h1>
      {failed !== undefined && (
        <p className="alert" role="alert">
          {failed === "refused"
            ? "That can’t be done. The task may be gone."
            : "The service does not answer right now, so that may not be saved. Look, and try again."}
        </p>
      )}
      <TaskList
        key={cursor}
        userId={user.id}
        initial={await loadTasks(user.id, cursor)}
        after={cursor}
        edited={taskId(edit)}
      />
    </>
  );
}

/** `null` where the upstream does not answer: the page is there all the same. */
async function loadTasks(userId: string, after: string | undefined): Promise<TaskPage | null> {
  const answer = await callWorker(pagePath(userId, after)).catch((failure: unknown) => {
    if (failure instanceof Unreachable) return null;
    throw failure;
  });
  // An answer may still break off in the middle.
  const found = answer?.ok ? ((await answer.json().catch(() => null)) as Task[] | null) : null;
  return found && pageOf(found);
}
