import * as edgeseal from "edgeseal";
import * as slim from "edgeseal/slim";
import { defineEventHandler } from "h3";
import { runCases } from "../../../package/cases.mjs";

export default defineEventHandler(async () => {
  const secret = edgeseal.generateSecret();
  slim.verifyJwt(edgeseal.signJwt({}, secret, { expiresIn: 60 }), secret);
  return { cases: (await runCases(edgeseal)).length };
});
