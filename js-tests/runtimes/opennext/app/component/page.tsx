import "../../../clock.mjs";
import * as edgeseal from "edgeseal";
import { report } from "../../../report.mjs";
import { Print } from "./print";

export const dynamic = "force-dynamic";

export default async function Page() {
  return <Print text={JSON.stringify(await report(edgeseal))} />;
}
