// Sets environment variables that the stack's modules read when they load, so it must be imported first.
import { join } from "node:path";
import { temporaryFolder } from "../temporary-folder.mjs";

export const folder = temporaryFolder("e2e");

// Works like a platform's header: gives each test browser its own IP address, and so its own rate limits.
export const ADDRESS_HEADER = "x-e2e-address";
process.env.CLIENT_IP_HEADER = ADDRESS_HEADER;
// Tasks survive a restart of the upstream.
process.env.DATABASE = join(folder, "tasks.sqlite");
