// Tests one version of Next.js in Chromium. Other versions, bundlers and modes are tested by matrix.slow.test.mjs.
import { BROWSER_FIXTURE } from "../../scripts/examples.mjs";
import { browserTests } from "../next-browser/browser-app.mjs";

browserTests("Next.js 16, next start", { folder: BROWSER_FIXTURE });
