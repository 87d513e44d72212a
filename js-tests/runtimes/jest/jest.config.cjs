// As by default, Babel compiles to CommonJS; here this includes the cases, which are .mjs.
module.exports = {
  transform: { "\\.m?js$": ["babel-jest", { plugins: ["@babel/plugin-transform-modules-commonjs"] }] },
};
