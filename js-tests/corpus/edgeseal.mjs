// The installed tarball, through its `import` condition, for scripts outside this folder.
export * from "edgeseal";
