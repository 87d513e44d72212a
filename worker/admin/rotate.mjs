// rotate-secret: puts a new secret in front of the one in use.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { Failure } from "./failure.mjs";
import { rules } from "./rules.mjs";
import {
  checkList,
  givenSecrets,
  listOf,
  localFile,
  presentSecrets,
  readVariables,
  rotate,
  writeSecrets,
} from "./secrets.mjs";
import { Usage } from "./usage.mjs";

export async function rotateSecret(target, _, options) {
  if (options.finish && options.leaked) throw new Usage("Use --finish or --leaked, not both.");
  const file = localFile(target.config, target.env);
  const put = !options["no-put"];
  if (!put && !options.show && !options.save) throw new Usage("--no-put needs --save or --show.");
  if (target.remote && !options.show && !options.save) {
    const message = "Cloudflare never shows a secret again: keep the new one with --save FILE or --show.";
    throw new Failure("NOWHERE_TO_KEEP", message);
  }
  const workerRules = await rules();
  const present = presentSecrets(target.remote ? await givenSecrets(options) : readVariables(file), workerRules);
  if (present.length === 0 && !options.leaked) {
    const message = target.remote
      ? "Pass the secret in use as AUTH_SECRET or AUTH_SECRETS, in the environment or with --secrets-stdin."
      : `${file} has no AUTH_SECRET: \`npm start\` creates one.`;
    throw new Failure("SECRET_MISSING", message);
  }
  const secrets = rotate(present, workerRules.sessionLife(), options);
  checkList(secrets, workerRules);
  // Save the secret before it is used, because a secret that is in use but not saved anywhere can't be rotated again.
  const saved = options.save && resolve(options.save);
  if (saved) {
    if (existsSync(saved) && saved !== file) throw new Failure("FILE_EXISTS", `${saved} already exists.`);
    writeSecrets(saved, secrets);
  }
  if (put && target.remote) {
    await target.putSecret("AUTH_SECRETS", listOf(secrets)).catch((cause) => {
      if (saved) cause.message += `\nThe new secrets are in ${saved}.`;
      throw cause;
    });
  } else if (put) writeSecrets(file, secrets);

  const [{ kid }, old] = secrets;
  const where = target.remote ? `AUTH_SECRETS of the Worker${target.env ? ` of ${target.env}` : ""}` : file;
  const days = Math.ceil(workerRules.sessionLife() / (24 * 60 * 60 * 1000));
  const sentences = [
    put
      ? `Secret ${kid} now signs; it is in ${where}.`
      : `Created secret ${kid}. It signs once you put it into ${where}.`,
    old
      ? `Secret ${old.kid} still verifies. After ${days} days, run rotate-secret --finish.`
      : "It is the only secret.",
  ];
  if (saved) sentences.push(`Saved to ${saved}.`);
  if (put && !target.remote) sentences.push("Restart `npm start`.");
  if (options.show) sentences.push(`\nAUTH_SECRETS="${listOf(secrets)}"`);
  const shown = options.show ? { AUTH_SECRETS: listOf(secrets) } : {};
  return { value: { kids: secrets.map((one) => one.kid), ...shown }, message: sentences.join(" ") };
}
