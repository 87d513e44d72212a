// The database of a thousand users that a real Better Auth server made.
import { test } from "node:test";
import { servedAsItIs } from "./shared-database.mjs";

test("a thousand users of a Better Auth database sign in here, and there again", (t) =>
  servedAsItIs(t, "better-auth", 1000));
