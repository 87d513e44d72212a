"use client";

import { type FormEvent, useEffect, useRef } from "react";
import { removeTask, tickTask } from "@/actions/tasks";
import { RenameTask } from "@/components/tasks/rename-task";
import { dashboardPath, type Task } from "@/lib/tasks";

interface TaskRowProps {
  userId: string;
  task: Task;
  /** The id of the last task on the previous page. */
  after: string | undefined;
  editing: boolean;
  edit: (on: boolean) => void;
  tick: () => void;
  rename: (title: string) => Promise<void>;
  remove: () => Promise<void>;
}

/** One task. Its buttons belong to forms, and its link opens a page, so that everything works without JavaScript. */
export function TaskRow({ task, after, userId, editing, edit, tick, rename, remove }: TaskRowProps) {
  const row = useRef<HTMLLIElement>(null);
  const handled = (work: () => void) => (event: FormEvent) => {
    event.preventDefault();
    work();
  };

  /** Moves the focus to a neighbouring task, because keyboard users would otherwise have to start at the top again. */
  function removeRow() {
    const neighbour = row.current?.nextElementSibling ?? row.current?.previousElementSibling;
    const next =
      neighbour?.querySelector<HTMLElement>("[data-delete]") ?? document.querySelector<HTMLElement>("#title");
    next?.focus();
    void remove();
  }

  // Restores the focus after React has removed the form that had it.
  const wasEditing = useRef(editing);
  useEffect(() => {
    const isLost = document.activeElement === document.body;
    if (wasEditing.current && !editing && isLost) row.current?.querySelector<HTMLElement>("[data-rename]")?.focus();
    wasEditing.current = editing;
  }, [editing]);

  const which = (
    <>
      <input type="hidden" name="id" value={task.id} />
      {after && <input type="hidden" name="after" value={after} />}
    </>
  );
  if (editing) {
    return (
      <li ref={row}>
        <RenameTask task={task} after={after} userId={userId} rename={rename} end={() => edit(false)}>
          {which}
        </RenameTask>
      </li>
    );
  }
  return (
    <li ref={row} data-done={task.done}>
      <form action={tickTask} onSubmit={handled(tick)}>
        {which}
        <input type="hidden" name="done" value={String(!task.done)} />
        <button type="submit" className="tick" role="checkbox" aria-checked={task.done} aria-label={task.title} />
      </form>
      <span className="title">{task.title}</span>
      <a
        className="row-action"
        href={dashboardPath({ after, edit: task.id })}
        data-rename=""
        aria-label={`Rename ${task.title}`}
        onClick={(event) => {
          event.preventDefault();
          edit(true);
        }}
      >
        Rename
      </a>
      <form action={removeTask} onSubmit={handled(removeRow)}>
        {which}
        <button type="submit" className="row-action" data-delete="" aria-label={`Delete ${task.title}`}>
          Delete
        </button>
      </form>
    </li>
  );
}
