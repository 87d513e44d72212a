// The configuration for Better Auth's command-line tool. The `SHAPE` environment variable selects a shape from
// shapes.mjs.
import Database from "libsql";
import { connect, serverOf } from "./options.mjs";

const name = process.env.SHAPE;
export const auth = await serverOf(name, await connect(name, new Database(":memory:"), {}));
