// Exports the installed tarball, resolved with its `import` condition, for scripts outside this folder.
export * from "edgeseal";
