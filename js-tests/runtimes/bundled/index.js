import "../clock.mjs";
import * as edgeseal from "edgeseal";
import { report } from "../report.mjs";

report(edgeseal).then((found) => console.log(JSON.stringify(found)));
