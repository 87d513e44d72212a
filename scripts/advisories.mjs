// npm run advisories: checks the locked crates and npm packages for known vulnerabilities. Requires network access.
import { at, run, stop } from "./run.mjs";
import { cargoDeny } from "./toolchain.mjs";

await cargoDeny();
const deny = (manifest) => ["cargo-deny", ["--manifest-path", at(manifest), "check", "advisories"], "."];
const audit = (folder) => ["npm", ["audit", "--package-lock-only", "--audit-level=high"], folder];
const commands = [
  ...["Cargo.toml", "fuzz/Cargo.toml"].map(deny),
  ...[".", "examples/nextjs", "examples/nextjs-better-auth"].map(audit),
];
const failed = [];
for (const [command, args, folder] of commands) {
  const { code } = await run(command, args, { cwd: at(folder), show: true, quiet: true });
  if (code !== 0) failed.push(`${command} ${args.join(" ")} in ${folder}`);
}
if (failed.length > 0) stop(`Failed:\n  ${failed.join("\n  ")}`);
