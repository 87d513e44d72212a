"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { api } from "@/lib/api";
import { Refused, SignedOut, Unreachable } from "@/lib/errors";
import { pageOf, pagePath, type Task, type TaskPage, taskPath, tasksPath } from "@/lib/tasks";

/** An error message and, if a retry makes sense, a function that retries. */
export interface Trouble {
  text: string;
  again?: () => void;
}

type Edit = (tasks: Task[]) => Task[];

const changed = (id: string, change: Partial<Task>): Edit => {
  return (tasks) => tasks.map((task) => (task.id === id ? { ...task, ...change } : task));
};

/** Puts a task back where it was. */
const restored = (task: Task, at: number): Edit => {
  return (tasks) => (tasks.some(({ id }) => id === task.id) ? tasks : tasks.toSpliced(at, 0, task));
};

/** One page of a user's tasks. Changes are shown immediately, and are reverted if the API refuses them. */
export function useTasks(userId: string, initial: TaskPage | null, after: string | undefined) {
  const [page, setPage] = useState(initial);
  const [loading, setLoading] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  // Changes are sent one after the other, so the last click wins.
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  const writes = useRef(0);

  const load = useCallback(async () => {
    // Wait for pending changes first. Otherwise, it would be unclear whether the response includes them.
    for (let last; last !== queue.current;) await (last = queue.current);
    const before = writes.current;
    const found = await api<Task[]>(pagePath(userId, after));
    // Ignore the response if there were changes in the meantime, because it may not include them.
    if (writes.current === before) setPage(pageOf(found));
  }, [userId, after]);

  useEffect(() => {
    // Next.js may show a cached page, and another tab or device may have changed the tasks.
    const look = () => document.visibilityState === "visible" && void load().catch(() => {});
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [load]);

  async function reload() {
    setLoading(true);
    // If this fails, keep the list as it is, with the error next to it.
    await load().catch(() => {});
    setLoading(false);
  }

  const edit = (how: Edit) => setPage((shown) => shown && { ...shown, tasks: how(shown.tasks) });

  function write<T>(call: () => Promise<T>): Promise<T> {
    writes.current += 1;
    const done = queue.current.then(call);
    queue.current = done.catch(() => {});
    return done;
  }

  /** Shows a change, sends it, and reverts it if it is refused. Returns whether it succeeded. */
  async function change(text: string, apply: Edit, revert: Edit, call: () => Promise<unknown>): Promise<boolean> {
    setTrouble(undefined);
    edit(apply);
    try {
      await write(call);
      return true;
    } catch (failure) {
      edit(revert);
      if (failure instanceof Refused) {
        // This page is outdated, for example because the task was deleted: load it again.
        setTrouble({ text: `${text}: ${failure.message}.` });
        void load().catch(() => {});
      } else if (!(failure instanceof SignedOut)) {
        const again = () => void change(text, apply, revert, call);
        setTrouble({ text: `${text}: the service isn't responding.`, again });
      }
      return false;
    }
  }

  return {
    tasks: page && page.tasks,
    hasOlder: page !== null && page.hasOlder,
    loading,
    trouble,
    reload,
    async add(title: string): Promise<void> {
      try {
        const call = () => api<Task>(tasksPath(userId), { method: "POST", body: { title } });
        const added = await write(call);
        const shown = (page: TaskPage | null) => (page ? page.tasks.filter(({ id }) => id !== added.id) : []);
        setPage((page) => ({ hasOlder: false, ...page, tasks: [added, ...shown(page)] }));
        // Tasks that failed to load before may load now.
        if (page === null) void reload();
      } catch (failure) {
        // The task may have been added anyway. If so, show it before the user tries again.
        if (failure instanceof Unreachable) void load().catch(() => {});
        throw failure;
      }
    },
    tick({ id, title, done }: Task): void {
      const body = { done: !done };
      const text = `“${title}” could not be marked as ${done ? "open" : "done"}`;
      const call = () => api(taskPath(userId, id), { method: "PATCH", body });
      void change(text, changed(id, body), changed(id, { done }), call);
    },
    async rename({ id }: Task, title: string): Promise<void> {
      await write(() => api(taskPath(userId, id), { method: "PATCH", body: { title } }));
      edit(changed(id, { title }));
    },
    async remove(task: Task): Promise<boolean> {
      const at = page?.tasks.indexOf(task) ?? 0;
      const call = () => api(taskPath(userId, task.id), { method: "DELETE" });
      const without: Edit = (tasks) => tasks.filter(({ id }) => id !== task.id);
      const done = await change(`“${task.title}” could not be deleted`, without, restored(task, at), call);
      // Load the older task that moves up onto this page.
      if (done && page?.hasOlder) void load().catch(() => {});
      return done;
    },
  };
}
