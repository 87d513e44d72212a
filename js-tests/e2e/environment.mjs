// Sets environment variables that the stack's modules read when they load, so import this module first.
import { join } from "node:path";
import { temporaryFolder } from "../temporary-folder.mjs";

export const folder = temporaryFolder("e2e");

// Each test browser sends its own IP address in this header, so each browser has its own rate limits. In production,
// the platform sets such a header.
export const ADDRESS_HEADER = "x-e2e-address";
process.env.CLIENT_IP_HEADER = ADDRESS_HEADER;
// The tasks are stored in a file, so that they survive a restart of the upstream.
process.env.DATABASE = join(folder, "tasks.sqlite");
