// Starts the production build of the Next.js example, with a Worker behind it.
import { readFileSync } from "node:fs";
import { prepareExamples, startNext } from "../../scripts/examples.mjs";
import { at } from "../../scripts/run.mjs";
import { APP, ask } from "./ask.mjs";
import { SECRET } from "../worker/local-worker.mjs";

export const FOLDER = "examples/nextjs";

export async function startApp(startWorker, closing) {
  await prepareExamples();
  const worker = await startWorker();
  return launch({ AUTH_SECRET: SECRET, AUTH_URL: worker.url }, closing);
}

/** Runs `next start` with these environment variables. Sets `BASE_URL` to the app origin used in the attack rows. */
export async function launch(env, closing) {
  // The Worker uses miniflare's self-signed certificate.
  const next = await startNext(FOLDER, { env: { BASE_URL: APP, NODE_TLS_REJECT_UNAUTHORIZED: "0", ...env } });
  closing?.push(next.stop);
  const url = next.origin.replace("localhost", "127.0.0.1");
  return {
    ...next,
    build: readFileSync(at(FOLDER, ".next/BUILD_ID"), "utf8").trim(),
    ask: (request) =>
      ask(url, { ip: null, ...request, headers: [["Accept", "text/html"], ...(request.headers ?? [])] }),
  };
}
