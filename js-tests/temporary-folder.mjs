// What a test writes beside the project does not outlive it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folders = [];
process.on("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own, gone once this process has ended. */
export function temporaryFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `edgeseal-${name}-`));
  folders.push(folder);
  return folder;
}
