const start = performance.now();
const edgeseal = require("edgeseal");
const imported = performance.now() - start;

import("../report.mjs").then(async ({ report }) => {
  console.log(JSON.stringify({ ...(await report(edgeseal, imported)), entry: require.resolve("edgeseal") }));
});
