// Runs the rows that need only this folder's packages. `npm test` runs one row from each family.
import "./node.mjs";
import "./bundlers.mjs";
import "./testers.mjs";
