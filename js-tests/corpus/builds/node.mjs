// Runs the package in the current Node process, loaded with `import`.
import * as edgeseal from "../edgeseal.mjs";
import { timed } from "../judge.mjs";

export const name = "Node";

export const run = async (cases) => cases.map((one) => timed(edgeseal, one));
