// Checks the Worker's responses against contracts/auth-api.yaml, which must document their statuses, codes, headers and
// bodies.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import addFormats from "ajv-formats";
import Ajv from "ajv/dist/2020.js";

export const contract = JSON.parse(readFileSync(new URL("../../worker/assets/openapi.json", import.meta.url)));

const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
addFormats(ajv);
ajv.addSchema(contract, "contract");

/** Follows these keys through the contract, and resolves references. Returns the value and its location. */
function find(...keys) {
  let [found, path] = [contract, []];
  for (const key of keys) {
    [found, path] = [found?.[key], [...path, key]];
    if (found?.$ref) [found, path] = find(...found.$ref.split("/").slice(1));
  }
  return [found, path];
}

const validators = new Map();
function validate(path, value, where) {
  const pointer = path.map((key) => encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
  if (!validators.has(pointer)) validators.set(pointer, ajv.compile({ $ref: `contract#/${pointer}` }));
  const isValid = validators.get(pointer);
  assert.ok(isValid(value), `${where}: ${ajv.errorsText(isValid.errors)} in ${JSON.stringify(value)}`);
}

const ELSEWHERE = "/api/auth/{endpoint}";
const GATEWAY = "/api/{owner}/{path}";
const METHODS = ["get", "post", "put", "patch", "delete", "options"];

/** The contract's paths that end with a token, each with a regular expression that matches such paths. */
const withToken = Object.keys(contract.paths)
  .filter((path) => path.endsWith("/{token}"))
  .map((path) => [path, new RegExp(`^${path.replace("{token}", "[^/]+")}$`)]);

/** Finds a request's operation in the contract. Unknown paths under `/api/auth` belong to `unknownEndpoint`. */
function operationOf(method, asked) {
  const pathname = withToken.find(([, pattern]) => pattern.test(asked))?.[0] ?? asked;
  const name = method === "HEAD" ? "get" : method.toLowerCase();
  // Treat HEAD as GET without a response body. The auth API doesn't support HEAD.
  const isAuth = /^\/api\/auth(\/|$)/.test(pathname);
  const isThere = pathname in contract.paths && (isAuth || name in contract.paths[pathname]);
  const path = isThere ? pathname : isAuth ? ELSEWHERE : GATEWAY;
  if (isAuth && method === "HEAD") return { path: ELSEWHERE, name };
  if (contract.paths[path][name]) return { path, name };
  if (name === "options") return { path: ELSEWHERE, name };
  return isAuth ? { path: ELSEWHERE, name: "get" } : undefined;
}

const HTML = "text/html";
const codesOf = (schema) => schema?.allOf?.find(({ properties }) => properties?.code)?.properties.code.enum;
const label = (...parts) => parts.filter(Boolean).join(" ");

/** All documented responses except those from upstreams, each as `operation status code` or `operation status page`. */
export const documented = Object.entries(contract.paths).flatMap(([path, item]) =>
  METHODS.filter((name) => item[name]).flatMap((name) =>
    Object.keys(item[name].responses)
      .filter((status) => status !== "default")
      .flatMap((status) => {
        const [content] = find("paths", path, name, "responses", status, "content");
        const [schema] = find("paths", path, name, "responses", status, "content", "application/json", "schema");
        const page = content?.[HTML] ? ["page"] : [];
        const bodies = content && !schema ? page : [...(codesOf(schema) ?? [""]), ...page];
        return bodies.map((code) => label(item[name].operationId, status, code));
      }),
  ),
);

// The contract doesn't document these headers, because they come from HTTP itself or from miniflare.
const UNDOCUMENTED = new Set(
  "connection content-encoding content-length content-type date keep-alive mf-content-encoding transfer-encoding".split(
    " ",
  ),
);

/**
 * Checks one response without consuming its body. Returns its name in the same form as `documented`, or `undefined` if
 * the response comes from an upstream.
 */
export async function check(method, url, response) {
  const { pathname } = new URL(url, "http://localhost");
  const where = `${method} ${pathname}: ${response.status}`;
  const operation = operationOf(method, pathname);
  assert.ok(operation, `${where}: no such operation`);
  const at = ["paths", operation.path, operation.name];
  const { operationId, responses } = find(...at)[0];
  if (responses.default && response.headers.has("upstream")) return undefined;
  const [answer, answerAt] = find(...at, "responses", String(response.status));
  assert.ok(answer, `${where}: no such status in ${operationId}`);

  const documentedHeaders = Object.entries(answer.headers ?? {}).map(([name]) => [name.toLowerCase(), name]);
  for (const [lower, name] of documentedHeaders) {
    const [header, headerAt] = find(...answerAt, "headers", name);
    const values = lower === "set-cookie" ? response.headers.getSetCookie() : [response.headers.get(lower)];
    const given = values.filter((value) => value !== null);
    assert.ok(given.length > 0 || !header.required, `${where}: no ${name}`);
    for (const value of given) validate([...headerAt, "schema"], value, `${where}: ${name}`);
  }
  const known = new Set(documentedHeaders.map(([lower]) => lower));
  for (const name of response.headers.keys())
    assert.ok(known.has(name) || UNDOCUMENTED.has(name), `${where}: the header ${name} is not documented`);

  const text = await response.clone().text();
  if (!answer.content || method === "HEAD") {
    assert.equal(text, "", `${where}: an empty body`);
    return label(operationId, response.status);
  }
  const type = response.headers.get("content-type");
  if (answer.content[HTML] && type === `${HTML}; charset=utf-8`) {
    validate([...find(...answerAt, "content", HTML)[1], "schema"], text, where);
    return label(operationId, response.status, "page");
  }
  assert.equal(type, "application/json; charset=utf-8", where);
  const body = JSON.parse(text);
  const [media, mediaAt] = find(...answerAt, "content", "application/json");
  validate([...mediaAt, "schema"], body, where);
  if (!codesOf(media.schema)) return label(operationId, response.status);
  // The example in the contract must have the same message as the Worker's response.
  const [example] = find(...mediaAt, "examples", body.code);
  assert.ok(example, `${where}: no example of ${body.code}`);
  if (body.code !== "VALIDATION_ERROR") assert.equal(body.message, example.value.message, where);
  return label(operationId, response.status, body.code);
}
