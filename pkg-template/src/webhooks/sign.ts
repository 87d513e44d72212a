import { internal } from "edgeseal";
import { anything, checkOptions, date, type Given, misuse } from "../options.js";
import { bodyBytes, signedContent } from "./content.js";
import { isId } from "./headers.js";
import { type WebhookSecret, withKeys } from "./secret.js";

/** The options of {@link signWebhook}. */
export interface SignWebhookOptions {
  /**
   * The event's id: 1 to 256 characters of visible ASCII without full stops. Use the same id for each attempt to
   * deliver the event.
   */
  id: string;
  /** The body exactly as it will be sent. */
  body: string | Uint8Array;
  /**
   * The secret that you share with the receiver. During a rotation, pass both the new secret and the old one: the
   * webhook is then signed with both.
   */
  secret: WebhookSecret;
  /** The time of this delivery attempt. Default: now. */
  timestamp?: Date;
}

/** The headers of a signed webhook (§Webhook headers). */
export type SignedWebhookHeaders = {
  "webhook-id": string;
  /** In seconds since the epoch. */
  "webhook-timestamp": string;
  /** `v1,` followed by the signature in base64. Several signatures are separated by spaces. */
  "webhook-signature": string;
};

const checks = {
  id: (value: unknown, name: string) => {
    if (!isId(value)) throw misuse(name, "1 to 256 characters of visible ASCII without full stops");
    return value;
  },
  // These options are checked later, where they are used.
  body: anything,
  secret: anything,
  timestamp: date,
};

/**
 * Signs a webhook according to the Standard Webhooks specification, version 1.0.0 (§Signature scheme), with HMAC-SHA256
 * (`v1`). Returns the headers to send with the body.
 *
 * @throws {@link KeyError} `ERR_KEY_WEAK` for a weak secret, {@link EdgesealError} `ERR_OPTION_INVALID` for an invalid
 * option.
 */
export function signWebhook<const O extends Given<O, SignWebhookOptions>>(options: O): SignedWebhookHeaders {
  const checked = checkOptions<SignWebhookOptions>(options, checks, ["body", "secret"]);
  const id = (checked.id ?? checks.id(undefined, "id")) as string;
  const timestamp = String(Math.floor((checked.timestamp as number | undefined) ?? Date.now() / 1000));
  // The header must have this format. Receivers check that, too.
  if (!/^\d{1,12}$/.test(timestamp)) throw misuse("timestamp", "a Date from 1970 on");
  const content = signedContent(id, timestamp, bodyBytes(checked.body));
  const signatures = withKeys(checked.secret as WebhookSecret, (keys) =>
    keys.map((key) => `v1,${btoa(String.fromCharCode(...internal.signMac(key, content)))}`),
  );
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}
