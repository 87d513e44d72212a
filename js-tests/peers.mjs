// The libraries that edgeseal is measured against, imported from the folder where they are installed.
export * as edgeseal from "edgeseal";
export * as edgesealJose from "edgeseal/jose";
export * as workerJwt from "@tsndr/cloudflare-worker-jwt";
export * as fastJwt from "fast-jwt";
export * as hono from "hono/jwt";
export * as jose from "jose";
export { default as jsonwebtoken } from "jsonwebtoken";
