// Import this module before the package, to measure how long importing the package takes.
export const start = performance.now();
