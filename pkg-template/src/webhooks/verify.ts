import { internal } from "edgeseal";
import { WebhookError } from "../errors.js";
import { anything, checkOptions, date, type Given, integer } from "../options.js";
import { bodyBytes, signedContent } from "./content.js";
import { readMetadata, type WebhookHeaders } from "./headers.js";
import { type WebhookSecret, withKeys } from "./secret.js";

/** The options of {@link verifyWebhook}. */
export interface VerifyWebhookOptions {
  /** The request's headers. Only `webhook-id`, `webhook-timestamp` and `webhook-signature` are read. */
  headers: WebhookHeaders;
  /**
   * The request's body exactly as it arrived, as text or bytes. If JSON is parsed and serialised again, the signature
   * no longer matches.
   */
  body: string | Uint8Array;
  /** The secret that you share with the sender, or several secrets during a rotation. */
  secret: WebhookSecret;
  /** How far the webhook's timestamp may be in the past or in the future, in seconds: 1 to 86,400. Default 300. */
  toleranceSeconds?: number;
  /** The time to use instead of the current time. */
  currentDate?: Date;
}

/** A verified webhook. */
export interface Webhook<Payload extends object = Record<string, unknown>> {
  /**
   * The event's id, which is the same for each attempt to deliver the event. Use it to process each event only once.
   */
  id: string;
  /** The time of this delivery attempt. */
  timestamp: Date;
  /** The JSON object in the body. */
  payload: Payload;
}

const checks = {
  // These options are checked later, where they are used.
  headers: anything,
  body: anything,
  secret: anything,
  toleranceSeconds: integer(1, 86_400),
  currentDate: date,
};

/**
 * Verifies a webhook according to the Standard Webhooks specification, version 1.0.0 (§Verifying signatures). Checks
 * the timestamp, and the HMAC-SHA256 signature (`v1`) of the id, timestamp and body. Signatures of other versions are
 * ignored. The body must be a single JSON object without duplicate members. It is parsed only after the signature has
 * been verified.
 *
 * The same webhook can arrive more than once within `toleranceSeconds`, and the sender keeps sending it until you
 * respond with a status from 200 to 299. Remember each `id` that you have processed.
 *
 * @throws {@link WebhookError} `ERR_WEBHOOK_HEADER_MISSING` if one of the headers is absent or empty,
 * `ERR_WEBHOOK_HEADER_INVALID` if a header is malformed, too long or present twice, `ERR_WEBHOOK_TIMESTAMP_INVALID` if
 * the timestamp is too old or too far in the future, `ERR_WEBHOOK_SIGNATURE_INVALID` if none of the signatures was made
 * for this webhook with one of the secrets, `ERR_WEBHOOK_PAYLOAD_INVALID` if the signature is valid but the body is not
 * a JSON object; {@link KeyError} `ERR_KEY_WEAK` for a weak secret; {@link EdgesealError} `ERR_OPTION_INVALID` for an
 * invalid option, such as a parsed body.
 */
export function verifyWebhook<
  Payload extends object = Record<string, unknown>,
  const O extends Given<O, VerifyWebhookOptions> = VerifyWebhookOptions,
>(options: O): Webhook<Payload> {
  const checked = checkOptions<VerifyWebhookOptions>(options, checks, ["headers", "body", "secret"]);
  const body = bodyBytes(checked.body);
  return withKeys(checked.secret as WebhookSecret, (keys) => {
    const { id, timestamp, signatures } = readMetadata(checked.headers as WebhookHeaders);
    const seconds = Number(timestamp);
    checkTime(seconds, (checked.currentDate as number | undefined) ?? Date.now() / 1000, checked.toleranceSeconds);
    const content = signedContent(id, timestamp, body);
    if (signatures.length === 0) throw new WebhookError(SIGNATURE, "webhook-signature has no signature of version v1");
    if (!keys.some((key) => internal.verifyMac(key, content, signatures))) {
      throw new WebhookError(SIGNATURE, "no signature is of this id, timestamp and body with this secret");
    }
    return { id, timestamp: new Date(seconds * 1000), payload: parse(body) as Payload };
  });
}

const SIGNATURE = "ERR_WEBHOOK_SIGNATURE_INVALID";

/** Compares the times in whole seconds, as in the header. */
function checkTime(timestamp: number, now: number, tolerance: unknown = 300): void {
  const age = Math.floor(now) - timestamp;
  if (Math.abs(age) <= (tolerance as number)) return;
  throw new WebhookError("ERR_WEBHOOK_TIMESTAMP_INVALID", `webhook-timestamp is too ${age > 0 ? "old" : "new"}`);
}

function parse(body: Uint8Array): object {
  if (internal.isStrictObject(body)) return JSON.parse(new TextDecoder().decode(body));
  throw new WebhookError("ERR_WEBHOOK_PAYLOAD_INVALID", "the body is not one JSON object with unique names");
}
