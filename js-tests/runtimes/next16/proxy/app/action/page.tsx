"use client";
import { useEffect } from "react";
import { ask } from "./action";

export default function Page() {
  useEffect(() => void ask().then((text) => console.log(text)), []);
  return <p>a server action</p>;
}
