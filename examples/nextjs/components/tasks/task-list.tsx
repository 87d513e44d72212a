"use client";

import { useState } from "react";
import { AddTask } from "@/components/tasks/add-task";
import { TaskRow } from "@/components/tasks/task-row";
import { useTasks } from "@/components/tasks/use-tasks";
import { dashboardPath, type TaskPage } from "@/lib/tasks";

interface TaskListProps {
  userId: string;
  /** The tasks that the server loaded; `null` if the service didn't respond. */
  initial: TaskPage | null;
  /** The id of the last task on the previous page. */
  after?: string | undefined;
  /** The id of the task being renamed. */
  edited?: string | undefined;
}

export function TaskList({ userId, initial, after, edited }: TaskListProps) {
  const { tasks, hasOlder, loading, trouble, reload, add, tick, rename, remove } = useTasks(userId, initial, after);
  const [editing, setEditing] = useState(edited);
  const [news, setNews] = useState("");

  function edit(id: string | undefined) {
    setEditing(id);
    // The id is also in the URL, so that a user who has to sign in again comes back to the same task.
    window.history.replaceState(null, "", dashboardPath({ after, edit: id }));
  }
  const open = tasks?.filter(({ done }) => !done).length;

  return (
    <section aria-labelledby="tasks-heading" className="tasks">
      <div className="tasks-head">
        <h2 id="tasks-heading">Tasks</h2>
        {tasks !== null && tasks.length > 0 && <p className="quiet">{open === 0 ? "All done" : `${open} open`}</p>}
      </div>
      <AddTask
        userId={userId}
        add={async (title) => {
          await add(title);
          setNews(`Added “${title}”.`);
        }}
      />
      {trouble && (
        <div className="alert" role="alert">
          <p>{trouble.text}</p>
          {trouble.again && (
            <button type="button" onClick={trouble.again}>
              Try again
            </button>
          )}
        </div>
      )}
      <p className="unseen" role="status">
        {news}
      </p>
      {tasks === null && <Unavailable loading={loading} reload={reload} />}
      {tasks?.length === 0 && (
        <p className="empty">{after ? "There are no older tasks." : "Nothing to do yet. Add your first task above."}</p>
      )}
      {tasks !== null && tasks.length > 0 && (
        <ul>
          {tasks.map((task) => (
            <TaskRow
              key={task.id}
              userId={userId}
              task={task}
              after={after}
              editing={editing === task.id}
              edit={(on) => edit(on ? task.id : undefined)}
              tick={() => tick(task)}
              rename={(title) => rename(task, title)}
              remove={async () => {
                if (await remove(task)) setNews(`Deleted “${task.title}”.`);
              }}
            />
          ))}
        </ul>
      )}
      {tasks !== null && hasOlder && <a href={dashboardPath({ after: tasks.at(-1)?.id ?? after })}>Older tasks</a>}
      {after && <a href="/dashboard">Newest tasks</a>}
    </section>
  );
}

/** Shown if the list couldn't be loaded. Without JavaScript, the link reloads the page. */
function Unavailable({ loading, reload }: { loading: boolean; reload: () => void }) {
  return (
    <div className="alert" role="alert" aria-busy={loading}>
      <p>Your tasks can't be shown right now because the service isn't responding. Nothing is lost.</p>
      <a
        className="button"
        href="/dashboard"
        onClick={(event) => {
          event.preventDefault();
          if (!loading) reload();
        }}
      >
        {loading ? "Loading…" : "Try again"}
      </a>
    </div>
  );
}
