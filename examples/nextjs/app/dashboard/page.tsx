import type { Metadata } from "next";
import { TaskList } from "@/components/tasks/task-list";
import { auth } from "@/lib/auth";
import { Unreachable } from "@/lib/errors";
import type { PageProps } from "@/lib/page-props";
import { pagePath, type Task } from "@/lib/tasks";
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
          That was not saved: the service does not answer right now. Try again.
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

const taskId = (value: unknown) => (typeof value === "string" && /^[0-9a-f]{32}$/.test(value) ? value : undefined);

/** `null` where the upstream does not answer: the page is there all the same. */
async function loadTasks(userId: string, after: string | undefined): Promise<Task[] | null> {
  try {
    const answer = await callWorker(pagePath(userId, after));
    return answer.ok ? ((await answer.json()) as Task[]) : null;
  } catch (failure) {
    if (failure instanceof Unreachable) return null;
    throw failure;
  }
}
