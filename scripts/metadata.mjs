// What registries and pages say about the project. Cargo.toml is the one place that has it.
import { run } from "./run.mjs";

export async function metadata() {
  const { output } = await run("cargo", ["metadata", "--no-deps", "--offline", "--format-version", "1"]);
  const { packages, metadata } = JSON.parse(output.slice(output.indexOf("{")));
  const { version, repository, homepage } = packages.find(({ name }) => name === "edgeseal");
  return { version, repository, homepage, ...metadata.project };
}

/** As package.json has it. What is not set is left out. */
export function forNpm({ version, keywords, repository, homepage, bugs }) {
  return {
    version,
    keywords,
    ...(repository && { repository: { type: "git", url: `git+${repository}.git` } }),
    ...(homepage && { homepage }),
    ...(bugs && { bugs: { url: bugs } }),
  };
}
