"use client";
import { useEffect } from "react";

export function Print({ text }: { text: string }) {
  useEffect(() => console.log(text), [text]);
  return <p>printed</p>;
}
