// Babel compiles to CommonJS, as is the default; here, this includes the cases, which are .mjs files.
module.exports = {
  transform: { "\\.m?js$": ["babel-jest", { plugins: ["@babel/plugin-transform-modules-commonjs"] }] },
};
