import "../clock.mjs";
import * as edgeseal from "edgeseal";
import { report } from "../report.mjs";

export default {
  fetch: async () => Response.json(await report(edgeseal)),
};
