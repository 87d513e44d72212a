// Sends the attack rows' requests to the stack.
import { randomBytes } from "node:crypto";
import { send } from "./wire.mjs";

/** The app's origin. The attack rows use it, too. */
export const APP = "https://app.example.test";

/**
 * Sends a request with the app's host name. By default, each request comes from a new IP address, so that only the rows
 * about rate limits are rate-limited.
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

/** A new IPv6 address in its own /64 network, within the range reserved for documentation (RFC 3849). */
export const freshAddress = () => `2001:db8:${randomBytes(4).toString("hex").match(/.{4}/g).join(":")}::1`;
