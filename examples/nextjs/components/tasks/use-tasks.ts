"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { api } from "@/lib/api";
import { Refused, SignedOut, Unreachable } from "@/lib/errors";
import { pageOf, pagePath, type Task, type TaskPage, taskPath, tasksPath } from "@/lib/tasks";

/** What did not work, and how it is tried again, where that is of use. */
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

/** One page of a user's tasks. Changes show at once, and are taken back where the API does not take them. */
export function useTasks(userId: string, initial: TaskPage | null, after: string | undefined) {
  const [page, setPage] = useState(initial);
  const [loading, setLoading] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  // Changes go out one after the other: the last click is the one that counts.
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  const writes = useRef(0);

  const load = useCallback(async () => {
    // A change that is under way may be in the answer or not, so it comes first.
    for (let last; last !== queue.current;) await (last = queue.current);
    const before = writes.current;
    const found = await api<Task[]>(pagePath(userId, after));
    // What was changed meanwhile is not in it.
    if (writes.current === before) setPage(pageOf(found));
  }, [userId, after]);

  useEffect(() => {
    // The page may be an older one of Next.js's, and another tab or device may have changed it.
    const look = () => document.visibilityState === "visible" && void load().catch(() => {});
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [load]);

  async function reload() {
    setLoading(true);
    // What is shown stays: that there is no answer is told there.
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

  /** Shows a change, asks for it, and takes it back where it is refused. Whether it was done. */
  async function change(text: string, apply: Edit, revert: Edit, call: () => Promise<unknown>): Promise<boolean> {
    setTrouble(undefined);
    edit(apply);
    try {
      await write(call);
      return true;
    } catch (failure) {
      edit(revert);
      if (failure instanceof Refused) {
        // This page is behind: the task is gone, for example. What there is now is looked up.
        setTrouble({ text: `${text}: ${failure.message}.` });
        void load().catch(() => {});
      } else if (!(failure instanceof SignedOut)) {
        const again = () => void change(text, apply, revert, call);
        setTrouble({ text: `${text}: the service does not answer right now.`, again });
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
        // What could not be loaded before may be there now.
        if (page === null) void reload();
      } catch (failure) {
        // It may have been added all the same: whoever tries again should see that.
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
      // An older one takes the place.
      if (done && page?.hasOlder) void load().catch(() => {});
      return done;
    },
  };
}
