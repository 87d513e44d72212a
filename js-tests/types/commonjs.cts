// Checks the types when the package is loaded with `require`.
import edgeseal = require("edgeseal");
import betterAuth = require("edgeseal/better-auth");
import next = require("edgeseal/next");
import slim = require("edgeseal/slim");
import own = require("edgeseal/wasm");
import webhooks = require("edgeseal/webhooks");

export const claims: edgeseal.JwtClaims = edgeseal.verifyJwt("token", "secret");
export const same: slim.JwtClaims = slim.verifyJwt("token", "secret");
export const { initialize } = own;
export const auth: next.Auth = next.createAuth({ secret: "secret" });
export const hooks: betterAuth.PasswordHooks = betterAuth.password();
export const event: webhooks.Webhook = webhooks.verifyWebhook({ headers: {}, body: "", secret: "" });
// @ts-expect-error an unknown option
edgeseal.verifyJwt("token", "secret", { isuer: "x" });
