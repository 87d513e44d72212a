export { WebhookError, type WebhookErrorCode } from "./errors.js";
export type { WebhookHeaders } from "./webhooks/headers.js";
export type { WebhookSecret } from "./webhooks/secret.js";
export { signWebhook, type SignedWebhookHeaders, type SignWebhookOptions } from "./webhooks/sign.js";
export { verifyWebhook, type VerifyWebhookOptions, type Webhook } from "./webhooks/verify.js";
