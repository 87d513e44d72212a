// Jest's own way: CommonJS made by Babel, here of the cases too, which are .mjs.
module.exports = {
  transform: { "\\.m?js$": ["babel-jest", { plugins: ["@babel/plugin-transform-modules-commonjs"] }] },
};
