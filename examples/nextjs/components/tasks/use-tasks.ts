"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { api } from "@/lib/api";
import { Refused, SignedOut } from "@/lib/errors";
import { pagePath, type Task, taskPath, tasksPath } from "@/lib/tasks";

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
export function useTasks(userId: string, initial: Task[] | null, after: string | undefined) {
  const [tasks, setTasks] = useState(initial);
  const [loading, setLoading] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  // Changes go out one after the other: the last click is the one that counts.
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  const writes = useRef(0);

  const load = useCallback(async () => {
    const before = writes.current;
    const fresh = await api<Task[]>(pagePath(userId, after));
    // What was changed meanwhile is not in it.
    if (writes.current === before) setTasks(fresh);
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

  function write<T>(call: () => Promise<T>): Promise<T> {
    writes.current += 1;
    const done = queue.current.then(call);
    queue.current = done.catch(() => {});
    return done;
  }

  /** Shows a change, asks for it, and takes it back where it is refused. Whether it was done. */
  async function change(text: string, apply: Edit, revert: Edit, call: () => Promise<unknown>): Promise<boolean> {
    const edit = (how: Edit) => setTasks((shown) => shown && how(shown));
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
    tasks,
    loading,
    trouble,
    reload,
    async add(title: string): Promise<void> {
      const added = await write(() => api<Task>(tasksPath(userId), { method: "POST", body: { title } }));
      setTasks((shown) => [added, ...(shown ?? [])]);
      // What could not be loaded before may be there now.
      if (tasks === null) void reload();
    },
    tick({ id, title, done }: Task): void {
      const body = { done: !done };
      const text = `“${title}” could not be marked as ${done ? "open" : "done"}`;
      const call = () => api(taskPath(userId, id), { method: "PATCH", body });
      void change(text, changed(id, body), changed(id, { done }), call);
    },
    async rename({ id }: Task, title: string): Promise<void> {
      await write(() => api(taskPath(userId, id), { method: "PATCH", body: { title } }));
      setTasks((shown) => shown && changed(id, { title })(shown));
    },
    remove(task: Task): Promise<boolean> {
      const at = tasks?.indexOf(task) ?? 0;
      const call = () => api(taskPath(userId, task.id), { method: "DELETE" });
      return change(
        `“${task.title}” could not be deleted`,
        (shown) => shown.filter(({ id }) => id !== task.id),
        restored(task, at),
        call,
      );
    },
  };
}
