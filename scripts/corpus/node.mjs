// The package in this Node, by `import`.
import * as edgeseal from "../../js-tests/corpus/edgeseal.mjs";
import { timed } from "../../js-tests/corpus/judge.mjs";

export const name = "Node";

export const run = async (cases) => cases.map((one) => timed(edgeseal, one));
