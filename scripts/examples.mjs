// What the examples need besides pkg/ and worker/build/.
import { installPackage } from "./build-package.mjs";
import { at, run, step, whenStale } from "./run.mjs";
import { npmPackages, pythonPackages } from "./toolchain.mjs";

const NEXT = "examples/nextjs";

/** Next.js fixes its rewrites when it builds, so the Worker's port is part of the build. */
export const WORKER_PORT = Number(process.env.WORKER_PORT ?? 8787);

export async function prepareExamples() {
  const authURL = `http://127.0.0.1:${WORKER_PORT}`;
  await pythonPackages();
  await npmPackages(NEXT);
  await installPackage(NEXT);
  await step("Next.js production build", () =>
    whenStale(
      "next",
      { inputs: [NEXT, "target/npm/edgeseal.tgz"], outputs: [`${NEXT}/.next/BUILD_ID`], also: authURL },
      () =>
        run("next", ["build"], {
          cwd: at(NEXT),
          env: { AUTH_URL: authURL, PATH: `${at(NEXT, "node_modules/.bin")}:${process.env.PATH}` },
        }),
    ),
  );
}
