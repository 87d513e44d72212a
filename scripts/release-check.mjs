// npm run release:check: checks whether this tree may be released; `-- v0.1.0` also checks the tag. See RELEASING.md.
import { readFileSync } from "node:fs";
import { metadata } from "./metadata.mjs";
import { at, isMain, stop } from "./run.mjs";

const isUrl = (text) => /^https:\/\/[\w.-]+\.\w+(?:\/[^\s]*)?$/.test(text);

/** Problems that prevent a release. */
export function problemsOf({ project, changelog, tag }) {
  const problems = [];
  for (const name of ["repository", "homepage", "bugs"])
    if (!isUrl(project[name] ?? "")) problems.push(`Cargo.toml: ${name} must be an https address`);
  if (project.repository?.endsWith(".git")) problems.push("Cargo.toml: repository must not end with .git");
  if (!/^[^\s@]+@[^\s@]+\.\w+$/.test(project.contact ?? ""))
    problems.push("Cargo.toml: contact must be an e-mail address");
  if (!(project.keywords?.length > 0)) problems.push("Cargo.toml: keywords must name some");
  const heading = new RegExp(`^## \\[${project.version.replaceAll(".", "\\.")}\\] - \\d{4}-\\d\\d-\\d\\d$`, "m");
  if (!heading.test(changelog)) problems.push(`CHANGELOG.md: has no dated section for ${project.version}`);
  if (tag !== undefined && tag !== `v${project.version}`)
    problems.push(`tag: ${tag} is not v${project.version}, the version in Cargo.toml`);
  return problems;
}

if (isMain(import.meta.url)) {
  const changelog = readFileSync(at("CHANGELOG.md"), "utf8");
  const problems = problemsOf({ project: await metadata(), changelog, tag: process.argv[2] });
  if (problems.length > 0) stop(`Not ready for a release:\n  ${problems.join("\n  ")}`);
  console.log("✓ ready for a release");
}
