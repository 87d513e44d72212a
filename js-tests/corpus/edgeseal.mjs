// The installed tarball, by the `import` condition, for scripts that stand outside of this folder.
export * from "edgeseal";
