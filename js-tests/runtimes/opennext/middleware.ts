import "../clock.mjs";
import * as edgeseal from "edgeseal";
import { NextResponse } from "next/server";
import { report } from "../report.mjs";

export const middleware = async () => NextResponse.json(await report(edgeseal));

export const config = { matcher: "/middleware" };
