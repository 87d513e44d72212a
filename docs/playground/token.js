// The tab for tokens: decodes a token immediately, but trusts it only after verifying it with a secret.
import {
  decodeJwt,
  decodeProtectedHeader,
  generateSecret,
  isEdgesealError,
  signJwt,
  verifyJwt,
} from "./edgeseal/index.js";
import { element, list, verdictOf, whileTyping } from "./page.js";
import { meanings, sentence, whyRefused } from "./words.js";

const say = verdictOf("token-verdict");

export function tokenTab() {
  whileTyping("panel-token", look);
  element("example").addEventListener("click", example);
  look();
}

function look() {
  const token = element("token")
    .value.trim()
    .replace(/^Bearer\s+/i, "");
  const decoded = token === "" ? undefined : decode(token);
  element("decoded").hidden = decoded === undefined;
  if (token === "") return say("empty", "Paste a token", "Its header and claims appear immediately.");
  if (!decoded) return undefined;
  element("header").textContent = JSON.stringify(decoded.header, null, 2);
  element("claims").textContent = JSON.stringify(decoded.claims, null, 2);
  list("meanings", meanings(decoded.claims));
  return verdict(token, decoded.claims);
}

function decode(token) {
  try {
    return { header: decodeProtectedHeader(token), claims: decodeJwt(token) };
  } catch (error) {
    const encrypted = token.split(".").length === 5;
    const why = encrypted
      ? "It has five parts, so it is encrypted (JWE) and can't be read without the key."
      : whyRefused(error);
    say("bad", encrypted ? "Not a signed token" : "Not a token", why, error.code);
    return undefined;
  }
}

function verdict(token, claims) {
  if (element("secret").value === "") {
    return say("untrusted", "Untrusted", "Anyone could have written this. Enter the secret to verify it.");
  }
  try {
    const [secret, options] = expectations();
    verifyJwt(token, secret, options);
    return say("good", "Verified", "The signature matches this secret, and the claims are valid now.");
  } catch (error) {
    if (!isEdgesealError(error)) return say("bad", "Not verified", sentence(error.message));
    if (error.code === "ERR_OPTION_INVALID") return say("bad", "Not verified", sentence(error.message), error.code);
    const at = error.claim === undefined ? error.code : `${error.code} · claim ${error.claim}`;
    return say("bad", "Refused", whyRefused(error, claims), at);
  }
}

/** Returns the form's secret and options. Error messages don't start with a capital letter or end with a full stop. */
function expectations() {
  const [issuer, audience] = [element("issuer").value, element("audience").value];
  const algorithms = [...document.querySelectorAll("[name=algorithm]:checked")].map(({ value }) => value);
  if (algorithms.length === 0) throw new Error("no algorithm is selected");
  const clockTolerance = element("tolerance").valueAsNumber;
  if (!(clockTolerance >= 0)) throw new Error("the clock tolerance must be a number of seconds");
  const options = { algorithms, clockTolerance };
  if (issuer !== "") options.issuer = issuer;
  if (element("any-audience").checked) options.audience = false;
  else if (audience !== "") options.audience = audience;
  return [secretBytes(element("secret").value, element("encoding").value), options];
}

function secretBytes(text, encoding) {
  if (encoding === "text") return text;
  if (encoding === "hex") {
    if (!/^([0-9a-f]{2})+$/i.test(text)) throw new Error("the secret is not hexadecimal");
    return Uint8Array.from(text.match(/../g), (pair) => Number.parseInt(pair, 16));
  }
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (one) => one.charCodeAt(0));
  } catch {
    throw new Error("the secret is not base64");
  }
}

function example() {
  const secret = generateSecret();
  const claims = { sub: "user_1", name: "Ann Example", roles: ["editor"] };
  element("token").value = signJwt(claims, secret, { issuer: "https://auth.example", expiresIn: 900 });
  element("secret").value = secret;
  element("encoding").value = "text";
  look();
}
