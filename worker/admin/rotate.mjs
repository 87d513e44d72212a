// rotate-secret: a new secret in front of the one in use.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { Failure } from "./failure.mjs";
import {
  listed,
  localFile,
  LONGEST_SESSION,
  presentSecrets,
  readVariables,
  rotated,
  variablesOf,
  writeSecrets,
} from "./secrets.mjs";
import { readInput } from "./terminal.mjs";
import { Usage } from "./usage.mjs";

export async function rotateSecret(target, _, options) {
  if (options.finish && options.leaked) throw new Usage("--finish and --leaked exclude each other.");
  const file = localFile(target.config, target.env);
  const put = !options["no-put"];
  if (!put && !options.show && !options.save) throw new Usage("--no-put goes with --save or --show.");
  if (target.remote && !options.show && !options.save) {
    const message = "Cloudflare does not give secrets back: keep this one, with --save FILE or --show.";
    throw new Failure("NOWHERE_TO_KEEP", message);
  }
  const present = presentSecrets(target.remote ? await givenVariables(options) : readVariables(file));
  if (present.length === 0 && !options.leaked) {
    const message = target.remote
      ? "Give the secret in use as AUTH_SECRET or AUTH_SECRETS, in the environment or by --secrets-stdin."
      : `${file} has no AUTH_SECRET: \`npm start\` makes one.`;
    throw new Failure("SECRET_MISSING", message);
  }
  const secrets = rotated(present, options);
  // Kept before it is used: a secret that is in use and nowhere else can't be rotated again.
  const kept = options.save && resolve(options.save);
  if (kept) {
    if (existsSync(kept) && kept !== file) throw new Failure("FILE_EXISTS", `${kept} is there already.`);
    writeSecrets(kept, secrets);
  }
  if (put && target.remote) {
    await target.putSecret("AUTH_SECRETS", listed(secrets)).catch((cause) => {
      if (kept) cause.message += `\n${kept} holds what was to be put.`;
      throw cause;
    });
  } else if (put) writeSecrets(file, secrets);

  const [{ kid }, old] = secrets;
  const where = target.remote ? `AUTH_SECRETS of the Worker${target.env ? ` of ${target.env}` : ""}` : file;
  const said = [
    put ? `Secret ${kid} signs now, by ${where}.` : `Secret ${kid} is made, and signs when ${where} has it.`,
    old
      ? `Secret ${old.kid} goes on verifying. After ${LONGEST_SESSION} days: rotate-secret --finish.`
      : "It is the only one.",
  ];
  if (kept) said.push(`Kept in ${kept}.`);
  if (put && !target.remote) said.push("Restart `npm start`.");
  if (options.show) said.push(`\nAUTH_SECRETS="${listed(secrets)}"`);
  const shown = options.show ? { AUTH_SECRETS: listed(secrets) } : {};
  return { value: { kids: secrets.map((one) => one.kid), ...shown }, said: said.join(" ") };
}

async function givenVariables(options) {
  return options["secrets-stdin"] ? variablesOf(await readInput()) : process.env;
}
