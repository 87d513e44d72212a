// Runs all rows in docs/reference/runtimes.md, one after another. This is what `npm run test:runtimes` runs.
import "./node.mjs";
import "./bundlers.mjs";
import "./workerd.mjs";
import "./testers.mjs";
import "./next16.mjs";
import "./next15.mjs";
import "./opennext.mjs";
import "./nitro.mjs";
import "./auth.mjs";
