// Every row of docs/reference/runtimes.md, one after the other: `npm run test:runtimes` runs this file.
import "./node.mjs";
import "./bundlers.mjs";
import "./workerd.mjs";
import "./testers.mjs";
import "./next16.mjs";
import "./next15.mjs";
import "./opennext.mjs";
import "./nitro.mjs";
import "./auth.mjs";
