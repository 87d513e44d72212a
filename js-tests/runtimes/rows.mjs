// All rows in docs/reference/runtimes.md, one after another, for `npm run test:runtimes`.
import "./node.mjs";
import "./bundlers.mjs";
import "./workerd.mjs";
import "./testers.mjs";
import "./next16.mjs";
import "./next15.mjs";
import "./opennext.mjs";
import "./nitro.mjs";
import "./auth.mjs";
