// Imported, or loaded, before the package: so that its import has a beginning.
export const start = performance.now();
