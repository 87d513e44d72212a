import { WebhookError } from "../errors.js";
import { misuse } from "../options.js";

/**
 * A request's headers: Fetch's `Headers`, an object such as Node's `request.headers`, or name-value pairs. Names are
 * not case-sensitive.
 */
export type WebhookHeaders =
  | Headers
  | Iterable<readonly [name: string, value: string]>
  | { readonly [name: string]: string | readonly string[] | undefined };

/** @internal The three headers (§Webhook headers), well-formed but not verified. */
export interface Metadata {
  id: string;
  /** In seconds since the epoch, exactly as in the header, because this text is what was signed. */
  timestamp: string;
  /** The decoded signatures of version `v1`. The list may be empty. */
  signatures: Uint8Array<ArrayBuffer>[];
}

const NAMES = ["webhook-id", "webhook-timestamp", "webhook-signature"] as const;
type Name = (typeof NAMES)[number];

/** The maximum length, in characters. */
const MAX_ID_LENGTH = 256;
const MAX_SIGNATURES_LENGTH = 4096;
const MAX_SIGNATURES = 16;

/** The canonical base64 of 32 bytes: the last two bits of its last digit must be zero (RFC 4648 §3.5). */
const TAG = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

/**
 * @internal Returns whether a text can be a webhook's id. An id consists of visible ASCII characters other than full
 * stops. If it contained a full stop, part of it could be read as the timestamp (§Signature scheme).
 */
export const isId = (id: unknown): id is string =>
  typeof id === "string" && id.length <= MAX_ID_LENGTH && /^[!-\-/-~]+$/.test(id);

/**
 * @internal Reads the headers.
 *
 * @throws {@link WebhookError} `ERR_WEBHOOK_HEADER_MISSING`, `ERR_WEBHOOK_HEADER_INVALID`
 */
export function readMetadata(headers: WebhookHeaders): Metadata {
  const found = find(headers);
  const [id, timestamp, list] = NAMES.map((name) => {
    const value = found[name];
    if (value === undefined || value === "") throw new WebhookError("ERR_WEBHOOK_HEADER_MISSING", `${name} is missing`);
    return value;
  }) as [string, string, string];
  if (!isId(id)) throw invalid("webhook-id", `is not 1 to ${MAX_ID_LENGTH} characters of ASCII without "."`);
  if (!/^(?:0|[1-9]\d{0,11})$/.test(timestamp)) throw invalid("webhook-timestamp", "is not a whole number of seconds");
  if (list.length > MAX_SIGNATURES_LENGTH) throw invalid("webhook-signature", `is over ${MAX_SIGNATURES_LENGTH} bytes`);
  const entries = list.split(" ");
  if (entries.length > MAX_SIGNATURES) throw invalid("webhook-signature", `has over ${MAX_SIGNATURES} signatures`);
  return { id, timestamp, signatures: entries.flatMap(tagOf) };
}

/**
 * Returns the bytes of a `v1` signature. Ignores other versions, so that senders can add signatures of newer versions.
 */
function tagOf(entry: string): Uint8Array<ArrayBuffer>[] {
  const base64 = entry.startsWith("v1,") ? entry.slice("v1,".length) : "";
  return TAG.test(base64) ? [Uint8Array.from(atob(base64), (digit) => digit.charCodeAt(0))] : [];
}

function find(headers: unknown): Partial<Record<Name, string>> {
  if (typeof headers !== "object" || headers === null) throw misuse("headers", FORM);
  const found: Partial<Record<Name, string>> = Object.create(null);
  for (const [name, value] of entriesOf(headers)) {
    const known = typeof name === "string" ? NAMES.find((one) => one === name.toLowerCase()) : undefined;
    if (known === undefined || value === undefined) continue;
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (values.length > 1 || known in found) throw invalid(known, "is there more than once");
    if (typeof values[0] !== "string") throw misuse("headers", FORM);
    found[known] = values[0];
  }
  return found;
}

const FORM = "Headers, an object or pairs with text values, such as request.headers";

function* entriesOf(headers: object): Iterable<readonly [name: unknown, value: unknown]> {
  if (!(Symbol.iterator in headers)) {
    // The caller has passed a request instead of its headers.
    if (typeof Reflect.get(headers, "headers") === "object") throw misuse("headers", FORM);
    return yield* Object.entries(headers);
  }
  for (const pair of headers as Iterable<unknown>) {
    if (!Array.isArray(pair) || pair.length !== 2) throw misuse("headers", FORM);
    yield [pair[0], pair[1]];
  }
}

const invalid = (name: Name, flaw: string) => new WebhookError("ERR_WEBHOOK_HEADER_INVALID", `${name} ${flaw}`);
