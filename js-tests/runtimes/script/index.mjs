import { start } from "../clock.mjs";
import * as edgeseal from "edgeseal";
import { report } from "../report.mjs";

const imported = performance.now() - start;
console.log(JSON.stringify({ ...(await report(edgeseal, imported)), entry: import.meta.resolve("edgeseal") }));
