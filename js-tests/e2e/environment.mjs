// Read when the stack's modules are loaded, so it stands before them.
import { join } from "node:path";
import { temporaryFolder } from "../temporary-folder.mjs";

export const folder = temporaryFolder("e2e");

// As a platform would write it: each browser of a test has an address of its own, and so its own limits.
export const ADDRESS_HEADER = "x-e2e-address";
process.env.CLIENT_IP_HEADER = ADDRESS_HEADER;
// Tasks outlive a restart of the upstream.
process.env.DATABASE = join(folder, "tasks.sqlite");
