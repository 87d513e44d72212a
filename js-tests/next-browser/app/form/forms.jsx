"use client";
import { useActionState, useState, useTransition } from "react";
import { count, drop, save } from "../../lib/actions";

/** Three ways to start an action: a form with state, a plain form, and a function call. */
export function Forms() {
  const [said, formAction] = useActionState(save, "");
  const [number, setNumber] = useState(0);
  const [, start] = useTransition();
  const call = () => start(async () => setNumber(await count(number)));
  return (
    <main>
      <form action={formAction} id="state">
        <input name="text" aria-label="text of state" />
        <button>Save</button>
        <output>{said}</output>
      </form>
      <form action={drop} id="alone">
        <input name="text" aria-label="text alone" />
        <button>Drop</button>
      </form>
      <button onClick={call}>Count</button>
      <b id="number">{number}</b>
    </main>
  );
}
