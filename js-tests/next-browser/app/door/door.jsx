"use client";
import { useActionState } from "react";
import { enter, leave } from "../../lib/actions";

export function Door() {
  const [entered, enterAction] = useActionState(enter, "");
  const [left, leaveAction] = useActionState(leave, "");
  return (
    <>
      <form action={enterAction}>
        <button>Enter</button>
        <output id="entered">{entered}</output>
      </form>
      <form action={leaveAction}>
        <button>Leave</button>
        <output id="left">{left}</output>
      </form>
    </>
  );
}
