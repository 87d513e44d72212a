import "../../../../clock.mjs";
import * as edgeseal from "edgeseal";
import { report } from "../../../../report.mjs";

export const runtime = "edge";
export const GET = async () => Response.json(await report(edgeseal));
