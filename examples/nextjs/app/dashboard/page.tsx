import type { Metadata } from "next";
import { TaskList } from "@/components/tasks/task-list";
import { VerifyNotice } from "@/components/verify-notice";
import { auth } from "@/lib/auth";
import { Unreachable } from "@/lib/errors";
import type { PageProps } from "@/lib/page-props";
import { pageOf, pagePath, type Task, taskId, type TaskPage } from "@/lib/tasks";
import { callWorker } from "@/lib/worker";

export const metadata: Metadata = { title: "Tasks" };

// This page doesn't have a loading.tsx: without JavaScript, the content that React streams to replace the fallback
// would never appear.
export default async function Dashboard({ searchParams }: PageProps) {
  // Verify the session again where the data is read, because a check in the proxy is not enough on its own.
  const { user } = await auth.requireSession();
  const { after, edit, failed } = await searchParams;
  const cursor = taskId(after);
  return (
    <>
      <h1>Hello, {user.name}</h1>
      {user.emailVerified === false && <VerifyNotice email={user.email ?? ""} />}
      {failed !== undefined && (
        <p className="alert" role="alert">
          {failed === "refused"
            ? "That didn't work. The task may have been deleted."
            : "The service isn't responding, so that may not be saved. Check, then try again."}
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

/** Returns `null` if the upstream doesn't respond, so that the page still renders. */
async function loadTasks(userId: string, after: string | undefined): Promise<TaskPage | null> {
  const answer = await callWorker(pagePath(userId, after)).catch((failure: unknown) => {
    if (failure instanceof Unreachable) return null;
    throw failure;
  });
  // The connection may still fail before the whole response has arrived.
  const found = answer?.ok ? ((await answer.json().catch(() => null)) as Task[] | null) : null;
  return found && pageOf(found);
}
