// Tests Next.js's router in Chromium. matrix.slow.test.mjs tests all other combinations.
import { BROWSER_FIXTURE } from "../../scripts/examples.mjs";
import { browserTests } from "../next-browser/browser-app.mjs";

browserTests("Next.js 16, next start", { folder: BROWSER_FIXTURE });
