// The configuration for the command lines: `SHAPE` names a shape of shapes.mjs.
import Database from "libsql";
import { connect, serverOf } from "./options.mjs";

const name = process.env.SHAPE;
export const auth = await serverOf(name, await connect(name, new Database(":memory:"), {}));
