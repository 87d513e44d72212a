// Requests to the stack as rows mean them.
import { randomBytes } from "node:crypto";
import { send } from "./wire.mjs";

/** The app's origin, as rows name it. */
export const APP = "https://app.example.test";

/**
 * A request as a browser's page at the app or a script would send it, but for what is given. Every request comes from an
 * address of its own unless one is named, so that limits are met by those rows alone that want to.
 */
export function ask(url, { method = "GET", target, headers = [], json, body, ip = freshAddress(), host, ...others }) {
  const sent = [["Host", host ?? new URL(APP).host], ...(ip ? [["CF-Connecting-IP", ip]] : []), ...headers];
  if (json !== undefined) sent.push(["Content-Type", "application/json"]);
  return send(url, {
    method,
    target,
    headers: sent,
    body: json === undefined ? body : JSON.stringify(json),
    ...others,
  });
}

/** An IPv6 address in a /64 of its own (RFC 3849). */
export const freshAddress = () => `2001:db8:${randomBytes(4).toString("hex").match(/.{4}/g).join(":")}::1`;
