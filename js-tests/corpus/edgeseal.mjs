// The installed tarball under the `import` condition, for scripts outside this folder.
export * from "edgeseal";
