// The project's metadata for registries and pages. Cargo.toml is its only source.
import { run } from "./run.mjs";

export async function metadata() {
  const { output } = await run("cargo", ["metadata", "--no-deps", "--offline", "--format-version", "1"]);
  const { packages, metadata } = JSON.parse(output.slice(output.indexOf("{")));
  const { version, repository, homepage } = packages.find(({ name }) => name === "edgeseal");
  return { version, repository, homepage, ...metadata.project };
}

/** The same metadata in the form that package.json uses. Unset fields are omitted. */
export function forNpm({ version, keywords, repository, homepage, bugs }) {
  return {
    version,
    keywords,
    ...(repository && { repository: { type: "git", url: `git+${repository}.git` } }),
    ...(homepage && { homepage }),
    ...(bugs && { bugs: { url: bugs } }),
  };
}
