"use server";
import "../../../../clock.mjs";
import * as edgeseal from "edgeseal";
import { report } from "../../../../report.mjs";

export const ask = async () => JSON.stringify(await report(edgeseal));
