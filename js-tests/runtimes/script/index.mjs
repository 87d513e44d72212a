import "../clock.mjs";
import * as edgeseal from "edgeseal";
import { report } from "../report.mjs";

console.log(JSON.stringify({ ...(await report(edgeseal)), entry: import.meta.resolve("edgeseal") }));
