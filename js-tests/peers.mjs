// Exports the libraries that edgeseal is benchmarked against. They are installed in js-tests, so code in other folders
// imports them through this file.
export * as edgeseal from "edgeseal";
export * as edgesealJose from "edgeseal/jose";
export * as workerJwt from "@tsndr/cloudflare-worker-jwt";
export * as fastJwt from "fast-jwt";
export * as hono from "hono/jwt";
export * as jose from "jose";
export { default as jsonwebtoken } from "jsonwebtoken";
