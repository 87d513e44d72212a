// Rows that need only this folder's packages. `npm test` runs one per family.
import "./node.mjs";
import "./bundlers.mjs";
import "./testers.mjs";
