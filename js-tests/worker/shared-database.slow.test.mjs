// Tests a database with a thousand users from a real Better Auth server.
import { test } from "node:test";
import { servedAsItIs } from "./shared-database.mjs";

test("a thousand users of a Better Auth database sign in at the Worker, and at the real server again", (t) =>
  servedAsItIs(t, "better-auth", 1000));
