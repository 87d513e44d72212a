// Runs the package in Next.js's edge runtime, in the middleware of a production build of js-tests/next-edge.
import { EDGE_FIXTURE, prepareEdgeFixture, startNext } from "../../../scripts/examples.mjs";
import { fromOutside, poster } from "./outside.mjs";

export const name = "Next.js edge";
export const prepare = prepareEdgeFixture;

export async function run(cases) {
  const server = await startNext(EDGE_FIXTURE);
  try {
    return await fromOutside(poster(`${server.origin}/corpus`), cases);
  } finally {
    server.stop();
  }
}
