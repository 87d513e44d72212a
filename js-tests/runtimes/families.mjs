// Rows that need only this project. `npm test` runs one of each family.
import "./node.mjs";
import "./bundlers.mjs";
import "./testers.mjs";
