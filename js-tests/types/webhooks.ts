// Checks the types of edgeseal/webhooks. This file is only compiled, never run.
import type { IncomingMessage } from "node:http";
import {
  type SignedWebhookHeaders,
  signWebhook,
  verifyWebhook,
  type Webhook,
  WebhookError,
  type WebhookErrorCode,
} from "edgeseal/webhooks";
import { type EdgesealErrorCode, isEdgesealError } from "edgeseal";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const isTrue = <T extends true>(): T | undefined => undefined;

interface UserCreated {
  type: "user.created";
  data: { id: string };
}

declare const secret: string;
declare const body: string;

export function sources(request: Request, message: IncomingMessage, lambda: Record<string, string | undefined>): void {
  verifyWebhook({ headers: request.headers, body, secret });
  verifyWebhook({ headers: message.headers, body: new Uint8Array(), secret });
  verifyWebhook({ headers: message.headersDistinct, body: Buffer.from(body), secret });
  verifyWebhook({ headers: lambda, body, secret: [secret, secret] });
  verifyWebhook({ headers: new Map([["webhook-id", "x"]]), body, secret: [secret, secret] as const });
  verifyWebhook({ headers: [["webhook-id", "x"]], body, secret, toleranceSeconds: 60, currentDate: new Date() });
  verifyWebhook({ headers: signWebhook({ id: "x", body, secret }), body, secret });
  void fetch("https://app.example", { method: "POST", headers: signWebhook({ id: "x", body, secret }), body });

  // @ts-expect-error the headers must not be a request
  verifyWebhook({ headers: request, body, secret });
  // @ts-expect-error the body must not be parsed
  verifyWebhook({ headers: request.headers, body: JSON.parse(body) as object, secret });
  // @ts-expect-error the body must not be a promise
  verifyWebhook({ headers: request.headers, body: request.text(), secret });
  // @ts-expect-error the secret is required
  verifyWebhook({ headers: request.headers, body });
  // @ts-expect-error the secret must be text
  verifyWebhook({ headers: request.headers, body, secret: new Uint8Array(32) });
  // @ts-expect-error the id is required
  signWebhook({ body, secret });
  // @ts-expect-error the timestamp must be a Date
  signWebhook({ id: "x", body, secret, timestamp: Date.now() });
}

export function results(headers: Headers): string {
  const any = verifyWebhook({ headers, body, secret });
  isTrue<Same<typeof any, Webhook>>();
  isTrue<Same<typeof any.payload, Record<string, unknown>>>();
  isTrue<Same<typeof any.timestamp, Date>>();
  const mine = verifyWebhook<UserCreated>({ headers, body, secret });
  isTrue<Same<typeof mine.payload, UserCreated>>();
  // @ts-expect-error the payload must be an object
  verifyWebhook<string>({ headers, body, secret });
  const made = signWebhook({ id: "x", body, secret });
  isTrue<Same<typeof made, SignedWebhookHeaders>>();
  return mine.payload.data.id + made["webhook-signature"];
}

export function errors(error: unknown): WebhookErrorCode | undefined {
  isTrue<Same<Extract<EdgesealErrorCode, `ERR_WEBHOOK_${string}`>, WebhookErrorCode>>();
  if (isEdgesealError(error) && error.code === "ERR_WEBHOOK_SIGNATURE_INVALID")
    isTrue<Same<typeof error, WebhookError>>();
  if (!(error instanceof WebhookError)) return undefined;
  // @ts-expect-error a code of a different class
  if (error.code === "ERR_JWT_EXPIRED") return undefined;
  return error.code;
}
