// Rows that need nothing but this project: of these `npm test` runs one of each family.
import "./node.mjs";
import "./bundlers.mjs";
import "./testers.mjs";
