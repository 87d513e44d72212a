// The configuration for Better Auth's command-line tool. The variable `SHAPE` is the name of a shape in shapes.mjs.
import Database from "libsql";
import { connect, serverOf } from "./options.mjs";

const name = process.env.SHAPE;
export const auth = await serverOf(name, await connect(name, new Database(":memory:"), {}));
