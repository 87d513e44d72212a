// Checks what docs/guide/faq.md says about how Better Auth itself computes hashes in workerd.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { compatibilityDate } from "../compatibility.mjs";

const entry = `
import * as crypto from "node:crypto";
import { hashPassword, verifyPassword } from "better-auth/crypto";
export default {
  async fetch() {
    const hash = await hashPassword("correct horse");
    return Response.json({
      hash,
      verified: await verifyPassword({ hash, password: "correct horse" }),
      scrypt: typeof crypto.scrypt,
      argon2: typeof crypto.argon2,
    });
  },
};`;

test("in workerd Better Auth computes its scrypt by node:crypto, which has no argon2 there", async (t) => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: entry, resolveDir: fileURLToPath(new URL("..", import.meta.url)) },
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker"],
    external: ["node:*"],
    write: false,
    metafile: true,
  });
  const used = Object.keys(metafile.inputs).filter((path) => /@better-auth\/utils\/dist\/password/.test(path));
  assert.match(used.join(), /password\.node\.mjs$/);
  const worker = new Miniflare({
    compatibilityDate,
    cf: false,
    modules: [{ type: "ESModule", path: "worker.mjs", contents: outputFiles[0].text }],
  });
  t.after(() => worker.dispose());
  const { hash, ...found } = await (await worker.dispatchFetch("http://localhost/")).json();
  assert.match(hash, /^[0-9a-f]{32}:[0-9a-f]{128}$/);
  assert.deepEqual(found, { verified: true, scrypt: "function", argon2: "undefined" });
});
