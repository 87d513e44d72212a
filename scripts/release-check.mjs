// npm run release:check: checks whether this tree may be released; `-- v0.1.0` also checks the tag. See RELEASING.md.
import { readFileSync } from "node:fs";
import { pagePaths } from "../js-tests/docs.mjs";
import { metadata } from "./metadata.mjs";
import { versioned } from "./release-version.mjs";
import { at, isMain, stop } from "./run.mjs";

const isUrl = (text) => /^https:\/\/[\w.-]+\.\w+(?:\/[^\s]*)?$/.test(text);

/** Phrases that pages may contain only before the first release. */
const UNPUBLISHED = /\bnot published\b|\bnothing is published\b|\.\/edgeseal-\d/i;

/** Problems that prevent a release. */
export function problemsOf({ project, changelog, tag, pages = [], files = [] }) {
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
  for (const { path, text } of pages)
    text.split("\n").forEach((line, index) => {
      const [found] = UNPUBLISHED.exec(line) ?? [];
      if (found) problems.push(`${path}:${index + 1}: "${found}" is wrong after the release`);
    });
  for (const { path, versions } of files)
    for (const version of versions)
      if (version !== project.version) problems.push(`${path}: has version ${version}, not ${project.version}`);
  return problems;
}

if (isMain(import.meta.url)) {
  const changelog = readFileSync(at("CHANGELOG.md"), "utf8");
  const pages = pagePaths().filter((path) => path !== "RELEASING.md");
  const problems = problemsOf({
    project: await metadata(),
    ...{ changelog, tag: process.argv[2], files: await versioned() },
    pages: pages.map((path) => ({ path, text: readFileSync(at(path), "utf8") })),
  });
  if (problems.length > 0) stop(`Not ready for a release:\n  ${problems.join("\n  ")}`);
  console.log("✓ ready for a release");
}
