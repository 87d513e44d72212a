"use client";

import { type FormEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { SignedOut } from "@/lib/access-token";
import { Refused, type Task, tasksAt } from "@/lib/tasks";

const SIGN_IN = "/sign-in?callbackUrl=%2Fdashboard";
const SILENCE = "The tasks server isn't responding. Your text is still here. Try again in a moment.";

/** Shows the tasks at `url`, which the browser fetches directly from the API. */
export function Tasks({ url }: { url: string }) {
  const api = useMemo(() => tasksAt(url), [url]);
  const [tasks, setTasks] = useState<Task[]>();
  const [problem, setProblem] = useState("");
  const [done, setDone] = useState("");
  const [calls, setCalls] = useState(0);
  const pending = calls > 0;
  const title = useRef<HTMLInputElement>(null);

  /** Runs `work` and returns whether it succeeded. Shows an error if it failed. */
  const attempt = useCallback(async (work: () => Promise<void>, success = "") => {
    setProblem("");
    setDone("");
    setCalls((all) => all + 1);
    try {
      await work();
      setDone(success);
      return true;
    } catch (cause) {
      if (cause instanceof SignedOut) window.location.assign(SIGN_IN);
      else setProblem(cause instanceof Refused ? cause.message : SILENCE);
      return false;
    } finally {
      setCalls((all) => all - 1);
    }
  }, []);

  const load = useCallback(() => attempt(async () => setTasks(await api.list())), [api, attempt]);
  useEffect(() => void load(), [load]);

  const replace = (id: string, by: Task[]) => setTasks((all) => all?.flatMap((task) => (task.id === id ? by : [task])));

  function add(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const text = title.current!.value.trim();
    if (!text || pending) return;
    void attempt(async () => {
      const added = await api.add(text);
      setTasks((all = []) => [added, ...all]);
      form.reset();
    }, `“${text}” was added`);
  }

  async function mark(task: Task) {
    const to = !task.done;
    // Optimistic update: the checkbox keeps its new state unless the API refuses the change.
    replace(task.id, [{ ...task, done: to }]);
    const went = await attempt(
      async () => replace(task.id, [await api.mark(task.id, to)]),
      `“${task.title}” is ${to ? "done" : "open"}`,
    );
    if (!went) replace(task.id, [task]);
  }

  const remove = (task: Task) =>
    attempt(async () => {
      await api.remove(task.id);
      replace(task.id, []);
      // The button that had the focus no longer exists.
      title.current?.focus();
    }, `“${task.title}” was removed`);

  return (
    <section className="tasks" aria-label="Tasks" aria-busy={pending}>
      <form onSubmit={add} className="add">
        <label>
          New task
          <input name="title" ref={title} required maxLength={200} autoComplete="off" />
        </label>
        <button type="submit" className="primary" aria-disabled={pending}>
          Add
        </button>
      </form>
      <div role="alert">
        {problem && (
          <div className="alert">
            <p>{problem}</p>
            {!tasks && (
              <button type="button" onClick={load}>
                Try again
              </button>
            )}
          </div>
        )}
      </div>
      <p role="status" className="quiet">
        {!tasks && pending ? "Loading your tasks …" : tasks?.length === 0 ? "No tasks yet." : done}
      </p>
      {tasks && tasks.length > 0 && (
        <ul>
          {tasks.map((task) => (
            <li key={task.id}>
              <label className="check">
                <input type="checkbox" checked={task.done} onChange={() => mark(task)} />
                <span>{task.title}</span>
              </label>
              <button type="button" aria-label={`Remove ${task.title}`} onClick={() => remove(task)}>
                Remove
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
