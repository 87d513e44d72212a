import { start } from "../clock.mjs";
import * as edgeseal from "edgeseal";
import { report } from "../report.mjs";

const imported = performance.now() - start;
report(edgeseal, imported).then((found) => console.log(JSON.stringify(found)));
