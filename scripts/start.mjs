// npm start: everything that is missing, then the whole stack until Ctrl-C.
import { build } from "./build.mjs";
import { prepareExamples, WORKER_PORT } from "./examples.mjs";
import { stop } from "./run.mjs";
import { startStack } from "./stack.mjs";

await build();
await prepareExamples();
const ports = {
  next: Number(process.env.NEXT_PORT ?? 3000),
  worker: WORKER_PORT,
  upstream: Number(process.env.UPSTREAM_PORT ?? 8000),
};
const stack = await startStack(ports).catch((cause) => stop(`${cause.message}\n${cause.output ?? ""}`));
console.log(`
Ready.
  Next.js   ${stack.app}
  Worker    ${stack.worker}/api/auth/ok
  FastAPI   ${stack.upstream}/docs
Ctrl-C stops all three.`);

for (const name of ["SIGINT", "SIGTERM"]) {
  process.once(name, async () => {
    await stack.close();
    process.exit(0);
  });
}
