// The tab for stored hashes: inspects a hash, says whether to replace it, and checks a password.
import { inspectHash, isEdgesealError, needsRehash, passwordPresets, verifyPassword } from "./edgeseal/index.js";
import { element, list, verdictOf, whileTyping } from "./page.js";
import { reasonsToReplace } from "./replace.js";
import { sentence } from "./words.js";

const OWN = "own";
const policies = {
  [OWN]: "the same algorithm, with OWASP's parameters",
  bcrypt: "bcrypt, cost 12",
  argon2id: "argon2id, 19 MiB, 2 passes",
  argon2id46MiB: "argon2id, 46 MiB, 1 pass",
  scrypt: "scrypt, N = 131072",
  pbkdf2Sha256: "PBKDF2-SHA256, 600,000 rounds",
  pbkdf2Sha512: "PBKDF2-SHA512, 210,000 rounds",
};
const makers = {
  crypt: "crypt(3)",
  phc: "PHC string",
  passlib: "passlib",
  "better-auth": "Better Auth",
  django: "Django",
  werkzeug: "Werkzeug (Flask)",
};
const say = verdictOf("hash-verdict");
const answer = verdictOf("password-verdict");

export function hashTab() {
  for (const [name, text] of Object.entries(policies)) element("policy").add(new Option(text, name));
  whileTyping("panel-hash", look);
  element("check").addEventListener("submit", check);
  look();
}

const stored = () => element("stored").value.trim();

function look() {
  element("password-verdict").hidden = true;
  if (stored() === "") {
    list("facts", []);
    return say("empty", "Paste a stored hash", "bcrypt, Argon2, scrypt or PBKDF2, from any system.");
  }
  try {
    const found = inspectHash(stored());
    list("facts", facts(found));
    const wanted = wantedPolicies(element("policy").value, found.algorithm);
    if (wanted.some((policy) => !needsRehash(stored(), policy))) return say("good", "Keep it", "It meets the policy.");
    const why = reasonsToReplace(found, wanted[0]).map(sentence).join(" ");
    return say("untrusted", "Replace it at the next sign-in", why);
  } catch (error) {
    list("facts", []);
    return say("bad", "Not a readable hash", sentence(error.message), error.code);
  }
}

/** The policies to compare a hash with. argon2id has two presets; a hash needs to meet only one of them. */
function wantedPolicies(chosen, algorithm) {
  if (chosen !== OWN) return [passwordPresets[chosen]];
  const own = algorithm.startsWith("argon2") ? "argon2id" : algorithm;
  return Object.values(passwordPresets).filter((policy) => policy.algorithm === own);
}

const names = { memoryCost: "KiB of memory:", timeCost: "passes", parallelism: "lanes", iterations: "rounds" };

function facts({ algorithm, version, format, params, saltLength, hashLength, pepper, prehash }) {
  const numbers = Object.entries(params).map(([name, value]) => `${names[name] ?? name} ${value.toLocaleString("en")}`);
  return [
    ["Algorithm", version === undefined ? algorithm : `${algorithm}, version ${version}`],
    ["Format", makers[format]],
    ["Parameters", numbers.join(", ")],
    ["Salt", `${saltLength} bytes`],
    ["Hash", `${hashLength} bytes`],
    ["Pepper", pepper && `with the key “${pepper}”, which only the server knows`],
    ["Before hashing", prehash && (prehash === "nfkc" ? "Unicode normalised to NFKC" : "SHA-256 of the password")],
  ].filter(([, value]) => value);
}

async function check() {
  if (stored() === "") return answer("empty", "Paste a stored hash first");
  answer("empty", "Checking …", "This can take a few seconds. The page doesn't respond in the meantime.");
  // Let the browser paint first, because the check blocks the page.
  await new Promise((resolve) => setTimeout(resolve, 50));
  try {
    if (await verifyPassword(element("password").value, stored())) return answer("good", "The password is right");
    return answer("bad", "The password is wrong");
  } catch (error) {
    const why =
      error.code === "ERR_KEY_UNKNOWN"
        ? "It is peppered, so only a server that has the pepper's key can check it"
        : error.message;
    return answer("bad", "Not checked", sentence(why), isEdgesealError(error) ? error.code : "");
  }
}
