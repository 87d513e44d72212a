// Calls Python libraries, such as PyJWT and python-jose, in separate processes. Uses the project's Python environment.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const LIBRARIES = { PyJWT: "import jwt", "python-jose": "from jose import jwt" };
export const libraries = Object.keys(LIBRARIES);

function python(library, script, given) {
  const program = `import json, sys\n${LIBRARIES[library]}\ngiven = json.load(sys.stdin)\n${script}`;
  const options = { input: JSON.stringify(given), encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] };
  return execFileSync(`${root}.venv/bin/python`, ["-c", program], options).trim();
}

/** Signs a token with the given library. */
export const pythonSign = (library, claims, secret, algorithm = "HS256") =>
  python(library, 'print(jwt.encode(given["claims"], given["secret"], algorithm=given["algorithm"]))', {
    claims,
    secret,
    algorithm,
  });

/** Verifies a token with the given library. Returns the claims, or the name of the exception that it raised. */
export function pythonVerify(library, token, secret, { issuer, audience, algorithm = "HS256" }) {
  const script = `try:
    claims = jwt.decode(given["token"], given["secret"], algorithms=[given["algorithm"]], issuer=given["issuer"], audience=given["audience"])
    print(json.dumps(claims))
except Exception as error:
    print(json.dumps(type(error).__name__))`;
  return JSON.parse(python(library, script, { token, secret, issuer, audience, algorithm }));
}

const sent = (password) =>
  typeof password === "string" ? { text: password } : { base64: Buffer.from(password).toString("base64") };

function passwords(given) {
  const options = { input: JSON.stringify(given), encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] };
  return JSON.parse(execFileSync(`${root}.venv/bin/python`, [`${root}js-tests/passwords.py`], options));
}

/**
 * Hashes passwords with one of the libraries in `passwords.py`. With `{ "as it comes": true }`, uses the library's
 * default cost.
 */
export const pythonHashPasswords = (peer, list, more) =>
  passwords({ peer, op: "hash", items: list.map(sent), ...more });

/** For each pair of a password and a stored hash, returns whether the library accepts the password. */
export const pythonVerifyPasswords = (peer, pairs) =>
  passwords({ peer, op: "verify", items: pairs.map(([password, stored]) => [sent(password), stored]) });
