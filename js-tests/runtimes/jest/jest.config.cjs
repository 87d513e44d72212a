// By default, Babel compiles to CommonJS. Here, this also applies to the cases, which are .mjs files.
module.exports = {
  transform: { "\\.m?js$": ["babel-jest", { plugins: ["@babel/plugin-transform-modules-commonjs"] }] },
};
