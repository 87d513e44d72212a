import { start } from "../clock.mjs";
import * as edgeseal from "edgeseal";
import { report } from "../report.mjs";

const imported = performance.now() - start;

export default {
  fetch: async () => Response.json(await report(edgeseal, imported)),
};
