// Creates temporary folders for tests, and deletes them afterwards.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folders = [];
process.on("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Creates a folder that is deleted when this process exits. */
export function temporaryFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `edgeseal-${name}-`));
  folders.push(folder);
  return folder;
}
