// Tests one version of Next.js in Chromium. matrix.slow.test.mjs tests the other versions, bundlers and modes.
import { BROWSER_FIXTURE } from "../../scripts/examples.mjs";
import { browserTests } from "../next-browser/browser-app.mjs";

browserTests("Next.js 16, next start", { folder: BROWSER_FIXTURE });
