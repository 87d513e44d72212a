"use client";
import "../../../../clock.mjs";
import * as edgeseal from "edgeseal";
import { useEffect } from "react";
import { report } from "../../../../report.mjs";

export default function Page() {
  useEffect(() => void report(edgeseal).then((found) => console.log(JSON.stringify(found))), []);
  return <p>in the browser</p>;
}
