// Imported before the package, to measure the time of its import.
export const start = performance.now();
