// By default, Jest doesn't compile .mjs files to CommonJS. The cases are .mjs files, so they must be compiled, too.
module.exports = {
  transform: { "\\.m?js$": ["babel-jest", { plugins: ["@babel/plugin-transform-modules-commonjs"] }] },
};
