globalThis._importMeta_ = { url: "file:///_entry.js", env: {} };
import I from "node:process";
import { Buffer as g } from "node:buffer";
import { setImmediate as B, clearImmediate as Q } from "node:timers";
import { EventEmitter as C } from "node:events";
"global" in globalThis || (globalThis.global = globalThis);
const E = globalThis.process;
((globalThis.process = E
  ? new Proxy(E, { get: (g, B, Q) => (Reflect.has(g, B) ? Reflect.get(g, B, Q) : Reflect.get(I, B, Q)) })
  : I),
  globalThis.Buffer || (globalThis.Buffer = g),
  globalThis.setImmediate || (globalThis.setImmediate = B),
  globalThis.clearImmediate || (globalThis.clearImmediate = Q));
const e =
    /"(?:_|\\u0{2}5[Ff]){2}(?:p|\\u0{2}70)(?:r|\\u0{2}72)(?:o|\\u0{2}6[Ff])(?:t|\\u0{2}74)(?:o|\\u0{2}6[Ff])(?:_|\\u0{2}5[Ff]){2}"\s*:/,
  s =
    /"(?:c|\\u0063)(?:o|\\u006[Ff])(?:n|\\u006[Ee])(?:s|\\u0073)(?:t|\\u0074)(?:r|\\u0072)(?:u|\\u0075)(?:c|\\u0063)(?:t|\\u0074)(?:o|\\u006[Ff])(?:r|\\u0072)"\s*:/,
  t = /^\s*["[{]|^\s*-?\d{1,16}(\.\d{1,17})?([Ee][+-]?\d+)?\s*$/;
function jsonParseTransform(I, g) {
  if (!("__proto__" === I || ("constructor" === I && g && "object" == typeof g && "prototype" in g))) return g;
  !(function (I) {
    console.warn(`[destr] Dropping "${I}" key to prevent prototype pollution.`);
  })(I);
}
function destr(I, g = {}) {
  if ("string" != typeof I) return I;
  if ('"' === I[0] && '"' === I[I.length - 1] && -1 === I.indexOf("\\")) return I.slice(1, -1);
  const B = I.trim();
  if (B.length <= 9)
    switch (B.toLowerCase()) {
      case "true":
        return !0;
      case "false":
        return !1;
      case "undefined":
        return;
      case "null":
        return null;
      case "nan":
        return Number.NaN;
      case "infinity":
        return Number.POSITIVE_INFINITY;
      case "-infinity":
        return Number.NEGATIVE_INFINITY;
    }
  if (!t.test(I)) {
    if (g.strict) throw new SyntaxError("[destr] Invalid JSON");
    return I;
  }
  try {
    if (e.test(I) || s.test(I)) {
      if (g.strict) throw new Error("[destr] Possible prototype pollution");
      return JSON.parse(I, jsonParseTransform);
    }
    return JSON.parse(I);
  } catch (B) {
    if (g.strict) throw B;
    return I;
  }
}
const D = /#/g,
  a = /&/g,
  r = /\//g,
  c = /=/g,
  h = /\+/g,
  N = /%5e/gi,
  G = /%60/gi,
  F = /%7c/gi,
  S = /%20/gi,
  R = /%2f/gi;
function encodeQueryValue(I) {
  return (function (I) {
    return encodeURI("" + I).replace(F, "|");
  })("string" == typeof I ? I : JSON.stringify(I))
    .replace(h, "%2B")
    .replace(S, "+")
    .replace(D, "%23")
    .replace(a, "%26")
    .replace(G, "`")
    .replace(N, "^")
    .replace(r, "%2F");
}
function encodeQueryKey(I) {
  return encodeQueryValue(I).replace(c, "%3D");
}
function decode(I = "") {
  try {
    return decodeURIComponent("" + I);
  } catch {
    return "" + I;
  }
}
function decodePath(I) {
  return decode(I.replace(R, "%252F"));
}
function decodeQueryKey(I) {
  return decode(I.replace(h, " "));
}
function decodeQueryValue(I) {
  return decode(I.replace(h, " "));
}
function parseQuery(I = "") {
  const g = Object.create(null);
  "?" === I[0] && (I = I.slice(1));
  for (const B of I.split("&")) {
    const I = B.match(/([^=]+)=?(.*)/) || [];
    if (I.length < 2) continue;
    const Q = decodeQueryKey(I[1]);
    if ("__proto__" === Q || "constructor" === Q) continue;
    const C = decodeQueryValue(I[2] || "");
    void 0 === g[Q] ? (g[Q] = C) : Array.isArray(g[Q]) ? g[Q].push(C) : (g[Q] = [g[Q], C]);
  }
  return g;
}
function stringifyQuery(I) {
  return Object.keys(I)
    .filter((g) => void 0 !== I[g])
    .map((g) => {
      return (
        (B = g),
        ("number" != typeof (Q = I[g]) && "boolean" != typeof Q) || (Q = String(Q)),
        Q
          ? Array.isArray(Q)
            ? Q.map((I) => `${encodeQueryKey(B)}=${encodeQueryValue(I)}`).join("&")
            : `${encodeQueryKey(B)}=${encodeQueryValue(Q)}`
          : encodeQueryKey(B)
      );
      var B, Q;
    })
    .filter(Boolean)
    .join("&");
}
const M = /^[\s\w\0+.-]{2,}:([/\\]{1,2})/,
  k = /^[\s\w\0+.-]{2,}:([/\\]{2})?/,
  U = /^([/\\]\s*){2,}[^/\\]/,
  H = /^\.?\//;
function hasProtocol(I, g = {}) {
  return (
    "boolean" == typeof g && (g = { acceptRelative: g }),
    g.strict ? M.test(I) : k.test(I) || (!!g.acceptRelative && U.test(I))
  );
}
function withoutTrailingSlash(I = "", g) {
  return (
    ((function (I = "") {
      return I.endsWith("/");
    })(I)
      ? I.slice(0, -1)
      : I) || "/"
  );
}
function withTrailingSlash(I = "", g) {
  return I.endsWith("/") ? I : I + "/";
}
function withoutBase(I, g) {
  if (isEmptyURL(g)) return I;
  const B = withoutTrailingSlash(g);
  if (!I.startsWith(B)) return I;
  const Q = I[B.length];
  if (Q && "/" !== Q && "?" !== Q) return I;
  return "/" + I.slice(B.length).replace(/^\/+/, "");
}
function withQuery(I, g) {
  const B = parseURL(I),
    Q = { ...parseQuery(B.search), ...g };
  return (
    (B.search = stringifyQuery(Q)),
    (function (I) {
      const g = I.pathname || "",
        B = I.search ? (I.search.startsWith("?") ? "" : "?") + I.search : "",
        Q = I.hash || "",
        C = I.auth ? I.auth + "@" : "",
        E = I.host || "",
        e = I.protocol || I[Y] ? (I.protocol || "") + "//" : "";
      return e + C + E + g + B + Q;
    })(B)
  );
}
function getQuery(I) {
  return parseQuery(parseURL(I).search);
}
function isEmptyURL(I) {
  return !I || "/" === I;
}
function joinURL(I, ...g) {
  let B = I || "";
  for (const I of g.filter((I) =>
    (function (I) {
      return I && "/" !== I;
    })(I),
  ))
    if (B) {
      const g = I.replace(H, "");
      B = withTrailingSlash(B) + g;
    } else B = I;
  return B;
}
const Y = Symbol.for("ufo:protocolRelative");
function parseURL(I = "", g) {
  const B = I.match(/^[\s\0]*(blob:|data:|javascript:|vbscript:)(.*)/i);
  if (B) {
    const [, I, g = ""] = B;
    return { protocol: I.toLowerCase(), pathname: g, href: I + g, auth: "", host: "", search: "", hash: "" };
  }
  if (!hasProtocol(I, { acceptRelative: !0 })) return parsePath(I);
  const [, Q = "", C, E = ""] = I.replace(/\\/g, "/").match(/^[\s\0]*([\w+.-]{2,}:)?\/\/([^/@]+@)?(.*)/) || [];
  let [, e = "", s = ""] = E.match(/([^#/?]*)(.*)?/) || [];
  "file:" === Q && (s = s.replace(/\/(?=[A-Za-z]:)/, ""));
  const { pathname: t, search: D, hash: a } = parsePath(s);
  return {
    protocol: Q.toLowerCase(),
    auth: C ? C.slice(0, Math.max(0, C.length - 1)) : "",
    host: e,
    pathname: t,
    search: D,
    hash: a,
    [Y]: !Q,
  };
}
function parsePath(I = "") {
  const [g = "", B = "", Q = ""] = (I.match(/([^#?]*)(\?[^#]*)?(#.*)?/) || []).splice(1);
  return { pathname: g, search: B, hash: Q };
}
const d = 0,
  f = 1,
  J = 2;
function createRouter$1(I = {}) {
  const g = { options: I, rootNode: createRadixNode(), staticRoutesMap: {} },
    normalizeTrailingSlash = (g) => (I.strictTrailingSlash ? g : g.replace(/\/$/, "") || "/");
  if (I.routes) for (const B in I.routes) insert(g, normalizeTrailingSlash(B), I.routes[B]);
  return {
    ctx: g,
    lookup: (I) =>
      (function (I, g) {
        const B = I.staticRoutesMap[g];
        if (B) return B.data;
        const Q = g.split("/"),
          C = {};
        let E = !1,
          e = null,
          s = I.rootNode,
          t = null;
        for (let I = 0; I < Q.length; I++) {
          const g = Q[I];
          null !== s.wildcardChildNode && ((e = s.wildcardChildNode), (t = Q.slice(I).join("/")));
          const B = s.children.get(g);
          if (void 0 === B) {
            if (s && s.placeholderChildren.length > 1) {
              const g = Q.length - I;
              s = s.placeholderChildren.find((I) => I.maxDepth === g) || null;
            } else s = s.placeholderChildren[0] || null;
            if (!s) break;
            (s.paramName && (C[s.paramName] = g), (E = !0));
          } else s = B;
        }
        (null !== s && null !== s.data) || null === e || ((s = e), (C[s.paramName || "_"] = t), (E = !0));
        if (!s) return null;
        if (E) return { ...s.data, params: E ? C : void 0 };
        return s.data;
      })(g, normalizeTrailingSlash(I)),
    insert: (I, B) => insert(g, normalizeTrailingSlash(I), B),
    remove: (I) =>
      (function (I, g) {
        let B = !1;
        const Q = g.split("/");
        let C = I.rootNode;
        for (const I of Q) if (((C = C.children.get(I)), !C)) return B;
        if (C.data) {
          const I = Q.at(-1) || "";
          ((C.data = null),
            0 === Object.keys(C.children).length &&
              C.parent &&
              (C.parent.children.delete(I), (C.parent.wildcardChildNode = null), (C.parent.placeholderChildren = [])),
            (B = !0));
        }
        return B;
      })(g, normalizeTrailingSlash(I)),
  };
}
function insert(I, g, B) {
  let Q = !0;
  const C = g.split("/");
  let E = I.rootNode,
    e = 0;
  const s = [E];
  for (const I of C) {
    let g;
    if ((g = E.children.get(I))) E = g;
    else {
      const B = getNodeType(I);
      ((g = createRadixNode({ type: B, parent: E })),
        E.children.set(I, g),
        B === J
          ? ((g.paramName = "*" === I ? "_" + e++ : I.slice(1)), E.placeholderChildren.push(g), (Q = !1))
          : B === f && ((E.wildcardChildNode = g), (g.paramName = I.slice(3) || "_"), (Q = !1)),
        s.push(g),
        (E = g));
    }
  }
  for (const [I, g] of s.entries()) g.maxDepth = Math.max(s.length - I, g.maxDepth || 0);
  return ((E.data = B), !0 === Q && (I.staticRoutesMap[g] = E), E);
}
function createRadixNode(I = {}) {
  return {
    type: I.type || d,
    maxDepth: 0,
    parent: I.parent || null,
    children: new Map(),
    data: I.data || null,
    paramName: I.paramName || null,
    wildcardChildNode: null,
    placeholderChildren: [],
  };
}
function getNodeType(I) {
  return I.startsWith("**") ? f : ":" === I[0] || "*" === I ? J : d;
}
function toRouteMatcher(I) {
  return (function (I, g) {
    return { ctx: { table: I }, matchAll: (B) => _matchRoutes(B, I, g) };
  })(_routerNodeToTable("", I.ctx.rootNode), I.ctx.options.strictTrailingSlash);
}
function _matchRoutes(I, g, B) {
  !0 !== B && I.endsWith("/") && (I = I.slice(0, -1) || "/");
  const Q = [];
  for (const [B, C] of _sortRoutesMap(g.wildcard)) (I === B || I.startsWith(B + "/")) && Q.push(C);
  for (const [B, C] of _sortRoutesMap(g.dynamic))
    if (I.startsWith(B + "/")) {
      const g = "/" + I.slice(B.length).split("/").splice(2).join("/");
      Q.push(..._matchRoutes(g, C));
    }
  const C = g.static.get(I);
  return (C && Q.push(C), Q.filter(Boolean));
}
function _sortRoutesMap(I) {
  return [...I.entries()].sort((I, g) => I[0].length - g[0].length);
}
function _routerNodeToTable(I, g) {
  const B = { static: new Map(), wildcard: new Map(), dynamic: new Map() };
  return (
    (function _addNode(I, g) {
      if (I)
        if (g.type !== d || I.includes("*") || I.includes(":")) {
          if (g.type === f) B.wildcard.set(I.replace("/**", ""), g.data);
          else if (g.type === J) {
            const Q = _routerNodeToTable("", g);
            return (g.data && Q.static.set("/", g.data), void B.dynamic.set(I.replace(/\/\*|\/:\w+/, ""), Q));
          }
        } else g.data && B.static.set(I, g.data);
      for (const [B, Q] of g.children.entries()) _addNode(`${I}/${B}`.replace("//", "/"), Q);
    })(I, g),
    B
  );
}
function isPlainObject(I) {
  if (null === I || "object" != typeof I) return !1;
  const g = Object.getPrototypeOf(I);
  return (
    (null === g || g === Object.prototype || null === Object.getPrototypeOf(g)) &&
    !(Symbol.iterator in I) &&
    (!(Symbol.toStringTag in I) || "[object Module]" === Object.prototype.toString.call(I))
  );
}
function _defu(I, g, B = ".", Q) {
  if (!isPlainObject(g)) return _defu(I, {}, B, Q);
  const C = { ...g };
  for (const g of Object.keys(I)) {
    if ("__proto__" === g || "constructor" === g) continue;
    const E = I[g];
    null != E &&
      ((Q && Q(C, g, E, B)) ||
        (Array.isArray(E) && Array.isArray(C[g])
          ? (C[g] = [...E, ...C[g]])
          : isPlainObject(E) && isPlainObject(C[g])
            ? (C[g] = _defu(E, C[g], (B ? `${B}.` : "") + g.toString(), Q))
            : (C[g] = E)));
  }
  return C;
}
function createDefu(I) {
  return (...g) => g.reduce((g, B) => _defu(g, B, "", I), {});
}
const K = createDefu(),
  L = createDefu((I, g, B) => {
    if (void 0 !== I[g] && "function" == typeof B) return ((I[g] = B(I[g])), !0);
  });
function o(I) {
  throw new Error(`${I} is not implemented yet!`);
}
class i extends C {
  __unenv__ = {};
  readableEncoding = null;
  readableEnded = !0;
  readableFlowing = !1;
  readableHighWaterMark = 0;
  readableLength = 0;
  readableObjectMode = !1;
  readableAborted = !1;
  readableDidRead = !1;
  closed = !1;
  errored = null;
  readable = !1;
  destroyed = !1;
  static from(I, g) {
    return new i(g);
  }
  constructor(I) {
    super();
  }
  _read(I) {}
  read(I) {}
  setEncoding(I) {
    return this;
  }
  pause() {
    return this;
  }
  resume() {
    return this;
  }
  isPaused() {
    return !0;
  }
  unpipe(I) {
    return this;
  }
  unshift(I, g) {}
  wrap(I) {
    return this;
  }
  push(I, g) {
    return !1;
  }
  _destroy(I, g) {
    this.removeAllListeners();
  }
  destroy(I) {
    return ((this.destroyed = !0), this._destroy(I), this);
  }
  pipe(I, g) {
    return {};
  }
  compose(I, g) {
    throw new Error("Method not implemented.");
  }
  [Symbol.asyncDispose]() {
    return (this.destroy(), Promise.resolve());
  }
  async *[Symbol.asyncIterator]() {
    throw o("Readable.asyncIterator");
  }
  iterator(I) {
    throw o("Readable.iterator");
  }
  map(I, g) {
    throw o("Readable.map");
  }
  filter(I, g) {
    throw o("Readable.filter");
  }
  forEach(I, g) {
    throw o("Readable.forEach");
  }
  reduce(I, g, B) {
    throw o("Readable.reduce");
  }
  find(I, g) {
    throw o("Readable.find");
  }
  findIndex(I, g) {
    throw o("Readable.findIndex");
  }
  some(I, g) {
    throw o("Readable.some");
  }
  toArray(I) {
    throw o("Readable.toArray");
  }
  every(I, g) {
    throw o("Readable.every");
  }
  flatMap(I, g) {
    throw o("Readable.flatMap");
  }
  drop(I, g) {
    throw o("Readable.drop");
  }
  take(I, g) {
    throw o("Readable.take");
  }
  asIndexedPairs(I) {
    throw o("Readable.asIndexedPairs");
  }
}
class l extends C {
  __unenv__ = {};
  writable = !0;
  writableEnded = !1;
  writableFinished = !1;
  writableHighWaterMark = 0;
  writableLength = 0;
  writableObjectMode = !1;
  writableCorked = 0;
  closed = !1;
  errored = null;
  writableNeedDrain = !1;
  writableAborted = !1;
  destroyed = !1;
  _data;
  _encoding = "utf8";
  constructor(I) {
    super();
  }
  pipe(I, g) {
    return {};
  }
  _write(I, B, Q) {
    if (this.writableEnded) Q && Q();
    else {
      if (void 0 === this._data) this._data = I;
      else {
        const Q = "string" == typeof this._data ? g.from(this._data, this._encoding || B || "utf8") : this._data,
          C = "string" == typeof I ? g.from(I, B || this._encoding || "utf8") : I;
        this._data = g.concat([Q, C]);
      }
      ((this._encoding = B), Q && Q());
    }
  }
  _writev(I, g) {}
  _destroy(I, g) {}
  _final(I) {}
  write(I, g, B) {
    const Q = "string" == typeof g ? this._encoding : "utf8",
      C = "function" == typeof g ? g : "function" == typeof B ? B : void 0;
    return (this._write(I, Q, C), !0);
  }
  setDefaultEncoding(I) {
    return this;
  }
  end(I, g, B) {
    const Q = "function" == typeof I ? I : "function" == typeof g ? g : "function" == typeof B ? B : void 0;
    if (this.writableEnded) return (Q && Q(), this);
    const C = I === Q ? void 0 : I;
    if (C) {
      const I = g === Q ? void 0 : g;
      this.write(C, I);
    }
    return (
      (this.writableEnded = !0),
      (this.writableFinished = !0),
      this.emit("close"),
      this.emit("finish"),
      Q && Q(),
      this
    );
  }
  cork() {}
  uncork() {}
  destroy(I) {
    return ((this.destroyed = !0), delete this._data, this.removeAllListeners(), this);
  }
  compose(I, g) {
    throw new Error("Method not implemented.");
  }
  [Symbol.asyncDispose]() {
    return Promise.resolve();
  }
}
const u = class {
  allowHalfOpen = !0;
  _destroy;
  constructor(I = new i(), g = new l()) {
    (Object.assign(this, I),
      Object.assign(this, g),
      (this._destroy = (function (...I) {
        return function (...g) {
          for (const B of I) B(...g);
        };
      })(I._destroy, g._destroy)));
  }
};
const m = (Object.assign(u.prototype, i.prototype), Object.assign(u.prototype, l.prototype), u);
class A extends m {
  __unenv__ = {};
  bufferSize = 0;
  bytesRead = 0;
  bytesWritten = 0;
  connecting = !1;
  destroyed = !1;
  pending = !1;
  localAddress = "";
  localPort = 0;
  remoteAddress = "";
  remoteFamily = "";
  remotePort = 0;
  autoSelectFamilyAttemptedAddresses = [];
  readyState = "readOnly";
  constructor(I) {
    super();
  }
  write(I, g, B) {
    return !1;
  }
  connect(I, g, B) {
    return this;
  }
  end(I, g, B) {
    return this;
  }
  setEncoding(I) {
    return this;
  }
  pause() {
    return this;
  }
  resume() {
    return this;
  }
  setTimeout(I, g) {
    return this;
  }
  setNoDelay(I) {
    return this;
  }
  setKeepAlive(I, g) {
    return this;
  }
  address() {
    return {};
  }
  unref() {
    return this;
  }
  ref() {
    return this;
  }
  destroySoon() {
    this.destroy();
  }
  resetAndDestroy() {
    const I = new Error("ERR_SOCKET_CLOSED");
    return ((I.code = "ERR_SOCKET_CLOSED"), this.destroy(I), this);
  }
}
class y extends i {
  aborted = !1;
  httpVersion = "1.1";
  httpVersionMajor = 1;
  httpVersionMinor = 1;
  complete = !0;
  connection;
  socket;
  headers = {};
  trailers = {};
  method = "GET";
  url = "/";
  statusCode = 200;
  statusMessage = "";
  closed = !1;
  errored = null;
  readable = !1;
  constructor(I) {
    (super(), (this.socket = this.connection = I || new A()));
  }
  get rawHeaders() {
    const I = this.headers,
      g = [];
    for (const B in I)
      if (Array.isArray(I[B])) for (const Q of I[B]) g.push(B, Q);
      else g.push(B, I[B]);
    return g;
  }
  get rawTrailers() {
    return [];
  }
  setTimeout(I, g) {
    return this;
  }
  get headersDistinct() {
    return p(this.headers);
  }
  get trailersDistinct() {
    return p(this.trailers);
  }
}
function p(I) {
  const g = {};
  for (const [B, Q] of Object.entries(I)) B && (g[B] = (Array.isArray(Q) ? Q : [Q]).filter(Boolean));
  return g;
}
class w extends l {
  statusCode = 200;
  statusMessage = "";
  upgrading = !1;
  chunkedEncoding = !1;
  shouldKeepAlive = !1;
  useChunkedEncodingByDefault = !1;
  sendDate = !1;
  finished = !1;
  headersSent = !1;
  strictContentLength = !1;
  connection = null;
  socket = null;
  req;
  _headers = {};
  constructor(I) {
    (super(), (this.req = I));
  }
  assignSocket(I) {
    ((I._httpMessage = this), (this.socket = I), (this.connection = I), this.emit("socket", I), this._flush());
  }
  _flush() {
    this.flushHeaders();
  }
  detachSocket(I) {}
  writeContinue(I) {}
  writeHead(I, g, B) {
    (I && (this.statusCode = I), "string" == typeof g && ((this.statusMessage = g), (g = void 0)));
    const Q = B || g;
    if (Q && !Array.isArray(Q)) for (const I in Q) this.setHeader(I, Q[I]);
    return ((this.headersSent = !0), this);
  }
  writeProcessing() {}
  setTimeout(I, g) {
    return this;
  }
  appendHeader(I, g) {
    I = I.toLowerCase();
    const B = this._headers[I],
      Q = [...(Array.isArray(B) ? B : [B]), ...(Array.isArray(g) ? g : [g])].filter(Boolean);
    return ((this._headers[I] = Q.length > 1 ? Q : Q[0]), this);
  }
  setHeader(I, g) {
    return ((this._headers[I.toLowerCase()] = g), this);
  }
  setHeaders(I) {
    for (const [g, B] of Object.entries(I)) this.setHeader(g, B);
    return this;
  }
  getHeader(I) {
    return this._headers[I.toLowerCase()];
  }
  getHeaders() {
    return this._headers;
  }
  getHeaderNames() {
    return Object.keys(this._headers);
  }
  hasHeader(I) {
    return I.toLowerCase() in this._headers;
  }
  removeHeader(I) {
    delete this._headers[I.toLowerCase()];
  }
  addTrailers(I) {}
  flushHeaders() {}
  writeEarlyHints(I, g) {
    "function" == typeof g && g();
  }
}
const q = (() => {
  const n = function () {};
  return ((n.prototype = Object.create(null)), n);
})();
function v(I = {}) {
  if (I instanceof Headers) return I;
  const g = new Headers();
  for (const [B, Q] of Object.entries(I))
    if (void 0 !== Q) {
      if (Array.isArray(Q)) {
        for (const I of Q) g.append(B, String(I));
        continue;
      }
      g.set(B, String(Q));
    }
  return g;
}
const P = new Set([101, 204, 205, 304]);
async function b(I, g) {
  const B = new y(),
    Q = new w(B);
  let C;
  if (((B.url = g.url?.toString() || "/"), !B.url.startsWith("/"))) {
    const I = new URL(B.url);
    ((C = I.host), (B.url = I.pathname + I.search + I.hash));
  }
  ((B.method = g.method || "GET"),
    (B.headers = (function (I = {}) {
      const g = new q(),
        B =
          Array.isArray(I) ||
          (function (I) {
            return "function" == typeof I?.entries;
          })(I)
            ? I
            : Object.entries(I);
      for (const [I, Q] of B)
        if (Q) {
          if (void 0 === g[I]) {
            g[I] = Q;
            continue;
          }
          g[I] = [...(Array.isArray(g[I]) ? g[I] : [g[I]]), ...(Array.isArray(Q) ? Q : [Q])];
        }
      return g;
    })(g.headers || {})),
    B.headers.host || (B.headers.host = g.host || C || "localhost"),
    (B.connection.encrypted = B.connection.encrypted || "https" === g.protocol),
    (B.body = g.body || null),
    (B.__unenv__ = g.context),
    await I(B, Q));
  let E = Q._data;
  (P.has(Q.statusCode) || "HEAD" === B.method.toUpperCase()) && ((E = null), delete Q._headers["content-length"]);
  const e = { status: Q.statusCode, statusText: Q.statusMessage, headers: Q._headers, body: E };
  return (B.destroy(), Q.destroy(), e);
}
function hasProp(I, g) {
  try {
    return g in I;
  } catch {
    return !1;
  }
}
class H3Error extends Error {
  static __h3_error__ = !0;
  statusCode = 500;
  fatal = !1;
  unhandled = !1;
  statusMessage;
  data;
  cause;
  constructor(I, g = {}) {
    (super(I, g), g.cause && !this.cause && (this.cause = g.cause));
  }
  toJSON() {
    const I = { message: this.message, statusCode: sanitizeStatusCode(this.statusCode, 500) };
    return (
      this.statusMessage && (I.statusMessage = sanitizeStatusMessage(this.statusMessage)),
      void 0 !== this.data && (I.data = this.data),
      I
    );
  }
}
function createError(I) {
  if ("string" == typeof I) return new H3Error(I);
  if (isError(I)) return I;
  const g = new H3Error(I.message ?? I.statusMessage ?? "", { cause: I.cause || I });
  if (hasProp(I, "stack"))
    try {
      Object.defineProperty(g, "stack", { get: () => I.stack });
    } catch {
      try {
        g.stack = I.stack;
      } catch {}
    }
  if (
    (I.data && (g.data = I.data),
    I.statusCode
      ? (g.statusCode = sanitizeStatusCode(I.statusCode, g.statusCode))
      : I.status && (g.statusCode = sanitizeStatusCode(I.status, g.statusCode)),
    I.statusMessage ? (g.statusMessage = I.statusMessage) : I.statusText && (g.statusMessage = I.statusText),
    g.statusMessage)
  ) {
    const I = g.statusMessage;
    sanitizeStatusMessage(g.statusMessage) !== I &&
      console.warn(
        "[h3] Please prefer using `message` for longer error messages instead of `statusMessage`. In the future, `statusMessage` will be sanitized by default.",
      );
  }
  return (void 0 !== I.fatal && (g.fatal = I.fatal), void 0 !== I.unhandled && (g.unhandled = I.unhandled), g);
}
function isError(I) {
  return !0 === I?.constructor?.__h3_error__;
}
const x = Symbol.for("h3RawBody"),
  O = ["PATCH", "POST", "PUT", "DELETE"];
function readRawBody(I, B = "utf8") {
  !(function (I, g) {
    if (
      !(function (I, g) {
        if ("string" == typeof g) {
          if (I.method === g) return !0;
        } else if (g.includes(I.method)) return !0;
        return !1;
      })(I, g)
    )
      throw createError({ statusCode: 405, statusMessage: "HTTP method is not allowed." });
  })(I, O);
  const Q = I._requestBody || I.web?.request?.body || I.node.req[x] || I.node.req.rawBody || I.node.req.body;
  if (Q) {
    const I = Promise.resolve(Q).then((I) =>
      g.isBuffer(I)
        ? I
        : "function" == typeof I.pipeTo
          ? new Promise((B, Q) => {
              const C = [];
              I.pipeTo(
                new WritableStream({
                  write(I) {
                    C.push(I);
                  },
                  close() {
                    B(g.concat(C));
                  },
                  abort(I) {
                    Q(I);
                  },
                }),
              ).catch(Q);
            })
          : "function" == typeof I.pipe
            ? new Promise((B, Q) => {
                const C = [];
                I.on("data", (I) => {
                  C.push(I);
                })
                  .on("end", () => {
                    B(g.concat(C));
                  })
                  .on("error", Q);
              })
            : I.constructor === Object
              ? g.from(JSON.stringify(I))
              : I instanceof URLSearchParams
                ? g.from(I.toString())
                : I instanceof FormData
                  ? new Response(I).bytes().then((I) => g.from(I))
                  : g.from(I),
    );
    return B ? I.then((I) => I.toString(B)) : I;
  }
  if (
    !Number.parseInt(I.node.req.headers["content-length"] || "") &&
    !/\bchunked\b/i.test(String(I.node.req.headers["transfer-encoding"] ?? ""))
  )
    return Promise.resolve(void 0);
  const C = (I.node.req[x] = new Promise((B, Q) => {
    const C = [];
    I.node.req
      .on("error", (I) => {
        Q(I);
      })
      .on("data", (I) => {
        C.push(I);
      })
      .on("end", () => {
        B(g.concat(C));
      });
  }));
  return B ? C.then((I) => I.toString(B)) : C;
}
function handleCacheHeaders(I, g) {
  const B = ["public", ...(g.cacheControls || [])];
  let Q = !1;
  if ((void 0 !== g.maxAge && B.push("max-age=" + +g.maxAge, "s-maxage=" + +g.maxAge), g.modifiedTime)) {
    const B = new Date(g.modifiedTime),
      C = I.node.req.headers["if-modified-since"];
    (I.node.res.setHeader("last-modified", B.toUTCString()), C && new Date(C) >= B && (Q = !0));
  }
  if (g.etag) {
    I.node.res.setHeader("etag", g.etag);
    I.node.req.headers["if-none-match"] === g.etag && (Q = !0);
  }
  return (
    I.node.res.setHeader("cache-control", B.join(", ")),
    !!Q && ((I.node.res.statusCode = 304), I.handled || I.node.res.end(), !0)
  );
}
const V = { html: "text/html", json: "application/json" },
  T = /[^\u0009\u0020-\u007E]/g;
function sanitizeStatusMessage(I = "") {
  return I.replace(T, "");
}
function sanitizeStatusCode(I, g = 200) {
  return I ? ("string" == typeof I && (I = Number.parseInt(I, 10)), I < 100 || I > 999 ? g : I) : g;
}
function splitCookiesString(I) {
  if (Array.isArray(I)) return I.flatMap((I) => splitCookiesString(I));
  if ("string" != typeof I) return [];
  const g = [];
  let B,
    Q,
    C,
    E,
    e,
    s = 0;
  const skipWhitespace = () => {
      for (; s < I.length && /\s/.test(I.charAt(s));) s += 1;
      return s < I.length;
    },
    notSpecialChar = () => ((Q = I.charAt(s)), "=" !== Q && ";" !== Q && "," !== Q);
  for (; s < I.length;) {
    for (B = s, e = !1; skipWhitespace();)
      if (((Q = I.charAt(s)), "," === Q)) {
        for (C = s, s += 1, skipWhitespace(), E = s; s < I.length && notSpecialChar();) s += 1;
        s < I.length && "=" === I.charAt(s) ? ((e = !0), (s = E), g.push(I.slice(B, C)), (B = s)) : (s = C + 1);
      } else s += 1;
    (!e || s >= I.length) && g.push(I.slice(B));
  }
  return g;
}
const j = void 0 === B ? (I) => I() : B;
function send(I, g, B) {
  return (
    B &&
      (function (I, g) {
        g &&
          304 !== I.node.res.statusCode &&
          !I.node.res.getHeader("content-type") &&
          I.node.res.setHeader("content-type", g);
      })(I, B),
    new Promise((B) => {
      j(() => {
        (I.handled || I.node.res.end(g), B());
      });
    })
  );
}
function setResponseStatus(I, g, B) {
  (g && (I.node.res.statusCode = sanitizeStatusCode(g, I.node.res.statusCode)),
    B && (I.node.res.statusMessage = sanitizeStatusMessage(B)));
}
function setResponseHeaders(I, g) {
  for (const [B, Q] of Object.entries(g)) I.node.res.setHeader(B, Q);
}
const Z = setResponseHeaders;
function sendStream(I, g) {
  if (!g || "object" != typeof g) throw new Error("[h3] Invalid stream provided.");
  if (((I.node.res._data = g), !I.node.res.socket)) return ((I._handled = !0), Promise.resolve());
  if (hasProp(g, "pipeTo") && "function" == typeof g.pipeTo)
    return g
      .pipeTo(
        new WritableStream({
          write(g) {
            I.node.res.write(g);
          },
        }),
      )
      .then(() => {
        I.node.res.end();
      });
  if (hasProp(g, "pipe") && "function" == typeof g.pipe)
    return new Promise((B, Q) => {
      (g.pipe(I.node.res),
        g.on &&
          (g.on("end", () => {
            (I.node.res.end(), B());
          }),
          g.on("error", (I) => {
            Q(I);
          })),
        I.node.res.on("close", () => {
          g.abort && g.abort();
        }));
    });
  throw new Error("[h3] Invalid or incompatible stream provided.");
}
function sendWebResponse(I, g) {
  for (const [B, Q] of g.headers)
    "set-cookie" === B ? I.node.res.appendHeader(B, splitCookiesString(Q)) : I.node.res.setHeader(B, Q);
  if (
    (g.status && (I.node.res.statusCode = sanitizeStatusCode(g.status, I.node.res.statusCode)),
    g.statusText && (I.node.res.statusMessage = sanitizeStatusMessage(g.statusText)),
    g.redirected && I.node.res.setHeader("location", g.url),
    g.body)
  )
    return sendStream(I, g.body);
  I.node.res.end();
}
const W = new Set(["PATCH", "POST", "PUT", "DELETE"]),
  X = new Set([
    "transfer-encoding",
    "accept-encoding",
    "connection",
    "keep-alive",
    "upgrade",
    "expect",
    "host",
    "accept",
  ]);
async function proxyRequest(I, g, B = {}) {
  let Q, C;
  W.has(I.method) &&
    (B.streamRequest
      ? ((Q = (function (I) {
          if (!O.includes(I.method)) return;
          const g = I.web?.request?.body || I._requestBody;
          return (
            g ||
            (x in I.node.req || "rawBody" in I.node.req || "body" in I.node.req || "__unenv__" in I.node.req
              ? new ReadableStream({
                  async start(g) {
                    const B = await readRawBody(I, !1);
                    (B && g.enqueue(B), g.close());
                  },
                })
              : new ReadableStream({
                  start: (g) => {
                    (I.node.req.on("data", (I) => {
                      g.enqueue(I);
                    }),
                      I.node.req.on("end", () => {
                        g.close();
                      }),
                      I.node.req.on("error", (I) => {
                        g.error(I);
                      }));
                  },
                }))
          );
        })(I)),
        (C = "half"))
      : (Q = await readRawBody(I, !1).catch(() => {})));
  const E = B.fetchOptions?.method || I.method,
    e = (function (I, ...g) {
      const B = g.filter(Boolean);
      if (0 === B.length) return I;
      const Q = new Headers(I);
      for (const I of B) {
        const g = Array.isArray(I) ? I : "function" == typeof I.entries ? I.entries() : Object.entries(I);
        for (const [I, B] of g) void 0 !== B && Q.set(I, B);
      }
      return Q;
    })(getProxyRequestHeaders(I, { host: g.startsWith("/") }), B.fetchOptions?.headers, B.headers);
  return (async function (I, g, B = {}) {
    let Q;
    try {
      Q = await _getFetch(B.fetch)(g, { headers: B.headers, ignoreResponseError: !0, ...B.fetchOptions });
    } catch (I) {
      throw createError({ status: 502, statusMessage: "Bad Gateway", cause: I });
    }
    ((I.node.res.statusCode = sanitizeStatusCode(Q.status, I.node.res.statusCode)),
      (I.node.res.statusMessage = sanitizeStatusMessage(Q.statusText)));
    const C = [];
    for (const [g, B] of Q.headers.entries())
      "content-encoding" !== g &&
        "content-length" !== g &&
        ("set-cookie" !== g ? I.node.res.setHeader(g, B) : C.push(...splitCookiesString(B)));
    C.length > 0 &&
      I.node.res.setHeader(
        "set-cookie",
        C.map(
          (I) => (
            B.cookieDomainRewrite && (I = rewriteCookieProperty(I, B.cookieDomainRewrite, "domain")),
            B.cookiePathRewrite && (I = rewriteCookieProperty(I, B.cookiePathRewrite, "path")),
            I
          ),
        ),
      );
    B.onResponse && (await B.onResponse(I, Q));
    if (void 0 !== Q._data) return Q._data;
    if (I.handled) return;
    if (!1 === B.sendStream) {
      const g = new Uint8Array(await Q.arrayBuffer());
      return I.node.res.end(g);
    }
    if (Q.body) for await (const g of Q.body) I.node.res.write(g);
    return I.node.res.end();
  })(I, g, { ...B, fetchOptions: { method: E, body: Q, duplex: C, ...B.fetchOptions, headers: e } });
}
function getProxyRequestHeaders(I, g) {
  const B = Object.create(null),
    Q = (function (I) {
      const g = {};
      for (const B in I.node.req.headers) {
        const Q = I.node.req.headers[B];
        g[B] = Array.isArray(Q) ? Q.filter(Boolean).join(", ") : Q;
      }
      return g;
    })(I);
  for (const I in Q) (!X.has(I) || ("host" === I && g?.host)) && (B[I] = Q[I]);
  return B;
}
function fetchWithEvent(I, g, B, Q) {
  return _getFetch(Q?.fetch)(g, {
    ...B,
    context: B?.context || I.context,
    headers: { ...getProxyRequestHeaders(I, { host: "string" == typeof g && g.startsWith("/") }), ...B?.headers },
  });
}
function _getFetch(I) {
  if (I) return I;
  if (globalThis.fetch) return globalThis.fetch;
  throw new Error("fetch is not available. Try importing `node-fetch-native/polyfill` for Node.js.");
}
function rewriteCookieProperty(I, g, B) {
  const Q = "string" == typeof g ? { "*": g } : g;
  return I.replace(new RegExp(`(;\\s*${B}=)([^;]+)`, "gi"), (I, g, B) => {
    let C;
    if (B in Q) C = Q[B];
    else {
      if (!("*" in Q)) return I;
      C = Q["*"];
    }
    return C ? g + C : "";
  });
}
class H3Event {
  __is_event__ = !0;
  node;
  web;
  context = {};
  _method;
  _path;
  _headers;
  _requestBody;
  _handled = !1;
  _onBeforeResponseCalled;
  _onAfterResponseCalled;
  constructor(I, g) {
    this.node = { req: I, res: g };
  }
  get method() {
    return (this._method || (this._method = (this.node.req.method || "GET").toUpperCase()), this._method);
  }
  get path() {
    return this._path || this.node.req.url || "/";
  }
  get headers() {
    return (
      this._headers ||
        (this._headers = (function (I) {
          const g = new Headers();
          for (const [B, Q] of Object.entries(I))
            if (Array.isArray(Q)) for (const I of Q) g.append(B, I);
            else Q && g.set(B, Q);
          return g;
        })(this.node.req.headers)),
      this._headers
    );
  }
  get handled() {
    return this._handled || this.node.res.writableEnded || this.node.res.headersSent;
  }
  respondWith(I) {
    return Promise.resolve(I).then((I) => sendWebResponse(this, I));
  }
  toString() {
    return `[${this.method}] ${this.path}`;
  }
  toJSON() {
    return this.toString();
  }
  get req() {
    return this.node.req;
  }
  get res() {
    return this.node.res;
  }
}
function isEvent(I) {
  return hasProp(I, "__is_event__");
}
function createEvent(I, g) {
  return new H3Event(I, g);
}
function defineEventHandler(I) {
  if ("function" == typeof I) return ((I.__is_handler__ = !0), I);
  const g = { onRequest: _normalizeArray(I.onRequest), onBeforeResponse: _normalizeArray(I.onBeforeResponse) },
    _handler = (B) =>
      (async function (I, g, B) {
        if (B.onRequest) for (const g of B.onRequest) if ((await g(I), I.handled)) return;
        const Q = await g(I),
          C = { body: Q };
        if (B.onBeforeResponse) for (const g of B.onBeforeResponse) await g(I, C);
        return C.body;
      })(B, I.handler, g);
  return (
    (_handler.__is_handler__ = !0),
    (_handler.__resolve__ = I.handler.__resolve__),
    (_handler.__websocket__ = I.websocket),
    _handler
  );
}
function _normalizeArray(I) {
  return I ? (Array.isArray(I) ? I : [I]) : void 0;
}
const z = defineEventHandler;
function toEventHandler(I, g, B) {
  return I;
}
const lazyEventHandler = function (I) {
  let g, B;
  const resolveHandler = () =>
      B
        ? Promise.resolve(B)
        : (g ||
            (g = Promise.resolve(I()).then((I) => {
              const g = I.default || I;
              if ("function" != typeof g)
                throw new TypeError("Invalid lazy handler result. It should be a function:", g);
              return ((B = { handler: toEventHandler(I.default || I) }), B);
            })),
          g),
    Q = z((I) => (B ? B.handler(I) : resolveHandler().then((g) => g.handler(I))));
  return ((Q.__resolve__ = resolveHandler), Q);
};
function createApp(I = {}) {
  const g = [],
    B = (function (I, g) {
      const B = g.debug ? 2 : void 0;
      return z(async (Q) => {
        Q.node.req.originalUrl = Q.node.req.originalUrl || Q.node.req.url || "/";
        const C = Q.node.req.url || "/",
          E = (function (I) {
            const g = I.indexOf("?"),
              B = -1 === g ? I : I.slice(0, g),
              Q = -1 === g ? "" : I.slice(g);
            return (B.includes("%25") ? decodePath(B.replace(/%25/g, "%2525")) : decodePath(B)) + Q;
          })(Q._path || C);
        Q._path = E;
        const e = E !== C;
        let s;
        g.onRequest && (await g.onRequest(Q));
        for (const t of I) {
          if (t.route.length > 1) {
            if (!E.startsWith(t.route)) continue;
            s = E.slice(t.route.length) || "/";
          } else s = E;
          if (t.match && !t.match(s, Q)) continue;
          ((Q._path = s), (Q.node.req.url = e ? (t.route.length > 1 ? C.slice(t.route.length) || "/" : C) : s));
          const I = await t.handler(Q),
            D = void 0 === I ? void 0 : await I;
          if (void 0 !== D) {
            const I = { body: D };
            return (
              g.onBeforeResponse && ((Q._onBeforeResponseCalled = !0), await g.onBeforeResponse(Q, I)),
              await handleHandlerResponse(Q, I.body, B),
              void (g.onAfterResponse && ((Q._onAfterResponseCalled = !0), await g.onAfterResponse(Q, I)))
            );
          }
          if (Q.handled)
            return void (g.onAfterResponse && ((Q._onAfterResponseCalled = !0), await g.onAfterResponse(Q, void 0)));
        }
        if (!Q.handled)
          throw createError({ statusCode: 404, statusMessage: `Cannot find any path matching ${Q.path || "/"}.` });
        g.onAfterResponse && ((Q._onAfterResponseCalled = !0), await g.onAfterResponse(Q, void 0));
      });
    })(g, I),
    Q = (function (I) {
      return async (g) => {
        let B;
        for (const Q of I) {
          if ("/" === Q.route && !Q.handler.__resolve__) continue;
          if (!g.startsWith(Q.route)) continue;
          if (((B = g.slice(Q.route.length) || "/"), Q.match && !Q.match(B, void 0))) continue;
          let I = { route: Q.route, handler: Q.handler };
          if (I.handler.__resolve__) {
            const g = await I.handler.__resolve__(B);
            if (!g) continue;
            I = { ...I, ...g, route: joinURL(I.route || "/", g.route || "/") };
          }
          return I;
        }
      };
    })(g);
  B.__resolve__ = Q;
  const C = (function (I) {
      let g;
      return () => (g || (g = I()), g);
    })(() => {
      return (
        (g = Q),
        {
          ...I.websocket,
          async resolve(I) {
            const B = I.request?.url || I.url || "/",
              { pathname: Q } = "string" == typeof B ? parseURL(B) : B,
              C = await g(Q);
            return C?.handler?.__websocket__ || {};
          },
        }
      );
      var g;
    }),
    E = {
      use: (I, g, B) => use(E, I, g, B),
      resolve: Q,
      handler: B,
      stack: g,
      options: I,
      get websocket() {
        return C();
      },
    };
  return E;
}
function use(I, g, B, Q) {
  if (Array.isArray(g)) for (const C of g) use(I, C, B, Q);
  else if (Array.isArray(B)) for (const C of B) use(I, g, C, Q);
  else
    "string" == typeof g
      ? I.stack.push(normalizeLayer({ ...Q, route: g, handler: B }))
      : "function" == typeof g
        ? I.stack.push(normalizeLayer({ ...B, handler: g }))
        : I.stack.push(normalizeLayer({ ...g }));
  return I;
}
function normalizeLayer(I) {
  let g = I.handler;
  return (
    g.handler && (g = g.handler),
    I.lazy
      ? (g = lazyEventHandler(g))
      : (function (I) {
          return hasProp(I, "__is_handler__");
        })(g) || (g = toEventHandler(g, 0, I.route)),
    { route: withoutTrailingSlash(I.route), match: I.match, handler: g }
  );
}
function handleHandlerResponse(I, B, Q) {
  if (null === B)
    return (function (I, g) {
      if (I.handled) return;
      g || 200 === I.node.res.statusCode || (g = I.node.res.statusCode);
      const B = sanitizeStatusCode(g, 204);
      (204 === B && I.node.res.removeHeader("content-length"), I.node.res.writeHead(B), I.node.res.end());
    })(I);
  if (B) {
    if (((C = B), "undefined" != typeof Response && C instanceof Response)) return sendWebResponse(I, B);
    if (
      (function (I) {
        if (!I || "object" != typeof I) return !1;
        if ("function" == typeof I.pipe) {
          if ("function" == typeof I._read) return !0;
          if ("function" == typeof I.abort) return !0;
        }
        return "function" == typeof I.pipeTo;
      })(B)
    )
      return sendStream(I, B);
    if (B.buffer) return send(I, B);
    if (B.arrayBuffer && "function" == typeof B.arrayBuffer)
      return B.arrayBuffer().then((Q) => send(I, g.from(Q), B.type));
    if (B instanceof Error) throw createError(B);
    if ("function" == typeof B.end) return !0;
  }
  var C;
  const E = typeof B;
  if ("string" === E) return send(I, B, V.html);
  if ("object" === E || "boolean" === E || "number" === E) return send(I, JSON.stringify(B, void 0, Q), V.json);
  if ("bigint" === E) return send(I, B.toString(), V.json);
  throw createError({ statusCode: 500, statusMessage: `[h3] Cannot send ${E} as response.` });
}
const _ = ["connect", "delete", "get", "head", "options", "post", "put", "trace", "patch"];
function toNodeListener(I) {
  return async function (g, B) {
    const Q = createEvent(g, B);
    try {
      await I.handler(Q);
    } catch (g) {
      const B = createError(g);
      if (
        (isError(g) || (B.unhandled = !0),
        setResponseStatus(Q, B.statusCode, B.statusMessage),
        I.options.onError && (await I.options.onError(B, Q)),
        Q.handled)
      )
        return;
      ((B.unhandled || B.fatal) && console.error("[h3]", B.fatal ? "[fatal]" : "[unhandled]", B),
        I.options.onBeforeResponse && !Q._onBeforeResponseCalled && (await I.options.onBeforeResponse(Q, { body: B })),
        await (function (I, g, B) {
          if (I.handled) return;
          const Q = isError(g) ? g : createError(g),
            C = { statusCode: Q.statusCode, statusMessage: Q.statusMessage, stack: [], data: Q.data };
          if ((B && (C.stack = (Q.stack || "").split("\n").map((I) => I.trim())), I.handled)) return;
          (setResponseStatus(I, Number.parseInt(Q.statusCode), Q.statusMessage),
            I.node.res.setHeader("content-type", V.json),
            I.node.res.end(JSON.stringify(C, void 0, 2)));
        })(Q, B, !!I.options.debug),
        I.options.onAfterResponse && !Q._onAfterResponseCalled && (await I.options.onAfterResponse(Q, { body: B })));
    }
  };
}
function flatHooks(I, g = {}, B) {
  for (const Q in I) {
    const C = I[Q],
      E = B ? `${B}:${Q}` : Q;
    "object" == typeof C && null !== C ? flatHooks(C, g, E) : "function" == typeof C && (g[E] = C);
  }
  return g;
}
const $ = { run: (I) => I() },
  AA = void 0 !== console.createTask ? console.createTask : () => $;
function serialTaskCaller(I, g) {
  const B = g.shift(),
    Q = AA(B);
  return I.reduce((I, B) => I.then(() => Q.run(() => B(...g))), Promise.resolve());
}
function parallelTaskCaller(I, g) {
  const B = g.shift(),
    Q = AA(B);
  return Promise.all(I.map((I) => Q.run(() => I(...g))));
}
function callEachWith(I, g) {
  for (const B of [...I]) B(g);
}
class Hookable {
  constructor() {
    ((this._hooks = {}),
      (this._before = void 0),
      (this._after = void 0),
      (this._deprecatedMessages = void 0),
      (this._deprecatedHooks = {}),
      (this.hook = this.hook.bind(this)),
      (this.callHook = this.callHook.bind(this)),
      (this.callHookWith = this.callHookWith.bind(this)));
  }
  hook(I, g, B = {}) {
    if (!I || "function" != typeof g) return () => {};
    const Q = I;
    let C;
    for (; this._deprecatedHooks[I];) ((C = this._deprecatedHooks[I]), (I = C.to));
    if (C && !B.allowDeprecated) {
      let I = C.message;
      (I || (I = `${Q} hook has been deprecated` + (C.to ? `, please use ${C.to}` : "")),
        this._deprecatedMessages || (this._deprecatedMessages = new Set()),
        this._deprecatedMessages.has(I) || (console.warn(I), this._deprecatedMessages.add(I)));
    }
    if (!g.name)
      try {
        Object.defineProperty(g, "name", { get: () => "_" + I.replace(/\W+/g, "_") + "_hook_cb", configurable: !0 });
      } catch {}
    return (
      (this._hooks[I] = this._hooks[I] || []),
      this._hooks[I].push(g),
      () => {
        g && (this.removeHook(I, g), (g = void 0));
      }
    );
  }
  hookOnce(I, g) {
    let B,
      _function = (...I) => ("function" == typeof B && B(), (B = void 0), (_function = void 0), g(...I));
    return ((B = this.hook(I, _function)), B);
  }
  removeHook(I, g) {
    if (this._hooks[I]) {
      const B = this._hooks[I].indexOf(g);
      (-1 !== B && this._hooks[I].splice(B, 1), 0 === this._hooks[I].length && delete this._hooks[I]);
    }
  }
  deprecateHook(I, g) {
    this._deprecatedHooks[I] = "string" == typeof g ? { to: g } : g;
    const B = this._hooks[I] || [];
    delete this._hooks[I];
    for (const g of B) this.hook(I, g);
  }
  deprecateHooks(I) {
    Object.assign(this._deprecatedHooks, I);
    for (const g in I) this.deprecateHook(g, I[g]);
  }
  addHooks(I) {
    const g = flatHooks(I),
      B = Object.keys(g).map((I) => this.hook(I, g[I]));
    return () => {
      for (const I of B.splice(0, B.length)) I();
    };
  }
  removeHooks(I) {
    const g = flatHooks(I);
    for (const I in g) this.removeHook(I, g[I]);
  }
  removeAllHooks() {
    for (const I in this._hooks) delete this._hooks[I];
  }
  callHook(I, ...g) {
    return (g.unshift(I), this.callHookWith(serialTaskCaller, I, ...g));
  }
  callHookParallel(I, ...g) {
    return (g.unshift(I), this.callHookWith(parallelTaskCaller, I, ...g));
  }
  callHookWith(I, g, ...B) {
    const Q = this._before || this._after ? { name: g, args: B, context: {} } : void 0;
    this._before && callEachWith(this._before, Q);
    const C = I(g in this._hooks ? [...this._hooks[g]] : [], B);
    return C instanceof Promise
      ? C.finally(() => {
          this._after && Q && callEachWith(this._after, Q);
        })
      : (this._after && Q && callEachWith(this._after, Q), C);
  }
  beforeEach(I) {
    return (
      (this._before = this._before || []),
      this._before.push(I),
      () => {
        if (void 0 !== this._before) {
          const g = this._before.indexOf(I);
          -1 !== g && this._before.splice(g, 1);
        }
      }
    );
  }
  afterEach(I) {
    return (
      (this._after = this._after || []),
      this._after.push(I),
      () => {
        if (void 0 !== this._after) {
          const g = this._after.indexOf(I);
          -1 !== g && this._after.splice(g, 1);
        }
      }
    );
  }
}
const IA = globalThis;
class FetchError extends Error {
  constructor(I, g) {
    (super(I, g), (this.name = "FetchError"), g?.cause && !this.cause && (this.cause = g.cause));
  }
}
const gA = new Set(Object.freeze(["PATCH", "POST", "PUT", "DELETE"]));
function isPayloadMethod(I = "GET") {
  return gA.has(I.toUpperCase());
}
const BA = new Set(["image/svg", "application/xml", "application/xhtml", "application/html"]),
  QA = /^application\/(?:[\w!#$%&*.^`~-]*\+)?json(;.+)?$/i;
function resolveFetchOptions(I, g, B, Q) {
  const C = (function (I, g, B) {
    if (!g) return new B(I);
    const Q = new B(g);
    if (I) for (const [g, C] of Symbol.iterator in I || Array.isArray(I) ? I : new B(I)) Q.set(g, C);
    return Q;
  })(g?.headers ?? I?.headers, B?.headers, Q);
  let E;
  return (
    (B?.query || B?.params || g?.params || g?.query) && (E = { ...B?.params, ...B?.query, ...g?.params, ...g?.query }),
    { ...B, ...g, query: E, params: E, headers: C }
  );
}
async function callHooks(I, g) {
  if (g)
    if (Array.isArray(g)) for (const B of g) await B(I);
    else await g(I);
}
const CA = new Set([408, 409, 425, 429, 500, 502, 503, 504]),
  EA = new Set([101, 204, 205, 304]);
function createFetch(I = {}) {
  const {
    fetch: g = globalThis.fetch,
    Headers: B = globalThis.Headers,
    AbortController: Q = globalThis.AbortController,
  } = I;
  async function onError(I) {
    const g = (I.error && "AbortError" === I.error.name && !I.options.timeout) || !1;
    if (!1 !== I.options.retry && !g) {
      let g;
      g = "number" == typeof I.options.retry ? I.options.retry : isPayloadMethod(I.options.method) ? 0 : 1;
      const B = (I.response && I.response.status) || 500;
      if (g > 0 && (Array.isArray(I.options.retryStatusCodes) ? I.options.retryStatusCodes.includes(B) : CA.has(B))) {
        const B = "function" == typeof I.options.retryDelay ? I.options.retryDelay(I) : I.options.retryDelay || 0;
        return (
          B > 0 && (await new Promise((I) => setTimeout(I, B))),
          $fetchRaw(I.request, { ...I.options, retry: g - 1 })
        );
      }
    }
    const B = (function (I) {
      const g = I.error?.message || I.error?.toString() || "",
        B = I.request?.method || I.options?.method || "GET",
        Q = I.request?.url || String(I.request) || "/",
        C = `[${B}] ${JSON.stringify(Q)}`,
        E = I.response ? `${I.response.status} ${I.response.statusText}` : "<no response>",
        e = new FetchError(`${C}: ${E}${g ? ` ${g}` : ""}`, I.error ? { cause: I.error } : void 0);
      for (const g of ["request", "options", "response"]) Object.defineProperty(e, g, { get: () => I[g] });
      for (const [g, B] of [
        ["data", "_data"],
        ["status", "status"],
        ["statusCode", "status"],
        ["statusText", "statusText"],
        ["statusMessage", "statusText"],
      ])
        Object.defineProperty(e, g, { get: () => I.response && I.response[B] });
      return e;
    })(I);
    throw (Error.captureStackTrace && Error.captureStackTrace(B, $fetchRaw), B);
  }
  const $fetchRaw = async function (C, E = {}) {
      const e = { request: C, options: resolveFetchOptions(C, E, I.defaults, B), response: void 0, error: void 0 };
      if (
        (e.options.method && (e.options.method = e.options.method.toUpperCase()),
        e.options.onRequest &&
          (await callHooks(e, e.options.onRequest),
          e.options.headers instanceof B || (e.options.headers = new B(e.options.headers || {}))),
        "string" == typeof e.request &&
          (e.options.baseURL &&
            (e.request = (function (I, g) {
              if (isEmptyURL(g) || hasProtocol(I)) return I;
              const B = withoutTrailingSlash(g);
              if (I.startsWith(B)) {
                const g = I[B.length];
                if (!g || "/" === g || "?" === g) return I;
              }
              return joinURL(B, I);
            })(e.request, e.options.baseURL)),
          e.options.query && ((e.request = withQuery(e.request, e.options.query)), delete e.options.query),
          "query" in e.options && delete e.options.query,
          "params" in e.options && delete e.options.params),
        e.options.body && isPayloadMethod(e.options.method))
      )
        if (
          (function (I) {
            if (void 0 === I) return !1;
            const g = typeof I;
            return (
              "string" === g ||
              "number" === g ||
              "boolean" === g ||
              null === g ||
              ("object" === g &&
                (!!Array.isArray(I) ||
                  (!I.buffer &&
                    !(I instanceof FormData || I instanceof URLSearchParams) &&
                    ((I.constructor && "Object" === I.constructor.name) || "function" == typeof I.toJSON))))
            );
          })(e.options.body)
        ) {
          const I = e.options.headers.get("content-type");
          ("string" != typeof e.options.body &&
            (e.options.body =
              "application/x-www-form-urlencoded" === I
                ? new URLSearchParams(e.options.body).toString()
                : JSON.stringify(e.options.body)),
            I || e.options.headers.set("content-type", "application/json"),
            e.options.headers.has("accept") || e.options.headers.set("accept", "application/json"));
        } else
          (("pipeTo" in e.options.body && "function" == typeof e.options.body.pipeTo) ||
            "function" == typeof e.options.body.pipe) &&
            ("duplex" in e.options || (e.options.duplex = "half"));
      let s;
      if (!e.options.signal && e.options.timeout) {
        const I = new Q();
        ((s = setTimeout(() => {
          const g = new Error("[TimeoutError]: The operation was aborted due to timeout");
          ((g.name = "TimeoutError"), (g.code = 23), I.abort(g));
        }, e.options.timeout)),
          (e.options.signal = I.signal));
      }
      try {
        e.response = await g(e.request, e.options);
      } catch (I) {
        return (
          (e.error = I),
          e.options.onRequestError && (await callHooks(e, e.options.onRequestError)),
          await onError(e)
        );
      } finally {
        s && clearTimeout(s);
      }
      if ((e.response.body || e.response._bodyInit) && !EA.has(e.response.status) && "HEAD" !== e.options.method) {
        const I =
          (e.options.parseResponse ? "json" : e.options.responseType) ||
          (function (I = "") {
            if (!I) return "json";
            const g = I.split(";").shift() || "";
            return QA.test(g)
              ? "json"
              : "text/event-stream" === g
                ? "stream"
                : BA.has(g) || g.startsWith("text/")
                  ? "text"
                  : "blob";
          })(e.response.headers.get("content-type") || "");
        switch (I) {
          case "json": {
            const I = await e.response.text(),
              g = e.options.parseResponse || destr;
            e.response._data = g(I);
            break;
          }
          case "stream":
            e.response._data = e.response.body || e.response._bodyInit;
            break;
          default:
            e.response._data = await e.response[I]();
        }
      }
      return (
        e.options.onResponse && (await callHooks(e, e.options.onResponse)),
        !e.options.ignoreResponseError && e.response.status >= 400 && e.response.status < 600
          ? (e.options.onResponseError && (await callHooks(e, e.options.onResponseError)), await onError(e))
          : e.response
      );
    },
    $fetch = async function (I, g) {
      return (await $fetchRaw(I, g))._data;
    };
  return (
    ($fetch.raw = $fetchRaw),
    ($fetch.native = (...I) => g(...I)),
    ($fetch.create = (g = {}, B = {}) => createFetch({ ...I, ...B, defaults: { ...I.defaults, ...B.defaults, ...g } })),
    $fetch
  );
}
const iA = (function () {
    if ("undefined" != typeof globalThis) return globalThis;
    if ("undefined" != typeof self) return self;
    if (void 0 !== IA) return IA;
    throw new Error("unable to locate global object");
  })(),
  oA = iA.fetch ? (...I) => iA.fetch(...I) : () => Promise.reject(new Error("[ofetch] global.fetch is not supported!")),
  eA = iA.Headers,
  sA = iA.AbortController;
function asyncCall(I, ...g) {
  try {
    return (B = I(...g)) && "function" == typeof B.then ? B : Promise.resolve(B);
  } catch (I) {
    return Promise.reject(I);
  }
  var B;
}
function stringify(I) {
  if (
    (function (I) {
      const g = typeof I;
      return null === I || ("object" !== g && "function" !== g);
    })(I)
  )
    return String(I);
  if (
    (function (I) {
      const g = Object.getPrototypeOf(I);
      return !g || g.isPrototypeOf(Object);
    })(I) ||
    Array.isArray(I)
  )
    return JSON.stringify(I);
  if ("function" == typeof I.toJSON) return stringify(I.toJSON());
  throw new Error("[unstorage] Cannot stringify value!");
}
createFetch({ fetch: oA, Headers: eA, AbortController: sA });
const tA = "base64:";
function serializeRaw(I) {
  return "string" == typeof I
    ? I
    : tA +
        (function (I) {
          if (globalThis.Buffer) return g.from(I).toString("base64");
          return globalThis.btoa(String.fromCodePoint(...I));
        })(I);
}
function deserializeRaw(I) {
  return "string" != typeof I
    ? I
    : I.startsWith(tA)
      ? (function (I) {
          if (globalThis.Buffer) return g.from(I, "base64");
          return Uint8Array.from(globalThis.atob(I), (I) => I.codePointAt(0));
        })(I.slice(7))
      : I;
}
const DA = [
    "has",
    "hasItem",
    "get",
    "getItem",
    "getItemRaw",
    "set",
    "setItem",
    "setItemRaw",
    "del",
    "remove",
    "removeItem",
    "getMeta",
    "setMeta",
    "removeMeta",
    "getKeys",
    "clear",
    "mount",
    "unmount",
  ],
  aA = new Set(["getKeys", "clear", "mount", "unmount"]);
function normalizeKey$1(I) {
  return (I && I.split("?")[0]?.replace(/[/\\]/g, ":").replace(/:+/g, ":").replace(/^:|:$/g, "")) || "";
}
function hasDotSegment(I) {
  return I.split(":").some((I) => "." === I || ".." === I);
}
function joinKeys(...I) {
  return normalizeKey$1(I.join(":"));
}
function normalizeBaseKey(I) {
  return (I = normalizeKey$1(I)) ? I + ":" : "";
}
const memory = () => {
  const I = new Map();
  return {
    name: "memory",
    getInstance: () => I,
    hasItem: (g) => I.has(g),
    getItem: (g) => I.get(g) ?? null,
    getItemRaw: (g) => I.get(g) ?? null,
    setItem(g, B) {
      I.set(g, B);
    },
    setItemRaw(g, B) {
      I.set(g, B);
    },
    removeItem(g) {
      I.delete(g);
    },
    getKeys: () => [...I.keys()],
    clear() {
      I.clear();
    },
    dispose() {
      I.clear();
    },
  };
};
function watch(I, g, B) {
  return I.watch ? I.watch((I, Q) => g(I, B + Q)) : () => {};
}
async function dispose(I) {
  "function" == typeof I.dispose && (await asyncCall(I.dispose));
}
const wA = {},
  normalizeKey = function (I) {
    return (I && I.split("?")[0]?.replace(/[/\\]/g, ":").replace(/:+/g, ":").replace(/^:|:$/g, "")) || "";
  },
  rA = {
    getKeys: () => Promise.resolve(Object.keys(wA)),
    hasItem: (I) => ((I = normalizeKey(I)), Promise.resolve(I in wA)),
    getItem: (I) => ((I = normalizeKey(I)), Promise.resolve(wA[I] ? wA[I].import() : null)),
    getMeta: (I) => ((I = normalizeKey(I)), Promise.resolve(wA[I] ? wA[I].meta : {})),
  },
  cA = (function (I = {}) {
    const g = {
        mounts: { "": I.driver || memory() },
        mountpoints: [""],
        watching: !1,
        watchListeners: [],
        unwatch: {},
      },
      normalizeItemKey = (I) => {
        const g = normalizeKey$1(I);
        if (!g || hasDotSegment(g)) throw new Error(`[unstorage] Invalid key: ${JSON.stringify(I)}`);
        return g;
      },
      normalizeBase = (I) => {
        const g = normalizeBaseKey(I);
        if (hasDotSegment(g)) throw new Error(`[unstorage] Invalid base: ${JSON.stringify(I)}`);
        return g;
      },
      getMount = (I) => {
        for (const B of g.mountpoints)
          if (I.startsWith(B)) return { base: B, relativeKey: I.slice(B.length), driver: g.mounts[B] };
        return { base: "", relativeKey: I, driver: g.mounts[""] };
      },
      getMounts = (I, B) =>
        g.mountpoints
          .filter((g) => g.startsWith(I) || (B && I.startsWith(g)))
          .map((B) => ({
            relativeBase: I.length > B.length ? I.slice(B.length) : void 0,
            mountpoint: B,
            driver: g.mounts[B],
          })),
      onChange = (I, B) => {
        if (g.watching) {
          B = normalizeKey$1(B);
          for (const Q of g.watchListeners) Q(I, B);
        }
      },
      stopWatch = async () => {
        if (g.watching) {
          for (const I in g.unwatch) await g.unwatch[I]();
          ((g.unwatch = {}), (g.watching = !1));
        }
      },
      runBatch = (I, g, B) => {
        const Q = new Map(),
          getBatch = (I) => {
            let g = Q.get(I.base);
            return (g || ((g = { driver: I.driver, base: I.base, items: [] }), Q.set(I.base, g)), g);
          };
        for (const B of I) {
          const I = "string" == typeof B,
            Q = normalizeItemKey(I ? B : B.key),
            C = I ? void 0 : B.value,
            E = I || !B.options ? g : { ...g, ...B.options },
            e = getMount(Q);
          getBatch(e).items.push({ key: Q, value: C, relativeKey: e.relativeKey, options: E });
        }
        return Promise.all([...Q.values()].map((I) => B(I))).then((I) => I.flat());
      },
      B = {
        async hasItem(I, g = {}) {
          I = normalizeItemKey(I);
          const { relativeKey: B, driver: Q } = getMount(I);
          return asyncCall(Q.hasItem, B, g);
        },
        async getItem(I, g = {}) {
          I = normalizeItemKey(I);
          const { relativeKey: B, driver: Q } = getMount(I);
          return asyncCall(Q.getItem, B, g).then((I) => destr(I));
        },
        getItems: async (I, g = {}) =>
          runBatch(I, g, (I) =>
            I.driver.getItems
              ? asyncCall(
                  I.driver.getItems,
                  I.items.map((I) => ({ key: I.relativeKey, options: I.options })),
                  g,
                ).then((g) => g.map((g) => ({ key: joinKeys(I.base, g.key), value: destr(g.value) })))
              : Promise.all(
                  I.items.map((g) =>
                    asyncCall(I.driver.getItem, g.relativeKey, g.options).then((I) => ({
                      key: g.key,
                      value: destr(I),
                    })),
                  ),
                ),
          ),
        async getItemRaw(I, g = {}) {
          I = normalizeItemKey(I);
          const { relativeKey: B, driver: Q } = getMount(I);
          return Q.getItemRaw
            ? asyncCall(Q.getItemRaw, B, g)
            : asyncCall(Q.getItem, B, g).then((I) => deserializeRaw(I));
        },
        async setItem(I, g, Q = {}) {
          if (void 0 === g) return B.removeItem(I);
          I = normalizeItemKey(I);
          const { relativeKey: C, driver: E } = getMount(I);
          E.setItem && (await asyncCall(E.setItem, C, stringify(g), Q), E.watch || onChange("update", I));
        },
        async setItems(I, g) {
          await runBatch(I, g, async (I) => {
            if (I.driver.setItems)
              return asyncCall(
                I.driver.setItems,
                I.items.map((I) => ({ key: I.relativeKey, value: stringify(I.value), options: I.options })),
                g,
              );
            I.driver.setItem &&
              (await Promise.all(
                I.items.map((g) => asyncCall(I.driver.setItem, g.relativeKey, stringify(g.value), g.options)),
              ));
          });
        },
        async setItemRaw(I, g, Q = {}) {
          if (void 0 === g) return B.removeItem(I, Q);
          I = normalizeItemKey(I);
          const { relativeKey: C, driver: E } = getMount(I);
          if (E.setItemRaw) await asyncCall(E.setItemRaw, C, g, Q);
          else {
            if (!E.setItem) return;
            await asyncCall(E.setItem, C, serializeRaw(g), Q);
          }
          E.watch || onChange("update", I);
        },
        async removeItem(I, g = {}) {
          ("boolean" == typeof g && (g = { removeMeta: g }), (I = normalizeItemKey(I)));
          const { relativeKey: B, driver: Q } = getMount(I);
          Q.removeItem &&
            (await asyncCall(Q.removeItem, B, g),
            (g.removeMeta || g.removeMata) && (await asyncCall(Q.removeItem, B + "$", g)),
            Q.watch || onChange("remove", I));
        },
        async getMeta(I, g = {}) {
          ("boolean" == typeof g && (g = { nativeOnly: g }), (I = normalizeItemKey(I)));
          const { relativeKey: B, driver: Q } = getMount(I),
            C = Object.create(null);
          if ((Q.getMeta && Object.assign(C, await asyncCall(Q.getMeta, B, g)), !g.nativeOnly)) {
            const I = await asyncCall(Q.getItem, B + "$", g).then((I) => destr(I));
            I &&
              "object" == typeof I &&
              ("string" == typeof I.atime && (I.atime = new Date(I.atime)),
              "string" == typeof I.mtime && (I.mtime = new Date(I.mtime)),
              Object.assign(C, I));
          }
          return C;
        },
        async setMeta(I, g, B = {}) {
          return this.setItem(normalizeItemKey(I) + "$", g, B);
        },
        async removeMeta(I, g = {}) {
          return this.removeItem(normalizeItemKey(I) + "$", g);
        },
        async getKeys(I, g = {}) {
          I = normalizeBase(I);
          const B = getMounts(I, !0);
          let Q = [];
          const C = [];
          let E = !0;
          for (const I of B) {
            I.driver.flags?.maxDepth || (E = !1);
            const B = await asyncCall(I.driver.getKeys, I.relativeBase, g);
            for (const g of B) {
              const B = I.mountpoint + normalizeKey$1(g);
              Q.some((I) => B.startsWith(I)) || C.push(B);
            }
            Q = [I.mountpoint, ...Q.filter((g) => !g.startsWith(I.mountpoint))];
          }
          const e = void 0 !== g.maxDepth && !E;
          return C.filter(
            (B) =>
              (!e ||
                (function (I, g) {
                  if (void 0 === g) return !0;
                  let B = 0,
                    Q = I.indexOf(":");
                  for (; Q > -1;) (B++, (Q = I.indexOf(":", Q + 1)));
                  return B <= g;
                })(B, g.maxDepth)) &&
              (function (I, g) {
                return g ? I.startsWith(g) && "$" !== I[I.length - 1] : "$" !== I[I.length - 1];
              })(B, I),
          );
        },
        async clear(I, g = {}) {
          ((I = normalizeBase(I)),
            await Promise.all(
              getMounts(I, !1).map(async (I) => {
                if (I.driver.clear) return asyncCall(I.driver.clear, I.relativeBase, g);
                if (I.driver.removeItem) {
                  const B = await I.driver.getKeys(I.relativeBase || "", g);
                  return Promise.all(B.map((B) => I.driver.removeItem(B, g)));
                }
              }),
            ));
        },
        async dispose() {
          await Promise.all(Object.values(g.mounts).map((I) => dispose(I)));
        },
        watch: async (I) => (
          await (async () => {
            if (!g.watching) {
              g.watching = !0;
              for (const I in g.mounts) g.unwatch[I] = await watch(g.mounts[I], onChange, I);
            }
          })(),
          g.watchListeners.push(I),
          async () => {
            ((g.watchListeners = g.watchListeners.filter((g) => g !== I)),
              0 === g.watchListeners.length && (await stopWatch()));
          }
        ),
        async unwatch() {
          ((g.watchListeners = []), await stopWatch());
        },
        mount(I, Q) {
          if ((I = normalizeBase(I)) && g.mounts[I]) throw new Error(`already mounted at ${I}`);
          return (
            I && (g.mountpoints.push(I), g.mountpoints.sort((I, g) => g.length - I.length)),
            (g.mounts[I] = Q),
            g.watching &&
              Promise.resolve(watch(Q, onChange, I))
                .then((B) => {
                  g.unwatch[I] = B;
                })
                .catch(console.error),
            B
          );
        },
        async unmount(I, B = !0) {
          (I = normalizeBaseKey(I)) &&
            g.mounts[I] &&
            (g.watching && I in g.unwatch && (g.unwatch[I]?.(), delete g.unwatch[I]),
            B && (await dispose(g.mounts[I])),
            (g.mountpoints = g.mountpoints.filter((g) => g !== I)),
            delete g.mounts[I]);
        },
        getMount(I = "") {
          I = normalizeKey$1(I) + ":";
          const g = getMount(I);
          return { driver: g.driver, base: g.base };
        },
        getMounts(I = "", g = {}) {
          I = normalizeKey$1(I);
          return getMounts(I, g.parents).map((I) => ({ driver: I.driver, base: I.mountpoint }));
        },
        keys: (I, g = {}) => B.getKeys(I, g),
        get: (I, g = {}) => B.getItem(I, g),
        set: (I, g, Q = {}) => B.setItem(I, g, Q),
        has: (I, g = {}) => B.hasItem(I, g),
        del: (I, g = {}) => B.removeItem(I, g),
        remove: (I, g = {}) => B.removeItem(I, g),
      };
    return B;
  })({});
function useStorage(I = "") {
  return I
    ? (function (I, g) {
        if (g?.includes("?")) throw new Error(`[unstorage] Invalid base: ${JSON.stringify(g)}`);
        if (!(g = normalizeBaseKey(g))) return I;
        const itemKey = (I) => {
            if (!normalizeKey$1(I)) throw new Error(`[unstorage] Invalid key: ${JSON.stringify(I)}`);
            return g + I;
          },
          B = { ...I };
        for (const Q of DA)
          B[Q] = aA.has(Q) ? (B = "", ...C) => I[Q](g + B, ...C) : async (g = "", ...B) => I[Q](itemKey(g), ...B);
        return (
          (B.getKeys = (B = "", ...Q) => I.getKeys(g + B, ...Q).then((I) => I.map((I) => I.slice(g.length)))),
          (B.keys = B.getKeys),
          (B.getItems = async (B, Q) => {
            const C = B.map((I) => ("string" == typeof I ? itemKey(I) : { ...I, key: itemKey(I.key) }));
            return (await I.getItems(C, Q)).map((I) => ({ key: I.key.slice(g.length), value: I.value }));
          }),
          (B.setItems = async (g, B) => {
            const Q = g.map((I) => ({ key: itemKey(I.key), value: I.value, options: I.options }));
            return I.setItems(Q, B);
          }),
          B
        );
      })(cA, I)
    : cA;
}
cA.mount("/assets", rA);
const nA = [1779033703, -1150833019, 1013904242, -1521486534, 1359893119, -1694144372, 528734635, 1541459225],
  hA = [
    1116352408, 1899447441, -1245643825, -373957723, 961987163, 1508970993, -1841331548, -1424204075, -670586216,
    310598401, 607225278, 1426881987, 1925078388, -2132889090, -1680079193, -1046744716, -459576895, -272742522,
    264347078, 604807628, 770255983, 1249150122, 1555081692, 1996064986, -1740746414, -1473132947, -1341970488,
    -1084653625, -958395405, -710438585, 113926993, 338241895, 666307205, 773529912, 1294757372, 1396182291, 1695183700,
    1986661051, -2117940946, -1838011259, -1564481375, -1474664885, -1035236496, -949202525, -778901479, -694614492,
    -200395387, 275423344, 430227734, 506948616, 659060556, 883997877, 958139571, 1322822218, 1537002063, 1747873779,
    1955562222, 2024104815, -2067236844, -1933114872, -1866530822, -1538233109, -1090935817, -965641998,
  ],
  yA = [];
var NA = class {
    _data = new GA();
    _hash = new GA([...nA]);
    _nDataBytes = 0;
    _minBufferSize = 0;
    finalize(I) {
      I && this._append(I);
      const g = 8 * this._nDataBytes,
        B = 8 * this._data.sigBytes;
      return (
        (this._data.words[B >>> 5] |= 128 << (24 - (B % 32))),
        (this._data.words[14 + (((B + 64) >>> 9) << 4)] = Math.floor(g / 4294967296)),
        (this._data.words[15 + (((B + 64) >>> 9) << 4)] = g),
        (this._data.sigBytes = 4 * this._data.words.length),
        this._process(),
        this._hash
      );
    }
    _doProcessBlock(I, g) {
      const B = this._hash.words;
      let Q = B[0],
        C = B[1],
        E = B[2],
        e = B[3],
        s = B[4],
        t = B[5],
        D = B[6],
        a = B[7];
      for (let B = 0; B < 64; B++) {
        if (B < 16) yA[B] = 0 | I[g + B];
        else {
          const I = yA[B - 15],
            g = ((I << 25) | (I >>> 7)) ^ ((I << 14) | (I >>> 18)) ^ (I >>> 3),
            Q = yA[B - 2],
            C = ((Q << 15) | (Q >>> 17)) ^ ((Q << 13) | (Q >>> 19)) ^ (Q >>> 10);
          yA[B] = g + yA[B - 7] + C + yA[B - 16];
        }
        const r = (Q & C) ^ (Q & E) ^ (C & E),
          c = ((Q << 30) | (Q >>> 2)) ^ ((Q << 19) | (Q >>> 13)) ^ ((Q << 10) | (Q >>> 22)),
          h =
            a +
            (((s << 26) | (s >>> 6)) ^ ((s << 21) | (s >>> 11)) ^ ((s << 7) | (s >>> 25))) +
            ((s & t) ^ (~s & D)) +
            hA[B] +
            yA[B];
        ((a = D), (D = t), (t = s), (s = (e + h) | 0), (e = E), (E = C), (C = Q), (Q = (h + (c + r)) | 0));
      }
      ((B[0] = (B[0] + Q) | 0),
        (B[1] = (B[1] + C) | 0),
        (B[2] = (B[2] + E) | 0),
        (B[3] = (B[3] + e) | 0),
        (B[4] = (B[4] + s) | 0),
        (B[5] = (B[5] + t) | 0),
        (B[6] = (B[6] + D) | 0),
        (B[7] = (B[7] + a) | 0));
    }
    _append(I) {
      ("string" == typeof I && (I = GA.fromUtf8(I)), this._data.concat(I), (this._nDataBytes += I.sigBytes));
    }
    _process(I) {
      let g,
        B = this._data.sigBytes / 64;
      B = I ? Math.ceil(B) : Math.max((0 | B) - this._minBufferSize, 0);
      const Q = 16 * B,
        C = Math.min(4 * Q, this._data.sigBytes);
      if (Q) {
        for (let I = 0; I < Q; I += 16) this._doProcessBlock(this._data.words, I);
        ((g = this._data.words.splice(0, Q)), (this._data.sigBytes -= C));
      }
      return new GA(g, C);
    }
  },
  GA = class WordArray {
    words;
    sigBytes;
    constructor(I, g) {
      ((I = this.words = I || []), (this.sigBytes = void 0 === g ? 4 * I.length : g));
    }
    static fromUtf8(I) {
      const g = unescape(encodeURIComponent(I)),
        B = g.length,
        Q = [];
      for (let I = 0; I < B; I++) Q[I >>> 2] |= (255 & g.charCodeAt(I)) << (24 - (I % 4) * 8);
      return new WordArray(Q, B);
    }
    toBase64() {
      const I = [];
      for (let g = 0; g < this.sigBytes; g += 3) {
        const B =
          (((this.words[g >>> 2] >>> (24 - (g % 4) * 8)) & 255) << 16) |
          (((this.words[(g + 1) >>> 2] >>> (24 - ((g + 1) % 4) * 8)) & 255) << 8) |
          ((this.words[(g + 2) >>> 2] >>> (24 - ((g + 2) % 4) * 8)) & 255);
        for (let Q = 0; Q < 4 && 8 * g + 6 * Q < 8 * this.sigBytes; Q++)
          I.push("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".charAt((B >>> (6 * (3 - Q))) & 63));
      }
      return I.join("");
    }
    concat(I) {
      if (
        ((this.words[this.sigBytes >>> 2] &= 4294967295 << (32 - (this.sigBytes % 4) * 8)),
        (this.words.length = Math.ceil(this.sigBytes / 4)),
        this.sigBytes % 4)
      )
        for (let g = 0; g < I.sigBytes; g++) {
          const B = (I.words[g >>> 2] >>> (24 - (g % 4) * 8)) & 255;
          this.words[(this.sigBytes + g) >>> 2] |= B << (24 - ((this.sigBytes + g) % 4) * 8);
        }
      else for (let g = 0; g < I.sigBytes; g += 4) this.words[(this.sigBytes + g) >>> 2] = I.words[g >>> 2];
      this.sigBytes += I.sigBytes;
    }
  };
const FA = (() => {
  class Hasher2 {
    buff = "";
    #A = new Map();
    write(I) {
      this.buff += I;
    }
    dispatch(I) {
      return this[null === I ? "null" : typeof I](I);
    }
    object(I) {
      if (I && "function" == typeof I.toJSON) return this.object(I.toJSON());
      const B = Object.prototype.toString.call(I);
      let Q = "";
      const C = B.length;
      ((Q = C < 10 ? "unknown:[" + B + "]" : B.slice(8, C - 1)), (Q = Q.toLowerCase()));
      let E = null;
      if (void 0 !== (E = this.#A.get(I))) return this.dispatch("[CIRCULAR:" + E + "]");
      if ((this.#A.set(I, this.#A.size), void 0 !== g && g.isBuffer && g.isBuffer(I)))
        return (this.write("buffer:"), this.write(I.toString("utf8")));
      if ("object" !== Q && "function" !== Q && "asyncfunction" !== Q) this[Q] ? this[Q](I) : this.unknown(I, Q);
      else {
        const g = Object.keys(I).sort(),
          B = [];
        this.write("object:" + (g.length + B.length) + ":");
        const dispatchForKey = (g) => {
          (this.dispatch(g), this.write(":"), this.dispatch(I[g]), this.write(","));
        };
        for (const I of g) dispatchForKey(I);
        for (const I of B) dispatchForKey(I);
      }
    }
    array(I, g) {
      if (((g = void 0 !== g && g), this.write("array:" + I.length + ":"), !g || I.length <= 1)) {
        for (const g of I) this.dispatch(g);
        return;
      }
      const B = new Map(),
        Q = I.map((I) => {
          const g = new Hasher2();
          g.dispatch(I);
          for (const [I, Q] of g.#A) B.set(I, Q);
          return g.toString();
        });
      return ((this.#A = B), Q.sort(), this.array(Q, !1));
    }
    date(I) {
      return this.write("date:" + I.toJSON());
    }
    symbol(I) {
      return this.write("symbol:" + I.toString());
    }
    unknown(I, g) {
      if ((this.write(g), I))
        return (this.write(":"), I && "function" == typeof I.entries ? this.array([...I.entries()], !0) : void 0);
    }
    error(I) {
      return this.write("error:" + I.toString());
    }
    boolean(I) {
      return this.write("bool:" + I);
    }
    string(I) {
      (this.write("string:" + I.length + ":"), this.write(I));
    }
    function(I) {
      (this.write("fn:"),
        !(function (I) {
          if ("function" != typeof I) return !1;
          return "[native code] }" === Function.prototype.toString.call(I).slice(-15);
        })(I)
          ? this.dispatch(I.toString())
          : this.dispatch("[native]"));
    }
    number(I) {
      return this.write("number:" + I);
    }
    null() {
      return this.write("Null");
    }
    undefined() {
      return this.write("Undefined");
    }
    regexp(I) {
      return this.write("regex:" + I.toString());
    }
    arraybuffer(I) {
      return (this.write("arraybuffer:"), this.dispatch(new Uint8Array(I)));
    }
    url(I) {
      return this.write("url:" + I.toString());
    }
    map(I) {
      this.write("map:");
      const g = [...I];
      return this.array(g, !1);
    }
    set(I) {
      this.write("set:");
      const g = [...I];
      return this.array(g, !1);
    }
    bigint(I) {
      return this.write("bigint:" + I.toString());
    }
  }
  for (const I of [
    "uint8array",
    "uint8clampedarray",
    "unt8array",
    "uint16array",
    "unt16array",
    "uint32array",
    "unt32array",
    "float32array",
    "float64array",
  ])
    Hasher2.prototype[I] = function (g) {
      return (this.write(I + ":"), this.array([...g], !1));
    };
  return Hasher2;
})();
function hash(I) {
  return ((g =
    "string" == typeof I
      ? I
      : (function (I) {
          const g = new FA();
          return (g.dispatch(I), g.buff);
        })(I)),
  new NA().finalize(g).toBase64())
    .replace(/[-_]/g, "")
    .slice(0, 10);
  var g;
}
function defineCachedFunction(I, g = {}) {
  g = { name: "_", base: "/cache", swr: !0, maxAge: 1, ...g };
  const B = {},
    Q = g.group || "nitro/functions",
    C = g.name || I.name || "_",
    E = g.integrity || hash([I, g]),
    e = g.validate || ((I) => void 0 !== I.value);
  return async (...s) => {
    if (await g.shouldBypassCache?.(...s)) return I(...s);
    const t = await (g.getKey || getKey)(...s),
      D = await g.shouldInvalidateCache?.(...s),
      a = await (async function (I, s, t, D) {
        const a = [g.base, Q, C, I + ".json"].filter(Boolean).join(":").replace(/:\/$/, ":index");
        let r =
          (await useStorage()
            .getItem(a)
            .catch((I) => {
              (console.error("[cache] Cache read error.", I),
                useNitroApp().captureError(I, { event: D, tags: ["cache"] }));
            })) || {};
        if ("object" != typeof r) {
          r = {};
          const I = new Error("Malformed data read from cache.");
          (console.error("[cache]", I), useNitroApp().captureError(I, { event: D, tags: ["cache"] }));
        }
        const c = 1e3 * (g.maxAge ?? 0);
        c && (r.expires = Date.now() + c);
        const h = t || r.integrity !== E || (c && Date.now() - (r.mtime || 0) > c) || !1 === e(r),
          N = h
            ? (async () => {
                const Q = B[I];
                Q ||
                  (void 0 !== r.value &&
                    (g.staleMaxAge || 0) >= 0 &&
                    !1 === g.swr &&
                    ((r.value = void 0), (r.integrity = void 0), (r.mtime = void 0), (r.expires = void 0)),
                  (B[I] = Promise.resolve(s())));
                try {
                  r.value = await B[I];
                } catch (g) {
                  throw (Q || delete B[I], g);
                }
                if (!Q)
                  if (((r.mtime = Date.now()), (r.integrity = E), delete B[I], !1 !== e(r))) {
                    let I;
                    g.maxAge && !g.swr && (I = { ttl: g.maxAge });
                    const B = useStorage()
                      .setItem(a, r, I)
                      .catch((I) => {
                        (console.error("[cache] Cache write error.", I),
                          useNitroApp().captureError(I, { event: D, tags: ["cache"] }));
                      });
                    D?.waitUntil && D.waitUntil(B);
                  } else if (g._removeStaleOnInvalid?.(r)) {
                    const I = useStorage()
                      .removeItem(a)
                      .catch((I) => {
                        (console.error("[cache] Cache remove error.", I),
                          useNitroApp().captureError(I, { event: D, tags: ["cache"] }));
                      });
                    D?.waitUntil && D.waitUntil(I);
                  }
              })()
            : Promise.resolve();
        return (
          void 0 === r.value ? await N : h && D && D.waitUntil && D.waitUntil(N),
          g.swr && !1 !== e(r)
            ? (N.catch((I) => {
                (console.error("[cache] SWR handler error.", I),
                  useNitroApp().captureError(I, { event: D, tags: ["cache"] }));
              }),
              r)
            : N.then(() => r)
        );
      })(t, () => I(...s), D, s[0] && isEvent(s[0]) ? s[0] : void 0);
    let r = a.value;
    return (g.transform && (r = (await g.transform(a, ...s)) || r), r);
  };
}
function getKey(...I) {
  return I.length > 0 ? hash(I) : "";
}
function escapeKey(I) {
  return String(I).replace(/\W/g, "");
}
const SA = new WeakMap();
function getHeaderValue(I, g) {
  const B = [];
  for (const Q in I)
    if (Q.toLowerCase() === g) {
      const g = I[Q];
      void 0 !== g && B.push(Array.isArray(g) ? g.join(", ") : String(g));
    }
  return B.length > 0 ? B.join(", ") : void 0;
}
const RA = new Set(["accept-encoding"]);
function isCacheableResponse(I, g) {
  if (void 0 !== getHeaderValue(I, "set-cookie")) return !1;
  const B = getHeaderValue(I, "cache-control");
  if (B && /(?:^|[\s,])(?:private|no-store|no-cache)(?:$|[\s,=])/i.test(B)) return !1;
  const Q = getHeaderValue(I, "vary");
  if (Q)
    for (const I of Q.split(",")) {
      const B = I.trim().toLowerCase();
      if (B && !RA.has(B) && ("*" === B || !g.includes(B))) return !1;
    }
  return !0;
}
function cloneWithProxy(I, g) {
  return new Proxy(I, {
    get: (I, B, Q) => (B in g ? g[B] : Reflect.get(I, B, Q)),
    set: (I, B, Q, C) => (B in g ? ((g[B] = Q), !0) : Reflect.set(I, B, Q, C)),
  });
}
const cachedEventHandler = function (I, g = { name: "_", base: "/cache", swr: !0, maxAge: 1 }) {
  const B = (g.varies || [])
      .filter(Boolean)
      .map((I) => I.toLowerCase())
      .sort(),
    Q = {
      ...g,
      getKey: async (I) => {
        const Q = "HEAD" === I.method ? ":HEAD" : "",
          C = await g.getKey?.(I);
        if (C) return escapeKey(C) + Q;
        const E = I.node.req.originalUrl || I.node.req.url || I.path;
        let e;
        try {
          e = escapeKey(decodeURI(parseURL(E).pathname)).slice(0, 16) || "index";
        } catch {
          e = "-";
        }
        return (
          [
            `${e}.${hash(E)}`,
            ...B.map((g) => [g, I.node.req.headers[g]]).map(([I, g]) => `${escapeKey(I)}.${hash(g)}`),
          ].join(":") + Q
        );
      },
      validate: (I) =>
        !!I.value &&
        !(I.value.code >= 400) &&
        void 0 !== I.value.body &&
        "undefined" !== I.value.headers.etag &&
        "undefined" !== I.value.headers["last-modified"] &&
        !!isCacheableResponse(I.value.headers, B),
      _removeStaleOnInvalid: (I) => !!I.value && !isCacheableResponse(I.value.headers, B),
      group: g.group || "nitro/handlers",
      integrity: g.integrity || hash([I, g]),
    },
    _resolveResponse = async (C) => {
      const E = {};
      for (const I of B) {
        const g = C.node.req.headers[I];
        void 0 !== g && (E[I] = g);
      }
      const e = cloneWithProxy(C.node.req, { headers: E }),
        s = {};
      let t;
      const D = cloneWithProxy(C.node.res, {
          statusCode: 200,
          writableEnded: !1,
          writableFinished: !1,
          headersSent: !1,
          closed: !1,
          getHeader: (I) => s[I],
          setHeader(I, g) {
            return ((s[I] = g), this);
          },
          getHeaderNames: () => Object.keys(s),
          hasHeader: (I) => I in s,
          removeHeader(I) {
            delete s[I];
          },
          appendHeader(I, g) {
            const B = [s[I], g]
              .flat()
              .filter((I) => void 0 !== I)
              .map(String);
            return ((s[I] = 1 === B.length ? B[0] : B), this);
          },
          getHeaders: () => s,
          end(I, g, B) {
            return (
              "string" == typeof I && (t = I),
              "function" == typeof g && g(),
              "function" == typeof B && B(),
              this
            );
          },
          write: (I, g, B) => (
            "string" == typeof I && (t = I),
            "function" == typeof g && g(void 0),
            "function" == typeof B && B(),
            !0
          ),
          writeHead(I, g) {
            if (((this.statusCode = I), g)) {
              if (Array.isArray(g) || "string" == typeof g) throw new TypeError("Raw headers  is not supported.");
              for (const I in g) {
                const B = g[I];
                void 0 !== B && this.setHeader(I, B);
              }
            }
            return this;
          },
        }),
        a = createEvent(e, D);
      ((a._path = C._path),
        (a.fetch = (I, g) => fetchWithEvent(a, I, g, { fetch: useNitroApp().localFetch })),
        (a.$fetch = (I, g) => fetchWithEvent(a, I, g, { fetch: globalThis.$fetch })),
        (a.waitUntil = C.waitUntil),
        (a.context = C.context),
        (a.context.cache = { options: Q }));
      const r = (await I(a)) || t,
        c = a.node.res.getHeaders();
      ((c.etag = String(c.Etag || c.etag || `W/"${hash(r)}"`)),
        (c["last-modified"] = String(c["Last-Modified"] || c["last-modified"] || new Date().toUTCString())));
      const h = [];
      (isCacheableResponse(c, B) &&
        (g.swr
          ? (g.maxAge && h.push(`s-maxage=${g.maxAge}`),
            g.staleMaxAge ? h.push(`stale-while-revalidate=${g.staleMaxAge}`) : h.push("stale-while-revalidate"))
          : g.maxAge && h.push(`max-age=${g.maxAge}`)),
        h.length > 0 && (c["cache-control"] = h.join(", ")));
      const N = { code: a.node.res.statusCode, headers: c, body: r };
      return (SA.set(N, C), N);
    },
    C = (function (I, g = {}) {
      return defineCachedFunction(I, g);
    })((I) => _resolveResponse(I), Q);
  return defineEventHandler(async (Q) => {
    if (("GET" !== Q.method && "HEAD" !== Q.method) || void 0 !== Q.node.req.headers.range) return I(Q);
    if (g.headersOnly) {
      if (handleCacheHeaders(Q, { maxAge: g.maxAge })) return;
      return I(Q);
    }
    let E = await C(Q),
      e = isCacheableResponse(E.headers, B);
    if (
      (e || SA.get(E) === Q || ((E = await _resolveResponse(Q)), (e = isCacheableResponse(E.headers, B))),
      Q.node.res.headersSent || Q.node.res.writableEnded)
    )
      return E.body;
    const s = SA.get(E) === Q;
    if (
      !e ||
      !handleCacheHeaders(Q, {
        modifiedTime: new Date(E.headers["last-modified"]),
        etag: E.headers.etag,
        maxAge: g.maxAge,
      })
    ) {
      Q.node.res.statusCode = E.code;
      for (const I in E.headers) {
        const g = E.headers[I];
        "set-cookie" === I.toLowerCase()
          ? s && void 0 !== g && Q.node.res.appendHeader(I, splitCookiesString(g))
          : void 0 !== g && Q.node.res.setHeader(I, g);
      }
      return E.body;
    }
  });
};
function klona(I) {
  if ("object" != typeof I) return I;
  var g,
    B,
    Q = Object.prototype.toString.call(I);
  if ("[object Object]" === Q) {
    if (I.constructor !== Object && "function" == typeof I.constructor)
      for (g in ((B = new I.constructor()), I)) I.hasOwnProperty(g) && B[g] !== I[g] && (B[g] = klona(I[g]));
    else
      for (g in ((B = {}), I))
        "__proto__" === g
          ? Object.defineProperty(B, g, { value: klona(I[g]), configurable: !0, enumerable: !0, writable: !0 })
          : (B[g] = klona(I[g]));
    return B;
  }
  if ("[object Array]" === Q) {
    for (g = I.length, B = Array(g); g--;) B[g] = klona(I[g]);
    return B;
  }
  return "[object Set]" === Q
    ? ((B = new Set()),
      I.forEach(function (I) {
        B.add(klona(I));
      }),
      B)
    : "[object Map]" === Q
      ? ((B = new Map()),
        I.forEach(function (I, g) {
          B.set(klona(g), klona(I));
        }),
        B)
      : "[object Date]" === Q
        ? new Date(+I)
        : "[object RegExp]" === Q
          ? (((B = new RegExp(I.source, I.flags)).lastIndex = I.lastIndex), B)
          : "[object DataView]" === Q
            ? new I.constructor(klona(I.buffer))
            : "[object ArrayBuffer]" === Q
              ? I.slice(0)
              : "Array]" === Q.slice(-6)
                ? new I.constructor(I)
                : I;
}
const MA = L({}),
  kA = /\d/,
  UA = ["-", "_", "/", "."];
function isUppercase(I = "") {
  if (!kA.test(I)) return I !== I.toLowerCase();
}
function kebabCase(I, g) {
  return I
    ? (Array.isArray(I)
        ? I
        : (function (I) {
            const g = UA,
              B = [];
            if (!I || "string" != typeof I) return B;
            let Q,
              C,
              E = "";
            for (const e of I) {
              const I = g.includes(e);
              if (!0 === I) {
                (B.push(E), (E = ""), (Q = void 0));
                continue;
              }
              const s = isUppercase(e);
              if (!1 === C) {
                if (!1 === Q && !0 === s) {
                  (B.push(E), (E = e), (Q = s));
                  continue;
                }
                if (!0 === Q && !1 === s && E.length > 1) {
                  const I = E.at(-1);
                  (B.push(E.slice(0, Math.max(0, E.length - 1))), (E = I + e), (Q = s));
                  continue;
                }
              }
              ((E += e), (Q = s), (C = I));
            }
            return (B.push(E), B);
          })(I)
      )
        .map((I) => I.toLowerCase())
        .join(g)
    : "";
}
function getEnv(g, B) {
  const Q = ((C = g), kebabCase(C || "", "_")).toUpperCase();
  var C;
  return destr(I.env[B.prefix + Q] ?? I.env[B.altPrefix + Q]);
}
function _isObject(I) {
  return "object" == typeof I && !Array.isArray(I);
}
const HA = /\{\{([^{}]*)\}\}/g;
function _expandFromEnv(g) {
  return g.replace(HA, (g, B) => I.env[B] || g);
}
const YA = { app: { baseURL: "/" }, nitro: { routeRules: {} } },
  dA = {
    prefix: "NITRO_",
    altPrefix: YA.nitro.envPrefix ?? I.env.NITRO_ENV_PREFIX ?? "_",
    envExpansion: YA.nitro.envExpansion ?? I.env.NITRO_ENV_EXPANSION ?? !1,
  },
  fA = _deepFreeze(
    (function applyEnv(I, g, B = "") {
      for (const Q in I) {
        const C = B ? `${B}_${Q}` : Q,
          E = getEnv(C, g);
        (_isObject(I[Q])
          ? _isObject(E)
            ? ((I[Q] = { ...I[Q], ...E }), applyEnv(I[Q], g, C))
            : void 0 === E
              ? applyEnv(I[Q], g, C)
              : (I[Q] = E ?? I[Q])
          : (I[Q] = E ?? I[Q]),
          g.envExpansion && "string" == typeof I[Q] && (I[Q] = _expandFromEnv(I[Q])));
      }
      return I;
    })(klona(YA), dA),
  );
function useRuntimeConfig(I) {
  return fA;
}
function _deepFreeze(I) {
  const g = Object.getOwnPropertyNames(I);
  for (const B of g) {
    const g = I[B];
    g && "object" == typeof g && _deepFreeze(g);
  }
  return Object.freeze(I);
}
(_deepFreeze(klona(MA)),
  new Proxy(Object.create(null), {
    get: (I, g) => {
      console.warn("Please use `useRuntimeConfig()` instead of accessing config directly.");
      const B = useRuntimeConfig();
      if (g in B) return B[g];
    },
  }));
const JA = "undefined" != typeof globalThis ? globalThis : "undefined" != typeof self ? self : void 0 !== IA ? IA : {},
  KA = "__unctx__",
  LA =
    JA[KA] ||
    (JA[KA] = (function (I = {}) {
      const g = {};
      return {
        get: (B, Q = {}) => (
          g[B] ||
            (g[B] = (function (I = {}) {
              let g,
                B = !1;
              const checkConflict = (I) => {
                if (g && g !== I) throw new Error("Context conflict");
              };
              let Q;
              if (I.asyncContext) {
                const g = I.AsyncLocalStorage || globalThis.AsyncLocalStorage;
                g ? (Q = new g()) : console.warn("[unctx] `AsyncLocalStorage` is not provided.");
              }
              const _getCurrentInstance = () => {
                if (Q) {
                  const I = Q.getStore();
                  if (void 0 !== I) return I;
                }
                return g;
              };
              return {
                use: () => {
                  const I = _getCurrentInstance();
                  if (void 0 === I) throw new Error("Context is not available");
                  return I;
                },
                tryUse: () => _getCurrentInstance(),
                set: (I, Q) => {
                  (Q || checkConflict(I), (g = I), (B = !0));
                },
                unset: () => {
                  ((g = void 0), (B = !1));
                },
                call: (I, C) => {
                  (checkConflict(I), (g = I));
                  try {
                    return Q ? Q.run(I, C) : C();
                  } finally {
                    B || (g = void 0);
                  }
                },
                async callAsync(I, C) {
                  g = I;
                  const onRestore = () => {
                      g = I;
                    },
                    onLeave = () => (g === I ? onRestore : void 0);
                  uA.add(onLeave);
                  try {
                    const E = Q ? Q.run(I, C) : C();
                    return (B || (g = void 0), await E);
                  } finally {
                    uA.delete(onLeave);
                  }
                },
              };
            })({ ...I, ...Q })),
          g[B]
        ),
      };
    })()),
  lA = "__unctx_async_handlers__",
  uA = JA[lA] || (JA[lA] = new Set());
((I, g = {}) => {
  LA.get(I, g);
})("nitro-app", { asyncContext: void 0, AsyncLocalStorage: void 0 });
const pA = /%([\da-f]{2})/gi,
  mA = /%[\da-f]{2}/i;
function canonicalizePath(I) {
  let g = I;
  for (let I = 0; mA.test(g); I++) {
    if (I >= 8) return;
    g = g.replace(pA, (I, g) => String.fromCharCode(Number.parseInt(g, 16)));
  }
  const B = [];
  for (const I of g.replace(/\\/g, "/").split("/")) "" !== I && "." !== I && (".." !== I ? B.push(I) : B.pop());
  return "/" + B.join("/");
}
const qA = [
  (I) => canonicalizePath(I),
  (I) => {
    const g = (function (I) {
      try {
        return new URL(I, "http://_").pathname;
      } catch {
        return;
      }
    })(I);
    return void 0 === g ? void 0 : canonicalizePath(g);
  },
];
function isPathInScope(I, g) {
  if (!g || "/" === g) return !0;
  for (const B of qA) {
    const Q = B(g),
      C = B(I);
    if (void 0 === Q || void 0 === C) return !1;
    if ("/" !== Q && C !== Q && !C.startsWith(Q + "/")) return !1;
  }
  return !0;
}
function isTargetInScope(I, g) {
  return isPathInScope(parseURL(I).pathname || "/", parseURL(g).pathname || "");
}
const bA = /^(?:[\u0000-\u0020/\\]|%(?:2f|5c|[01][\da-f]|20))+/i;
function normalizeRedirectPath(I) {
  return I.replace(bA, "/");
}
const PA = toRouteMatcher(createRouter$1({ routes: useRuntimeConfig().nitro.routeRules }));
function createRouteRulesHandler(I) {
  return z((g) => {
    const B = (function (I) {
      ((I.context._nitro = I.context._nitro || {}),
        I.context._nitro.routeRules ||
          (I.context._nitro.routeRules = getRouteRulesForPath(
            withoutBase(I.path.split("?")[0], useRuntimeConfig().app.baseURL),
          )));
      return I.context._nitro.routeRules;
    })(g);
    if ((B.headers && Z(g, B.headers), B.redirect)) {
      const I = (function (I, g, B) {
        if (!g.endsWith("/**")) return I.includes("?") ? withQuery(g, getQuery(I)) : g;
        let Q = I;
        if (B) {
          if (!isPathInScope(I.split("?")[0], B)) return;
          Q = withoutBase(Q, B);
        }
        Q = normalizeRedirectPath(Q);
        const C = g.slice(0, -3);
        if (C && "/" !== C && !isPathInScope(joinURL("/_", Q.split("?")[0]), "/_")) return;
        let E = joinURL(C, Q);
        return (
          (C && "/" !== C) || ((E = normalizeRedirectPath(E)), E.startsWith("/") || (E = "/" + E)),
          isTargetInScope(E, C) ? E : void 0
        );
      })(g.path, B.redirect.to, B.redirect._redirectStripBase);
      if (void 0 === I) throw createError({ statusCode: 400 });
      return (function (I, g, B = 302) {
        return (
          (I.node.res.statusCode = sanitizeStatusCode(B, I.node.res.statusCode)),
          I.node.res.setHeader("location", g),
          send(
            I,
            `<!DOCTYPE html><html><head><meta http-equiv="refresh" content="0; url=${g.replace(/"/g, "%22")}"></head></html>`,
            V.html,
          )
        );
      })(g, I, B.redirect.statusCode);
    }
    if (B.proxy) {
      const Q = (function (I, g, B) {
        if (!g.endsWith("/**")) return I.path.includes("?") ? withQuery(g, getQuery(I.path)) : g;
        const Q = g.slice(0, -3);
        let C = I.path;
        if (B) {
          if (!isPathInScope(I.path.split("?")[0], B)) throw createError({ statusCode: 400 });
          C = withoutBase(C, B);
        } else C.startsWith("//") && (C = C.replace(/^\/+/, "/"));
        const E = joinURL(Q, C);
        if (!isTargetInScope(E, Q)) throw createError({ statusCode: 400 });
        return E;
      })(g, B.proxy.to, B.proxy._proxyStripBase);
      return proxyRequest(g, Q, { fetch: I.localFetch, ...B.proxy });
    }
  });
}
function getRouteRulesForPath(I) {
  return K({}, ...PA.matchAll(I).reverse());
}
function joinHeaders(I) {
  return Array.isArray(I) ? I.join(", ") : String(I);
}
function normalizeCookieHeader(I = "") {
  return splitCookiesString(joinHeaders(I));
}
function normalizeCookieHeaders(I) {
  const g = new Headers();
  for (const [B, Q] of I)
    if ("set-cookie" === B) for (const I of normalizeCookieHeader(Q)) g.append("set-cookie", I);
    else g.set(B, joinHeaders(Q));
  return g;
}
function defaultHandler(I, g, B) {
  const Q = I.unhandled || I.fatal,
    C = I.statusCode || 500,
    E = I.statusMessage || "Server Error",
    e = (function (I, g = {}) {
      const B = (function (I, g = {}) {
          if (g.xForwardedHost) {
            const g = I.node.req.headers["x-forwarded-host"],
              B = (g || "").split(",").shift()?.trim();
            if (B) return B;
          }
          return I.node.req.headers.host || "localhost";
        })(I, g),
        Q = (function (I, g = {}) {
          return (!1 !== g.xForwardedProto && "https" === I.node.req.headers["x-forwarded-proto"]) ||
            I.node.req.connection?.encrypted
            ? "https"
            : "http";
        })(I, g),
        C = (I.node.req.originalUrl || I.path).replace(/^[/\\]+/g, "/");
      return new URL(C, `${Q}://${B}`);
    })(g, { xForwardedHost: !0, xForwardedProto: !0 });
  if (404 === C) {
    const I = "/";
    if (/^\/[^/]/.test(I) && !e.pathname.startsWith(I)) {
      return {
        status: 302,
        statusText: "Found",
        headers: { location: `${I}${e.pathname.slice(1)}${e.search}` },
        body: "Redirecting...",
      };
    }
  }
  if (Q && !B?.silent) {
    const B = [I.unhandled && "[unhandled]", I.fatal && "[fatal]"].filter(Boolean).join(" ");
    console.error(`[request error] ${B} [${g.method}] ${e}\n`, I);
  }
  const s = {
    "content-type": "application/json",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "content-security-policy": "script-src 'none'; frame-ancestors 'none';",
  };
  (setResponseStatus(g, C, E),
    (404 !== C &&
      (function (I, g) {
        return I.node.res.getHeader(g);
      })(g, "cache-control")) ||
      (s["cache-control"] = "no-cache"));
  return {
    status: C,
    statusText: E,
    headers: s,
    body: {
      error: !0,
      url: e.href,
      statusCode: C,
      statusMessage: E,
      message: Q ? "Server Error" : I.message,
      data: Q ? void 0 : I.data,
    },
  };
}
const xA = [
  function (I, g) {
    const B = defaultHandler(I, g);
    return (
      setResponseHeaders(g, B.headers),
      setResponseStatus(g, B.status, B.statusText),
      send(g, JSON.stringify(B.body, null, 2))
    );
  },
];
const OA = [],
  VA = [
    {
      route: "/",
      handler: () =>
        Promise.resolve().then(function () {
          return kg;
        }),
      lazy: !0,
      middleware: !1,
      method: void 0,
    },
  ];
const TA = (function () {
  const I = useRuntimeConfig(),
    g = new Hookable(),
    captureError = (I, B = {}) => {
      const Q = g.callHookParallel("error", I, B).catch((I) => {
        console.error("Error while capturing another error", I);
      });
      if (B.event && isEvent(B.event)) {
        const g = B.event.context.nitro?.errors;
        (g && g.push({ error: I, context: B }), B.event.waitUntil && B.event.waitUntil(Q));
      }
    },
    B = createApp({
      debug: destr(!1),
      onError: (I, g) => (
        captureError(I, { event: g, tags: ["request"] }),
        (async function (I, g) {
          for (const B of xA)
            try {
              if ((await B(I, g, { defaultHandler: defaultHandler }), g.handled)) return;
            } catch (I) {
              console.error(I);
            }
        })(I, g)
      ),
      onRequest: async (I) => {
        I.context.nitro = I.context.nitro || { errors: [] };
        const g = I.node.req?.__unenv__;
        (g?._platform && (I.context = { _platform: g?._platform, ...g._platform, ...I.context }),
          !I.context.waitUntil && g?.waitUntil && (I.context.waitUntil = g.waitUntil),
          (I.fetch = (g, B) => fetchWithEvent(I, g, B, { fetch: localFetch })),
          (I.$fetch = (g, B) => fetchWithEvent(I, g, B, { fetch: E })),
          (I.waitUntil = (g) => {
            (I.context.nitro._waitUntilPromises || (I.context.nitro._waitUntilPromises = []),
              I.context.nitro._waitUntilPromises.push(g),
              I.context.waitUntil && I.context.waitUntil(g));
          }),
          (I.captureError = (g, B) => {
            captureError(g, { event: I, ...B });
          }),
          await TA.hooks.callHook("request", I).catch((g) => {
            captureError(g, { event: I, tags: ["request"] });
          }));
      },
      onBeforeResponse: async (I, g) => {
        await TA.hooks.callHook("beforeResponse", I, g).catch((g) => {
          captureError(g, { event: I, tags: ["request", "response"] });
        });
      },
      onAfterResponse: async (I, g) => {
        await TA.hooks.callHook("afterResponse", I, g).catch((g) => {
          captureError(g, { event: I, tags: ["request", "response"] });
        });
      },
    }),
    Q = (function (I = {}) {
      const g = createRouter$1({}),
        B = {};
      let Q;
      const C = {},
        addRoute = (I, Q, E) => {
          let e = B[I];
          if ((e || ((B[I] = e = { path: I, handlers: {} }), g.insert(I, e)), Array.isArray(E)))
            for (const g of E) addRoute(I, Q, g);
          else e.handlers[E] = toEventHandler(Q);
          return C;
        };
      C.use = C.add = (I, g, B) => addRoute(I, g, B || "all");
      for (const I of _) C[I] = (g, B) => C.add(g, B, I);
      const matchHandler = (I = "/", B = "get") => {
          const C = I.indexOf("?");
          -1 !== C && (I = I.slice(0, Math.max(0, C)));
          const E = g.lookup(I);
          if (!E || !E.handlers)
            return {
              error: createError({
                statusCode: 404,
                name: "Not Found",
                statusMessage: `Cannot find any route matching ${I || "/"}.`,
              }),
            };
          let e = E.handlers[B] || E.handlers.all;
          if (!e) {
            Q || (Q = toRouteMatcher(g));
            const C = Q.matchAll(I).reverse();
            for (const I of C) {
              if (I.handlers[B]) {
                ((e = I.handlers[B]), (E.handlers[B] = E.handlers[B] || e));
                break;
              }
              if (I.handlers.all) {
                ((e = I.handlers.all), (E.handlers.all = E.handlers.all || e));
                break;
              }
            }
          }
          return e
            ? { matched: E, handler: e }
            : {
                error: createError({
                  statusCode: 405,
                  name: "Method Not Allowed",
                  statusMessage: `Method ${B} is not allowed on this route.`,
                }),
              };
        },
        E = I.preemptive || I.preemtive;
      return (
        (C.handler = z((I) => {
          const g = matchHandler(I.path, I.method.toLowerCase());
          if ("error" in g) {
            if (E) throw g.error;
            return;
          }
          I.context.matchedRoute = g.matched;
          const B = g.matched.params || {};
          return ((I.context.params = B), Promise.resolve(g.handler(I)).then((I) => (void 0 === I && E ? null : I)));
        })),
        (C.handler.__resolve__ = async (I) => {
          I = (function (I = "") {
            return (function (I = "") {
              return I.startsWith("/");
            })(I)
              ? I
              : "/" + I;
          })(I);
          const g = matchHandler(I);
          if ("error" in g) return;
          let B = { route: g.matched.path, handler: g.handler };
          if (g.handler.__resolve__) {
            const Q = await g.handler.__resolve__(I);
            if (!Q) return;
            B = { ...B, ...Q };
          }
          return B;
        }),
        C
      );
    })({ preemptive: !0 }),
    C = toNodeListener(B),
    localFetch = (I, g) =>
      I.toString().startsWith("/")
        ? (async function (I, g, B = {}) {
            try {
              const Q = await b(I, { url: g, ...B });
              return new Response(Q.body, { status: Q.status, statusText: Q.statusText, headers: v(Q.headers) });
            } catch (I) {
              return new Response(I.toString(), {
                status: Number.parseInt(I.statusCode || I.code) || 500,
                statusText: I.statusText,
              });
            }
          })(C, I, g).then((I) =>
            (function (I) {
              return I.headers.has("set-cookie")
                ? new Response(I.body, {
                    status: I.status,
                    statusText: I.statusText,
                    headers: normalizeCookieHeaders(I.headers),
                  })
                : I;
            })(I),
          )
        : globalThis.fetch(I, g),
    E = createFetch({ fetch: localFetch, Headers: eA, defaults: { baseURL: I.app.baseURL } });
  ((globalThis.$fetch = E), B.use(createRouteRulesHandler({ localFetch: localFetch })));
  for (const g of VA) {
    let C = g.lazy ? lazyEventHandler(g.handler) : g.handler;
    if (g.middleware || !g.route) {
      const Q = (I.app.baseURL + (g.route || "/")).replace(/\/+/g, "/");
      B.use(Q, C);
    } else {
      const I = getRouteRulesForPath(g.route.replace(/:\w+|\*\*/g, "_"));
      (I.cache && (C = cachedEventHandler(C, { group: "nitro/routes", ...I.cache })), Q.use(g.route, C, g.method));
    }
  }
  return (
    B.use(I.app.baseURL, Q.handler),
    { hooks: g, h3App: B, router: Q, localCall: (I) => b(C, I), localFetch: localFetch, captureError: captureError }
  );
})();
function useNitroApp() {
  return TA;
}
!(function (I) {
  for (const g of OA)
    try {
      g(I);
    } catch (g) {
      throw (I.captureError(g, { tags: ["plugin"] }), g);
    }
})(TA);
const jA = {},
  ZA = {};
const WA = useNitroApp();
async function netlifyEdge(I, g) {
  const B = new URL(I.url);
  if (
    (function (I = "") {
      if (jA[I]) return !0;
      for (const g in ZA) if (I.startsWith(g)) return !0;
      return !1;
    })(B.pathname)
  )
    return;
  let Q;
  return (
    I.headers.has("x-forwarded-proto") || "https:" !== B.protocol || I.headers.set("x-forwarded-proto", "https"),
    I.body && (Q = await I.arrayBuffer()),
    WA.localFetch(B.pathname + B.search, {
      host: B.hostname,
      protocol: B.protocol,
      headers: I.headers,
      method: I.method,
      redirect: I.redirect,
      body: Q,
    })
  );
}
var vA = globalThis,
  { TextEncoder: XA, TextDecoder: zA } =
    vA.TextDecoder && vA.TextEncoder ? vA : ((void 0 === I ? void 0 : I?.getBuiltinModule?.("node:util")) ?? vA);
var _A = [
    "ERR_JWT_MALFORMED",
    "ERR_JWT_TOO_LARGE",
    "ERR_JWT_ALG_NOT_ALLOWED",
    "ERR_JWT_CRIT_UNSUPPORTED",
    "ERR_JWT_TYP_MISMATCH",
    "ERR_JWT_SIGNATURE_INVALID",
    "ERR_JWT_EXPIRED",
    "ERR_JWT_NOT_YET_VALID",
    "ERR_JWT_CLAIM_MISSING",
    "ERR_JWT_CLAIM_INVALID",
    "ERR_KEY_WEAK",
    "ERR_KEY_UNKNOWN",
    "ERR_PASSWORD_TOO_LONG",
    "ERR_PASSWORD_INVALID",
    "ERR_PASSWORD_HASH_INVALID",
    "ERR_PASSWORD_PARAMS_REFUSED",
    "ERR_OPTION_INVALID",
  ],
  $A = Symbol.for("edgeseal.error"),
  AI = class extends Error {
    code;
    claim;
    constructor(I, g, B) {
      (super(g),
        (this.code = I),
        (this.claim = B),
        Object.defineProperty(this, $A, { value: !0 }),
        Object.defineProperty(this, "name", { value: new.target.name, configurable: !0 }));
    }
    static name = "EdgesealError";
    toJSON() {
      const { name: I, code: g, claim: B, message: Q } = this;
      return void 0 === B ? { name: I, code: g, message: Q } : { name: I, code: g, claim: B, message: Q };
    }
  },
  II = class extends AI {
    static name = "JwtError";
  },
  gI = class extends AI {
    static name = "KeyError";
  },
  BI = class extends AI {
    static name = "PasswordError";
  },
  QI = ["EdgesealError", "JwtError", "KeyError", "PasswordError"];
function isEdgesealError(I) {
  if ("object" != typeof I || null === I) return !1;
  if (Object.hasOwn(I, $A)) return !0;
  const { name: g, code: B, message: Q } = I;
  return QI.includes(g) && _A.includes(B) && "string" == typeof Q;
}
var CI = globalThis,
  { TextEncoder: EI, TextDecoder: iI } =
    CI.TextDecoder && CI.TextEncoder ? CI : ((void 0 === I ? void 0 : I?.getBuiltinModule?.("node:util")) ?? CI);
function createGlue$1() {
  class Policy {
    __destroy_into_raw() {
      const g = this.__wbg_ptr;
      return ((this.__wbg_ptr = 0), I.unregister(this), g);
    }
    free() {
      const I = this.__destroy_into_raw();
      r.__wbg_policy_free(I, 0);
    }
    hash(I) {
      const g = passArray8ToWasm0(I, r.__wbindgen_malloc),
        B = c,
        Q = r.policy_hash(this.__wbg_ptr, g, B);
      if (Q[2]) throw takeFromExternrefTable0(Q[1]);
      return takeFromExternrefTable0(Q[0]);
    }
    needsRehash(I) {
      const g = passStringToWasm0(I, r.__wbindgen_malloc, r.__wbindgen_realloc),
        B = c,
        Q = r.policy_needsRehash(this.__wbg_ptr, g, B);
      if (Q[2]) throw takeFromExternrefTable0(Q[1]);
      return 0 !== Q[0];
    }
    constructor(g, B, Q, C, E, e, s) {
      const t = (function (I, g) {
          const B = g(4 * I.length, 4) >>> 0;
          return (getUint32ArrayMemory0().set(I, B / 4), (c = I.length), B);
        })(B, r.__wbindgen_malloc),
        D = c;
      let a = 0;
      isLikeNone(s) || (_assertClass(s, Secrets), (a = s.__destroy_into_raw()));
      const h = r.policy_new(g, t, D, Q, C, E, e, a);
      if (h[2]) throw takeFromExternrefTable0(h[1]);
      return ((this.__wbg_ptr = h[0]), I.register(this, this.__wbg_ptr, this), this);
    }
    verify(I, g) {
      const B = passArray8ToWasm0(I, r.__wbindgen_malloc),
        Q = c,
        C = passStringToWasm0(g, r.__wbindgen_malloc, r.__wbindgen_realloc),
        E = c,
        e = r.policy_verify(this.__wbg_ptr, B, Q, C, E);
      if (e[2]) throw takeFromExternrefTable0(e[1]);
      return takeFromExternrefTable0(e[0]);
    }
  }
  Symbol.dispose && (Policy.prototype[Symbol.dispose] = Policy.prototype.free);
  class Secrets {
    __destroy_into_raw() {
      const I = this.__wbg_ptr;
      return ((this.__wbg_ptr = 0), g.unregister(this), I);
    }
    free() {
      const I = this.__destroy_into_raw();
      r.__wbg_secrets_free(I, 0);
    }
    add(I, g) {
      var B = isLikeNone(I) ? 0 : passStringToWasm0(I, r.__wbindgen_malloc, r.__wbindgen_realloc),
        Q = c;
      const C = passArray8ToWasm0(g, r.__wbindgen_malloc),
        E = c,
        e = r.secrets_add(this.__wbg_ptr, B, Q, C, E);
      if (e[1]) throw takeFromExternrefTable0(e[0]);
    }
    constructor(I) {
      const B = passArray8ToWasm0(I, r.__wbindgen_malloc),
        Q = c,
        C = r.secrets_new(B, Q);
      return ((this.__wbg_ptr = C), g.register(this, this.__wbg_ptr, this), this);
    }
  }
  Symbol.dispose && (Secrets.prototype[Symbol.dispose] = Secrets.prototype.free);
  class Signer {
    __destroy_into_raw() {
      const I = this.__wbg_ptr;
      return ((this.__wbg_ptr = 0), B.unregister(this), I);
    }
    free() {
      const I = this.__destroy_into_raw();
      r.__wbg_signer_free(I, 0);
    }
    constructor(I, g) {
      _assertClass(I, Secrets);
      var Q = I.__destroy_into_raw();
      const C = r.signer_new(Q, g);
      if (C[2]) throw takeFromExternrefTable0(C[1]);
      return ((this.__wbg_ptr = C[0]), B.register(this, this.__wbg_ptr, this), this);
    }
    sign(I, g) {
      const B = r.signer_sign(this.__wbg_ptr, I, g);
      if (B[2]) throw takeFromExternrefTable0(B[1]);
      return B[0] >>> 0;
    }
  }
  Symbol.dispose && (Signer.prototype[Symbol.dispose] = Signer.prototype.free);
  class Verifier {
    __destroy_into_raw() {
      const I = this.__wbg_ptr;
      return ((this.__wbg_ptr = 0), Q.unregister(this), I);
    }
    free() {
      const I = this.__destroy_into_raw();
      r.__wbg_verifier_free(I, 0);
    }
    constructor(I, g) {
      _assertClass(I, Secrets);
      var B = I.__destroy_into_raw();
      const C = r.verifier_new(B, g);
      if (C[2]) throw takeFromExternrefTable0(C[1]);
      return ((this.__wbg_ptr = C[0]), Q.register(this, this.__wbg_ptr, this), this);
    }
    verify(I, g) {
      return r.verifier_verify(this.__wbg_ptr, I, g);
    }
  }
  Symbol.dispose && (Verifier.prototype[Symbol.dispose] = Verifier.prototype.free);
  const I =
      "undefined" == typeof FinalizationRegistry
        ? { register: () => {}, unregister: () => {} }
        : new FinalizationRegistry((I) => r.__wbg_policy_free(I, 1)),
    g =
      "undefined" == typeof FinalizationRegistry
        ? { register: () => {}, unregister: () => {} }
        : new FinalizationRegistry((I) => r.__wbg_secrets_free(I, 1)),
    B =
      "undefined" == typeof FinalizationRegistry
        ? { register: () => {}, unregister: () => {} }
        : new FinalizationRegistry((I) => r.__wbg_signer_free(I, 1)),
    Q =
      "undefined" == typeof FinalizationRegistry
        ? { register: () => {}, unregister: () => {} }
        : new FinalizationRegistry((I) => r.__wbg_verifier_free(I, 1));
  function addToExternrefTable0(I) {
    const g = r.__externref_table_alloc();
    return (r.__wbindgen_externrefs.set(g, I), g);
  }
  function _assertClass(I, g) {
    if (!(I instanceof g)) throw new Error(`expected instance of ${g.name}`);
  }
  function getArrayU8FromWasm0(I, g) {
    return ((I >>>= 0), getUint8ArrayMemory0().subarray(I / 1, I / 1 + g));
  }
  let C = null;
  function getDataViewMemory0() {
    return (
      (null === C || !0 === C.buffer.detached || (void 0 === C.buffer.detached && C.buffer !== r.memory.buffer)) &&
        (C = new DataView(r.memory.buffer)),
      C
    );
  }
  function getStringFromWasm0(I, g) {
    return (function (I, g) {
      ((D += g), D >= t && ((s = new iI("utf-8", { ignoreBOM: !0, fatal: !0 })), s.decode(), (D = g)));
      return s.decode(getUint8ArrayMemory0().subarray(I, I + g));
    })(I >>> 0, g);
  }
  let E = null;
  function getUint32ArrayMemory0() {
    return ((null !== E && 0 !== E.byteLength) || (E = new Uint32Array(r.memory.buffer)), E);
  }
  let e = null;
  function getUint8ArrayMemory0() {
    return ((null !== e && 0 !== e.byteLength) || (e = new Uint8Array(r.memory.buffer)), e);
  }
  function isLikeNone(I) {
    return null == I;
  }
  function passArray8ToWasm0(I, g) {
    const B = g(1 * I.length, 1) >>> 0;
    return (getUint8ArrayMemory0().set(I, B / 1), (c = I.length), B);
  }
  function passArrayJsValueToWasm0(I, g) {
    const B = g(4 * I.length, 4) >>> 0;
    for (let g = 0; g < I.length; g++) {
      const Q = addToExternrefTable0(I[g]);
      getDataViewMemory0().setUint32(B + 4 * g, Q, !0);
    }
    return ((c = I.length), B);
  }
  function passStringToWasm0(I, g, B) {
    if (void 0 === B) {
      const B = a.encode(I),
        Q = g(B.length, 1) >>> 0;
      return (
        getUint8ArrayMemory0()
          .subarray(Q, Q + B.length)
          .set(B),
        (c = B.length),
        Q
      );
    }
    let Q = I.length,
      C = g(Q, 1) >>> 0;
    const E = getUint8ArrayMemory0();
    let e = 0;
    for (; e < Q; e++) {
      const g = I.charCodeAt(e);
      if (g > 127) break;
      E[C + e] = g;
    }
    if (e !== Q) {
      (0 !== e && (I = I.slice(e)), (C = B(C, Q, (Q = e + 3 * I.length), 1) >>> 0));
      const g = getUint8ArrayMemory0().subarray(C + e, C + Q);
      ((e += a.encodeInto(I, g).written), (C = B(C, Q, e, 1) >>> 0));
    }
    return ((c = e), C);
  }
  function takeFromExternrefTable0(I) {
    const g = r.__wbindgen_externrefs.get(I);
    return (r.__externref_table_dealloc(I), g);
  }
  let s = new iI("utf-8", { ignoreBOM: !0, fatal: !0 });
  s.decode();
  const t = 2146435072;
  let D = 0;
  const a = new EI();
  "encodeInto" in a ||
    (a.encodeInto = function (I, g) {
      const B = a.encode(I);
      return (g.set(B), { read: I.length, written: B.length });
    });
  let r,
    c = 0;
  return {
    Policy: Policy,
    Secrets: Secrets,
    Signer: Signer,
    Verifier: Verifier,
    bcrypt: function (I, g, B) {
      const Q = passArray8ToWasm0(I, r.__wbindgen_malloc),
        C = c,
        E = passArray8ToWasm0(g, r.__wbindgen_malloc),
        e = c;
      return r.bcrypt(Q, C, E, e, B);
    },
    decodeJwt: function (I, g) {
      const B = r.decodeJwt(I, g);
      if (B[2]) throw takeFromExternrefTable0(B[1]);
      return B[0] >>> 0;
    },
    derive: function (I) {
      return r.derive(I) >>> 0;
    },
    inspectHash: function (I) {
      const g = passStringToWasm0(I, r.__wbindgen_malloc, r.__wbindgen_realloc),
        B = c,
        Q = r.inspectHash(g, B);
      if (Q[3]) throw takeFromExternrefTable0(Q[2]);
      var C,
        E,
        e = ((C = Q[0]), (E = Q[1]), (C >>>= 0), getUint32ArrayMemory0().subarray(C / 4, C / 4 + E)).slice();
      return (r.__wbindgen_free(Q[0], 4 * Q[1], 4), e);
    },
    isStrictObject: function (I) {
      return 0 !== r.isStrictObject(I);
    },
    openJws: function (I, g, B, Q) {
      const C = r.openJws(I, g, B, Q);
      if (C[2]) throw takeFromExternrefTable0(C[1]);
      return C[0];
    },
    openVerifiedJws: function (I, g) {
      return r.openVerifiedJws(I, g);
    },
    randomBytes: function (I) {
      const g = r.randomBytes(I);
      if (g[3]) throw takeFromExternrefTable0(g[2]);
      var B = getArrayU8FromWasm0(g[0], g[1]).slice();
      return (r.__wbindgen_free(g[0], 1 * g[1], 1), B);
    },
    refusal: function () {
      return r.refusal();
    },
    room: function (I) {
      return r.room(I) >>> 0;
    },
    scrubStack: function () {
      r.scrubStack();
    },
    sealJws: function (I, g, B, Q) {
      const C = r.sealJws(I, g, B, Q);
      if (C[2]) throw takeFromExternrefTable0(C[1]);
      return C[0] >>> 0;
    },
    validFrom: function () {
      return r.validFrom();
    },
    validUntil: function () {
      return r.validUntil();
    },
    wantsNfkc: function (I) {
      const g = passStringToWasm0(I, r.__wbindgen_malloc, r.__wbindgen_realloc),
        B = c;
      return 0 !== r.wantsNfkc(g, B);
    },
    __wbg___wbindgen_string_get_0380ccaa2f57f0d9: function (I, g) {
      const B = "string" == typeof g ? g : void 0;
      var Q = isLikeNone(B) ? 0 : passStringToWasm0(B, r.__wbindgen_malloc, r.__wbindgen_realloc),
        C = c;
      (getDataViewMemory0().setInt32(I + 4, C, !0), getDataViewMemory0().setInt32(I + 0, Q, !0));
    },
    __wbg___wbindgen_throw_41e9ee4f547fc59a: function (I, g) {
      throw new Error(getStringFromWasm0(I, g));
    },
    __wbg_audience_28c226abc55b2fca: function (I, g) {
      const B = g.audience;
      var Q = isLikeNone(B) ? 0 : passArrayJsValueToWasm0(B, r.__wbindgen_malloc),
        C = c;
      (getDataViewMemory0().setInt32(I + 4, C, !0), getDataViewMemory0().setInt32(I + 0, Q, !0));
    },
    __wbg_audience_e7681b0f94b5319a: function (I, g) {
      const B = g.audience;
      var Q = isLikeNone(B) ? 0 : passArrayJsValueToWasm0(B, r.__wbindgen_malloc),
        C = c;
      (getDataViewMemory0().setInt32(I + 4, C, !0), getDataViewMemory0().setInt32(I + 0, Q, !0));
    },
    __wbg_clockTolerance_fcdad66eac5b6e78: function (I, g) {
      const B = g.clockTolerance;
      (getDataViewMemory0().setFloat64(I + 8, isLikeNone(B) ? 0 : B, !0),
        getDataViewMemory0().setInt32(I + 0, !isLikeNone(B), !0));
    },
    __wbg_expiresIn_0163daaf14bd0d50: function (I, g) {
      const B = g.expiresIn;
      (getDataViewMemory0().setFloat64(I + 8, isLikeNone(B) ? 0 : B, !0),
        getDataViewMemory0().setInt32(I + 0, !isLikeNone(B), !0));
    },
    __wbg_getRandomValues_436a51d0629d84e1: function () {
      return (function (I, g) {
        try {
          return I.apply(this, g);
        } catch (I) {
          const g = addToExternrefTable0(I);
          r.__wbindgen_exn_store(g);
        }
      })(function (I, g) {
        globalThis.crypto.getRandomValues(getArrayU8FromWasm0(I, g));
      }, arguments);
    },
    __wbg_issuer_bca8b60a4c7256fd: function (I, g) {
      const B = g.issuer;
      var Q = isLikeNone(B) ? 0 : passArrayJsValueToWasm0(B, r.__wbindgen_malloc),
        C = c;
      (getDataViewMemory0().setInt32(I + 4, C, !0), getDataViewMemory0().setInt32(I + 0, Q, !0));
    },
    __wbg_issuer_ccb89ecd7a31e1d9: function (I, g) {
      const B = g.issuer;
      var Q = isLikeNone(B) ? 0 : passStringToWasm0(B, r.__wbindgen_malloc, r.__wbindgen_realloc),
        C = c;
      (getDataViewMemory0().setInt32(I + 4, C, !0), getDataViewMemory0().setInt32(I + 0, Q, !0));
    },
    __wbg_jwtId_1cba881d5c13f123: function (I, g) {
      const B = g.jwtId;
      var Q = isLikeNone(B) ? 0 : passStringToWasm0(B, r.__wbindgen_malloc, r.__wbindgen_realloc),
        C = c;
      (getDataViewMemory0().setInt32(I + 4, C, !0), getDataViewMemory0().setInt32(I + 0, Q, !0));
    },
    __wbg_jwtId_55a488cba0dfab35: function (I, g) {
      const B = g.jwtId;
      var Q = isLikeNone(B) ? 0 : passStringToWasm0(B, r.__wbindgen_malloc, r.__wbindgen_realloc),
        C = c;
      (getDataViewMemory0().setInt32(I + 4, C, !0), getDataViewMemory0().setInt32(I + 0, Q, !0));
    },
    __wbg_keyId_feed63c78b72f5ad: function (I, g) {
      const B = g.keyId;
      var Q = isLikeNone(B) ? 0 : passStringToWasm0(B, r.__wbindgen_malloc, r.__wbindgen_realloc),
        C = c;
      (getDataViewMemory0().setInt32(I + 4, C, !0), getDataViewMemory0().setInt32(I + 0, Q, !0));
    },
    __wbg_maxTokenAge_835f1ce0b2d57d3f: function (I, g) {
      const B = g.maxTokenAge;
      (getDataViewMemory0().setFloat64(I + 8, isLikeNone(B) ? 0 : B, !0),
        getDataViewMemory0().setInt32(I + 0, !isLikeNone(B), !0));
    },
    __wbg_maxTokenLength_3a21a55525505e57: function (I) {
      const g = I.maxTokenLength;
      return isLikeNone(g) ? Number.MAX_SAFE_INTEGER : g >>> 0;
    },
    __wbg_new_343a093a3c2ffb4e: function (I, g) {
      return new Error(getStringFromWasm0(I, g));
    },
    __wbg_new_ee2291f50781bf1d: function () {
      return new Array();
    },
    __wbg_new_from_slice_9a868026ffa4208a: function (I, g) {
      return new Uint8Array(getArrayU8FromWasm0(I, g));
    },
    __wbg_notBeforeTolerance_8b29db1b67bcb7a8: function (I, g) {
      const B = g.notBeforeTolerance;
      (getDataViewMemory0().setFloat64(I + 8, isLikeNone(B) ? 0 : B, !0),
        getDataViewMemory0().setInt32(I + 0, !isLikeNone(B), !0));
    },
    __wbg_notBefore_1f47753a62020729: function (I, g) {
      const B = g.notBefore;
      (getDataViewMemory0().setFloat64(I + 8, isLikeNone(B) ? 0 : B, !0),
        getDataViewMemory0().setInt32(I + 0, !isLikeNone(B), !0));
    },
    __wbg_numericSubject_8d124cb51b1c64ec: function (I) {
      return I.numericSubject;
    },
    __wbg_numericSubject_f8a87a56caa56ec0: function (I) {
      return I.numericSubject;
    },
    __wbg_requiredClaims_3e3200b67df842ae: function (I, g) {
      const B = g.requiredClaims;
      var Q = isLikeNone(B) ? 0 : passArrayJsValueToWasm0(B, r.__wbindgen_malloc),
        C = c;
      (getDataViewMemory0().setInt32(I + 4, C, !0), getDataViewMemory0().setInt32(I + 0, Q, !0));
    },
    __wbg_set_bea140a88be9b277: function (I, g, B) {
      I[g >>> 0] = B;
    },
    __wbg_subject_a140f8ccdbeaf3cb: function (I, g) {
      const B = g.subject;
      var Q = isLikeNone(B) ? 0 : passStringToWasm0(B, r.__wbindgen_malloc, r.__wbindgen_realloc),
        C = c;
      (getDataViewMemory0().setInt32(I + 4, C, !0), getDataViewMemory0().setInt32(I + 0, Q, !0));
    },
    __wbg_subject_ec0d8c40e1324de2: function (I, g) {
      const B = g.subject;
      var Q = isLikeNone(B) ? 0 : passStringToWasm0(B, r.__wbindgen_malloc, r.__wbindgen_realloc),
        C = c;
      (getDataViewMemory0().setInt32(I + 4, C, !0), getDataViewMemory0().setInt32(I + 0, Q, !0));
    },
    __wbg_typ_8122c26c2a59e56c: function (I, g) {
      const B = g.typ;
      var Q = isLikeNone(B) ? 0 : passStringToWasm0(B, r.__wbindgen_malloc, r.__wbindgen_realloc),
        C = c;
      (getDataViewMemory0().setInt32(I + 4, C, !0), getDataViewMemory0().setInt32(I + 0, Q, !0));
    },
    __wbg_typ_dd04310192c7e9c4: function (I, g) {
      const B = g.typ;
      var Q = isLikeNone(B) ? 0 : passStringToWasm0(B, r.__wbindgen_malloc, r.__wbindgen_realloc),
        C = c;
      (getDataViewMemory0().setInt32(I + 4, C, !0), getDataViewMemory0().setInt32(I + 0, Q, !0));
    },
    __wbindgen_generic_0000000000000001: function (I, g) {
      return getStringFromWasm0(I, g);
    },
    __wbindgen_init_externref_table: function () {
      const I = r.__wbindgen_externrefs,
        g = I.grow(4);
      (I.set(0, void 0), I.set(g + 0, void 0), I.set(g + 1, null), I.set(g + 2, !0), I.set(g + 3, !1));
    },
    __wbg_set_wasm: function (I) {
      r = I;
    },
  };
}
var oI,
  eI,
  sI = { maxMemory: 64 << 20, keptMemory: 1 / 0 };
function runtime$1() {
  if (!oI) throw new Error("edgeseal was not booted");
  return oI;
}
function boot$1(I, g = sI) {
  return (oI || ((eI = instantiate$1(I)), (oI = { module: I, platform: g })), (I) => I);
}
function core$1() {
  return void 0 === eI || eI.broken
    ? (function () {
        const { module: I } = runtime$1(),
          g = instantiate$1(I);
        eI && new Uint8Array(eI.memory.buffer).fill(0);
        return (eI = g);
      })()
    : eI;
}
function instantiate$1(I) {
  const g = createGlue$1(),
    B = { "./edgeseal_bg.js": g },
    Q = { ...new WebAssembly.Instance(I, B).exports },
    C = Q.memory,
    E = { ...g, memory: C, view: new Uint8Array(0), broken: !1 };
  for (const [I, g] of Object.entries(Q)) {
    I.startsWith("__wbg_") && I.endsWith("_free") && (Q[I] = (...I) => E.broken || g(...I));
  }
  return (g.__wbg_set_wasm(Q), Q.__wbindgen_start?.(), E);
}
var tI = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };
function misuse$1(I, g) {
  return new AI("ERR_OPTION_INVALID", `${I} must be ${g}`);
}
function isUndefined$1(I) {
  return new AI("ERR_OPTION_INVALID", `${I} is undefined: leave it out, or set the variable that it is read from`);
}
var anything = (I) => I;
function isPlain$1(I) {
  if ("object" != typeof I || null === I) return !1;
  const g = Object.getPrototypeOf(I);
  return null === g || (null === Object.getPrototypeOf(g) && Object.hasOwn(g, "isPrototypeOf"));
}
function take$1(I, g, B = []) {
  const Q = Object.create(null);
  if (void 0 === I) return Q;
  if (!isPlain$1(I)) throw misuse$1("the options argument", "a plain object");
  for (const C of Object.getOwnPropertyNames(I)) {
    if (!Object.hasOwn(g, C)) {
      const I = Object.keys(g).join(", ");
      throw new AI("ERR_OPTION_INVALID", `unknown option "${C}"; there are ${I}`);
    }
    const E = I[C];
    if (void 0 !== E) Q[C] = g[C](E, C);
    else if (!B.includes(C)) throw isUndefined$1(C);
  }
  return Q;
}
var text$1 = (I, g) => {
    if ("string" != typeof I || "" === I) throw misuse$1(g, "a non-empty string");
    return I;
  },
  texts$1 = (I, g) => {
    if (!Array.isArray(I) || 0 === I.length || !I.every((I) => "string" == typeof I && "" !== I))
      throw misuse$1(g, "a non-empty array of non-empty strings");
    return [...I];
  },
  oneOrMore$1 = (I, g) => {
    if ("string" == typeof I) return [text$1(I, g)];
    if (!Array.isArray(I)) throw misuse$1(g, "a non-empty string or an array of them");
    return texts$1(I, g);
  };
function seconds$1(I) {
  const g = 315576e4;
  return (B, Q) => {
    const C =
      "string" == typeof B
        ? (function (I) {
            const g = tI[I.at(-1)],
              B = I.slice(0, -1);
            return void 0 !== g && /^\d{1,10}(?:\.\d{1,3})?$/.test(B) ? Number(B) * g : void 0;
          })(B)
        : B;
    if ("number" != typeof C || !(C >= I && C <= g))
      throw misuse$1(Q, `a number of seconds from ${I} to ${g}, or a text such as "15m"`);
    return C;
  };
}
function integer$1(I, g) {
  return (B, Q) => {
    if (!Number.isSafeInteger(B) || B < I || B > g) throw misuse$1(Q, `a whole number from ${I} to ${g}`);
    return B;
  };
}
var flag$1 = (I, g) => {
  if ("boolean" != typeof I) throw misuse$1(g, "true or false");
  return I;
};
var date$1 = (I, g) => {
  const B = (function (I) {
    try {
      return Date.prototype.getTime.call(I);
    } catch {
      return Number.NaN;
    }
  })(I);
  if (Number.isNaN(B)) throw misuse$1(g, "a valid Date");
  return B / 1e3;
};
function only(...I) {
  return (g, B) => {
    if ("string" != typeof g || !I.includes(g)) throw misuse$1(B, I.map((I) => `"${I}"`).join(" or "));
    return g;
  };
}
var DI = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)?.get;
function isBytes$1(I) {
  return "Uint8Array" === DI?.call(I);
}
function keyRing(I) {
  if (void 0 === I) throw new AI("ERR_OPTION_INVALID", "secrets is undefined: is AUTH_SECRETS set?");
  if ("string" != typeof I) throw misuse$1("secrets", aI);
  const g = flawOf(I);
  if (g) throw misuse$1("secrets", `${aI}, and ${g}`);
  return I.split(",").map((I, g) => {
    const B = I.indexOf(":"),
      Q = I.slice(0, Math.max(B, 0)).trim(),
      C = I.slice(B + 1);
    if ("" === Q) throw misuse$1("secrets", `${aI}: entry ${g} has no kid`);
    const E = flawOf(C);
    if (E) throw misuse$1("secrets", `${aI}: entry ${g} ${E}`);
    return { kid: Q, secret: C };
  });
}
var aI = 'a text such as "2:<new>,1:<old>"';
function flawOf(I) {
  if (I.trim() !== I) return "without white space or a line end around it";
  const [g, B] = [I.at(0) ?? "", I.at(-1) ?? ""];
  return I.length > 1 && g === B && "\"'`".includes(g)
    ? "without quotes around it"
    : /^(?:export |set )?[A-Z][A-Z0-9_]*=[^=]/.test(I)
      ? "without a variable's name in front"
      : void 0;
}
var wI = "a string or Uint8Array of at least 32 random bytes",
  isWholeNumber$1 = (I) => Number.isSafeInteger(Number(I)) && String(Number(I)) === I,
  rI = class {
    #I = new Map();
    #g;
    constructor(I) {
      this.#g = I;
    }
    get(I, g) {
      const B = this.#I.get(I);
      if (void 0 !== B) return g >= B.from && g < B.until ? B.claims : void this.#I.delete(I);
    }
    add(I, g, B) {
      if (this.#I.size >= this.#g) {
        const [I] = this.#I.keys();
        void 0 !== I && this.#I.delete(I);
      }
      const Q = deepFreeze(g);
      return (this.#I.set(I, { claims: Q, from: B.validFrom(), until: B.validUntil() }), Q);
    }
    clear() {
      this.#I.clear();
    }
  };
function deepFreeze(I) {
  for (const g of Object.values(I)) "object" == typeof g && null !== g && deepFreeze(g);
  return Object.freeze(I);
}
var cI = { EdgesealError: AI, JwtError: II, KeyError: gI, PasswordError: BI };
function ask$1(I, g = core$1()) {
  try {
    return I(g);
  } catch (I) {
    throw ((g.broken = !0), failed$1(I, g));
  }
}
function failed$1(I, g) {
  const B = thrown$1(I);
  return ((g.broken = !isEdgesealError(B)), B);
}
function thrown$1(I) {
  if (
    !(function (I) {
      return Array.isArray(I) && 4 === I.length;
    })(I)
  )
    return I;
  const [g, B, Q, C] = I;
  return new (0, cI[g])(B, Q, C ?? void 0);
}
var nI = ["HS256", "HS384", "HS512"],
  hI = class {
    #B;
    #Q = !1;
    #C;
    constructor(I, g, B = "secret") {
      ((this.#B = g),
        (this.#C = (function (I, g = "secret") {
          if (void 0 === I)
            throw new AI(
              "ERR_OPTION_INVALID",
              `${g} is undefined: is ${"secret" === g ? "AUTH_SECRET" : "its variable"} set?`,
            );
          if ("string" == typeof I || isBytes$1(I)) return [[void 0, I]];
          const B = Array.isArray(I)
            ? I.map(function (I, B) {
                if (!isPlain$1(I) || "string" != typeof I.kid) throw misuse$1(`${g}[${B}]`, "{ kid, secret }");
                return [I.kid, I.secret];
              })
            : (function (I) {
                if (!isPlain$1(I)) throw misuse$1(g, `${wI}, or an array of { kid, secret }`);
                if ("kty" in I) throw misuse$1(g, `${wI}; of a JWK the bytes of its "k"`);
                const B = Object.entries(I);
                if (B.some(([I]) => isWholeNumber$1(I)))
                  throw misuse$1(
                    g,
                    'an array of { kid, secret }, as keyRing("2:<new>,1:<old>") makes it: an object does not keep the order of such ids',
                  );
                return B;
              })(I);
          for (const [I, Q] of B) {
            if (void 0 === Q) throw new AI("ERR_OPTION_INVALID", `${g} "${I}" is undefined: is its variable set?`);
            if ("string" != typeof Q && !isBytes$1(Q)) throw misuse$1(`${g} "${I}"`, wI);
          }
          return B;
        })(I, B).map(([I, g]) => [I, secretBytes$1(g, B)])));
    }
    keep() {
      (yI?.register(this, this.#C, this), (this.#Q = !0));
    }
    prepare(I) {
      return ask$1(() => {
        const g = new I.Secrets(Uint8Array.from(this.#B, (I) => nI.indexOf(I)));
        try {
          for (const [I, B] of this.#C) g.add(I, B);
          return g;
        } catch (I) {
          throw (g.free(), I);
        }
      }, I);
    }
    free() {
      (zeroise$1(this.#C), (this.#C = []), this.#Q && yI?.unregister(this));
    }
  };
function zeroise$1(I) {
  for (const [, g] of I) g.fill(0);
}
var yI = "undefined" == typeof FinalizationRegistry ? void 0 : new FinalizationRegistry(zeroise$1);
function secretBytes$1(I, g) {
  if ("string" == typeof I) {
    if (hasLoneSurrogate$1(I)) throw misuse$1(g, "well-formed text");
    return new EI().encode(I);
  }
  return new Uint8Array(I);
}
function hasLoneSurrogate$1(I) {
  for (const g of I) {
    const I = g.codePointAt(0);
    if (I >= 55296 && I <= 57343) return !0;
  }
  return !1;
}
var NI = class {
    #E;
    #i;
    #o;
    #e;
    #s = !1;
    constructor(I, g, B) {
      ((this.#E = new hI(I, g)), (this.#i = B));
    }
    keep() {
      this.#E.keep();
    }
    of(I, g) {
      return this.#o === I ? this.#e : this.#t(I, g);
    }
    #t(I, g) {
      if (this.#s) throw misuse$1(g, "used before it is freed");
      const B = this.#E.prepare(I),
        Q = ask$1(() => {
          try {
            return this.#i(I, B);
          } finally {
            I.scrubStack();
          }
        }, I);
      return ((this.#o = I), (this.#e = Q));
    }
    free() {
      ((this.#s = !0), this.#E.free());
      const [I, g] = [this.#o, this.#e];
      ((this.#o = this.#e = void 0),
        I &&
          g &&
          !I.broken &&
          ask$1(() => {
            (g.free(), I.scrubStack());
          }, I));
    }
  },
  GI = new EI(),
  FI = new iI("utf-8", { ignoreBOM: !0 });
function write$1(I, g, B) {
  if ("string" != typeof g) throw new II("ERR_JWT_MALFORMED", "the token is not a string");
  if (g.length > B) return B + 1;
  const Q = Math.min(B, 3 * g.length) + 4;
  return (I.view.length < Q && take2$1(I, Q), GI.encodeInto(g, I.view).written);
}
function read$1(I, g) {
  return (I.view.length < g && take2$1(I, g), FI.decode(I.view.subarray(0, g)));
}
function readMoved(I, g) {
  return (take2$1(I, g), read$1(I, g));
}
function take2$1(I, g) {
  const B = Math.max(g, 8196),
    Q = I.room(B);
  (Q !== I.view.byteOffset || I.view.length < B) && (I.view = new Uint8Array(I.memory.buffer, Q, B));
}
var SI = {
    issuer: oneOrMore$1,
    audience: (I, g) => (!1 === I ? [] : oneOrMore$1(I, g)),
    algorithms: (function (...I) {
      return (g, B) => {
        if (!(Array.isArray(g) && g.length > 0 && g.every((g) => I.includes(g))) || new Set(g).size !== g.length)
          throw misuse$1(B, `an array of ${I.map((I) => `"${I}"`).join(", ")}`);
        return [...g];
      };
    })(...nI),
    typ: text$1,
    subject: text$1,
    numericSubject: flag$1,
    jwtId: text$1,
    clockTolerance: seconds$1(0),
    notBeforeTolerance: seconds$1(0),
    maxTokenAge: seconds$1(0),
    requiredClaims: texts$1,
    maxTokenLength: integer$1(1, 2 ** 30),
    currentDate: date$1,
    complete: flag$1,
  },
  RI = { ...SI, secret: anything, cacheSize: integer$1(0, 1e5) };
function createVerifier(I) {
  const { secret: g, cacheSize: B, ...Q } = take$1(I ?? {}, RI, ["secret"]),
    C = B ? new rI(B) : void 0,
    E = new MI(g, Q, C);
  return (E.keep(), E);
}
function verifyJwt$1(I, g, B) {
  const Q = new MI(g, take$1(B, SI), void 0);
  try {
    return Q.verify(I);
  } finally {
    Q.free();
  }
}
var MI = class {
  #D;
  #a;
  #w;
  #r;
  #c;
  constructor(I, g, B) {
    const Q = g.algorithms;
    ((this.#a = g.maxTokenLength ?? 8192),
      (this.#w = g.currentDate),
      (this.#r = !0 === g.complete),
      (this.#c = B),
      (this.#D = new NI(I, Q ?? ["HS256"], (I, B) => new I.Verifier(B, g))),
      this.#D.of(core$1(), "a verifier"));
  }
  verify = (I) => {
    const g = core$1(),
      B = this.#D.of(g, "a verifier"),
      Q = this.#w ?? Date.now() / 1e3,
      C = this.#c?.get(I, Q);
    if (void 0 !== C) return this.#r ? { header: headerOf$1(I), claims: C } : C;
    let E, e;
    try {
      const C = B.verify(write$1(g, I, this.#a), Q);
      C < 0 ? (e = g.refusal()) : (E = read$1(g, C));
    } catch (I) {
      throw ((g.broken = !0), failed$1(I, g));
    }
    if (void 0 === E) throw thrown$1(e);
    let s = JSON.parse(E);
    return (void 0 !== this.#c && (s = this.#c.add(I, s, g)), this.#r ? { header: headerOf$1(I), claims: s } : s);
  };
  keep() {
    this.#D.keep();
  }
  free() {
    (this.#c?.clear(), this.#D.free());
  }
  [Symbol.dispose]() {
    this.free();
  }
};
function headerOf$1(I) {
  const g = I.slice(0, I.indexOf(".")).replaceAll("-", "+").replaceAll("_", "/");
  return JSON.parse(new iI().decode(Uint8Array.from(atob(g), (I) => I.charCodeAt(0))));
}
var kI = { maxTokenLength: integer$1(1, 2 ** 30) };
function decodeJwt(I, g) {
  return decoded(I, g)[1];
}
function decodeProtectedHeader(I, g) {
  return decoded(I, g)[0];
}
function decoded(I, g) {
  const { maxTokenLength: B } = take$1(g, kI),
    Q = B ?? 8192;
  return JSON.parse(ask$1((g) => readMoved(g, g.decodeJwt(write$1(g, I, Q), Q))));
}
function generateSecret() {
  return btoa(String.fromCharCode(...ask$1((I) => I.randomBytes(32))))
    .slice(0, 43)
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}
var UI = {
    bcrypt: { algorithm: "bcrypt", cost: 12 },
    argon2id: { algorithm: "argon2id", memoryCost: 19456, timeCost: 2, parallelism: 1 },
    argon2id46MiB: { algorithm: "argon2id", memoryCost: 47104, timeCost: 1, parallelism: 1 },
    scrypt: { algorithm: "scrypt", N: 131072, r: 8, p: 1 },
    pbkdf2Sha256: { algorithm: "pbkdf2-sha256", iterations: 6e5 },
    pbkdf2Sha512: { algorithm: "pbkdf2-sha512", iterations: 21e4 },
  },
  HI = {
    bcrypt: ["cost"],
    argon2id: ["memoryCost", "timeCost", "parallelism"],
    scrypt: ["N", "r", "p"],
    "pbkdf2-sha256": ["iterations"],
    "pbkdf2-sha512": ["iterations"],
  },
  YI = Object.keys(HI),
  dI = integer$1(1, 2 ** 32 - 1),
  fI = {
    pepper: (I) => {
      if ("string" == typeof I || isBytes$1(I)) throw misuse$1("pepper", "an object of secrets by key id");
      return I;
    },
    maxMemory: integer$1(2 ** 20, 2 ** 30),
  },
  JI = {
    ...fI,
    algorithm: only(...YI),
    allowWeakParams: flag$1,
    cost: dI,
    memoryCost: dI,
    timeCost: dI,
    parallelism: dI,
    N: (I, g) => {
      if (!Number.isInteger(Math.log2(dI(I, g))) || 1 === I) throw misuse$1(g, "a power of two");
      return Math.log2(I);
    },
    r: dI,
    p: dI,
    iterations: dI,
    saltLength: dI,
    hashLength: dI,
  };
function withHashPolicy(I, g) {
  const B = take$1(I, JI),
    Q = B.algorithm ?? "bcrypt",
    C = HI[Q],
    E = Object.values(HI)
      .flat()
      .concat("bcrypt" === Q ? ["saltLength", "hashLength"] : [])
      .find((I) => I in B && !C.includes(I));
  if (E) {
    throw misuse$1(E, `left out: ${void 0 === B.algorithm ? `${Q}, the default,` : Q} has ${C.join(", ")}`);
  }
  return withPolicy(B, Q, C, g);
}
function withPolicy(I, g, B, Q) {
  const number = (g) => I[g] ?? 0,
    C = core$1(),
    { pepper: E } = I,
    e =
      void 0 === E
        ? void 0
        : (function (I, g, B, Q) {
            const C = new hI(g, B, Q);
            try {
              return C.prepare(I);
            } finally {
              C.free();
            }
          })(C, E, ["HS256"], "pepper");
  return ask$1(() => {
    const E = new C.Policy(
      YI.indexOf(g),
      Uint32Array.from(B, number),
      number("saltLength"),
      number("hashLength"),
      number("maxMemory") || runtime$1().platform.maxMemory,
      !0 === I.allowWeakParams,
      e,
    );
    try {
      return Q(E, C);
    } finally {
      (E.free(), C.scrubStack());
    }
  }, C);
}
async function hashPassword(I, g) {
  return await finished(beginHash(I, g));
}
function hashPasswordSync(I, g) {
  return finishedHere(beginHash(I, g));
}
async function verifyPassword(I, g, B) {
  return await finished(beginVerify(I, g, B));
}
function verifyPasswordSync(I, g, B) {
  return finishedHere(beginVerify(I, g, B));
}
function needsRehash(I, g) {
  return (checkStored(I), withHashPolicy(g, (g) => g.needsRehash(I)));
}
function beginHash(I, g) {
  return withHashPolicy(g, (g) => withBytes(I, (I) => g.hash(I)));
}
function beginVerify(I, g, B) {
  (checkStored(g), checkPassword(I));
  const Q = ask$1((I) => I.wantsNfkc(g))
    ? (function (I) {
        if ("string" == typeof I) return I.normalize("NFKC");
        try {
          return new iI("utf-8", { fatal: !0, ignoreBOM: !0 }).decode(I).normalize("NFKC");
        } catch {
          return I;
        }
      })(I)
    : I;
  return (function (I, g) {
    return withPolicy(take$1(I, fI), "bcrypt", [], g);
  })(B, (I) => withBytes(Q, (B) => I.verify(B, g)));
}
function checkStored(I) {
  if ("string" != typeof I) throw misuse$1("storedHash", "a string");
  if (I.length > 512) throw new BI("ERR_PASSWORD_HASH_INVALID", "the stored hash is of no known format or is damaged");
}
function checkPassword(I) {
  if ("string" != typeof I && !isBytes$1(I)) throw misuse$1("password", "a string or Uint8Array");
  if (I.length > 4096) throw new BI("ERR_PASSWORD_TOO_LONG", "the password is longer than 4096 bytes");
}
var memoryOf = ({ buffer: I, byteOffset: g }) => new DataView(I, g).getUint32(0, !0);
function finishedHere(I) {
  const { module: g, platform: B } = runtime$1();
  return concluded(
    memoryOf(I) <= B.keptMemory
      ? (function (I) {
          return ask$1((g) => {
            try {
              !(function (I, ...g) {
                let B = 0;
                for (const { length: I } of g) B += I;
                I.view.length < B && take2$1(I, B);
                const { view: Q } = I;
                let C = 0;
                for (const I of g)
                  ("string" == typeof I ? GI.encodeInto(I, 0 === C ? Q : Q.subarray(C, C + I.length)) : Q.set(I, C),
                    (C += I.length));
              })(g, I);
            } finally {
              I.fill(0);
            }
            return (function (I, g) {
              return (I.view.length < g && take2$1(I, g), I.view.slice(0, g));
            })(g, g.derive(I.length));
          });
        })(I)
      : (function (I) {
          const g = {};
          for (const { module: B, name: Q } of WebAssembly.Module.imports(I))
            (g[B] ??= {})[Q] = () => {
              throw new Error("edgeseal: deriving a key needs nothing of JavaScript");
            };
          const B = new WebAssembly.Instance(I, g).exports,
            Q = B.memory,
            C = B.room,
            E = B.derive;
          return (I) => {
            const g = C(I.length);
            (new Uint8Array(Q.buffer, g).set(I), I.fill(0));
            const B = E(I.length),
              e = new Uint8Array(Q.buffer, C(B), B),
              s = e.slice();
            return (e.fill(0), s);
          };
        })(g)(I),
  );
}
async function finished(I) {
  const { module: g, platform: B } = runtime$1(),
    Q = memoryOf(I) <= B.keptMemory,
    C = B.deriveElsewhere?.(g, I, Q);
  return C ? concluded(await C) : finishedHere(I);
}
function concluded(I) {
  if (0 === I.length) throw new Error("edgeseal: this is no work of the core's");
  return 1 === I.length ? 1 === I[0] : new iI().decode(I);
}
function withBytes(I, g) {
  const B = (function (I) {
    if ((checkPassword(I), "string" != typeof I)) return new Uint8Array(I);
    if (hasLoneSurrogate$1(I)) throw new BI("ERR_PASSWORD_INVALID", "the password is not well-formed text");
    return new EI().encode(I);
  })(I);
  try {
    return g(B);
  } finally {
    B.fill(0);
  }
}
var KI = {
    expiresIn: seconds$1(0.001),
    notBefore: seconds$1(0),
    issuer: text$1,
    audience: oneOrMore$1,
    subject: text$1,
    numericSubject: flag$1,
    jwtId: text$1,
    keyId: text$1,
    typ: (I, g) => (!1 === I ? "" : text$1(I, g)),
    algorithm: only(...nI),
    currentDate: date$1,
  },
  LI = { ...KI, secret: anything };
function createSigner(I) {
  const { secret: g, ...B } = take$1(I ?? {}, LI, ["secret"]),
    Q = new lI(g, B);
  return (Q.keep(), Q);
}
function signJwt(I, g, B) {
  const Q = new lI(g, take$1(B, KI));
  try {
    return Q.sign(I);
  } finally {
    Q.free();
  }
}
var lI = class {
  #D;
  #w;
  constructor(I, g) {
    const B = g.algorithm ?? "HS256";
    ((this.#w = g.currentDate),
      (this.#D = new NI(I, [B], (I, B) => new I.Signer(B, g))),
      this.#D.of(core$1(), "a signer"));
  }
  sign = (I) => {
    checkJson(I, "claims", void 0);
    const g = JSON.stringify(I),
      B = core$1(),
      Q = this.#D.of(B, "a signer");
    return ask$1(() => {
      const I = write$1(B, (C = g), 3 * C.length);
      var C;
      return readMoved(B, Q.sign(I, this.#w ?? Date.now() / 1e3));
    }, B);
  };
  keep() {
    this.#D.keep();
  }
  free() {
    this.#D.free();
  }
  [Symbol.dispose]() {
    this.free();
  }
};
function checkJson(I, g, B, Q = 0) {
  if (null !== I && "string" != typeof I && "boolean" != typeof I && ("number" != typeof I || !Number.isFinite(I))) {
    if (Q < 32 && "object" == typeof I) {
      if (Array.isArray(I)) {
        for (const C of I) checkJson(C, g, B, Q + 1);
        return;
      }
      const C = Object.getPrototypeOf(I);
      if (null === C || null === Object.getPrototypeOf(C)) {
        for (const g of Object.keys(I)) {
          const C = I[g];
          void 0 !== C && checkJson(C, g, B ?? g, Q + 1);
        }
        return;
      }
    }
    throw new II("ERR_JWT_CLAIM_INVALID", `"${g}" is not plain JSON of at most 32 levels`, B);
  }
}
function base64ToUint8Array(I) {
  const g = atob(I),
    B = g.length,
    Q = new Uint8Array(B);
  for (let I = 0; I < B; I++) Q[I] = g.charCodeAt(I);
  return Q;
}
const uI = base64ToUint8Array(
  "AGFzbQEAAAAB6gIxYAN/f38Bf2ACf38Bf2ACf38AYAR/f39/AGADf39/AGABfwBgBX9/f39/AGACf28AYAZ/f39/f38AYAADf39/YAAAYAF/AX9gBH9/f38Bf2ACf38Bb2ABbwF/YAABb2AHf39/f39/fwBgBn9/f39/fwF/YAABf2AAAXxgBH9/f38Df39/YAN/f38Df39/YAJ/bwN/f39gAAR/f39/YANvf28AYAFvAXxgA39/fgBgBn9/f39/fABgB39/f39+fHwAYAR/f39+AGADf398AGADf398AX9gA39+fgBgBn9/f3x/fwBgBn9/f35/fwBgBn9/f31/fwBgCH9/f39/fH9/A39/f2AFf39/f38Df39/YAJ/fwR/f39/YAV/f39/fwJ/f2ADf398A39/f2ABfwR/f39/YAJ/fwN/f39gBX9/fH9/AGAFf39+f38AYAV/f31/fwBgBX9/f39/AX9gBX9/f39/AW9gAAJ/fwLzCx0QLi9lZGdlc2VhbF9iZy5qcyBfX3diZ19leHBpcmVzSW5fMDE2M2RhYWYxNGJkMGQ1MAAHEC4vZWRnZXNlYWxfYmcuanMgX193Ymdfbm90QmVmb3JlXzFmNDc3NTNhNjIwMjA3MjkABxAuL2VkZ2VzZWFsX2JnLmpzHV9fd2JnX2lzc3Vlcl9jY2I4OWVjZDdhMzFlMWQ5AAcQLi9lZGdlc2VhbF9iZy5qcx5fX3diZ19zdWJqZWN0X2ExNDBmOGNjZGJlYWYzY2IABxAuL2VkZ2VzZWFsX2JnLmpzJV9fd2JnX251bWVyaWNTdWJqZWN0X2Y4YTg3YTU2Y2FhNTZlYzAADhAuL2VkZ2VzZWFsX2JnLmpzHF9fd2JnX2p3dElkXzFjYmE4ODFkNWMxM2YxMjMABxAuL2VkZ2VzZWFsX2JnLmpzHF9fd2JnX2tleUlkX2ZlZWQ2M2M3OGI3MmY1YWQABxAuL2VkZ2VzZWFsX2JnLmpzGl9fd2JnX3R5cF9kZDA0MzEwMTkyYzdlOWM0AAcQLi9lZGdlc2VhbF9iZy5qcx9fX3diZ19hdWRpZW5jZV8yOGMyMjZhYmM1NWIyZmNhAAcQLi9lZGdlc2VhbF9iZy5qcxpfX3diZ19zZXRfYmVhMTQwYTg4YmU5YjI3NwAYEC4vZWRnZXNlYWxfYmcuanMdX193YmdfaXNzdWVyX2JjYThiNjBhNGM3MjU2ZmQABxAuL2VkZ2VzZWFsX2JnLmpzJV9fd2JnX251bWVyaWNTdWJqZWN0XzhkMTI0Y2I1MWIxYzY0ZWMADhAuL2VkZ2VzZWFsX2JnLmpzH19fd2JnX2F1ZGllbmNlX2U3NjgxYjBmOTRiNTMxOWEABxAuL2VkZ2VzZWFsX2JnLmpzHl9fd2JnX3N1YmplY3RfZWMwZDhjNDBlMTMyNGRlMgAHEC4vZWRnZXNlYWxfYmcuanMcX193Ymdfand0SWRfNTVhNDg4Y2JhMGRmYWIzNQAHEC4vZWRnZXNlYWxfYmcuanMaX193YmdfdHlwXzgxMjJjMjZjMmE1OWU1NmMABxAuL2VkZ2VzZWFsX2JnLmpzJV9fd2JnX2Nsb2NrVG9sZXJhbmNlX2ZjZGFkNjZlYWM1YjZlNzgABxAuL2VkZ2VzZWFsX2JnLmpzKV9fd2JnX25vdEJlZm9yZVRvbGVyYW5jZV84YjI5ZGIxYjY3YmNiN2E4AAcQLi9lZGdlc2VhbF9iZy5qcyJfX3diZ19tYXhUb2tlbkFnZV84MzVmMWNlMGIyZDU3ZDNmAAcQLi9lZGdlc2VhbF9iZy5qcyVfX3diZ19tYXhUb2tlbkxlbmd0aF8zYTIxYTU1NTI1NTA1ZTU3ABkQLi9lZGdlc2VhbF9iZy5qcyVfX3diZ19yZXF1aXJlZENsYWltc18zZTMyMDBiNjdkZjg0MmFlAAcQLi9lZGdlc2VhbF9iZy5qcyZfX3diZ19nZXRSYW5kb21WYWx1ZXNfNDM2YTUxZDA2MjlkODRlMQACEC4vZWRnZXNlYWxfYmcuanMaX193YmdfbmV3X2VlMjI5MWY1MDc4MWJmMWQADxAuL2VkZ2VzZWFsX2JnLmpzJV9fd2JnX25ld19mcm9tX3NsaWNlXzlhODY4MDI2ZmZhNDIwOGEADRAuL2VkZ2VzZWFsX2JnLmpzGl9fd2JnX25ld18zNDNhMDkzYTNjMmZmYjRlAA0QLi9lZGdlc2VhbF9iZy5qcyxfX3diZ19fX3diaW5kZ2VuX3N0cmluZ19nZXRfMDM4MGNjYWEyZjU3ZjBkOQAHEC4vZWRnZXNlYWxfYmcuanMnX193YmdfX193YmluZGdlbl90aHJvd180MWU5ZWU0ZjU0N2ZjNTlhAAIQLi9lZGdlc2VhbF9iZy5qcx9fX3diaW5kZ2VuX2luaXRfZXh0ZXJucmVmX3RhYmxlAAoQLi9lZGdlc2VhbF9iZy5qcyNfX3diaW5kZ2VuX2dlbmVyaWNfMDAwMDAwMDAwMDAwMDAwMQANA+sB6QEQBBoGAwsICxAEBgQGAwQEAgMDBAIIAAMEAwMCAwEbAgwKAwEIBQgcAAUFAwQFAgQDBAADBB0ADAIABAQCBQgDAwMBBAYEAQIBEQYeAgMSCAEBAwEBAgEBBQIFBgUCCwICCwIGHwgIBgsCBgQGBQIFBQQGAyACAQEGCAUFBgYCBgsDCCEiIwAGAwAECAgACwEFBQIFBAMDAQEMJAUFBRMTDAEBJQoKFBQmBAInKCkVFRYqFhErLAYtLgMMAQABAi8BBAESAQEEBAICBAEBAQUCAQAAAAoFAA8BAQEBCgIKAgIBAQECAgoICgQJAnABWVlvAIAIBQMBABEGHwR/AUGAgMAAC38AQbj1wAALfwBBwJfBAAt/AUGACAsHoQUoBm1lbW9yeQIAEV9fd2JnX3BvbGljeV9mcmVlAHISX193Ymdfc2VjcmV0c19mcmVlAHoRX193Ymdfc2lnbmVyX2ZyZWUAfBNfX3diZ192ZXJpZmllcl9mcmVlAH0GYmNyeXB0ANwBCWRlY29kZUp3dADOAQZkZXJpdmUAJAtpbnNwZWN0SGFzaADFAQ5pc1N0cmljdE9iamVjdACdAQdvcGVuSndzAMMBD29wZW5WZXJpZmllZEp3cwBAC3BvbGljeV9oYXNoAMwBEnBvbGljeV9uZWVkc1JlaGFzaADLAQpwb2xpY3lfbmV3ALcBDXBvbGljeV92ZXJpZnkAwAELcmFuZG9tQnl0ZXMAygEHcmVmdXNhbAD0AQRyb29tAHsKc2NydWJTdGFjawCDAgdzZWFsSndzAMQBC3NlY3JldHNfYWRkAMgBC3NlY3JldHNfbmV3AJMBCnNpZ25lcl9uZXcAzQELc2lnbmVyX3NpZ24AyQEJdmFsaWRGcm9tALsBCnZhbGlkVW50aWwAvAEMdmVyaWZpZXJfbmV3AM8BD3ZlcmlmaWVyX3ZlcmlmeQCBAQl3YW50c05ma2MAlAEPX19hYm9ydF9oYW5kbGVyAwEVX19pbnN0YW5jZV90ZXJtaW5hdGVkAwIRX193YmluZGdlbl9tYWxsb2MAtAESX193YmluZGdlbl9yZWFsbG9jAL0BF19fZXh0ZXJucmVmX3RhYmxlX2FsbG9jAGsVX193YmluZGdlbl9leHRlcm5yZWZzAQEUX193YmluZGdlbl9leG5fc3RvcmUA6wEZX19leHRlcm5yZWZfdGFibGVfZGVhbGxvYwCXAQ9fX3diaW5kZ2VuX2ZyZWUA5AEQX193YmluZGdlbl9zdGFydAAbCawBAQBBAQtYcN0B+AHqAeEB9wH4AeIBbrIBswHpAfYBjQGjAXHuAfUBqQFshAKEAqgBQdgBvgGaAdUBggGEAdMBpAHUAdMBnwGiAdYBnwHSAaEB0wGgAaUBnwHRAZkB1QHQAZYB2QGeAdcBlQHHAY0BjQGNARyFAoECvwGNAaMBce8B7QGvAewB/AGNAbUBf5IBggLmAeUBjQGmAXPwAf4B/wGAAuoB6AFTrAHzAQwBEwqnoAvpAfdyAyZ/GH4EeyMAQaAMayIHJAACQAJAAkACQAJAAkACQAJAAkACQAJAAkAgAC0AAEEBaw4DAwIBAAsgASACaiEPIAAoAgQhCyAALQABIgxBAXEhDiABIQkDQEEEIQhBACEAAkACQCAJRQ0AIAkgD0YNACAJLQAAIgDAIAAgDhshACAPIAlBAWpGBEBBAyEIDAELIABBCHQgCS0AASIAwCAAIA4bciEAQQIhCCAJQQJqIA9GDQBBASEIIABBCHQgCS0AAiIAwCAAIAxBAXEbciEAIAlBA2ogD0YNACAAQQh0IAktAAMiAMAgACAOG3IhACAJQQRqIQkMAQsCQCAQDQAgAEEIdCEAIAhBAWsiCA0AQQAhCUEBIRAMAQsCQAJAAkAgAgRAAkAgDkUEQCACIQogASEJDAELIAIhCiABIQkDQCAJLAAAIABBCHRyIQAgCEEBRg0DIAlBAWohCSAIQQFrIQggCkEBayIKDQALDAMLA0ACQCAJLQAAIABBCHRyIQAgCEEBRg0AIAlBAWohCSAIQQFrIQggCkEBayIKDQEMBAsLIAlBAWohCQwDCyAAQQh0IQBBACEJQQEhECAIQQFrIgpFDQMgCEECayAKQQdxIggEQANAIABBCHQhACAKQQFrIQogCEEBayIIDQALC0EHSQ0DA0AgCkEIayIKDQALQQAhAAwDCyAJQQFqIQkMAQsgAEEIdCEAQQEhECAIQQFrIghFBEBBACEJDAILIAEiCiENIA4EQANAIApBAWohCSAKLAAAIABBCHRyIQAgCCISQQFrIghFDQIgDyAJIgpHDQAgAEEIdCEAIAEhCiASQQJrIggNAAtBACEJDAILA0AgDUEBaiEJIA0tAAAgAEEIdHIhACAIIgpBAWsiCEUNASAPIAkiDUcNACAAQQh0IQAgASENIApBAmsiCA0AC0EAIQkMAQtBACEQCyAHQQhqIBFBAnRqIAA2AgAgEUEBaiIRQRJHDQALIAcgBygCCDYCmAkgByAHKAIMNgKwCSAHIAcoAhA2ApAMIAcgBygCFDYCiAwgByAHKAIYNgKADCAHIAcoAhw2AvgLIAcgBygCIDYC8AsgByAHKAIkNgLoCyAHIAcoAig2AuALIAcgBygCLDYC2AsgByAHKAIwNgLQCyAHIAcoAjQ2AsgLIAcgBygCODYCwAsgByAHKAI8NgK4CyAHIAcoAkA2ArALIAcgBygCRDYCqAsgByAHKAJINgKgCyAHIAcoAkw2AgQgBEEQRwRAQbzXwABBGCAHQZ8MakGs18AAQdTXwAAQnAEACyADKAAIIQQgAygADCECIAMoAAAhASAHIAMoAAQiAEH/gfwHcUEIeCAAQRh4Qf+B/AdxciIANgKUASAHIAFBGHhB/4H8B3EgAUH/gfwHcUEIeHIiATYCkAEgByACQRh4Qf+B/AdxIAJB/4H8B3FBCHhyIgI2AowBIAcgBEEYeEH/gfwHcSAEQf+B/AdxQQh4ciIDNgKIASAHIAA2AoQBIAcgATYCgAEgByACNgJ8IAcgAzYCeCAHIAA2AnQgByABNgJwIAcgAjYCbCAHIAM2AmggByAANgJkIAcgATYCYCAHIAI2AlwgByADNgJYIAcgADYCVCAHIAE2AlACQEHU9sAAKAIARQRAQdj2wABB2K3AAEHIIPwKAAAgByACNgKsCiAHIAM2AqgKIAcgADYCpAogByABNgKgCiALQT9xrSEvIAdBCGogB0GgCmoQLUIBIS0DQCAH/QwAAAAAAAAAAAAAAAAAAAAA/QsD0AggB/0MAAAAAAAAAAAAAAAAAAAAAP0LA6AKIC0gL4ggB0EIaiAHQaAKahAtIAdB0ABqIAdB0AhqEC0gLUIBfCEtUA0AC0EAIRJB1PbAACgCAA0MIAdCxPLJm8bO2LrvADcDsAogB/0MaHByT0JuYWVsb2hlU3JlZP0LBKAKIAdCADcDiAogB/0MAAAAAAAAAAAAAAAAAAAAAP0LA5AKQZz3wAAoAgAhAkGY98AAKAIAIQNBlPfAACgCACEEQZD3wAAoAgAhCEGM98AAKAIAIQ1BiPfAACgCACEQQYT3wAAoAgAhD0GA98AAKAIAIRFB/PbAACgCACEOQfj2wAAoAgAhC0H09sAAKAIAIQxB8PbAACgCACETQez2wAAoAgAhFEHo9sAAKAIAIRVB5PbAACgCACEWQeD2wAAoAgAhF0Hc9sAAKAIAIRhB2PbAACgCACEZA0AgEkEDdCIaIAdBoApqaiIAKAIEIQkgACgCACEAQcAAIQoDQCAAIBlzIgBBDnZB/AdxKAKg/0AgAEEWdkH8B3EoAqD3QGogAEEGdkH8B3EoAqCHQXMgAEH/AXFBAnQoAqCPQWogCSAYc3MiAUEOdkH8B3EoAqD/QCABQRZ2QfwHcSgCoPdAaiABQQZ2QfwHcSgCoIdBcyABQf8BcUECdCgCoI9BaiAAIBdzcyIAQQ52QfwHcSgCoP9AIABBFnZB/AdxKAKg90BqIABBBnZB/AdxKAKgh0FzIABB/wFxQQJ0KAKgj0FqIAEgFnNzIgFBDnZB/AdxKAKg/0AgAUEWdkH8B3EoAqD3QGogAUEGdkH8B3EoAqCHQXMgAUH/AXFBAnQoAqCPQWogACAVc3MiAEEOdkH8B3EoAqD/QCAAQRZ2QfwHcSgCoPdAaiAAQQZ2QfwHcSgCoIdBcyAAQf8BcUECdCgCoI9BaiABIBRzcyIBQQ52QfwHcSgCoP9AIAFBFnZB/AdxKAKg90BqIAFBBnZB/AdxKAKgh0FzIAFB/wFxQQJ0KAKgj0FqIAAgE3NzIgBBDnZB/AdxKAKg/0AgAEEWdkH8B3EoAqD3QGogAEEGdkH8B3EoAqCHQXMgAEH/AXFBAnQoAqCPQWogASAMc3MiAUEOdkH8B3EoAqD/QCABQRZ2QfwHcSgCoPdAaiABQQZ2QfwHcSgCoIdBcyABQf8BcUECdCgCoI9BaiAAIAtzcyIAQQ52QfwHcSgCoP9AIABBFnZB/AdxKAKg90BqIABBBnZB/AdxKAKgh0FzIABB/wFxQQJ0KAKgj0FqIAEgDnNzIgFBDnZB/AdxKAKg/0AgAUEWdkH8B3EoAqD3QGogAUEGdkH8B3EoAqCHQXMgAUH/AXFBAnQoAqCPQWogACARc3MiAEEOdkH8B3EoAqD/QCAAQRZ2QfwHcSgCoPdAaiAAQQZ2QfwHcSgCoIdBcyAAQf8BcUECdCgCoI9BaiABIA9zcyIBQQ52QfwHcSgCoP9AIAFBFnZB/AdxKAKg90BqIAFBBnZB/AdxKAKgh0FzIAFB/wFxQQJ0KAKgj0FqIAAgEHNzIgBBDnZB/AdxKAKg/0AgAEEWdkH8B3EoAqD3QGogAEEGdkH8B3EoAqCHQXMgAEH/AXFBAnQoAqCPQWogASANc3MiAUEOdkH8B3EoAqD/QCABQRZ2QfwHcSgCoPdAaiABQQZ2QfwHcSgCoIdBcyABQf8BcUECdCgCoI9BaiAAIAhzcyIAQQ52QfwHcSgCoP9AIABBFnZB/AdxKAKg90BqIABBBnZB/AdxKAKgh0FzIABB/wFxQQJ0KAKgj0FqIAEgBHNzIgFBDnZB/AdxKAKg/0AgAUEWdkH8B3EoAqD3QGogAUEGdkH8B3EoAqCHQXMgAUH/AXFBAnQoAqCPQWogACADc3MhCSABIAJzIQAgCkEBayIKDQALIAdBiApqIBpqIgEgCUEYeEH/gfwHcSAJQf+B/AdxQQh4cjYABCABIABBGHhB/4H8B3EgAEH/gfwHcUEIeHI2AAAgEkEBaiISQQNHDQALQbhfIQADQCAAQaCXwQBqQQA2AgAgAEGkl8EAakEANgIAIABBCGoiAA0AC0HU9sAAQQA2AgAgByAHKQOICjcDwAkgByAH/QADkAr9CwPICSAGQRlPDQEgBgRAIAUgB0HACWogBvwKAAALIAdBADoAwAkgB0EAOgDBCSAHQQA6AMIJIAdBADoAwwkgB0EAOgDECSAHQQA6AMUJIAdBADoAxgkgB0EAOgDHCSAHQQA6AMgJIAdBADoAyQkgB0EAOgDKCSAHQQA6AMsJIAdBADoAzAkgB0EAOgDNCSAHQQA6AM4JIAdBADoAzwkgB0EAOgDQCSAHQQA6ANEJIAdBADoA0gkgB0EAOgDTCSAHQQA6ANQJIAdBADoA1QkgB0EAOgDWCSAHQQA6ANcJIAdBADYCmAkgB0EANgKwCSAHQQA2ApAMIAdBADYCiAwgB0EANgKADCAHQQA2AvgLIAdBADYC8AsgB0EANgLoCyAHQQA2AuALIAdBADYC2AsgB0EANgLQCyAHQQA2AsgLIAdBADYCwAsgB0EANgK4CyAHQQA2ArALIAdBADYCqAsgB0EANgKgCyAHQQA2AgQMBQsMCwtBACAGQRhBnNfAABBqAAsgACgCBCENIAAtAAFFBEAgASACIAMgBCANIAUgBhAlDAMLIAdBoJbAAP0ABAD9CwOACSAHQZCWwAD9AAQA/QsD8AggB0GAlsAA/QAEAP0LA+AIIAdB8JXAAP0ABAD9CwPQCCAHQaAKakEAQYAB/AsAAkAgAkGBAU8EQCAHIAI2AlQgByABNgJQIAdB0AhqQQAgB0HQAGpBARAuIAcgBykD0AgiLUI4hiAtQoD+A4NCKIaEIC1CgID8B4NCGIYgLUKAgID4D4NCCIaEhCAtQgiIQoCAgPgPgyAtQhiIQoCA/AeDhCAtQiiIQoD+A4MgLUI4iISEhDcDoAogByAHKQPYCCItQjiGIC1CgP4Dg0IohoQgLUKAgPwHg0IYhiAtQoCAgPgPg0IIhoSEIC1CCIhCgICA+A+DIC1CGIhCgID8B4OEIC1CKIhCgP4DgyAtQjiIhISENwOoCiAHIAcpA+AIIi1COIYgLUKA/gODQiiGhCAtQoCA/AeDQhiGIC1CgICA+A+DQgiGhIQgLUIIiEKAgID4D4MgLUIYiEKAgPwHg4QgLUIoiEKA/gODIC1COIiEhIQ3A7AKIAcgBykD6AgiLUI4hiAtQoD+A4NCKIaEIC1CgID8B4NCGIYgLUKAgID4D4NCCIaEhCAtQgiIQoCAgPgPgyAtQhiIQoCA/AeDhCAtQiiIQoD+A4MgLUI4iISEhDcDuAogByAHKQPwCCItQjiGIC1CgP4Dg0IohoQgLUKAgPwHg0IYhiAtQoCAgPgPg0IIhoSEIC1CCIhCgICA+A+DIC1CGIhCgID8B4OEIC1CKIhCgP4DgyAtQjiIhISENwPACiAHIAcpA/gIIi1COIYgLUKA/gODQiiGhCAtQoCA/AeDQhiGIC1CgICA+A+DQgiGhIQgLUIIiEKAgID4D4MgLUIYiEKAgPwHg4QgLUIoiEKA/gODIC1COIiEhIQ3A8gKIAcgBykDgAkiLUI4hiAtQoD+A4NCKIaEIC1CgID8B4NCGIYgLUKAgID4D4NCCIaEhCAtQgiIQoCAgPgPgyAtQhiIQoCA/AeDhCAtQiiIQoD+A4MgLUI4iISEhDcD0AogByAHKQOICSItQjiGIC1CgP4Dg0IohoQgLUKAgPwHg0IYhiAtQoCAgPgPg0IIhoSEIC1CCIhCgICA+A+DIC1CGIhCgID8B4OEIC1CKIhCgP4DgyAtQjiIhISENwPYCgwBCyACRQ0AIAdBoApqIAEgAvwKAAALIAcgB/0ABKAK/Qw2NjY2NjY2NjY2NjY2NjY2/VH9CwSgCiAHIAf9AASwCv0MNjY2NjY2NjY2NjY2NjY2Nv1R/QsEsAogByAH/QAEwAr9DDY2NjY2NjY2NjY2NjY2Njb9Uf0LBMAKIAcgB/0ABNAK/Qw2NjY2NjY2NjY2NjY2NjY2/VH9CwTQCiAHIAf9AATgCv0MNjY2NjY2NjY2NjY2NjY2Nv1R/QsE4AogByAH/QAE8Ar9DDY2NjY2NjY2NjY2NjY2Njb9Uf0LBPAKIAcgB/0ABIAL/Qw2NjY2NjY2NjY2NjY2NjY2/VH9CwSACyAHIAf9AASQC/0MNjY2NjY2NjY2NjY2NjY2Nv1R/QsEkAsgB0GglsAA/QAEAP0LA4ABIAdBkJbAAP0ABAD9CwNwIAdBgJbAAP0ABAD9CwNgIAdB8JXAAP0ABAD9CwNQIAdB0ABqIgAgB0GgCmoiAUEBEDAgByAHKQNQNwPYCyAHIAcpA1g3A9ALIAcgBykDYDcDyAsgByAHKQNoNwPACyAHIAcpA3A3A7gLIAcgBykDeDcDsAsgByAHKQOAATcDqAsgByAHKQOIATcDoAsgByAH/QAEoAr9DGpqampqampqampqampqamr9Uf0LBKAKIAcgB/0ABLAK/Qxqampqampqampqampqampq/VH9CwSwCiAHIAf9AATACv0Mampqampqampqampqampqav1R/QsEwAogByAH/QAE0Ar9DGpqampqampqampqampqamr9Uf0LBNAKIAcgB/0ABOAK/Qxqampqampqampqampqampq/VH9CwTgCiAHIAf9AATwCv0Mampqampqampqampqampqav1R/QsE8AogByAH/QAEgAv9DGpqampqampqampqampqamr9Uf0LBIALIAcgB/0ABJAL/Qxqampqampqampqampqampq/VH9CwSQCyAHQaCWwAD9AAQA/QsDgAEgB0GQlsAA/QAEAP0LA3AgB0GAlsAA/QAEAP0LA2AgB0HwlcAA/QAEAP0LA1AgACABQQEQMCAHIAcpA1AiNTcDsAkgByAHKQNYIjY3A5AMIAcgBykDYCI3NwOIDCAHIAcpA2giODcDgAwgByAHKQNwIjk3A/gLIAcgBykDeCI6NwPwCyAHIAcpA4ABIjs3A+gLIAcgBykDiAEiPDcD4AsgAEEAQf4A/AsAIAdBBjsBzgEgB0GAAToAkAEgBgRAIA1BAWshEkECIQhBASEAA0AgB0IANwPQCCAHQgA3A9gIIAdCADcD4AggB0IANwPoCCAHQgA3A/AIIAdCADcD+AggB0IANwOACSAHIAcpA9gLIj03A9AIIAcgBykD0AsiPjcD2AggByAHKQPICyI/NwPgCCAHIAcpA8ALIkA3A+gIIAcgBykDuAsiQTcD8AggByAHKQOwCyJCNwP4CCAHQgA3A4gJIAcgBykDqAsiQzcDgAkgByAHKQOgCyJENwOICSAHQQQ2AswJIAcgBDYCxAkgByADNgLACSAHIABBGHhB/4H8B3EgAEH/gfwHcUEIeHI2ApgJIAcgB0GYCWo2AsgJIAdB0AhqIgBBgAEgB0HACWpBAhAuIAcpA9AIIS0gByA1NwPQCCAHKQPYCCEvIAcgNjcD2AggBykD4AghMCAHIDc3A+AIIAcpA+gIITEgByA4NwPoCCAHKQPwCCEuIAcgOTcD8AggBykD+AghMiAHIDo3A/gIIAcpA4AJITMgByA7NwOACSAHKQOICSE0IAcgPDcDiAkgByAtQjiGIC1CgP4Dg0IohoQgLUKAgPwHg0IYhiAtQoCAgPgPg0IIhoSEIC1CCIhCgICA+A+DIC1CGIhCgID8B4OEIC1CKIhCgP4DgyAtQjiIhISENwNQIAcgL0I4hiAvQoD+A4NCKIaEIC9CgID8B4NCGIYgL0KAgID4D4NCCIaEhCAvQgiIQoCAgPgPgyAvQhiIQoCA/AeDhCAvQiiIQoD+A4MgL0I4iISEhDcDWCAHIDBCOIYgMEKA/gODQiiGhCAwQoCA/AeDQhiGIDBCgICA+A+DQgiGhIQgMEIIiEKAgID4D4MgMEIYiEKAgPwHg4QgMEIoiEKA/gODIDBCOIiEhIQ3A2AgByAxQjiGIDFCgP4Dg0IohoQgMUKAgPwHg0IYhiAxQoCAgPgPg0IIhoSEIDFCCIhCgICA+A+DIDFCGIhCgID8B4OEIDFCKIhCgP4DgyAxQjiIhISENwNoIAcgLkI4hiAuQoD+A4NCKIaEIC5CgID8B4NCGIYgLkKAgID4D4NCCIaEhCAuQgiIQoCAgPgPgyAuQhiIQoCA/AeDhCAuQiiIQoD+A4MgLkI4iISEhDcDcCAHIDJCOIYgMkKA/gODQiiGhCAyQoCA/AeDQhiGIDJCgICA+A+DQgiGhIQgMkIIiEKAgID4D4MgMkIYiEKAgPwHg4QgMkIoiEKA/gODIDJCOIiEhIQ3A3ggByAzQjiGIDNCgP4Dg0IohoQgM0KAgPwHg0IYhiAzQoCAgPgPg0IIhoSEIDNCCIhCgICA+A+DIDNCGIhCgID8B4OEIDNCKIhCgP4DgyAzQjiIhISENwOAASAHIDRCOIYgNEKA/gODQiiGhCA0QoCA/AeDQhiGIDRCgICA+A+DQgiGhIQgNEIIiEKAgID4D4MgNEIYiEKAgPwHg4QgNEIoiEKA/gODIDRCOIiEhIQ3A4gBIAAgB0HQAGpBARAwIAcgBykD0AgiLUI4hiAtQoD+A4NCKIaEIC1CgID8B4NCGIYgLUKAgID4D4NCCIaEhCAtQgiIQoCAgPgPgyAtQhiIQoCA/AeDhCAtQiiIQoD+A4MgLUI4iISEhDcDUCAHIAcpA9gIIi1COIYgLUKA/gODQiiGhCAtQoCA/AeDQhiGIC1CgICA+A+DQgiGhIQgLUIIiEKAgID4D4MgLUIYiEKAgPwHg4QgLUIoiEKA/gODIC1COIiEhIQ3A1ggByAHKQPgCCItQjiGIC1CgP4Dg0IohoQgLUKAgPwHg0IYhiAtQoCAgPgPg0IIhoSEIC1CCIhCgICA+A+DIC1CGIhCgID8B4OEIC1CKIhCgP4DgyAtQjiIhISENwNgIAcgBykD6AgiLUI4hiAtQoD+A4NCKIaEIC1CgID8B4NCGIYgLUKAgID4D4NCCIaEhCAtQgiIQoCAgPgPgyAtQhiIQoCA/AeDhCAtQiiIQoD+A4MgLUI4iISEhDcDaCAHIAcpA/AIIi1COIYgLUKA/gODQiiGhCAtQoCA/AeDQhiGIC1CgICA+A+DQgiGhIQgLUIIiEKAgID4D4MgLUIYiEKAgPwHg4QgLUIoiEKA/gODIC1COIiEhIQ3A3AgByAHKQP4CCItQjiGIC1CgP4Dg0IohoQgLUKAgPwHg0IYhiAtQoCAgPgPg0IIhoSEIC1CCIhCgICA+A+DIC1CGIhCgID8B4OEIC1CKIhCgP4DgyAtQjiIhISENwN4IAcgBykDgAkiLUI4hiAtQoD+A4NCKIaEIC1CgID8B4NCGIYgLUKAgID4D4NCCIaEhCAtQgiIQoCAgPgPgyAtQhiIQoCA/AeDhCAtQiiIQoD+A4MgLUI4iISEhDcDgAEgByAHKQOICSItQjiGIC1CgP4Dg0IohoQgLUKAgPwHg0IYhiAtQoCAgPgPg0IIhoSEIC1CCIhCgICA+A+DIC1CGIhCgID8B4OEIC1CKIhCgP4DgyAtQjiIhISENwOIASAHIAf9AAOACf0LA/AJIAcgB/0AA/AI/QsD4AkgByAH/QAD4Aj9CwPQCSAHIAf9AAPQCP0LA8AJIA1BAk8EQCAHKQPgCyE8IAcpA+gLITsgBykD8AshOiAHKQP4CyE5IAcpA4AMITggBykDiAwhNyAHKQOQDCE2IAcpA7AJITUgEiEAA0AgByBENwOICSAHIEM3A4AJIAcgQjcD+AggByBBNwPwCCAHIEA3A+gIIAcgPzcD4AggByA+NwPYCCAHID03A9AIIAdB0AhqIgEgB0HQAGoiAkEBEDAgBykD2AghLSAHIDY3A9gIIAcpA+AIIS8gByA3NwPgCCAHKQPoCCEwIAcgODcD6AggBykD8AghMSAHIDk3A/AIIAcpA/gIIS4gByA6NwP4CCAHKQOACSEyIAcgOzcDgAkgBykDiAkhMyAHIDw3A4gJIAcpA9AIITQgByA1NwPQCCAHIDRCOIYgNEKA/gODQiiGhCA0QoCA/AeDQhiGIDRCgICA+A+DQgiGhIQgNEIIiEKAgID4D4MgNEIYiEKAgPwHg4QgNEIoiEKA/gODIDRCOIiEhIQ3A1AgByAtQjiGIC1CgP4Dg0IohoQgLUKAgPwHg0IYhiAtQoCAgPgPg0IIhoSEIC1CCIhCgICA+A+DIC1CGIhCgID8B4OEIC1CKIhCgP4DgyAtQjiIhISENwNYIAcgL0I4hiAvQoD+A4NCKIaEIC9CgID8B4NCGIYgL0KAgID4D4NCCIaEhCAvQgiIQoCAgPgPgyAvQhiIQoCA/AeDhCAvQiiIQoD+A4MgL0I4iISEhDcDYCAHIDBCOIYgMEKA/gODQiiGhCAwQoCA/AeDQhiGIDBCgICA+A+DQgiGhIQgMEIIiEKAgID4D4MgMEIYiEKAgPwHg4QgMEIoiEKA/gODIDBCOIiEhIQ3A2ggByAxQjiGIDFCgP4Dg0IohoQgMUKAgPwHg0IYhiAxQoCAgPgPg0IIhoSEIDFCCIhCgICA+A+DIDFCGIhCgID8B4OEIDFCKIhCgP4DgyAxQjiIhISENwNwIAcgLkI4hiAuQoD+A4NCKIaEIC5CgID8B4NCGIYgLkKAgID4D4NCCIaEhCAuQgiIQoCAgPgPgyAuQhiIQoCA/AeDhCAuQiiIQoD+A4MgLkI4iISEhDcDeCAHIDJCOIYgMkKA/gODQiiGhCAyQoCA/AeDQhiGIDJCgICA+A+DQgiGhIQgMkIIiEKAgID4D4MgMkIYiEKAgPwHg4QgMkIoiEKA/gODIDJCOIiEhIQ3A4ABIAcgM0I4hiAzQoD+A4NCKIaEIDNCgID8B4NCGIYgM0KAgID4D4NCCIaEhCAzQgiIQoCAgPgPgyAzQhiIQoCA/AeDhCAzQiiIQoD+A4MgM0I4iISEhDcDiAEgASACQQEQMCAHIAf9AAPACSAH/QAD0AgiRf1R/QsDwAkgByAH/QAD0AkgB/0AA+AIIkb9Uf0LA9AJIAcgB/0AA+AJIAf9AAPwCCJH/VH9CwPgCSAHIAf9AAPwCSAH/QADgAkiSP1R/QsD8AkgByBG/R0BIi1COIYgLUKA/gODQiiGhCAtQoCA/AeDQhiGIC1CgICA+A+DQgiGhIQgLUIIiEKAgID4D4MgLUIYiEKAgPwHg4QgLUIoiEKA/gODIC1COIiEhIQ3A2ggByBG/R0AIi1COIYgLUKA/gODQiiGhCAtQoCA/AeDQhiGIC1CgICA+A+DQgiGhIQgLUIIiEKAgID4D4MgLUIYiEKAgPwHg4QgLUIoiEKA/gODIC1COIiEhIQ3A2AgByBF/R0BIi1COIYgLUKA/gODQiiGhCAtQoCA/AeDQhiGIC1CgICA+A+DQgiGhIQgLUIIiEKAgID4D4MgLUIYiEKAgPwHg4QgLUIoiEKA/gODIC1COIiEhIQ3A1ggByBF/R0AIi1COIYgLUKA/gODQiiGhCAtQoCA/AeDQhiGIC1CgICA+A+DQgiGhIQgLUIIiEKAgID4D4MgLUIYiEKAgPwHg4QgLUIoiEKA/gODIC1COIiEhIQ3A1AgByBI/R0BIi1COIYgLUKA/gODQiiGhCAtQoCA/AeDQhiGIC1CgICA+A+DQgiGhIQgLUIIiEKAgID4D4MgLUIYiEKAgPwHg4QgLUIoiEKA/gODIC1COIiEhIQ3A4gBIAcgSP0dACItQjiGIC1CgP4Dg0IohoQgLUKAgPwHg0IYhiAtQoCAgPgPg0IIhoSEIC1CCIhCgICA+A+DIC1CGIhCgID8B4OEIC1CKIhCgP4DgyAtQjiIhISENwOAASAHIEf9HQEiLUI4hiAtQoD+A4NCKIaEIC1CgID8B4NCGIYgLUKAgID4D4NCCIaEhCAtQgiIQoCAgPgPgyAtQhiIQoCA/AeDhCAtQiiIQoD+A4MgLUI4iISEhDcDeCAHIEf9HQAiLUI4hiAtQoD+A4NCKIaEIC1CgID8B4NCGIYgLUKAgID4D4NCCIaEhCAtQgiIQoCAgPgPgyAtQhiIQoCA/AeDhCAtQiiIQoD+A4MgLUI4iISEhDcDcCAAQQFrIgANAAsLIAghASAGQcAAIAYgBkHAAE8bIgJrIQZBACEKAkAgAkEHakEDdiIAQQFHBEAgAEEBcSAAQR5xIQ8gB0HACWohCCACIQAgBSEJA0AgByAIKQMAIi1COIYgLUKA/gODQiiGhCAtQoCA/AeDQhiGIC1CgICA+A+DQgiGhIQgLUIIiEKAgID4D4MgLUIYiEKAgPwHg4QgLUIoiEKA/gODIC1COIiEhIQ3A5gJQQggACAAQQhPGyIRBEAgCSAHQZgJaiAR/AoAAAsgByAIQQhqKQMAIi1COIYgLUKA/gODQiiGhCAtQoCA/AeDQhiGIC1CgICA+A+DQgiGhIQgLUIIiEKAgID4D4MgLUIYiEKAgPwHg4QgLUIoiEKA/gODIC1COIiEhIQ3A5gJQQggAEEIayIRIBFBCE8bIhEEQCAJQQhqIAdBmAlqIBH8CgAACyAIQRBqIQggAEEQayEAIAlBEGohCSAPIApBAmoiCkcNAAtFDQELIAcgCkEDdCIAIAdBwAlqaikDACItQjiGIC1CgP4Dg0IohoQgLUKAgPwHg0IYhiAtQoCAgPgPg0IIhoSEIC1CCIhCgICA+A+DIC1CGIhCgID8B4OEIC1CKIhCgP4DgyAtQjiIhISENwOYCUEIIAIgAGsiCSAJQQhPGyIJRQ0AIAAgBWogB0GYCWogCfwKAAALIAIgBWohBSAHQgA3A8AJIAdCADcDyAkgB0IANwPQCSAHQgA3A9gJIAdCADcD4AkgB0IANwPoCSAHQgA3A/AJIAdCADcD+AkgAUEBaiEIIAEhACAGDQALC0GAfyEIA0AgB0HQAGogCGoiAEGAAWpBADoAACAAQYEBakEAOgAAIABBggFqQQA6AAAgAEGDAWpBADoAACAAQYQBakEAOgAAIABBhQFqQQA6AAAgAEGGAWpBADoAACAAQYcBakEAOgAAIAhBCGoiCA0ACyAHQgA3A7AJIAdCADcDkAwgB0IANwOIDCAHQgA3A4AMIAdCADcD+AsgB0IANwPwCyAHQgA3A+gLIAdCADcD4AsgB0IANwPYCyAHQgA3A9ALIAdCADcDyAsgB0IANwPACyAHQgA3A7gLIAdCADcDsAsgB0IANwOoCyAHQgA3A6ALQYB/IQgDQCAHQaAKaiAIaiIAQYABakEAOgAAIABBgQFqQQA6AAAgAEGCAWpBADoAACAAQYMBakEAOgAAIABBhAFqQQA6AAAgAEGFAWpBADoAACAAQYYBakEAOgAAIABBhwFqQQA6AAAgCEEIaiIIDQALIAdCADcD0AggB0IANwPYCCAHQgA3A+AIIAdCADcD6AggB0IANwPwCCAHQgA3A/gIIAdCADcDgAkgB0IANwOICQwCC0HI9sAAKAIARQRAIAAoAgQhCCAAKAIIIQkgACgCDCESQcj2wABBfzYCAAJAAkAgCUECIAh0QQRqbEECdCIUQdD2wAAoAgBNBEBBtPXAACgCACEPDAELQcz2wAAoAgAiAARAQbT1wAAoAgAgAEEEdBCbAQsgFEEEdCEAIBRB/////wBLDQEgAEHw////B0sNAUEQIQ0gAEEQENoBIg9FDQEgAEEQayIABEAgD0EAIAD8CwALQcz2wAAgFDYCACAAIA9q/QwAAAAAAAAAAAAAAAAAAAAA/QsEAEG09cAAIA82AgBB0PbAACAUNgIACyAUQQJ2IgAgCUEBdCIOIAh0IgtPBEAgDiAAIAtrIgBNBEACQCASIAlBB3QiDGwiE0EASA0AQQEhEiATBEBBASEKIBMQqwEiEkUNAQsgASACIAMgBEEBIBIgExAlIAwEQCATIBMgDHBrIhcgDE8EQCAAIA5rIRggDyALQQZ0aiIKIA5BBnRqIRlBASAMQQZ2IgAgDkH+//8fcSIWIAAgFkkbIgAgAEEBTRshAyALIA5rIQkgEiEQA0ACQAJAAkACQAJAAkACQAJAIBYEQEEAIQggAyERA0AgCCAKaiIEIAggEGoiAEE8aiAAQShqIABBFGogAP1cAAD9VgAAAf1WAAAC/VYAAAP9CwQAIARBMGogAEEsaiAAQRhqIABBBGogAEEwav1cAAD9VgAAAf1WAAAC/VYAAAP9CwQAIARBIGogAEEcaiAAQQhqIABBNGogAEEgav1cAAD9VgAAAf1WAAAC/VYAAAP9CwQAIARBEGogAEEMaiAAQThqIABBJGogAEEQav1cAAD9VgAAAf1WAAAC/VYAAAP9CwQAIAhBQGshCCARQQFrIhENAAsMAQsgDkUNAQsgCyAObiEVIAsgDkkNASAMBEAgDyAKIAz8CgAACyAVQQJPBEBBASERQQAhACAJIQggDyENA0AgACAOaiIEIAtLDQQCQCAAIARNBEAgCCAOTw0BQQAgDiAIQcTYwAAQagALIAAgACAOaiIAIABB1NjAABBqAAsgDSAOIAwgDWoiDSAOEDkgCCAOayEIIAQhACARQQFqIhEgFUkNAAsLIAsgFUEBayAObCIASQ0FIA8gAEEGdGogCyAAayAKIA4QOSAVQQF2IgQNAwwEC0GU2MAAEPIBAAtBACAOIAtB5NjAABBqAAtB/JTAAEETQbTYwAAQsQEAC0EAIQADQCAKIA4gDyALIBkgGBAyIBkgGCAPIAsgCiAOEDIgAEEBaiIAIARJDQALCyAWRQ0BQQAhDSADIREDQCANIBBqIgAgCiANaiIEKAIANgAAIABBPGogBEEMaigCADYAACAAQShqIARBCGooAgA2AAAgAEEUaiAEQQRqKAIANgAAIABBOGogBEEYaigCADYAACAAQSRqIARBFGooAgA2AAAgAEEQaiAEQRBqKAIANgAAIABBDGogBEEcaigCADYAACAEQSxqKAIAIQggBEEoaigCACEVIARBIGooAgAhGiAAQTRqIARBJGooAgA2AAAgAEEgaiAaNgAAIABBCGogFTYAACAAQRxqIAg2AAAgAEEwaiAEQTBqKAIANgAAIABBBGogBEE0aigCADYAACAAQRhqIARBOGooAgA2AAAgAEEsaiAEQTxqKAIANgAAIA1BQGshDSARQQFrIhENAAsMAQsgACALIAtBpNjAABBqAAsgDCAQaiEQIAwgFyAMayIXTQ0ACwsgASACIBIgE0EBIAUgBhAlIBMEQCASIBNqIQEgEiEAA0AgAEEAOgAAIABBAWpBADoAACAAQQJqQQA6AAAgAEEDakEAOgAAIABBBGpBADoAACAAQQVqQQA6AAAgAEEGakEAOgAAIABBB2pBADoAACAAQQhqIgAgAUcNAAsgEiATEJsBCwJAIBRFDQAgFEEEdCIARQ0AIA9BACAA/AsAC0HI9sAAQcj2wAAoAgBBAWo2AgAMBwtBgZPAAEE3QZTZwAAQsQEACyAKIBMQ2wEAC0H8lMAAQRNBhNnAABCxAQALQfyUwABBE0H02MAAELEBAAsgDSAAENsBAAsMCAsgACgCDCIWQQJ0IhlFDQMgACgCBCIaIBluIRRByPbAACgCAA0HIAAtAAEhESAAKAIIIQ0gAC0AAiEbQcj2wABBfzYCAAJAIBQgFmxBCHQiCEHAAXIiGEHQ9sAAKAIATQRAQbT1wAAoAgAhCgwBC0HM9sAAKAIAIgAEQEG09cAAKAIAIABBBHQQmwELQbT1wABBEDYCAEHM9sAAQQA2AgBB0PbAAEEANgIAIBhBBHQhACAIQf////8ASw0DIABB8P///wdLDQNBECEJIABBEBDaASIKRQ0DIABBEGsiAARAIApBACAA/AsAC0HM9sAAIBg2AgAgACAKav0MAAAAAAAAAAAAAAAAAAAAAP0LBABBtPXAACAKNgIAQdD2wAAgGDYCAAsgB0HQAGpBAEGACPwLACAHIBs2AqwJIAcgETYCqAkgByANNgKkCSAHIBo2AqAJIAcgBjYCnAkgByAWNgKYCSAHQgA3ArgJIAcgBDYCtAkgByACNgKwCSAHQQA2AoQKIAdChICAgBA3AvwJIAcgB0G8CWo2AvgJIAdBADYC9AkgB0KEgICAEDcC7AkgByAHQbgJajYC6AkgByAENgLkCSAHIAM2AuAJIAdBBDYC3AkgByAHQbQJajYC2AkgByACNgLUCSAHIAE2AtAJIAdBBDYCzAkgB0EYNgLECSAHIAdBsAlqNgLICSAHIAdBmAlqNgLACSAHQaAKaiIAQQBByAD8CwAgB0HACWpBCSAAQcAAEE0gB0HQCGogAEHIAPwKAAAgFEECdCIMRQ0BIBhBBnZBA2siE0EKdCEOAkAgDCATIBMgDHBrIhJLDQAgDEH8//8BcSIARQRAIBIhAANAIAwgACAMayIATQ0ACwwBC0ECIAAgAEECTxshC0EAIQRBASEAIBIhASAKIQMDQCAAIQJBACEPA0AgByAENgCUCSAHIA82AJAJIAdB0AhqQcgAIAdB0ABqQYAIECogAyAPQQp0aiEVQQAhCUEAIQgDQCAVIAhBBHRqIgAgB0HQAGogCWoiEP0AAAD9CwQAIABBEGogEEEQav0AAAD9CwQAIABBIGogEEEgav0AAAD9CwQAIABBMGogEEEwav0AAAD9CwQAIAhBBGohCCAJQUBrIglBgAhHDQALIA9BAWpBASEPIAtJDQALIAJBAWohACADIAxBCnRqIQMgAiEEIAwgASAMayIBTQ0ACwsgCiAOaiELAkAgDUUNACAWRQ0AIBRBA2whIiALQYAIaiEXIAtBwBBqIR4gC0GAEGohFSANrSIy/RIgG639HgEhRSAMQQFrISMgFq0hMyARQRBGISQDQCAvQgF8ICQgL1AiHHIhHyAv/RIhSEIAIS0DQCAtQgF8ITAgFEEAQQIgLSAvhCI0pyIAGyINSwRAQX8gIyANIBQgLadsIiBqIiUbISYgICAiIBwbIgEgAEEAR2shJ0EAIDCnQQNxIBRsIBwbIQMgHCAtQgJUcSEoIA1BAWshKSANQQFyIQ4gFSANQQN0aiEqIC39EiFGQgAhLQNAIEggLf0eASFHIAwgLadsIhEgJWoiBCAmaiEAAn4CQAJAAkAgG0EBaw4CAgABCyAoDQELIAAgE08NC0EAISEgCiAAQQp0aikDAAwBCyAeQQBBwAf8CwAgC/0MAQAAAAAAAAAAAAAAAAAAAP0LBLAQIAsgRf0LBKAQIAsgR/0LBIAQIAsgRiAaIBogGXBrrf0eAf0LBJAQIBdBAEGACPwLAEGgzsAAIBUgFyALECEgFUEAQYAI/AsAQaDOwAAgFyAVIAsQIUEBISEgKikDAAshLgJ/AkAgNFAiKwRAQQAhCUEAIQgMAQsgASEJIAMhCCAtIC5CIIinIBZwIgKtUQ0AIAIgDGwhECAnDAELIBEhECAJIClqCyEJQQAhAiAAIBNPDQsgCCAJaiAJrSAuQv////8PgyIuIC5+QiCIfkIgiKdBf3NqIgkgEGogDEEAIAkgDE8bayIJIBNPDQsgACAJRg0KIAQgE08NCyAEIAlGDQogCiAEQQp0aiECIB8EQCACQQBBgAj8CwALIAogAEEKdGogCiAJQQp0aiACIAsQISAOIBRJBEAgDSEIIA4hDwNAIA8gIGoiACARaiIdQQAgDCAAG2pBAWshACAIQQFqIRACfiAhRQRAIAAgE08NDSAKIABBCnRqKQMADAELIBBB/wBxIgJFBEAgHkEAQcAH/AsAIAsgRf0LBKAQIAsgR/0LBIAQIAv9DAAAAAAAAAAAAAAAAAAAAAAgEEEHdkEBav0cAP0LBLAQIAsgRiAUIBlsrf0eAf0LBJAQIBdBAEGACPwLAEGgzsAAIBUgFyALECEgFUEAQYAI/AsAQaDOwAAgFyAVIAsQIQsgByAVIAJBA3RB8Adxav0ABAD9CwOgCiAHQaAKaiAQQQFxQQN0aikDAAshLgJ/AkAgKwRAQQAhCUEAIQQMAQsgASEJIAMhBCAtIC5CIIinIBZwIgKtUQ0AIAIgDGwMAQsgCCAJaiEJIBELISxBACECIAAgE08NDSAEIAlqIAmtIC5C/////w+DIi4gLn5CIIh+QiCIp0F/c2oiBCAsaiAMQQAgBCAMTxtrIgQgE08NDSAAIARGDQwgEyAdTQ0NIAQgHUYNDCAKIB1BCnRqIQIgHwRAIAJBAEGACPwLAAsgCiAAQQp0aiAKIARBCnRqIAIgCxAhIA9BAWohDyAIQQJqIBAhCCAUSQ0ACwsgLUIBfCItIDNSDQALCyAwIi1CBFINAAsiLyAyUg0ACwsgC0EAQYAI/AsAIAxBCnQhAyAKIRADQCAMIBJLBEBBACEAQQAhCANAIAdB0ABqIgEgAGoiAiALIAhBBHRqIgP9AAQA/QsAACACQRBqIANBEGr9AAQA/QsAACAIQQJqIQggAEEgaiIAQYAIRw0ACyABQYAIIAUgBhAqIAdBADoA0AggB0EAOgDRCCAHQQA6ANIIIAdBADoA0wggB0EAOgDUCCAHQQA6ANUIIAdBADoA1gggB0EAOgDXCCAHQQA6ANgIIAdBADoA2QggB0EAOgDaCCAHQQA6ANsIIAdBADoA3AggB0EAOgDdCCAHQQA6AN4IIAdBADoA3wggB0EAOgDgCCAHQQA6AOEIIAdBADoA4gggB0EAOgDjCCAHQQA6AOQIIAdBADoA5QggB0EAOgDmCCAHQQA6AOcIIAdBADoA6AggB0EAOgDpCCAHQQA6AOoIIAdBADoA6wggB0EAOgDsCCAHQQA6AO0IIAdBADoA7gggB0EAOgDvCCAHQQA6APAIIAdBADoA8QggB0EAOgDyCCAHQQA6APMIIAdBADoA9AggB0EAOgD1CCAHQQA6APYIIAdBADoA9wggB0EAOgD4CCAHQQA6APkIIAdBADoA+gggB0EAOgD7CCAHQQA6APwIIAdBADoA/QggB0EAOgD+CCAHQQA6AP8IIAdBADoAgAkgB0EAOgCBCSAHQQA6AIIJIAdBADoAgwkgB0EAOgCECSAHQQA6AIUJIAdBADoAhgkgB0EAOgCHCSAHQQA6AIgJIAdBADoAiQkgB0EAOgCKCSAHQQA6AIsJIAdBADoAjAkgB0EAOgCNCSAHQQA6AI4JIAdBADoAjwkgB0EAOgCQCSAHQQA6AJEJIAdBADoAkgkgB0EAOgCTCSAHQQA6AJQJIAdBADoAlQkgB0EAOgCWCSAHQQA6AJcJQYB4IQgDQCAHQdAAaiAIaiIAQYAIakEAOgAAIABBgQhqQQA6AAAgAEGCCGpBADoAACAAQYMIakEAOgAAIABBhAhqQQA6AAAgAEGFCGpBADoAACAAQYYIakEAOgAAIABBhwhqQQA6AAAgCEEIaiIIDQALIBhBBHQiAARAIApBACAA/AsAC0HI9sAAQcj2wAAoAgBBAWo2AgAMAgsgEiAMayESIAMgEGoiEEGACGsiAUUNAEEAIQBBwAAhDQNAIAsgAEEEdCICaiIEIAEgAmr9AAQAIAT9AAQA/VH9CwQAIAsgAkEQciICaiIEIAEgAmr9AAQAIAT9AAQA/VH9CwQAIABBAmohACANQQJrIg0NAAsMAAsACyAHQaAMaiQADwtBgZPAAEE3QYzXwAAQsQEACyAJIAAQ2wEAC0Gg1sAAEPIBAAsgACATQbDWwAAQpwEAC0EBIQILIAcgAjoAoApB0NbAAEErIAdBoApqQcDWwABB/NbAABCcAQALEMIBAAvoZQMgfw17A34jAEHwAmsiAyQAAkACQAJAIAJBgARLDQAgAkEETwRAIAEoAABBgIGChHhxDQFBBCABQQNqQXxxIgYgAWsgASAGRhsiCCACQQRrIhJJBEADQCABIAhqKAIAQYCBgoR4cQ0DIAhBBGoiCCASSQ0ACwsgASASaigAAEGAgYKEeHENAQwCCyACRQ0BIAEgAkEBayIGaiwAAEEASA0AIAZFDQEgASACQQJrIgZqLAAAQQBIDQAgBkUNASABIAJBA2siBmosAABBAEgNACAGRQ0BCyAAQYCAgIB4NgIAIABByNvAACkDADcDGCAAQbjbwAD9AAMA/QsDCAwBCwJAAn4CfwJAAn8CQAJAAkACQAJAAkACQCACQRNJBEBBgICAgHghCwwBCyABKQAAQqTQtYu2rMu56ACFIAFBA2opAABC4ca1mYetmJk1hYQgASkACELh5NSxw+TasvkAhSABQQtqKQAAQrbIrKuWr5qyPYWEhEIAUgRAQYCAgIB4IQsMAgsgA0EBOwHMAkEAIQggA0EANgLEAiADQQE6AMACIANBJDYCvAIgA0EANgK0AiADQSQ2AqgCIAMgAkETayIJNgLIAiADIAk2ArgCIAMgCTYCsAIgAyABQRNqIgQ2AqwCIANB8AFqIANBqAJqEDwCQCADKALwAUEBRgRAIAQgAygCxAIiAWohCCADKAL0ASABayELDAELIAMtAM0CDQACQCADLQDMAkEBRgRAIAMoAsgCIQEgAygCxAIhAgwBCyADKALIAiIBIAMoAsQCIgJGDQELIAMoAqwCIAJqIQggASACayELC0EAIQJBASEBIAhBASAIGyEOIAtBACAIGyIGIAlNBEBBASAEIAZqIA4gBCAGEKoBIgIbIQFBACAJIAZrIAIbIQILAkACQCAGQQFrQR9LDQBBACEIA0ACQCAIIA5qLQAAIglBMGtB/wFxQQpJDQAgCUHfAXFBwQBrQf8BcUEaSQ0AIAlBLWtBA0kNACAJQStHDQILIAYgCEEBaiIIRw0ACyAGDQFBACELQgEhMAwCCyAAQYCAgIB4NgIAIABByNvAACkDADcDGCAAQbjbwAD9AAMA/QsDCAwNCyAGQQEQ2gEiCARAIAYEQCAIIA4gBvwKAAALIAitIAatQiCGhCEwDAELQQEgCxDbAQALIDBCIIinIRsgMKchEiACQQNJDQELAkACQAJAAkACQAJAAkACQAJAIAEvAABBpO4AcyABQQJqLQAAQSRzcgRAIAJBBEsNASACQQRGDQJBAyECDAoLIAMgAkEDayIGNgK4AiADQQA2ArQCIAMgBjYCsAIgAyABQQNqIgk2AqwCIANBJDYCqAIgA0EkNgK8AiADQQE6AMACIANB8AFqIANBqAJqEDwgAygC8AFBAUcNAiADKAL0ASIEQQpNDQICf0EBIAH9BwADIiP9DC4vMDEyMzQ1Njc4OUFCQ0T9IyIk/VMNABogI/0MRUZHSElKS0xNTk9QUVJTVP0jIiT9UwRAQRAhBUEBDAELICP9DFVWV1hZWmFiY2RlZmdoaWr9IyIk/VMEQEEgIQVBAQwBC0EwIQUgI/0Ma2xtbm9wcXJzdHV2d3h5ev0jIiT9UwsiCkEBcUUNCQJ/QQEgAf0HAAgiI/0MLi8wMTIzNDU2Nzg5QUJDRP0jIiX9Uw0AGkEQIRNBASAj/QxFRkdISUpLTE1OT1BRUlNU/SMiJf1TDQAaICP9DFVWV1hZWmFiY2RlZmdoaWr9IyIl/VMEQEEgIRNBAQwBC0EwIRMgI/0Ma2xtbm9wcXJzdHV2d3h5ev0jIiX9UwsiCkEBcUUNCQJ/QQEgAf0HAAciI/0MLi8wMTIzNDU2Nzg5QUJDRP0jIib9Uw0AGkEQIRRBASAj/QxFRkdISUpLTE1OT1BRUlNU/SMiJv1TDQAaICP9DFVWV1hZWmFiY2RlZmdoaWr9IyIm/VMEQEEgIRRBAQwBC0EwIRQgI/0Ma2xtbm9wcXJzdHV2d3h5ev0jIib9UwsiCkEBcUUNCQJ/IAH9BwAGIiP9DC4vMDEyMzQ1Njc4OUFCQ0T9IyIn/VMEQEEBIQpBAAwBC0EBIQpBECAj/QxFRkdISUpLTE1OT1BRUlNU/SMiJ/1TDQAaQSAgI/0MVVZXWFlaYWJjZGVmZ2hpav0jIif9Uw0AGiAj/QxrbG1ub3BxcnN0dXZ3eHl6/SMiJ/1TIQpBMAshHCAKQQFxRQ0JAn9BASAB/QcABSIj/QwuLzAxMjM0NTY3ODlBQkNE/SMiKP1TDQAaQRAhFUEBICP9DEVGR0hJSktMTU5PUFFSU1T9IyIo/VMNABogI/0MVVZXWFlaYWJjZGVmZ2hpav0jIij9UwRAQSAhFUEBDAELQTAhFSAj/QxrbG1ub3BxcnN0dXZ3eHl6/SMiKP1TCyIKQQFxRQ0JAn9BASAB/QcABCIj/QwuLzAxMjM0NTY3ODlBQkNE/SMiKf1TDQAaQRAhB0EBICP9DEVGR0hJSktMTU5PUFFSU1T9IyIp/VMNABogI/0MVVZXWFlaYWJjZGVmZ2hpav0jIin9UwRAQSAhB0EBDAELQTAhByAj/QxrbG1ub3BxcnN0dXZ3eHl6/SMiKf1TCyIKQQFxRQ0JAn9BASAB/QcADSIj/QwuLzAxMjM0NTY3ODlBQkNE/SMiKv1TDQAaQRAhD0EBICP9DEVGR0hJSktMTU5PUFFSU1T9IyIq/VMNABogI/0MVVZXWFlaYWJjZGVmZ2hpav0jIir9UwRAQSAhD0EBDAELQTAhDyAj/QxrbG1ub3BxcnN0dXZ3eHl6/SMiKv1TCyIKQQFxRQ0JAn9BASAB/QcADCIj/QwuLzAxMjM0NTY3ODlBQkNE/SMiK/1TDQAaQRAhFkEBICP9DEVGR0hJSktMTU5PUFFSU1T9IyIr/VMNABogI/0MVVZXWFlaYWJjZGVmZ2hpav0jIiv9UwRAQSAhFkEBDAELQTAhFiAj/QxrbG1ub3BxcnN0dXZ3eHl6/SMiK/1TCyIKQQFxRQ0JAn9BASAB/QcACyIj/QwuLzAxMjM0NTY3ODlBQkNE/SMiLP1TDQAaQRAhF0EBICP9DEVGR0hJSktMTU5PUFFSU1T9IyIs/VMNABogI/0MVVZXWFlaYWJjZGVmZ2hpav0jIiz9UwRAQSAhF0EBDAELQTAhFyAj/QxrbG1ub3BxcnN0dXZ3eHl6/SMiLP1TCyIKQQFxRQ0JAn9BASAB/QcACiIj/QwuLzAxMjM0NTY3ODlBQkNE/SMiLf1TDQAaQRAhGEEBICP9DEVGR0hJSktMTU5PUFFSU1T9IyIt/VMNABogI/0MVVZXWFlaYWJjZGVmZ2hpav0jIi39UwRAQSAhGEEBDAELQTAhGCAj/QxrbG1ub3BxcnN0dXZ3eHl6/SMiLf1TCyIKQQFxRQ0JAn9BASAB/QcACSIj/QwuLzAxMjM0NTY3ODlBQkNE/SMiLv1TDQAaQRAhGUEBICP9DEVGR0hJSktMTU5PUFFSU1T9IyIu/VMNABogI/0MVVZXWFlaYWJjZGVmZ2hpav0jIi79UwRAQSAhGUEBDAELQTAhGSAj/QxrbG1ub3BxcnN0dXZ3eHl6/SMiLv1TCyIKQQFxRQ0JQQEhESAGIAMoAvgBIgZrIg5BA2xBAnYiCARAIAhBARDaASIRRQ0ECyADQQA2ArACIAMgETYCrAIgAyAINgKoAiAOBEAgBiAJaiEaA0AgGkEBayEdIA5BBCAOIA5BBE8bIglrIQ4gCSAaaiEaQQAhBiAJIQgDQCAIBEBBASEKAn9BACAIIB1q/QcAACIv/QwuLzAxMjM0NTY3ODlBQkNE/SMiI/1TDQAaQRAgL/0MRUZHSElKS0xNTk9QUVJTVP0jIiP9Uw0AGkEgIC/9DFVWV1hZWmFiY2RlZmdoaWr9IyIj/VMNABogL/0Ma2xtbm9wcXJzdHV2d3h5ev0jIiP9UyEKQTALIApBAXFFDQwgCEEBayEIIAZB////H0shCkEQICNBB/1rQQf9bCIj/RYAQRBxIgwgI/0WAUEPcSINIAwgDUsbIgwgI/0WAkEOcSINIAwgDUsbIgwgI/0WA0ENcSINIAwgDUsbIgwgI/0WBEEMcSINIAwgDUsbIgwgI/0WBUELcSINIAwgDUsbIgwgI/0WBkEKcSINIAwgDUsbIgwgI/0WB0EJcSINIAwgDUsbIgwgI/0WCEEIcSINIAwgDUsbIgwgI/0WCUEHcSINIAwgDUsbIgwgI/0WCkEGcSINIAwgDUsbIgwgI/0WC0EFcSINIAwgDUsbIgwgI/0WDEEEcSINIAwgDUsbIgwgI/0WDUEDcSINIAwgDUsbIgwgI/0WDkECcSINIAwgDUsbIgwgI/0WD0EBcSINIAwgDUsba0H/AXFqIAZBBnRyIQYgCkUNAQwMCwsgCUEGbCIKQQN2IghFDQogBiAKQRhxdg0KIAMgBjYC8AEgAygCqAIgEGsgCEkEQCADQagCaiAQIAhBAUEBEIkBIAMoAqwCIREgAygCsAIhEAsgCARAIBAgEWogA0HwAWogCPwKAAALIAMgCCAQaiIQNgKwAiAODQALIAMoAqgCIghBgICAgHhGDQoLIAMpAqwCITAgA0GoAmogBEELayIGEIsBIAMoAqwCIQogAygCqAJBAUYNBCAFQRAgJEEH/WtBB/1sIiP9FgBBEHEiCSAj/RYBQQ9xIgQgBCAJSRsiCSAj/RYCQQ5xIgQgBCAJSRsiCSAj/RYDQQ1xIgQgBCAJSRsiCSAj/RYEQQxxIgQgBCAJSRsiCSAj/RYFQQtxIgQgBCAJSRsiCSAj/RYGQQpxIgQgBCAJSRsiCSAj/RYHQQlxIgQgBCAJSRsiCSAj/RYIQQhxIgQgBCAJSRsiCSAj/RYJQQdxIgQgBCAJSRsiCSAj/RYKQQZxIgQgBCAJSRsiCSAj/RYLQQVxIgQgBCAJSRsiCSAj/RYMQQRxIgQgBCAJSRsiCSAj/RYNQQNxIgQgBCAJSRsiCSAj/RYOQQJxIgQgBCAJSRsiCSAj/RYPQQFxIgQgBCAJSRtrQf8BcWohCSAHQRAgKUEH/WtBB/1sIiP9FgBBEHEiBSAj/RYBQQ9xIgQgBCAFSRsiBSAj/RYCQQ5xIgQgBCAFSRsiBSAj/RYDQQ1xIgQgBCAFSRsiBSAj/RYEQQxxIgQgBCAFSRsiBSAj/RYFQQtxIgQgBCAFSRsiBSAj/RYGQQpxIgQgBCAFSRsiBSAj/RYHQQlxIgQgBCAFSRsiBSAj/RYIQQhxIgQgBCAFSRsiBSAj/RYJQQdxIgQgBCAFSRsiBSAj/RYKQQZxIgQgBCAFSRsiBSAj/RYLQQVxIgQgBCAFSRsiBSAj/RYMQQRxIgQgBCAFSRsiBSAj/RYNQQNxIgQgBCAFSRsiBSAj/RYOQQJxIgQgBCAFSRsiBSAj/RYPQQFxIgQgBCAFSRtrQf8BcWogFUEQIChBB/1rQQf9bCIj/RYAQRBxIgUgI/0WAUEPcSIEIAQgBUkbIgUgI/0WAkEOcSIEIAQgBUkbIgUgI/0WA0ENcSIEIAQgBUkbIgUgI/0WBEEMcSIEIAQgBUkbIgUgI/0WBUELcSIEIAQgBUkbIgUgI/0WBkEKcSIEIAQgBUkbIgUgI/0WB0EJcSIEIAQgBUkbIgUgI/0WCEEIcSIEIAQgBUkbIgUgI/0WCUEHcSIEIAQgBUkbIgUgI/0WCkEGcSIEIAQgBUkbIgUgI/0WC0EFcSIEIAQgBUkbIgUgI/0WDEEEcSIEIAQgBUkbIgUgI/0WDUEDcSIEIAQgBUkbIgUgI/0WDkECcSIEIAQgBUkbIgUgI/0WD0EBcSIEIAQgBUkba0H/AXFqQQZ0IBxBECAnQQf9a0EH/WwiI/0WAEEQcSIFICP9FgFBD3EiBCAEIAVJGyIFICP9FgJBDnEiBCAEIAVJGyIFICP9FgNBDXEiBCAEIAVJGyIFICP9FgRBDHEiBCAEIAVJGyIFICP9FgVBC3EiBCAEIAVJGyIFICP9FgZBCnEiBCAEIAVJGyIFICP9FgdBCXEiBCAEIAVJGyIFICP9FghBCHEiBCAEIAVJGyIFICP9FglBB3EiBCAEIAVJGyIFICP9FgpBBnEiBCAEIAVJGyIFICP9FgtBBXEiBCAEIAVJGyIFICP9FgxBBHEiBCAEIAVJGyIFICP9Fg1BA3EiBCAEIAVJGyIFICP9Fg5BAnEiBCAEIAVJGyIFICP9Fg9BAXEiBCAEIAVJG2tB/wFxaiAUQRAgJkEH/WtBB/1sIiP9FgBBEHEiBSAj/RYBQQ9xIgQgBCAFSRsiBSAj/RYCQQ5xIgQgBCAFSRsiBSAj/RYDQQ1xIgQgBCAFSRsiBSAj/RYEQQxxIgQgBCAFSRsiBSAj/RYFQQtxIgQgBCAFSRsiBSAj/RYGQQpxIgQgBCAFSRsiBSAj/RYHQQlxIgQgBCAFSRsiBSAj/RYIQQhxIgQgBCAFSRsiBSAj/RYJQQdxIgQgBCAFSRsiBSAj/RYKQQZxIgQgBCAFSRsiBSAj/RYLQQVxIgQgBCAFSRsiBSAj/RYMQQRxIgQgBCAFSRsiBSAj/RYNQQNxIgQgBCAFSRsiBSAj/RYOQQJxIgQgBCAFSRsiBSAj/RYPQQFxIgQgBCAFSRtrQf8BcWpBBnQgE0EQICVBB/1rQQf9bCIj/RYAQRBxIgUgI/0WAUEPcSIEIAQgBUkbIgUgI/0WAkEOcSIEIAQgBUkbIgUgI/0WA0ENcSIEIAQgBUkbIgUgI/0WBEEMcSIEIAQgBUkbIgUgI/0WBUELcSIEIAQgBUkbIgUgI/0WBkEKcSIEIAQgBUkbIgUgI/0WB0EJcSIEIAQgBUkbIgUgI/0WCEEIcSIEIAQgBUkbIgUgI/0WCUEHcSIEIAQgBUkbIgUgI/0WCkEGcSIEIAQgBUkbIgUgI/0WC0EFcSIEIAQgBUkbIgUgI/0WDEEEcSIEIAQgBUkbIgUgI/0WDUEDcSIEIAQgBUkbIgUgI/0WDkECcSIEIAQgBUkbIgUgI/0WD0EBcSIEIAQgBUkba0H/AXFqQQx0cnJBDHRyciEFIBlBECAuQQf9a0EH/WwiI/0WAEEQcSIEICP9FgFBD3EiByAEIAdLGyIEICP9FgJBDnEiByAEIAdLGyIEICP9FgNBDXEiByAEIAdLGyIEICP9FgRBDHEiByAEIAdLGyIEICP9FgVBC3EiByAEIAdLGyIEICP9FgZBCnEiByAEIAdLGyIEICP9FgdBCXEiByAEIAdLGyIEICP9FghBCHEiByAEIAdLGyIEICP9FglBB3EiByAEIAdLGyIEICP9FgpBBnEiByAEIAdLGyIEICP9FgtBBXEiByAEIAdLGyIEICP9FgxBBHEiByAEIAdLGyIEICP9Fg1BA3EiByAEIAdLGyIEICP9Fg5BAnEiByAEIAdLGyIEICP9Fg9BAXEiByAEIAdLG2tB/wFxaiAYQRAgLUEH/WtBB/1sIiP9FgBBEHEiBCAj/RYBQQ9xIgcgBCAHSxsiBCAj/RYCQQ5xIgcgBCAHSxsiBCAj/RYDQQ1xIgcgBCAHSxsiBCAj/RYEQQxxIgcgBCAHSxsiBCAj/RYFQQtxIgcgBCAHSxsiBCAj/RYGQQpxIgcgBCAHSxsiBCAj/RYHQQlxIgcgBCAHSxsiBCAj/RYIQQhxIgcgBCAHSxsiBCAj/RYJQQdxIgcgBCAHSxsiBCAj/RYKQQZxIgcgBCAHSxsiBCAj/RYLQQVxIgcgBCAHSxsiBCAj/RYMQQRxIgcgBCAHSxsiBCAj/RYNQQNxIgcgBCAHSxsiBCAj/RYOQQJxIgcgBCAHSxsiBCAj/RYPQQFxIgcgBCAHSxtrQf8BcWpBBnQgF0EQICxBB/1rQQf9bCIj/RYAQRBxIgQgI/0WAUEPcSIHIAQgB0sbIgQgI/0WAkEOcSIHIAQgB0sbIgQgI/0WA0ENcSIHIAQgB0sbIgQgI/0WBEEMcSIHIAQgB0sbIgQgI/0WBUELcSIHIAQgB0sbIgQgI/0WBkEKcSIHIAQgB0sbIgQgI/0WB0EJcSIHIAQgB0sbIgQgI/0WCEEIcSIHIAQgB0sbIgQgI/0WCUEHcSIHIAQgB0sbIgQgI/0WCkEGcSIHIAQgB0sbIgQgI/0WC0EFcSIHIAQgB0sbIgQgI/0WDEEEcSIHIAQgB0sbIgQgI/0WDUEDcSIHIAQgB0sbIgQgI/0WDkECcSIHIAQgB0sbIgQgI/0WD0EBcSIHIAQgB0sba0H/AXFqIBZBECArQQf9a0EH/WwiI/0WAEEQcSIEICP9FgFBD3EiByAEIAdLGyIEICP9FgJBDnEiByAEIAdLGyIEICP9FgNBDXEiByAEIAdLGyIEICP9FgRBDHEiByAEIAdLGyIEICP9FgVBC3EiByAEIAdLGyIEICP9FgZBCnEiByAEIAdLGyIEICP9FgdBCXEiByAEIAdLGyIEICP9FghBCHEiByAEIAdLGyIEICP9FglBB3EiByAEIAdLGyIEICP9FgpBBnEiByAEIAdLGyIEICP9FgtBBXEiByAEIAdLGyIEICP9FgxBBHEiByAEIAdLGyIEICP9Fg1BA3EiByAEIAdLGyIEICP9Fg5BAnEiByAEIAdLGyIEICP9Fg9BAXEiByAEIAdLG2tB/wFxakEGdCAPQRAgKkEH/WtBB/1sIiP9FgBBEHEiBCAj/RYBQQ9xIgcgBCAHSxsiBCAj/RYCQQ5xIgcgBCAHSxsiBCAj/RYDQQ1xIgcgBCAHSxsiBCAj/RYEQQxxIgcgBCAHSxsiBCAj/RYFQQtxIgcgBCAHSxsiBCAj/RYGQQpxIgcgBCAHSxsiBCAj/RYHQQlxIgcgBCAHSxsiBCAj/RYIQQhxIgcgBCAHSxsiBCAj/RYJQQdxIgcgBCAHSxsiBCAj/RYKQQZxIgcgBCAHSxsiBCAj/RYLQQVxIgcgBCAHSxsiBCAj/RYMQQRxIgcgBCAHSxsiBCAj/RYNQQNxIgcgBCAHSxsiBCAj/RYOQQJxIgcgBCAHSxsiBCAj/RYPQQFxIgcgBCAHSxtrQf8BcWpBDHRyckEMdHJyIQcgAygCsAIhBCAGRSIPDQYgDw0GIAQgAUEOaiAG/AoAAAwGCyABLAAEQb9/TA0ICyACQQRrIQYgAUEEaiEIIAEoAABBpOSIowJGBEAgA0EgaiAIIAZBAEEKEGEMBgsgASgAACIJQaTkhKMCRg0DIAlBpOTkowJGDQMgCUGk5OCjAkcNACADQSBqIAggBkEBQQsQYQwFCyADQYCAgIB4NgIgDAgLQQEgCBDbAQALIAogAygCsAIQ2wEACyADQSBqIAggBkEAQQsQYQwBCyADQQA7AVQgAyAHNgJQIAMgBTYCTCADIAk2AkggA0ECOgBEIANBgICAgHg2AjggAyAwNwIwIAMgCDYCLCADIAY2AiggAyAENgIkIAMgCjYCIAsgAygCICIIQYCAgIB4Rg0CDAQLIAMoAqgCIgZFDQAgAygCrAIgBhCbAQsgA0GAgICAeDYCIAsgAg0AQYCAgIB4IQggC0GAgICAeEcNAUEAIQIMAgsCQAJAAkACQAJAIANBqAJqAn8CQAJAIAEtAABBJEcEQEGAgICAeCEIIAtBgICAgHhHDQkgAkEGSQ0KIAEoAABB4eSd+wZzIAFBBGovAABB7uQAc3INASACQQ1IDQEgASgABkGkwsm7BnMgAUEJaigAAEHn3rmTA3NyDQIgAkEGayEIQQAhAiABQQZqDAMLIAMgAkEBayICNgK4AiADQQA2ArQCIAMgAjYCsAIgA0EkNgKoAiADQSQ2ArwCIANBAToAwAIgAyABQQFqIgE2AqwCIANBqAFqIANBqAJqEDwgAygCqAFFBEBBgICAgHghCAwICyABIAMoArABIghqIQYgAiAIayECQYCAgIB4IQgCQAJAAkACQCADKAKsAUEGaw4IAgABCwsLCwMLCyABKAAAQeHknfsGcyABQQNqIgkoAABB79zJoQZzckUEQEEAIQUMCQsgASgAAEHh5J37BnMgCSgAAEHv3MnJBnNyDQpBASEFDAgLIAEpAABC4eSd++bNzLTkAFINCUECIQUMBwsgASgAAEHzxsnLB3MgAUEEai8AAEHw6AFzcg0IIANBqAJqIgUgBiACEFggAygCqAIiAkUNBCADKAK8AiEHIAMoArgCIQ8gAygCtAIhBiADKAKwAiEEIAMoAqwCIQEgA0EBNgK8AiADQfrawAA2ArgCIANBATYCtAIgA0G8n8AANgKwAiADQQI2AqwCIANBx9zAADYCqAIgA0GoAWogAiABIAUQNyADKAKoAUUNBCADKAK0ASECIAMoArABIQEgAygCrAEhCCAFIAQgBkHa3MAAED9BgICAgHghBiADKAKoAiIJQYCAgIB4Rg0FIAMoArACIQogAygCrAIhBCAFIA8gB0Ha3MAAED8gAygCqAJBgICAgHhHBEAgAyADKAKwAjYCsAEgAyADKQKoAjcDqAEgCSEGDAYLIAlFDQUgBCAJEJsBDAULIAEpAABC8MSto+bMzJbzAIUgAUEFaiIJKQAAQrLazMOWzMyaNoWEUARAIANB8AFqQQAgBiACEDQMBwsgASkAAELwxK2j5szMlvMAhSAJKQAAQrLazMOWrM2YMoWEQgBSDQcgA0HwAWpBASAGIAIQNAwGCyACQQZGDQgLAkAgASgAAEHixsnLB3MgAUEDaigAAEH54NGjAnNyDQAgAkEJSA0AIAEvAAdBpOQARw0AIAJBB2shCEEAIQIgAUEHagwBCyACQQ5JDQcgASkAAELixsnLh47dr/MAhSABQQZqKQAAQt/moYumpo2bJIWEQgBSDQcgAkEQSA0HIAEvAA5BpOQARw0HIAJBDmshCEECIQIgAUEOagsgCBAeIANBtAJqIQEgAygCqAIiCEGAgICAeEYEQCADIAEpAgAiMDcD8AEgAyAwNwPgASADIAEoAgg2AugBIAMpA8ACITAgAygCsAIMCAsgAyAD/QACzAL9CwOYASADIAEpAgAiMDcD8AEgAyAwNwPgASADIAEoAgg2AugBIAMpAqwCIjJCIIghMSADKQPAAiEwQQAMCQtBgICAgHghBgsgAyAKNgL4ASADIAQ2AvQBIAMgBjYC8AEgAyADKQOoATcC/AEgAyADKAKwATYChAIgA0EBOwGkAiADIAI2AqACIAMgATYCnAIgAyAINgKYAiADQQI6AJQCIANBgICAgHg2AogCDAELQRAhCgJAAkAgAkECSQ0AIAYvAABB9voARw0AIAMgAkECayIBNgK4AiADQQA2ArQCIAMgATYCsAIgAyAGQQJqIgg2AqwCIANBAToAwAIgA0EkNgKoAiADQSQ2ArwCIANBqAFqIANBqAJqEDwgAygCqAFFDQEgAygCrAFBAkcNASAIIAMoArABIgJqIQYgASACayECIAgvAAAiAUGx7ABGDQAgAUGx8gBHDQFBEyEKCyADQagCaiAGIAIQWAJAAkAgAygCqAIiCQRAIAMoArwCIQQgAygCuAIhByADKAK0AiEPIAMoArACIQ4gAygCrAIhBiADQQE7AcwCIAMgBjYCyAIgA0EANgLEAiADQQE6AMACIANBLDYCvAIgAyAGNgK4AiADQQA2ArQCIAMgBjYCsAIgAyAJNgKsAiADQSw2AqgCA0ACQCADKAKsAiECIANBqAFqIANBqAJqEDwCQAJAAn8gAygCqAFBAUYEQCADKALEAiEBIAMgAygCsAE2AsQCIAEgAmohAiADKAKsASABawwBCyADLQDNAg0DIANBAToAzQICQCADLQDMAkEBRgRAIAMoAsgCIQggAygCxAIhAQwBCyADKALIAiIIIAMoAsQCIgFGDQQLIAMoAqwCIAFqIQIgCCABawsiAUEGTwRAIAIoAABB68rlywZzIAJBBGovAABB5PoAc3INAQwHCyABQQVHDQELIAIoAABB5MLRiwZzIAJBBGotAABBPXNyRQ0FCyADLQDNAkUNAQsLIANBATYCvAIgA0H62sAANgK4AiADQQE2ArQCIANBvZ/AADYCsAIgA0EBNgKsAiADQYbcwAA2AqgCIANBiAFqIAkgBiADQagCahA3An8gAygCiAEiEEEBRgRAIAMoApQBIQIgAygCjAEhCCADKAKQAQwBCyADQQE2ArwCIANBvZ/AADYCuAIgA0EBNgK0AiADQfrawAA2ArACIANBATYCrAIgA0GG3MAANgKoAiADQagBaiAJIAYgA0GoAmoQNyADKAKoAUEBRw0CIAMoArABIQIgAygCrAEhCCADKAK0AQshASADIAI2AqQBIAMgATYCoAEgAyAINgKcASADIAo6AJkBIAMgBToAmgEgA0EBOgCYASADQagCaiAOIA9B2tzAABA/AkACQCADKAKoAiICQYCAgIB4Rg0AIAMoAqwCIQggAygCsAIiBkEHSw0BIAJFDQAgCCACEJsBC0GAgICAeCECCyADQagCaiAHIARB2tzAABA/IAMoAqwCIQkgAwJ/IAJBgICAgHhHIAMoAqgCIgFBgICAgHhHcUUEQCACQYCAgIB4ckGAgICAeEcEQCAIIAIQmwELIAFBgICAgHhyQYCAgIB4RwRAIAkgARCbAQtBgICAgHgMAQsgAyAGNgLoASADIAg2AuQBIAMgAjYC4AEgAyADKAKwAjYC7AIgAyAJNgLoAiADIAE2AuQCIANBqAJqIR8gA0GYAWohICADQeABaiEhIANB5AJqISIgEARAIB8gICAhICIQsgEFIB8gICAhICIQswELIAMgA/0AAqwC/QsDqAEgAyAD/QACvAL9CwO4ASADIAP9AALMAv0LA8gBIAMgAygC3AI2AtgBIAMoAqgCCzYC8AEgAyAD/QADqAH9CwL0ASADIAP9AAO4Af0LAoQCIAMgA/0AA8gB/QsClAIgAyADKALYATYCpAIMBAsgA0GAgICAeDYC8AEMAwsgA0GAgICAeDYC8AEMAgsgA0HAADYCgAIgA0GH3MAANgL8ASADQQI2AvgBIANBgYCAgHg2AvABDAELIANBgICAgHg2AvABCyADKALwASIIQYGAgIB4Rw0AIAMgAykC/AEiMDcDWCADIAMoAoQCIgE2AmAgAygC+AEhAiADKQOIAiExIAAgATYCFCAAIDA3AgwgACAxNwMYIAAgAjYCCCAAQYCAgIB4NgIADAcLIAMgAykC/AEiMDcDWCADIAP9AAKUAv0LA2ggAyAwNwN4IAMgAygChAI2AoABIAMpA4gCITAgAy0ApAIhBiADLQClAiECIAMvAaYCIQEgAykC9AEMBQsgAyADKQIsNwN4IAMgAygCNDYCgAEgAyAD/QACRP0LA2ggAy8BViEBIAMtAFUhAiADLQBUIQYgAykCOCEwIAMpAiQMBAsgA0EBOwGUAiADIAI2ApACIANBADYCjAIgA0EBOgCIAiADQSQ2AoQCIAMgAjYCgAIgA0EANgL8ASADIAI2AvgBIAMgATYC9AEgA0EkNgLwASADQeQCaiADQfABahBVIAMoAugCIQUCQAJAAkACQAJAIAMoAuwCQQRrDgMAAwEDCyAFKAIEQQ1HDQIgBSgCACIGKQAAQvDEraPmzMyv8wCFIAZBBWopAABCsr7Nw5bMzJo2hYRCAFINAiADIAUoAgggBSgCDBBOIAMoAgBBAUcNAiADQawBaiELIAMoAgQhBiADQQA6AKkBIAUoAhAhByAFKAIUIQ8gBSgCGCEEIAUoAhwhCEEDIQoMAQsgBSgCBEEGRw0BIAUoAgAiBigAAEHzxsnLB3MgBkEEai8AAEHw6AFzcg0BIAUoAiwhCCAFKAIoIQQgBSgCJCEGIAUoAiAhCiAFKAIcIQsgBSgCGCEOIAUoAhQhDyAFKAIQIQcgA0EYaiAFKAIIIAUoAgwQTiADKAIYQQFHDQEgAygCHCIJQX9HIAlpQQFHcQ0BIAkEQCADQRBqIA4gCxBOIAMoAhBBAUcNAiADKAIUIQ4gA0EIaiAKIAYQTiADKAIIQQFHDQIgA0G0AWohCyADKAIMIQYgAyAONgKwASADIAlnQR9zNgKsAUECIQoMAQsQ8QEACyALIAY2AgAgAyAKOgCoASAIIQYDQCAGIgkEQCAEIAZqIgpBAWsiBiwAACILQQBIBEAgC0E/cQJ/IApBAmsiBi0AACILwCIOQUBOBEAgC0EfcQwBCyAOQT9xAn8gCkEDayIGLQAAIgvAIg5BQE4EQCALQQ9xDAELIA5BP3EgCkEEayIGLQAAQQdxQQZ0cgtBBnRyC0EGdHIhCwsgBiAEayEGIAtBPUYNAQsLIAggCWtBACAJa0EDcUcNACADQagCaiIGIAQgCUHa3MAAED8gAygCqAJBgICAgHhGDQAgAyADKAKwAjYCkAEgAyADKQKoAjcDiAEgBiADQagBaiAHIA8gA0GIAWoQjwEMAQsgA0GAgICAeDYCqAILIAMoAuQCIgYEQCAFIAZBA3QQmwELAkAgAygCqAJBgICAgHhHBEAgAyADKQLYAjcDoAIgAyAD/QACyAL9CwOQAiADIAP9AAK4Av0LA4ACIAMgA/0AAqgC/QsD8AEMAQsgA0HwAWohCSMAQZABayIGJAAgBiACNgKEASAGQQA2AoABIAYgAjYCfCAGIAE2AnggBkEkNgJ0IAZBJDYCiAEgBkEBOgCMASAGQegAaiIKIAZB9ABqIgQQPAJAAkACQAJAAkACQCAGKAJoQQFGBEAgBigCbCEIIAYgAiAGKAJwIgVrIgs2AoQBIAZBADYCgAEgBiALNgJ8IAYgASAFaiIFNgJ4IAZBAToAjAEgBkEkNgJ0IAZBJDYCiAEgCiAEEDwgBigCaEUNASAGQQE7AUQgBiAINgJAIAZBADYCPCAGQQE6ADggBkE6NgI0IAYgCDYCMCAGQQA2AiwgBiAINgIoIAYgATYCJCAGQTo2AiAgBigCbCEOIAYoAnAhBCAKIAZBIGoQVSAGKAJsIQggBigCcEEDaw4CAgMFCyAJQYCAgIB4NgIADAULIAlBgICAgHg2AgAMBAsgCCgCBEEGRw0CIAgoAgAiCigAAEHwxK2jBnMgCkEEai8AAEHm5ABzcg0CIAgoAgxBBkcNAiAIKAIUIQcgCCgCECEPIAgoAggiCigAAEHz0IWTA3MgCkEEaiIQLwAAQbXsAHNyIhEEQCAKKAAAQfPQhasDcyAQLwAAQbHkAHNyDQMLIAYgDyAHEE4gBigCAEEBRw0CIAZBzABqIQcgBigCBCEPIAYgEUEARzoASUEDIQoMAQsgCCgCBEEGRw0BIAgoAgAiCigAAEHzxsnLB3MgCkEEai8AAEHw6AFzcg0BIAgoAhwhByAIKAIYIQ8gCCgCFCEQIAgoAhAhESAGQRhqIAgoAgggCCgCDBBOIAYoAhhBAUcNASAGKAIcIgpBf0cgCmlBAUdxDQEgCgRAIAZBEGogESAQEE4gBigCEEEBRw0CIAYoAhQhECAGQQhqIA8gBxBOIAYoAghBAUcNAiAGQdQAaiEHIAYoAgwhDyAGIBA2AlAgBiAKZ0EfczYCTEECIQoMAQsQ8QEACyAHIA82AgAgBiAKOgBIIAZB9ABqIAQgBWogCyAEaxBXIAYoAnRBgICAgHhGDQAgBiAGKAJ8NgJgIAYgBikCdDcDWCAJIAZByABqIAUgDiAGQdgAahCPASAGKAJoIglFDQEgCCAJQQN0EJsBDAELIAlBgICAgHg2AgAgBigCaCIJRQ0AIAggCUEDdBCbAQsgBkGQAWokAAsCQCADKALwAUGAgICAeEcEQCADIAMpA6ACNwPYAiADIAP9AAOQAv0LA8gCIAMgA/0AA4AC/QsDuAIgAyAD/QAD8AH9CwOoAgwBCyADQagCaiEIIwBBMGsiBiQAIAYgAjYCJCAGQQA2AiAgBiACNgIcIAYgATYCGCAGQTo2AhQgBkE6NgIoIAZBAToALCAGQQhqIAZBFGoiChA8AkACQAJAIAYoAghBAUYEQCAGKAIMIQkgCiABIAYoAhAiCmogAiAKaxBXIAYoAhQiAkGAgICAeEcNAQwCCyAIQYCAgIB4NgIADAILIAYoAhghBQJAAkACQCAGKAIcQcAARgRAIAZBFGogASAJEFcgBigCFCIKQYCAgIB4Rg0CIAYoAhghCyAGKAIcQRBHDQEgCgRAIAsgChCbAQtBACELIAlBAEgNA0EBIQoCQCAJRSIEDQBBASELIAlBARDaASIKRQ0EIAQNACAKIAEgCfwKAAALIAhBgAI7ATQgCEEBNgIwIAhCjoCAgIACNwIoIAhBAjoAJCAIQsCAgICAgICAgH83AhQgCCAFNgIQIAggAjYCDCAIIAk2AgggCCAKNgIEIAggCTYCAAwFCyACRQ0DIAUgAhCbASAIQYCAgIB4NgIADAQLIApFDQAgCyAKEJsBCyAIQYCAgIB4NgIAIAJFDQIgBSACEJsBDAILIAsgCRDbAQALIAhBgICAgHg2AgALIAZBMGokAAsgAyADKQK0AjcD4AEgAyADKAK8AjYC6AEgAyAD/QACzAL9CwOYASADKQKsAiIyQiCIITEgAykDwAIhMCADKAKoAiIIQYGAgIB4Rw0BIDGnCyEBIAMgAygC6AEiAjYCYCADIAMpA+ABIjE3A1ggACACNgIUIAAgMTcCDCAAIDA3AxggACABNgIIQYCAgIB4IQsgAEGAgICAeDYCAAwDCyADLQDdAiECIAMvAd4CIQEgAy0A3AILIQYgAyADKALoASIJNgJgIAMgA/0AA5gB/QsDaCADIAMpA+ABNwN4IAMgCTYCgAFBgICAgHghCyAyQv////8PgyAxQiCGhAshMQJAAkAgCEGAgICAeEcEQCADIAP9AANo/QsCzAIgAyADKQN4NwK0AiADIAMoAoABNgK8AiADIAE7Ad4CIAMgAjoA3QIgAyAGOgDcAiADIDE3AqwCIAMgCDYCqAIgMKciAUEASgRAIDBCIIinIAEQmwELIAMgGzYCyAIgAyASNgLEAiADIAs2AsACIAMoArwCIQEgAy0AzAJFBEAgAUEXRw0DDAILIAFBEGtB8QBJDQEMAgsgAEIANwMYIABBAjYCCCAAQYCAgIB4NgIAIABBxNvAACgCADYCFCAAQbzbwAApAgA3AgwMAgsgMUKAgICAEFQNACAAIAMpAtgCNwIwIAAgA/0AAsgC/QsCICAAIAP9AAK4Av0LAhAgACAD/QACqAL9CwIADAILIABBgICAgHg2AgAgAEHI28AAKQMANwMYIABBuNvAAP0AAwD9CwMIIANBqAJqEEcMAQsgC0GAgICAeHJBgICAgHhGDQAgEiALEJsBCyADQfACaiQAC+stASp+IAAgASkAOCIZIAEpADAiHyAAKQM4IiUgACkDGCIpfHwiGnwgGkL5wvibkaOz8NsAhUIgiSIaQo+Si4fa2ILY2gB9IiEgJYVCKIkiF3wiICAahUIwiSIIICF8IhsgF4VCAYkiFiABKQBgIhogASkAKCIhIAEpACAiFyAAKQMwIiYgACkDECIqfHwiInwgAiAihULr+obav7X2wR+FQiCJIiNCq/DT9K/uvLc8fCIcICaFQiiJIhh8IgV8fCIdIAEpAGgiAnwgFiAdIAEpABgiIiABKQAQIiQgACkDKCInIAApAwgiK3x8Ih58IB5Cn9j52cKR2oKbf4VCIIkiHkLFsdXZp6+UzMQAfSIKICeFQiiJIgN8IgYgHoVCMIkiBIVCIIkiDiABKQAIIh0gASkAACIeIAApAyAiKCAAKQMAIix8fCIJfCAAKQNAIAmFQtGFmu/6z5SH0QCFQiCJIglCiJLznf/M+YTqAHwiByAohUIoiSIMfCILIAmFQjCJIgkgB3wiB3wiD4VCKIkiDXwiESABKQBIIhZ8IBggBSAjhUIwiSIFIBx8IhKFQgGJIhggASkAUCIjIAZ8fCIGIAEpAFgiHHwgGCAbIAYgCYVCIIkiGHwiG4VCKIkiBnwiCSAYhUIwiSIUIBt8IhAgBoVCAYkiBnwiEyABKQB4Iht8IAYgEyAbIAcgDIVCAYkiByAgIAEpAHAiGHx8IiB8IAUgIIVCIIkiICAEIAp8IgV8IgogB4VCKIkiBHwiByAghUIwiSIMhUIgiSITIAMgBYVCAYkiBSABKQBAIiAgC3x8IgMgFnwgBSADIAiFQiCJIgggEnwiBYVCKIkiA3wiCyAIhUIwiSIIIAV8IgV8IhKFQiiJIgZ8IhUgHHwgDiARhUIwiSIOIA98Ig8gDYVCAYkiDSACIAd8fCIHIB98IAcgCIVCIIkiCCAQfCIHIA2FQiiJIg18IhEgCIVCMIkiCCAHfCIHIA2FQgGJIg18IhAgGXwgDSAQIAMgBYVCAYkiBSAJIBd8fCIDICB8IAUgAyAOhUIgiSIDIAogDHwiCnwiDoVCKIkiBXwiCSADhUIwiSIDhUIgiSIMIAQgCoVCAYkiCiALIBh8fCIEICN8IAogBCAUhUIgiSIEIA98IguFQiiJIgp8Ig8gBIVCMIkiBCALfCILfCIUhUIoiSINfCIQICF8IAYgEiATIBWFQjCJIgZ8IhKFQgGJIhMgCSAefHwiCSAkfCAEIAmFQiCJIgQgB3wiCSAThUIoiSIHfCITIASFQjCJIgQgCXwiCSAHhUIBiSIHfCIVICR8IAcgFSAKIAuFQgGJIgogESAhfHwiCyAifCAKIAYgC4VCIIkiBiADIA58IgN8Ig6FQiiJIgp8IgsgBoVCMIkiBoVCIIkiESADIAWFQgGJIgUgDyAdfHwiAyAafCAFIAMgCIVCIIkiCCASfCIDhUIoiSIFfCIPIAiFQjCJIgggA3wiA3wiEoVCKIkiB3wiFSAZfCANIAwgEIVCMIkiDCAUfCINhUIBiSIUIAsgG3x8IgsgAnwgCCALhUIgiSIIIAl8IgkgFIVCKIkiC3wiFCAIhUIwiSIIIAl8IgkgC4VCAYkiC3wiECAdfCALIBAgAyAFhUIBiSIFIBMgGnx8IgMgHnwgBSADIAyFQiCJIgMgBiAOfCIGfCIOhUIoiSIFfCIMIAOFQjCJIgOFQiCJIhAgBiAKhUIBiSIKIA8gHHx8IgYgIHwgCiAEIAaFQiCJIgYgDXwiBIVCKIkiCnwiDyAGhUIwiSIGIAR8IgR8Ig2FQiiJIgt8IhMgAnwgByARIBWFQjCJIgcgEnwiEYVCAYkiEiAMICJ8fCIMIB98IAYgDIVCIIkiBiAJfCIJIBKFQiiJIgx8IhIgBoVCMIkiBiAJfCIJIAyFQgGJIgx8IhUgGnwgDCAVIAQgCoVCAYkiCiAUIBZ8fCIEIBd8IAogBCAHhUIgiSIEIAMgDnwiA3wiDoVCKIkiCnwiByAEhUIwiSIEhUIgiSIUIAMgBYVCAYkiBSAPICN8fCIDIBh8IAUgAyAIhUIgiSIIIBF8IgOFQiiJIgV8Ig8gCIVCMIkiCCADfCIDfCIRhUIoiSIMfCIVIBd8IAsgECAThUIwiSILIA18Ig2FQgGJIhAgByAcfHwiByAYfCAHIAiFQiCJIgggCXwiCSAQhUIoiSIHfCIQIAiFQjCJIgggCXwiCSAHhUIBiSIHfCITIB58IAcgEyADIAWFQgGJIgUgEiAifHwiAyAdfCAFIAMgC4VCIIkiAyAEIA58IgR8Ig6FQiiJIgV8IgsgA4VCMIkiA4VCIIkiEiAEIAqFQgGJIgogDyAZfHwiBCAWfCAKIAQgBoVCIIkiBiANfCIEhUIoiSIKfCIPIAaFQjCJIgYgBHwiBHwiDYVCKIkiB3wiEyAkfCAMIBQgFYVCMIkiDCARfCIRhUIBiSIUIAsgIXx8IgsgI3wgBiALhUIgiSIGIAl8IgkgFIVCKIkiC3wiFCAGhUIwiSIGIAl8IgkgC4VCAYkiC3wiFSAXfCALIBUgBCAKhUIBiSIKIBAgG3x8IgQgIHwgCiAEIAyFQiCJIgQgAyAOfCIDfCIOhUIoiSIKfCIMIASFQjCJIgSFQiCJIhAgAyAFhUIBiSIFIA8gJHx8IgMgH3wgBSADIAiFQiCJIgggEXwiA4VCKIkiBXwiDyAIhUIwiSIIIAN8IgN8IhGFQiiJIgt8IhUgH3wgByASIBOFQjCJIgcgDXwiDYVCAYkiEiAMICN8fCIMIBt8IAggDIVCIIkiCCAJfCIJIBKFQiiJIgx8IhIgCIVCMIkiCCAJfCIJIAyFQgGJIgx8IhMgIHwgDCATIAMgBYVCAYkiBSAUICF8fCIDIBl8IAUgAyAHhUIgiSIDIAQgDnwiBHwiDoVCKIkiBXwiByADhUIwiSIDhUIgiSIUIAQgCoVCAYkiCiAPIBZ8fCIEIB58IAogBCAGhUIgiSIGIA18IgSFQiiJIgp8Ig8gBoVCMIkiBiAEfCIEfCINhUIoiSIMfCITIB58IAsgECAVhUIwiSILIBF8IhGFQgGJIhAgByAcfHwiByAafCAGIAeFQiCJIgYgCXwiCSAQhUIoiSIHfCIQIAaFQjCJIgYgCXwiCSAHhUIBiSIHfCIVIBx8IAcgFSAEIAqFQgGJIgogEiAifHwiBCACfCAKIAQgC4VCIIkiBCADIA58IgN8Ig6FQiiJIgp8IgsgBIVCMIkiBIVCIIkiEiADIAWFQgGJIgUgDyAYfHwiAyAdfCAFIAMgCIVCIIkiCCARfCIDhUIoiSIFfCIPIAiFQjCJIgggA3wiA3wiEYVCKIkiB3wiFSAbfCAMIBMgFIVCMIkiDCANfCINhUIBiSIUIAsgIHx8IgsgInwgCCALhUIgiSIIIAl8IgkgFIVCKIkiC3wiFCAIhUIwiSIIIAl8IgkgC4VCAYkiC3wiEyAYfCALIBMgAyAFhUIBiSIFIBAgH3x8IgMgI3wgBSADIAyFQiCJIgMgBCAOfCIEfCIOhUIoiSIFfCIMIAOFQjCJIgOFQiCJIhAgBCAKhUIBiSIKIA8gJHx8IgQgGnwgCiAEIAaFQiCJIgYgDXwiBIVCKIkiCnwiDyAGhUIwiSIGIAR8IgR8Ig2FQiiJIgt8IhMgGHwgByASIBWFQjCJIgcgEXwiEYVCAYkiEiAMIBl8fCIMICF8IAYgDIVCIIkiBiAJfCIJIBKFQiiJIgx8IhIgBoVCMIkiBiAJfCIJIAyFQgGJIgx8IhUgAnwgDCAVIAQgCoVCAYkiCiAUIB18fCIEIBZ8IAogBCAHhUIgiSIEIAMgDnwiA3wiDoVCKIkiCnwiByAEhUIwiSIEhUIgiSIUIAMgBYVCAYkiBSAPIBd8fCIDIAJ8IAUgAyAIhUIgiSIIIBF8IgOFQiiJIgV8Ig8gCIVCMIkiCCADfCIDfCIRhUIoiSIMfCIVIBZ8IAsgECAThUIwiSILIA18Ig2FQgGJIhAgByAXfHwiByAjfCAHIAiFQiCJIgggCXwiCSAQhUIoiSIHfCIQIAiFQjCJIgggCXwiCSAHhUIBiSIHfCITICR8IAcgEyADIAWFQgGJIgUgEiAdfHwiAyAbfCAFIAMgC4VCIIkiAyAEIA58IgR8Ig6FQiiJIgV8IgsgA4VCMIkiA4VCIIkiEiAEIAqFQgGJIgogDyAafHwiBCAhfCAKIAQgBoVCIIkiBiANfCIEhUIoiSIKfCIPIAaFQjCJIgYgBHwiBHwiDYVCKIkiB3wiEyAafCAMIBQgFYVCMIkiDCARfCIRhUIBiSIUIAsgH3x8IgsgInwgBiALhUIgiSIGIAl8IgkgFIVCKIkiC3wiFCAGhUIwiSIGIAl8IgkgC4VCAYkiC3wiFSAdfCALIBUgBCAKhUIBiSIKIBAgIHx8IgQgHHwgCiAEIAyFQiCJIgQgAyAOfCIDfCIOhUIoiSIKfCIMIASFQjCJIgSFQiCJIhAgAyAFhUIBiSIFIA8gHnx8IgMgGXwgBSADIAiFQiCJIgggEXwiA4VCKIkiBXwiDyAIhUIwiSIIIAN8IgN8IhGFQiiJIgt8IhUgIHwgByASIBOFQjCJIgcgDXwiDYVCAYkiEiAMICJ8fCIMIBZ8IAggDIVCIIkiCCAJfCIJIBKFQiiJIgx8IhIgCIVCMIkiCCAJfCIJIAyFQgGJIgx8IhMgH3wgDCATIAMgBYVCAYkiBSAUIBl8fCIDIBh8IAUgAyAHhUIgiSIDIAQgDnwiBHwiDoVCKIkiBXwiByADhUIwiSIDhUIgiSIUIAQgCoVCAYkiCiACIA98fCIEIBx8IAogBCAGhUIgiSIGIA18IgSFQiiJIgp8Ig8gBoVCMIkiBiAEfCIEfCINhUIoiSIMfCITIBx8IAsgECAVhUIwiSILIBF8IhGFQgGJIhAgByAbfHwiByAXfCAGIAeFQiCJIgYgCXwiCSAQhUIoiSIHfCIQIAaFQjCJIgYgCXwiCSAHhUIBiSIHfCIVICJ8IAcgFSAEIAqFQgGJIgogEiAkfHwiBCAjfCAKIAQgC4VCIIkiBCADIA58IgN8Ig6FQiiJIgp8IgsgBIVCMIkiBIVCIIkiEiADIAWFQgGJIgUgDyAhfHwiAyAefCAFIAMgCIVCIIkiCCARfCIDhUIoiSIFfCIPIAiFQjCJIgggA3wiA3wiEYVCKIkiB3wiFSAdfCAMIBMgFIVCMIkiDCANfCINhUIBiSIUIAsgHnx8IgsgIHwgCCALhUIgiSIIIAl8IgkgFIVCKIkiC3wiFCAIhUIwiSIIIAl8IgkgC4VCAYkiC3wiEyAXfCALIBMgAyAFhUIBiSIFIBAgGHx8IgMgFnwgBSADIAyFQiCJIgMgBCAOfCIEfCIOhUIoiSIFfCIMIAOFQjCJIgOFQiCJIhAgBCAKhUIBiSIKIA8gH3x8IgQgG3wgCiAEIAaFQiCJIgYgDXwiBIVCKIkiCnwiDyAGhUIwiSIGIAR8IgR8Ig2FQiiJIgt8IhMgGXwgByASIBWFQjCJIgcgEXwiEYVCAYkiEiACIAx8fCIMIBl8IAYgDIVCIIkiBiAJfCIJIBKFQiiJIgx8IhIgBoVCMIkiBiAJfCIJIAyFQgGJIgx8IhUgH3wgDCAVIAQgCoVCAYkiCiAUICN8fCIEICF8IAogBCAHhUIgiSIEIAMgDnwiA3wiDoVCKIkiCnwiByAEhUIwiSIEhUIgiSIUIAMgBYVCAYkiBSAPIBp8fCIDICR8IAUgAyAIhUIgiSIIIBF8IgOFQiiJIgV8Ig8gCIVCMIkiCCADfCIDfCIRhUIoiSIMfCIVICJ8IAsgECAThUIwiSILIA18Ig2FQgGJIhAgByAdfHwiByAhfCAHIAiFQiCJIgggCXwiCSAQhUIoiSIHfCIQIAiFQjCJIgggCXwiCSAHhUIBiSIHfCITIBp8IAcgEyADIAWFQgGJIgUgEiAgfHwiAyAXfCAFIAMgC4VCIIkiAyAEIA58IgR8Ig6FQiiJIgV8IgsgA4VCMIkiA4VCIIkiEiAEIAqFQgGJIgogDyAjfHwiBCAkfCAKIAQgBoVCIIkiBiANfCIEhUIoiSIKfCIPIAaFQjCJIgYgBHwiBHwiDYVCKIkiB3wiEyAXfCAMIBQgFYVCMIkiDCARfCIRhUIBiSIUIAsgFnx8IgsgGHwgBiALhUIgiSIGIAl8IgkgFIVCKIkiC3wiFCAGhUIwiSIGIAl8IgkgC4VCAYkiC3wiFSAhfCALIBUgBCAKhUIBiSIKIAIgEHx8IgQgHnwgCiAEIAyFQiCJIgQgAyAOfCIDfCIOhUIoiSIKfCIMIASFQjCJIgSFQiCJIhAgAyAFhUIBiSIFIA8gG3x8IgMgHHwgBSADIAiFQiCJIgggEXwiA4VCKIkiBXwiDyAIhUIwiSIIIAN8IgN8IhGFQiiJIgt8IhUgGnwgByASIBOFQjCJIgcgDXwiDYVCAYkiEiAMIB98fCIMIBl8IAggDIVCIIkiCCAJfCIJIBKFQiiJIgx8IhIgCIVCMIkiCCAJfCIJIAyFQgGJIgx8IhMgAnwgDCATIAMgBYVCAYkiBSAUICR8fCIDICJ8IAUgAyAHhUIgiSIDIAQgDnwiBHwiDoVCKIkiBXwiByADhUIwiSIDhUIgiSIUIAQgCoVCAYkiCiAPIB58fCIEIB18IAogBCAGhUIgiSIGIA18IgSFQiiJIgp8Ig8gBoVCMIkiBiAEfCIEfCINhUIoiSIMfCITIBZ8IAsgECAVhUIwiSILIBF8IhGFQgGJIhAgByAjfHwiByAcfCAGIAeFQiCJIgYgCXwiCSAQhUIoiSIHfCIQIAaFQjCJIgYgCXwiCSAHhUIBiSIHfCIVIBt8IAcgFSAbIAQgCoVCAYkiCiASIBh8fCIEfCAKIAQgC4VCIIkiGyADIA58IgN8IgSFQiiJIgp8Ig4gG4VCMIkiG4VCIIkiCyAWIAMgBYVCAYkiBSAPICB8fCIDfCAFIAMgCIVCIIkiFiARfCIIhUIoiSIFfCIDIBaFQjCJIhYgCHwiCHwiD4VCKIkiB3wiESAcfCAfIAwgEyAUhUIwiSIcIA18IgyFQgGJIg0gAiAOfHwiAnwgAiAWhUIgiSICIAl8Ih8gDYVCKIkiFnwiDiAChUIwiSICIB98Ih8gFoVCAYkiFnwiCSAZfCAWIAkgBSAIhUIBiSIZIBAgF3x8IhcgIHwgGSAXIByFQiCJIhcgBCAbfCIWfCIchUIoiSIZfCIbIBeFQjCJIheFQiCJIiAgIyAKIBaFQgGJIhYgAyAYfHwiGHwgFiAGIBiFQiCJIiMgDHwiGIVCKIkiFnwiCCAjhUIwiSIjIBh8Ihh8IgWFQiiJIgp8IgMgKoUgGiAZIBcgHHwiGYVCAYkiFyAIIB18fCIdfCAXIAIgHYVCIIkiAiALIBGFQjCJIhogD3wiHXwiHIVCKIkiF3wiCCAChUIwiSICIBx8IhyFNwMQIAAgJCAHIB2FQgGJIh0gGyAefHwiHnwgHSAfIB4gI4VCIIkiH3wiJIVCKIkiHXwiHiAfhUIwiSIfICR8IiQgKSAiIBYgGIVCAYkiFiAOICF8fCIhfCAZIBogIYVCIIkiGnwiGSAWhUIoiSIhfCIihYU3AxggACAZIBogIoVCMIkiGXwiGiAeICuFhTcDCCAAIAMgIIVCMIkiIiAFfCIeIAggLIWFNwMAIAAgJyAXIByFQgGJhSAihTcDKCAAICUgCiAehUIBiYUgAoU3AzggACAmIB0gJIVCAYmFIBmFNwMwIAAgKCAaICGFQgGJhSAfhTcDIAvvKAIIfgN/IwBBgAVrIg0kAAJAIAACfgJ/AkACQAJAAkACQCACQf8BcUEBaw4CAQIACyANQeACaiABKAIIIAMgBBBeIA0pA/gCIQggDSkD8AIhByANKQPoAiEGIA0pA+ACIQVBIAwECyABKAIAIgENAgwBCyABKAIEIgFFDQAgDUGQAWogAUHQAWpB0AD8CgAAIA1BQGsiAiABQYABakHQAPwKAAAgDUHgA2oiDiACQaAB/AoAACANQeACaiIPIAFBgAH8CgAAAkBBgAEgDS0A3wMiAWsiAiAETQRAIAEEQCACBEAgASAPaiADIAL8CgAACyANIA0pA6AEQgF8IgU3A6AEIA0gDSkDqAQgBVCtfDcDqAQgDiANQeACakEBEDAgDUEAOgDfAyAEIAJrIQQgAiADaiEDCyAEQQd2IgEEQCANIA0pA6AEIgUgAa18IgY3A6AEIA0gDSkDqAQgBSAGVq18NwOoBCAOIAMgARAwCyANIARB/wBxIgE6AN8DIAFFDQEgDUHgAmogAyAEQYD///8HcWogAfwKAAAMAQsgBARAIA1B4AJqIAFqIAMgBPwKAAALIA0gASAEajoA3wMLIA1BQGsiASANQeACakGgAvwKAAAgASANLQC/ASICaiIBQYABOgAAIA0pA4gCIQYgDSkDgAIhBSACQf8AcyIDBEAgAUEBakEAIAP8CwALIA1BwAFqIQEgA0EPTQRAIA1B4AJqIgMgDUFAayIEQYAB/AoAACABIANBARAwIARBAEHwAPwLAAsgDSACrSIHQjuGIAVCCoYiCCAHQgOGhCIHQoD+A4NCKIaEIAdCgID8B4NCGIYgB0KAgID4D4NCCIaEhCAFQgKGQoCAgPgPgyAFQg6IQoCA/AeDhCAFQh6IQoD+A4MgCEI4iISEhDcDuAEgDSAFQjaIIgVCOIYgBkIKhiIHIAWEIgVCgP4Dg0IohoQgBUKAgPwHg0IYhiAFQoCAgPgPg0IIhoSEIAZCAoZCgICA+A+DIAZCDohCgID8B4OEIAZCHohCgP4DgyAHQjiIhISENwOwASANQeACaiIDIA1BQGsiBEGAAfwKAAAgASADQQEQMCANQYABOgCAASANIA0pA/gBIgVCOIYgBUKA/gODQiiGhCAFQoCA/AeDQhiGIAVCgICA+A+DQgiGhIQgBUIIiEKAgID4D4MgBUIYiEKAgPwHg4QgBUIoiEKA/gODIAVCOIiEhIQ3A3ggDSANKQPwASIFQjiGIAVCgP4Dg0IohoQgBUKAgPwHg0IYhiAFQoCAgPgPg0IIhoSEIAVCCIhCgICA+A+DIAVCGIhCgID8B4OEIAVCKIhCgP4DgyAFQjiIhISENwNwIA0gDSkD6AEiBUI4hiAFQoD+A4NCKIaEIAVCgID8B4NCGIYgBUKAgID4D4NCCIaEhCAFQgiIQoCAgPgPgyAFQhiIQoCA/AeDhCAFQiiIQoD+A4MgBUI4iISEhDcDaCANIA0pA+ABIgVCOIYgBUKA/gODQiiGhCAFQoCA/AeDQhiGIAVCgICA+A+DQgiGhIQgBUIIiEKAgID4D4MgBUIYiEKAgPwHg4QgBUIoiEKA/gODIAVCOIiEhIQ3A2AgDSANKQPYASIFQjiGIAVCgP4Dg0IohoQgBUKAgPwHg0IYhiAFQoCAgPgPg0IIhoSEIAVCCIhCgICA+A+DIAVCGIhCgID8B4OEIAVCKIhCgP4DgyAFQjiIhISENwNYIA0gDSkD0AEiBUI4hiAFQoD+A4NCKIaEIAVCgID8B4NCGIYgBUKAgID4D4NCCIaEhCAFQgiIQoCAgPgPgyAFQhiIQoCA/AeDhCAFQiiIQoD+A4MgBUI4iISEhDcDUCANIA0pA8gBIgVCOIYgBUKA/gODQiiGhCAFQoCA/AeDQhiGIAVCgICA+A+DQgiGhIQgBUIIiEKAgID4D4MgBUIYiEKAgPwHg4QgBUIoiEKA/gODIAVCOIiEhIQ3A0ggDSANKQPAASIFQjiGIAVCgP4Dg0IohoQgBUKAgPwHg0IYhiAFQoCAgPgPg0IIhoSEIAVCCIhCgICA+A+DIAVCGIhCgID8B4OEIAVCKIhCgP4DgyAFQjiIhISENwNAIA0pA9ACIQUgDSkD2AIhBiANQgA3AKgBIA1CADcAoQEgDf0MAAAAAAAAAAAAAAAAAAAAAP0LAJEBIA39DAAAAAAAAAAAAAAAAAAAAAD9CwCBASANIAVCNogiB0I4hiAGQgqGIgggB4QiB0KA/gODQiiGhCAHQoCA/AeDQhiGIAdCgICA+A+DQgiGhIQgBkIChkKAgID4D4MgBkIOiEKAgPwHg4QgBkIeiEKA/gODIAhCOIiEhIQ3A7ABIA0gBUIKhiIHQoAEhCIGQoD8A4NCKIYgBkKAgPwHg0IYhiAGQoCAgPgPg0IIhoSEIAVCAoZCgICA+A+DIAVCDohCgID8B4OEIAVCHohCgP4DgyAHQjiIhISENwO4ASADIARBgAH8CgAAIA1BkAJqIgIgA0EBEDAgDUEAOgC/ASANKQOQAiEFIA0pA5gCIQYgDSkDoAIhByANKQOoAiEIIA0pA7ACIQkgDSkDuAIhCiANKQPAAiELIA0pA8gCIQwgARCtASACEK0BIANBAEGAAfwLACAEIANBgAH8CgAAIA1CADcD4AIgDUIANwNAIA0gDSkD4AI3AzggDSANKQNANwMwIA0gDSkD4AI3AyggDSANKQNANwMgIA0gDSkD4AI3AxggDSANKQNANwMQIA0gDSkD4AI3AwggDSANKQNANwMAIAtCOIYgC0KA/gODQiiGhCALQoCA/AeDQhiGIAtCgICA+A+DQgiGhIQgC0IIiEKAgID4D4MgC0IYiEKAgPwHg4QgC0IoiEKA/gODIAtCOIiEhIQhCyAKQjiGIApCgP4Dg0IohoQgCkKAgPwHg0IYhiAKQoCAgPgPg0IIhoSEIApCCIhCgICA+A+DIApCGIhCgID8B4OEIApCKIhCgP4DgyAKQjiIhISEIQogCUI4hiAJQoD+A4NCKIaEIAlCgID8B4NCGIYgCUKAgID4D4NCCIaEhCAJQgiIQoCAgPgPgyAJQhiIQoCA/AeDhCAJQiiIQoD+A4MgCUI4iISEhCEJIAhCOIYgCEKA/gODQiiGhCAIQoCA/AeDQhiGIAhCgICA+A+DQgiGhIQgCEIIiEKAgID4D4MgCEIYiEKAgPwHg4QgCEIoiEKA/gODIAhCOIiEhIQhCCAHQjiGIAdCgP4Dg0IohoQgB0KAgPwHg0IYhiAHQoCAgPgPg0IIhoSEIAdCCIhCgICA+A+DIAdCGIhCgID8B4OEIAdCKIhCgP4DgyAHQjiIhISEIQcgBkI4hiAGQoD+A4NCKIaEIAZCgID8B4NCGIYgBkKAgID4D4NCCIaEhCAGQgiIQoCAgPgPgyAGQhiIQoCA/AeDhCAGQiiIQoD+A4MgBkI4iISEhCEGIAVCOIYgBUKA/gODQiiGhCAFQoCA/AeDQhiGIAVCgICA+A+DQgiGhIQgBUIIiEKAgID4D4MgBUIYiEKAgPwHg4QgBUIoiEKA/gODIAVCOIiEhIQhBUHAACEEIAxCOIYgDEKA/gODQiiGhCAMQoCA/AeDQhiGIAxCgICA+A+DQgiGhIQgDEIIiEKAgID4D4MgDEIYiEKAgPwHg4QgDEIoiEKA/gODIAxCOIiEhIQMAwsgAP0MAAAAAAAAAAAAAAAAAAAAAP0LAjAgAP0MAAAAAAAAAAAAAAAAAAAAAP0LAiAgAP0MAAAAAAAAAAAAAAAAAAAAAP0LAhAgAP0MAAAAAAAAAAAAAAAAAAAAAP0LAgBBACEEDAMLIA1BkAFqIAFB0AFqQdAA/AoAACANQUBrIgIgAUGAAWpB0AD8CgAAIA1B4ANqIg4gAkGgAfwKAAAgDUHgAmoiDyABQYAB/AoAAAJAQYABIA0tAN8DIgFrIgIgBE0EQCABBEAgAgRAIAEgD2ogAyAC/AoAAAsgDSANKQOgBEIBfCIFNwOgBCANIA0pA6gEIAVQrXw3A6gEIA4gDUHgAmpBARAwIA1BADoA3wMgBCACayEEIAIgA2ohAwsgBEEHdiIBBEAgDSANKQOgBCIFIAGtfCIGNwOgBCANIA0pA6gEIAUgBlatfDcDqAQgDiADIAEQMAsgDSAEQf8AcSIBOgDfAyABRQ0BIA1B4AJqIAMgBEGA////B3FqIAH8CgAADAELIAQEQCANQeACaiABaiADIAT8CgAACyANIAEgBGo6AN8DCyANQUBrIgEgDUHgAmpBoAL8CgAAIAEgDS0AvwEiAmoiAUGAAToAACANKQOIAiEGIA0pA4ACIQUgAkH/AHMiAwRAIAFBAWpBACAD/AsACyANQcABaiEBIANBD00EQCANQeACaiIDIA1BQGsiBEGAAfwKAAAgASADQQEQMCAEQQBB8AD8CwALIA0gAq0iB0I7hiAFQgqGIgggB0IDhoQiB0KA/gODQiiGhCAHQoCA/AeDQhiGIAdCgICA+A+DQgiGhIQgBUIChkKAgID4D4MgBUIOiEKAgPwHg4QgBUIeiEKA/gODIAhCOIiEhIQ3A7gBIA0gBUI2iCIFQjiGIAZCCoYiByAFhCIFQoD+A4NCKIaEIAVCgID8B4NCGIYgBUKAgID4D4NCCIaEhCAGQgKGQoCAgPgPgyAGQg6IQoCA/AeDhCAGQh6IQoD+A4MgB0I4iISEhDcDsAEgDUHgAmoiAyANQUBrIgRBgAH8CgAAIAEgA0EBEDAgDUIANwBxIA1BgAE6AHAgDf0MAAAAAAAAAAAAAAAAAAAAAP0LAHkgDf0MAAAAAAAAAAAAAAAAAAAAAP0LAIkBIA39DAAAAAAAAAAAAAAAAAAAAAD9CwCZASANQgA3AKgBIA0gDSkD6AEiBUI4hiAFQoD+A4NCKIaEIAVCgID8B4NCGIYgBUKAgID4D4NCCIaEhCAFQgiIQoCAgPgPgyAFQhiIQoCA/AeDhCAFQiiIQoD+A4MgBUI4iISEhDcDaCANIA0pA+ABIgVCOIYgBUKA/gODQiiGhCAFQoCA/AeDQhiGIAVCgICA+A+DQgiGhIQgBUIIiEKAgID4D4MgBUIYiEKAgPwHg4QgBUIoiEKA/gODIAVCOIiEhIQ3A2AgDSANKQPYASIFQjiGIAVCgP4Dg0IohoQgBUKAgPwHg0IYhiAFQoCAgPgPg0IIhoSEIAVCCIhCgICA+A+DIAVCGIhCgID8B4OEIAVCKIhCgP4DgyAFQjiIhISENwNYIA0gDSkD0AEiBUI4hiAFQoD+A4NCKIaEIAVCgID8B4NCGIYgBUKAgID4D4NCCIaEhCAFQgiIQoCAgPgPgyAFQhiIQoCA/AeDhCAFQiiIQoD+A4MgBUI4iISEhDcDUCANIA0pA8gBIgVCOIYgBUKA/gODQiiGhCAFQoCA/AeDQhiGIAVCgICA+A+DQgiGhIQgBUIIiEKAgID4D4MgBUIYiEKAgPwHg4QgBUIoiEKA/gODIAVCOIiEhIQ3A0ggDSANKQPAASIFQjiGIAVCgP4Dg0IohoQgBUKAgPwHg0IYhiAFQoCAgPgPg0IIhoSEIAVCCIhCgICA+A+DIAVCGIhCgID8B4OEIAVCKIhCgP4DgyAFQjiIhISENwNAIA0gDSkD0AIiBUI2iCIGQjiGIAYgDSkD2AIiBkIKhiIIhCIHQoD+A4NCKIaEIAdCgID8B4NCGIYgB0KAgID4D4NCCIaEhCAGQgKGQoCAgPgPgyAGQg6IQoCA/AeDhCAGQh6IQoD+A4MgCEI4iISEhDcDsAEgDSAFQgqGIgdCgAOEIgZCgPoDg0IohiAGQoCA/AeDQhiGIAZCgICA+A+DQgiGhIQgBUIChkKAgID4D4MgBUIOiEKAgPwHg4QgBUIeiEKA/gODIAdCOIiEhIRCgICAgICAgICAf4Q3A7gBIAMgBEGAAfwKAAAgDUGQAmoiAiADQQEQMCANQQA6AL8BIA0pA5ACIQUgDSkDmAIhBiANKQOgAiEHIA0pA6gCIQggDSkDsAIhCSANKQO4AiEKIAEQrQEgAhCtASADQQBBgAH8CwAgBCADQYAB/AoAACANQgA3A+ACIA1CADcDQCANIA0pA+ACNwM4IA0gDSkDQDcDMCANIA0pA+ACNwMoIA0gDSkDQDcDICANIA0pA+ACNwMYIA0gDSkDQDcDECAKQjiGIApCgP4Dg0IohoQgCkKAgPwHg0IYhiAKQoCAgPgPg0IIhoSEIApCCIhCgICA+A+DIApCGIhCgID8B4OEIApCKIhCgP4DgyAKQjiIhISEIQogCUI4hiAJQoD+A4NCKIaEIAlCgID8B4NCGIYgCUKAgID4D4NCCIaEhCAJQgiIQoCAgPgPgyAJQhiIQoCA/AeDhCAJQiiIQoD+A4MgCUI4iISEhCEJIAhCOIYgCEKA/gODQiiGhCAIQoCA/AeDQhiGIAhCgICA+A+DQgiGhIQgCEIIiEKAgID4D4MgCEIYiEKAgPwHg4QgCEIoiEKA/gODIAhCOIiEhIQhCCAHQjiGIAdCgP4Dg0IohoQgB0KAgPwHg0IYhiAHQoCAgPgPg0IIhoSEIAdCCIhCgICA+A+DIAdCGIhCgID8B4OEIAdCKIhCgP4DgyAHQjiIhISEIQcgBkI4hiAGQoD+A4NCKIaEIAZCgID8B4NCGIYgBkKAgID4D4NCCIaEhCAGQgiIQoCAgPgPgyAGQhiIQoCA/AeDhCAGQiiIQoD+A4MgBkI4iISEhCEGIAVCOIYgBUKA/gODQiiGhCAFQoCA/AeDQhiGIAVCgICA+A+DQgiGhIQgBUIIiEKAgID4D4MgBUIYiEKAgPwHg4QgBUIoiEKA/gODIAVCOIiEhIQhBUEwCyEEQgALNwI4IAAgCzcCMCAAIAo3AiggACAJNwIgIAAgCDcCGCAAIAc3AhAgACAGNwIIIAAgBTcCAAsgACAENgJAIA1BgAVqJAALlTgCHnsMfyMAQSBrISIDQCACICZqIiNBEGoiJ/0ABAAhCyABICZqIiRBEGr9AAQAIQkgACAmaiIlQRBq/QAEACEFICNBIGoiKP0ABAAhCiAkQSBq/QAEACENICVBIGr9AAQAIQ4gI0EwaiIp/QAEACEEICRBMGr9AAQAIREgJUEwav0ABAAhECAjQUBrIir9AAQAIQcgJEFAa/0ABAAhEyAlQUBr/QAEACEPICNB0ABqIiv9AAQAIQYgJEHQAGr9AAQAIRIgJUHQAGr9AAQAIQwgI0HgAGoiLP0ABAAhFCAkQeAAav0ABAAhFSAlQeAAav0ABAAhFiAjQfAAaiIt/QAEACEXICRB8ABq/QAEACEYICVB8ABq/QAEACEZICMgI/0ABAAgJP0ABAAgJf0ABAD9USII/VH9CwQAIC0gFyAYIBn9USIX/VH9CwQAICwgFCAVIBb9USIU/VH9CwQAICsgBiASIAz9USIG/VH9CwQAICogByATIA/9USIH/VH9CwQAICkgBCARIBD9USIE/VH9CwQAICggCiANIA79USIK/VH9CwQAICcgCyAJIAX9USIF/VH9CwQAICNBgAFqIif9AAQAIRAgJUGAAWr9AAQAIRMgJEGAAWr9AAQAIQ8gI0GQAWoiKP0ABAAhESAlQZABav0ABAAhEiAkQZABav0ABAAhDCAjQaABaiIp/QAEACEJICVBoAFq/QAEACEVICRBoAFq/QAEACEWICNBsAFqIir9AAQAIQsgJUGwAWr9AAQAIRggJEGwAWr9AAQAIRkgI0HAAWoiK/0ABAAhDiAlQcABav0ABAAhGyAkQcABav0ABAAhHCAjQdABaiIs/QAEACENICVB0AFq/QAEACEdICRB0AFq/QAEACEeICNB4AFqIi39AAQAIRogJUHgAWr9AAQAIR8gJEHgAWr9AAQAISAgI0HwAWoiIyAj/QAEACAkQfABav0ABAAgJUHwAWr9AAQA/VEiIf1R/QsEACAtIBogICAf/VEiGv1R/QsEACAsIA0gHiAd/VEiDf1R/QsEACArIA4gHCAb/VEiDv1R/QsEACAqIAsgGSAY/VEiC/1R/QsEACApIAkgFiAV/VEiCf1R/QsEACAoIBEgDCAS/VEiEf1R/QsEACAnIBAgDyAT/VEiEP1R/QsEACAiIAogCP3OASAKIAT9DQABAgMICQoLEBESExgZGhsiEiAIIAX9DQABAgMICQoLEBESExgZGhsiCP3eAUEB/csB/c4BIhMgFP1RIhYgBP0NBAUGBwABAgMMDQ4PCAkKCyIP/QsEACAiIBcgBCAF/c4BIBIgCP3fAUEB/csB/c4BIhL9USIIIAT9DQQFBgcAAQIDDA0ODwgJCgsiDP0LBBAgIiAJIBD9zgEgCSAL/Q0AAQIDCAkKCxAREhMYGRobIgUgECAR/Q0AAQIDCAkKCxAREhMYGRobIhX93gFBAf3LAf3OASIQIBr9USIYIAT9DQQFBgcAAQIDDA0ODwgJCgsiFP0LBAAgIiAhIAsgEf3OASAFIBX93wFBAf3LAf3OASIR/VEiBSAE/Q0EBQYHAAECAwwNDg8ICQoLIhX9CwQQICIgBiAM/c4BIBYgCP0NBAUGBwwNDg8UFRYXHB0eHyIXIAcgBv0NAAECAwgJCgsQERITGBkaGyIG/d8BQQH9ywH9zgEiFiAE/VEiBEEo/csBIARBGP3NAf1QIgj9CwQQICIgByAP/c4BIBcgBv3eAUEB/csB/c4BIhcgCv1RIgRBKP3LASAEQRj9zQH9UCIG/QsEACAiIA0gFf3OASAYIAX9DQQFBgcMDQ4PFBUWFxwdHh8iBCAOIA39DQABAgMICQoLEBESExgZGhsiCv3fAUEB/csB/c4BIg0gC/1RIgtBKP3LASALQRj9zQH9UCIH/QsEECAiIA4gFP3OASAEIAr93gFBAf3LAf3OASIOIAn9USIEQSj9ywEgBEEY/c0B/VAiBf0LBAAgIiAIIBL9zgEgBiAI/Q0AAQIDCAkKCxAREhMYGRobIgogEyAS/Q0AAQIDCAkKCxAREhMYGRobIgv93wFBAf3LAf3OASISIAz9USAE/Q0CAwQFBgcAAQoLDA0ODwgJIgT9CwQQICIgBiAT/c4BIAogC/3eAUEB/csB/c4BIhMgD/1RIAT9DQIDBAUGBwABCgsMDQ4PCAkiCv0LBAAgIiAHIBH9zgEgBSAH/Q0AAQIDCAkKCxAREhMYGRobIgkgECAR/Q0AAQIDCAkKCxAREhMYGRobIg/93wFBAf3LAf3OASIRIBX9USAE/Q0CAwQFBgcAAQoLDA0ODwgJIgv9CwQQICIgBSAQ/c4BIAkgD/3eAUEB/csB/c4BIhAgFP1RIAT9DQIDBAUGBwABCgsMDQ4PCAkiCf0LBAAgIiAWIAT9zgEgCiAE/Q0AAQIDCAkKCxAREhMYGRobIgwgFyAW/Q0AAQIDCAkKCxAREhMYGRobIhT93wFBAf3LAf3OASIPIAj9USIIQQH9ywEgCEE//c0B/VAiCP0LBBAgIiAXIAr9zgEgDCAU/d4BQQH9ywH9zgEiDCAG/VEiBkEB/csBIAZBP/3NAf1QIgb9CwQAICIgDSAL/c4BIAkgC/0NAAECAwgJCgsQERITGBkaGyIUIA4gDf0NAAECAwgJCgsQERITGBkaGyIV/d8BQQH9ywH9zgEiDSAH/VEiB0EB/csBIAdBP/3NAf1QIgf9CwQQICIgDiAJ/c4BIBQgFf3eAUEB/csB/c4BIg4gBf1RIgVBAf3LASAFQT/9zQH9UCIF/QsEACAiIAYgCP0NCAkKCwwNDg8QERITFBUWFyIUIBP9zgEgFCAIIAb9DQgJCgsMDQ4PEBESExQVFhciCP0NAAECAwgJCgsQERITGBkaGyIGIBMgEv0NAAECAwgJCgsQERITGBkaGyIW/d4BQQH9ywH9zgEiEyAEIAr9DQgJCgsMDQ4PEBESExQVFhf9USIXIAT9DQQFBgcAAQIDDA0ODwgJCgsiFf0LBAAgIiAIIBL9zgEgBiAW/d8BQQH9ywH9zgEiEiAKIAT9DQgJCgsMDQ4PEBESExQVFhf9USIGIAT9DQQFBgcAAQIDDA0ODwgJCgsiBP0LBBAgIiAFIAf9DQgJCgsMDQ4PEBESExQVFhciCiAQ/c4BIAogByAF/Q0ICQoLDA0ODxAREhMUFRYXIgf9DQABAgMICQoLEBESExgZGhsiBSAQIBH9DQABAgMICQoLEBESExgZGhsiGP3eAUEB/csB/c4BIhAgCyAJ/Q0ICQoLDA0ODxAREhMUFRYX/VEiGSAE/Q0EBQYHAAECAwwNDg8ICQoLIhb9CwQAICIgByAR/c4BIAUgGP3fAUEB/csB/c4BIhEgCSAL/Q0ICQoLDA0ODxAREhMUFRYX/VEiCSAE/Q0EBQYHAAECAwwNDg8ICQoLIgv9CwQQICIgDCAE/c4BIBcgBv0NBAUGBwwNDg8UFRYXHB0eHyIGIA8gDP0NAAECAwgJCgsQERITGBkaGyIF/d8BQQH9ywH9zgEiDCAI/VEiCEEo/csBIAhBGP3NAf1QIgj9CwQQICIgDyAV/c4BIAYgBf3eAUEB/csB/c4BIg8gFP1RIgZBKP3LASAGQRj9zQH9UCIG/QsEACAiIA4gC/3OASAZIAn9DQQFBgcMDQ4PFBUWFxwdHh8iCSANIA79DQABAgMICQoLEBESExgZGhsiBf3fAUEB/csB/c4BIg4gB/1RIgdBKP3LASAHQRj9zQH9UCIH/QsEECAiIA0gFv3OASAJIAX93gFBAf3LAf3OASINIAr9USIKQSj9ywEgCkEY/c0B/VAiBf0LBAAgIiAIIBL9zgEgBiAI/Q0AAQIDCAkKCxAREhMYGRobIgogEyAS/Q0AAQIDCAkKCxAREhMYGRobIgn93wFBAf3LAf3OASISIAT9USAE/Q0CAwQFBgcAAQoLDA0ODwgJIgT9CwQQICIgBiAT/c4BIAogCf3eAUEB/csB/c4BIhMgFf1RIAT9DQIDBAUGBwABCgsMDQ4PCAkiCv0LBAAgIiAHIBH9zgEgBSAH/Q0AAQIDCAkKCxAREhMYGRobIgkgECAR/Q0AAQIDCAkKCxAREhMYGRobIhH93wFBAf3LAf3OASIUIAv9USAE/Q0CAwQFBgcAAQoLDA0ODwgJIgv9CwQQICIgBSAQ/c4BIAkgEf3eAUEB/csB/c4BIhEgFv1RIAT9DQIDBAUGBwABCgsMDQ4PCAkiCf0LBAAgIiAMIAT9zgEgCiAE/Q0AAQIDCAkKCxAREhMYGRobIhAgDyAM/Q0AAQIDCAkKCxAREhMYGRobIgz93wFBAf3LAf3OASIVIAj9USIIQQH9ywEgCEE//c0B/VAiCP0LBBAgIiAPIAr9zgEgECAM/d4BQQH9ywH9zgEiECAG/VEiBkEB/csBIAZBP/3NAf1QIgb9CwQAICIgDiAL/c4BIAkgC/0NAAECAwgJCgsQERITGBkaGyIPIA0gDv0NAAECAwgJCgsQERITGBkaGyIO/d8BQQH9ywH9zgEiDCAH/VEiB0EB/csBIAdBP/3NAf1QIgf9CwQQICIgDSAJ/c4BIA8gDv3eAUEB/csB/c4BIg0gBf1RIgVBAf3LASAFQT/9zQH9UCIF/QsEACADICZqIiNB8AFqIAsgCf0NCAkKCwwNDg8QERITFBUWF/0LBAAgI0HgAWogCSAL/Q0ICQoLDA0ODxAREhMUFRYX/QsEACAjQdABaiAN/QsEACAjQcABaiAM/QsEACAjQbABaiAFIAf9DQgJCgsMDQ4PEBESExQVFhf9CwQAICNBoAFqIAcgBf0NCAkKCwwNDg8QERITFBUWF/0LBAAgI0GQAWogFP0LBAAgI0GAAWogEf0LBAAgI0HwAGogBCAK/Q0ICQoLDA0ODxAREhMUFRYX/QsEACAjQeAAaiAKIAT9DQgJCgsMDQ4PEBESExQVFhf9CwQAICNB0ABqIBD9CwQAICNBQGsgFf0LBAAgI0EwaiAGIAj9DQgJCgsMDQ4PEBESExQVFhf9CwQAICNBIGogCCAG/Q0ICQoLDA0ODxAREhMUFRYX/QsEACAjQRBqIBL9CwQAICMgE/0LBAAgJkGAAmoiJkGACEcNAAtBgH8hAQNAIAEgA2oiAEGQBmr9AAQAIQsgAEGQBWr9AAQAIQkgAEGABWr9AAQAIQYgAEGABmr9AAQAIQggAEGQCGr9AAQAIRQgAEGQB2r9AAQAIRIgAEGQA2r9AAQAIQogAEGQAmr9AAQAIQcgAEGQAWr9AAQAIQUgAEGACGr9AAQAIRMgIiAAQYAHav0ABAAgAEGAAWr9AAQAIgQgAEGAA2r9AAQAIg39zgEgBCAAQYACav0ABAAiD/0NAAECAwgJCgsQERITGBkaGyIMIA0gAEGABGr9AAQAIg79DQABAgMICQoLEBESExgZGhsiFf3eAUEB/csB/c4BIhH9USIWIABBkARq/QAEACIE/Q0EBQYHAAECAwwNDg8ICQoLIhD9CwQAICIgEyAPIA79zgEgDCAV/d8BQQH9ywH9zgEiE/1RIhcgBP0NBAUGBwABAgMMDQ4PCAkKCyIP/QsEECAiIBIgCiAF/c4BIAogBP0NAAECAwgJCgsQERITGBkaGyIVIAUgB/0NAAECAwgJCgsQERITGBkaGyIF/d4BQQH9ywH9zgEiEv1RIhggBP0NBAUGBwABAgMMDQ4PCAkKCyIM/QsEACAiIBQgBCAH/c4BIBUgBf3fAUEB/csB/c4BIhT9USIHIAT9DQQFBgcAAQIDDA0ODwgJCgsiFf0LBBAgIiAOIA8gCP3OASAWIBf9DQQFBgcMDQ4PFBUWFxwdHh8iBSAGIAj9DQABAgMICQoLEBESExgZGhsiFv3fAUEB/csB/c4BIg79USIIQSj9ywEgCEEY/c0B/VAiCP0LBBAgIiANIBAgBv3OASAFIBb93gFBAf3LAf3OASIN/VEiBkEo/csBIAZBGP3NAf1QIgb9CwQAICIgBCAVIAv9zgEgGCAH/Q0EBQYHDA0ODxQVFhccHR4fIgQgCSAL/Q0AAQIDCAkKCxAREhMYGRobIgv93wFBAf3LAf3OASIW/VEiB0Eo/csBIAdBGP3NAf1QIgf9CwQQICIgCiAMIAn9zgEgBCAL/d4BQQH9ywH9zgEiF/1RIgRBKP3LASAEQRj9zQH9UCIF/QsEACAiIBMgCP3OASAGIAj9DQABAgMICQoLEBESExgZGhsiCiARIBP9DQABAgMICQoLEBESExgZGhsiC/3fAUEB/csB/c4BIhMgD/1RIAT9DQIDBAUGBwABCgsMDQ4PCAkiBP0LBBAgIiARIAb9zgEgCiAL/d4BQQH9ywH9zgEiESAQ/VEgBP0NAgMEBQYHAAEKCwwNDg8ICSIK/QsEACAiIBQgB/3OASAFIAf9DQABAgMICQoLEBESExgZGhsiCSASIBT9DQABAgMICQoLEBESExgZGhsiD/3fAUEB/csB/c4BIhAgFf1RIAT9DQIDBAUGBwABCgsMDQ4PCAkiC/0LBBAgIiASIAX9zgEgCSAP/d4BQQH9ywH9zgEiDyAM/VEgBP0NAgMEBQYHAAEKCwwNDg8ICSIJ/QsEACAiIA4gBP3OASAKIAT9DQABAgMICQoLEBESExgZGhsiEiANIA79DQABAgMICQoLEBESExgZGhsiDP3fAUEB/csB/c4BIg4gCP1RIghBAf3LASAIQT/9zQH9UCII/QsEECAiIA0gCv3OASASIAz93gFBAf3LAf3OASINIAb9USIGQQH9ywEgBkE//c0B/VAiBv0LBAAgIiAWIAv9zgEgCSAL/Q0AAQIDCAkKCxAREhMYGRobIgwgFyAW/Q0AAQIDCAkKCxAREhMYGRobIhT93wFBAf3LAf3OASISIAf9USIHQQH9ywEgB0E//c0B/VAiB/0LBBAgIiAXIAn9zgEgDCAU/d4BQQH9ywH9zgEiDCAF/VEiBUEB/csBIAVBP/3NAf1QIgX9CwQAICIgBiAI/Q0ICQoLDA0ODxAREhMUFRYXIhQgEf3OASAUIAggBv0NCAkKCwwNDg8QERITFBUWFyII/Q0AAQIDCAkKCxAREhMYGRobIgYgESAT/Q0AAQIDCAkKCxAREhMYGRobIhb93gFBAf3LAf3OASIRIAQgCv0NCAkKCwwNDg8QERITFBUWF/1RIhcgBP0NBAUGBwABAgMMDQ4PCAkKCyIV/QsEACAiIAggE/3OASAGIBb93wFBAf3LAf3OASITIAogBP0NCAkKCwwNDg8QERITFBUWF/1RIgYgBP0NBAUGBwABAgMMDQ4PCAkKCyIE/QsEECAiIA8gBSAH/Q0ICQoLDA0ODxAREhMUFRYXIgr9zgEgCiAHIAX9DQgJCgsMDQ4PEBESExQVFhciB/0NAAECAwgJCgsQERITGBkaGyIFIA8gEP0NAAECAwgJCgsQERITGBkaGyIY/d4BQQH9ywH9zgEiDyALIAn9DQgJCgsMDQ4PEBESExQVFhf9USIZIAT9DQQFBgcAAQIDDA0ODwgJCgsiFv0LBAAgIiAQIAf9zgEgBSAY/d8BQQH9ywH9zgEiECAJIAv9DQgJCgsMDQ4PEBESExQVFhf9USIJIAT9DQQFBgcAAQIDDA0ODwgJCgsiC/0LBBAgIiANIAT9zgEgFyAG/Q0EBQYHDA0ODxQVFhccHR4fIgYgDiAN/Q0AAQIDCAkKCxAREhMYGRobIgX93wFBAf3LAf3OASINIAj9USIIQSj9ywEgCEEY/c0B/VAiCP0LBBAgIiAOIBX9zgEgBiAF/d4BQQH9ywH9zgEiDiAU/VEiBkEo/csBIAZBGP3NAf1QIgb9CwQAICIgDCAL/c4BIBkgCf0NBAUGBwwNDg8UFRYXHB0eHyIJIBIgDP0NAAECAwgJCgsQERITGBkaGyIF/d8BQQH9ywH9zgEiDCAH/VEiB0Eo/csBIAdBGP3NAf1QIgf9CwQQICIgEiAW/c4BIAkgBf3eAUEB/csB/c4BIhIgCv1RIgpBKP3LASAKQRj9zQH9UCIF/QsEACAiIBMgCP3OASAGIAj9DQABAgMICQoLEBESExgZGhsiCiARIBP9DQABAgMICQoLEBESExgZGhsiCf3fAUEB/csB/c4BIhMgBP1RIAT9DQIDBAUGBwABCgsMDQ4PCAkiBP0LBBAgIiARIAb9zgEgCiAJ/d4BQQH9ywH9zgEiESAV/VEgBP0NAgMEBQYHAAEKCwwNDg8ICSIK/QsEACAiIBAgB/3OASAFIAf9DQABAgMICQoLEBESExgZGhsiCSAPIBD9DQABAgMICQoLEBESExgZGhsiEP3fAUEB/csB/c4BIhQgC/1RIAT9DQIDBAUGBwABCgsMDQ4PCAkiC/0LBBAgIiAPIAX9zgEgCSAQ/d4BQQH9ywH9zgEiECAW/VEgBP0NAgMEBQYHAAEKCwwNDg8ICSIJ/QsEACAiIA0gBP3OASAKIAT9DQABAgMICQoLEBESExgZGhsiDyAOIA39DQABAgMICQoLEBESExgZGhsiDf3fAUEB/csB/c4BIhUgCP1RIghBAf3LASAIQT/9zQH9UCII/QsEECAiIA4gCv3OASAPIA393gFBAf3LAf3OASINIAb9USIGQQH9ywEgBkE//c0B/VAiBv0LBAAgIiAMIAv9zgEgCSAL/Q0AAQIDCAkKCxAREhMYGRobIg4gEiAM/Q0AAQIDCAkKCxAREhMYGRobIg/93wFBAf3LAf3OASIMIAf9USIHQQH9ywEgB0E//c0B/VAiB/0LBBAgIiASIAn9zgEgDiAP/d4BQQH9ywH9zgEiDiAF/VEiBUEB/csBIAVBP/3NAf1QIgX9CwQAIAEgAmoiAEGAAWoiIyARICP9AAQA/VH9CwQAIABBkAFqIiMgECAj/QAEAP1R/QsEACAAQYACaiIjIBMgI/0ABAD9Uf0LBAAgAEGQAmoiIyAUICP9AAQA/VH9CwQAIABBgANqIiMgCCAG/Q0ICQoLDA0ODxAREhMUFRYXICP9AAQA/VH9CwQAIABBkANqIiMgByAF/Q0ICQoLDA0ODxAREhMUFRYXICP9AAQA/VH9CwQAIABBgARqIiMgBiAI/Q0ICQoLDA0ODxAREhMUFRYXICP9AAQA/VH9CwQAIABBkARqIiMgBSAH/Q0ICQoLDA0ODxAREhMUFRYXICP9AAQA/VH9CwQAIABBgAVqIiMgFSAj/QAEAP1R/QsEACAAQZAFaiIjIAwgI/0ABAD9Uf0LBAAgAEGABmoiIyANICP9AAQA/VH9CwQAIABBkAZqIiMgDiAj/QAEAP1R/QsEACAAQYAHaiIjIAogBP0NCAkKCwwNDg8QERITFBUWFyAj/QAEAP1R/QsEACAAQZAHaiIjIAkgC/0NCAkKCwwNDg8QERITFBUWFyAj/QAEAP1R/QsEACAAQYAIaiIjIAQgCv0NCAkKCwwNDg8QERITFBUWFyAj/QAEAP1R/QsEACAAQZAIaiIAIAsgCf0NCAkKCwwNDg8QERITFBUWFyAA/QAEAP1R/QsEACABQSBqIgENAAsL1CUCCX8BfiMAQRBrIggkAAJAAkACQCAAQfUBTwRAIABBzP97SwRAQQAhAAwECyAAQQtqIgFBeHEhBUH8msEAKAIAIglFDQJBHyEGIABB9f//B08NASAFQSYgAUEIdmciAGt2QQFxIABBAXRrQT5qIQYMAQsCQAJAAkACQAJAQfiawQAoAgAiBEEQIABBC2pB+ANxIABBC0kbIgVBA3YiAHYiAUEDcQRAIAFBf3NBAXEgAGoiB0EDdCIBQfCYwQBqIgAgAUH4mMEAaigCACICKAIIIgNGDQEgAyAANgIMIAAgAzYCCAwCCyAFQYCbwQAoAgBNDQYgAQ0CQfyawQAoAgAiAEUNBiAAaEECdEHgl8EAaigCACIBKAIEQXhxIAVrIQMgASECA0ACQCABKAIQIgANACABKAIUIgANACACKAIYIQYCQAJAIAIgAigCDCIARgRAIAJBFEEQIAIoAhQiABtqKAIAIgENAUEAIQAMAgsgAigCCCIBIAA2AgwgACABNgIIDAELIAJBFGogAkEQaiAAGyEEA0AgBCEHIAEiAEEUaiAAQRBqIAAoAhQiARshBCAAQRRBECABG2ooAgAiAQ0ACyAHQQA2AgALIAZFDQYCQCACKAIcQQJ0QeCXwQBqIgEoAgAgAkcEQCACIAYoAhBHBEAgBiAANgIUIAANAgwJCyAGIAA2AhAgAA0BDAgLIAEgADYCACAARQ0GCyAAIAY2AhggAigCECIBBEAgACABNgIQIAEgADYCGAsgAigCFCIBRQ0GIAAgATYCFCABIAA2AhgMBgsgACgCBEF4cSAFayIBIAMgASADSSIBGyEDIAAgAiABGyECIAAhAQwACwALQfiawQAgBEF+IAd3cTYCAAsgAkEIaiEAIAIgAUEDcjYCBCABIAJqIgEgASgCBEEBcjYCBAwFCwJAQQIgAHQiAkEAIAJrciABIAB0cWgiB0EDdCIBQfCYwQBqIgIgAUH4mMEAaigCACIAKAIIIgNHBEAgAyACNgIMIAIgAzYCCAwBC0H4msEAIARBfiAHd3E2AgALIAAgBUEDcjYCBCAAIAVqIgYgASAFayIHQQFyNgIEIAAgAWogBzYCAEGAm8EAKAIAIgIEQEGIm8EAKAIAIQECQEH4msEAKAIAIgRBASACQQN2dCIDcUUEQEH4msEAIAMgBHI2AgAgAkF4cUHwmMEAaiIDIQQMAQsgAkF4cSICQfCYwQBqIQQgAkH4mMEAaigCACEDCyAEIAE2AgggAyABNgIMIAEgBDYCDCABIAM2AggLIABBCGohAEGIm8EAIAY2AgBBgJvBACAHNgIADAQLQfyawQBB/JrBACgCAEF+IAIoAhx3cTYCAAsCQAJAIANBEE8EQCACIAVBA3I2AgQgAiAFaiIHIANBAXI2AgQgAyAHaiADNgIAQYCbwQAoAgAiAUUNAUGIm8EAKAIAIQACQEH4msEAKAIAIgRBASABQQN2dCIGcUUEQEH4msEAIAQgBnI2AgAgAUF4cUHwmMEAaiIEIQEMAQsgAUF4cSIEQfCYwQBqIQEgBEH4mMEAaigCACEECyABIAA2AgggBCAANgIMIAAgATYCDCAAIAQ2AggMAQsgAiADIAVqIgBBA3I2AgQgACACaiIAIAAoAgRBAXI2AgQMAQtBiJvBACAHNgIAQYCbwQAgAzYCAAsgAkEIaiIARQ0BDAILQQAgBWshAwJAAkACQCAGQQJ0QeCXwQBqKAIAIgJFBEBBACEBQQAhAAwBC0EAIQEgBUEZIAZBAXZrQQAgBkEfRxt0IQRBACEAA0ACQCACKAIEQXhxIgcgBUkNACAHIAVrIgcgA08NACACIQEgByIDDQBBACEDIAEhAAwDCyACKAIUIgcgACAHIAIgBEEddkEEcWooAhAiAkcbIAAgBxshACAEQQF0IQQgAg0ACwsgACABckUEQEEAIQFBAiAGdCIAQQAgAGtyIAlxIgBFDQMgAGhBAnRB4JfBAGooAgAhAAsgAEUNAQsDQCADIAAoAgRBeHEiAiAFayIEIAMgAyAESyIEGyACIAVJIgIbIQMgASAAIAEgBBsgAhshASAAKAIQIgIEfyACBSAAKAIUCyIADQALCyABRQ0AIAVBgJvBACgCACIATSADIAAgBWtPcQ0AIAEoAhghBgJAAkAgASABKAIMIgBGBEAgAUEUQRAgASgCFCIAG2ooAgAiAg0BQQAhAAwCCyABKAIIIgIgADYCDCAAIAI2AggMAQsgAUEUaiABQRBqIAAbIQQDQCAEIQcgAiIAQRRqIABBEGogACgCFCICGyEEIABBFEEQIAIbaigCACICDQALIAdBADYCAAsCQCAGRQ0AAkACQCABKAIcQQJ0QeCXwQBqIgIoAgAgAUcEQCABIAYoAhBHBEAgBiAANgIUIAANAgwECyAGIAA2AhAgAA0BDAMLIAIgADYCACAARQ0BCyAAIAY2AhggASgCECICBEAgACACNgIQIAIgADYCGAsgASgCFCICRQ0BIAAgAjYCFCACIAA2AhgMAQtB/JrBAEH8msEAKAIAQX4gASgCHHdxNgIACwJAIANBEE8EQCABIAVBA3I2AgQgASAFaiIAIANBAXI2AgQgACADaiADNgIAIANBgAJPBEAgACADEGkMAgsCQEH4msEAKAIAIgJBASADQQN2dCIEcUUEQEH4msEAIAIgBHI2AgAgA0H4AXFB8JjBAGoiAyECDAELIANB+AFxIgRB8JjBAGohAiAEQfiYwQBqKAIAIQMLIAIgADYCCCADIAA2AgwgACACNgIMIAAgAzYCCAwBCyABIAMgBWoiAEEDcjYCBCAAIAFqIgAgACgCBEEBcjYCBAsgAUEIaiIADQELAkACQAJAAkACQCAFQYCbwQAoAgAiAUsEQCAFQYSbwQAoAgAiAE8EQCAIQQRqIQACfyAFQa+ABGpBgIB8cSIBQRB2IAFB//8DcUEAR2oiAUAAIgRBf0YEQEEAIQFBAAwBCyABQRB0IgJBEGsgAiAEQRB0IgFBACACa0YbCyECIABBADYCCCAAIAI2AgQgACABNgIAIAgoAgQiAUUEQEEAIQAMCAsgCCgCDCEHQZCbwQAgCCgCCCIEQZCbwQAoAgBqIgA2AgBBlJvBACAAQZSbwQAoAgAiAiAAIAJLGzYCAAJAAkBBjJvBACgCACICBEBB4JjBACEAA0AgASAAKAIAIgMgACgCBCIGakYNAiAAKAIIIgANAAsMAgtBnJvBACgCACIAQQAgACABTRtFBEBBnJvBACABNgIAC0Ggm8EAQf8fNgIAQeyYwQAgBzYCAEHkmMEAIAQ2AgBB4JjBACABNgIAQfyYwQBB8JjBADYCAEGEmcEAQfiYwQA2AgBB+JjBAEHwmMEANgIAQYyZwQBBgJnBADYCAEGAmcEAQfiYwQA2AgBBlJnBAEGImcEANgIAQYiZwQBBgJnBADYCAEGcmcEAQZCZwQA2AgBBkJnBAEGImcEANgIAQaSZwQBBmJnBADYCAEGYmcEAQZCZwQA2AgBBrJnBAEGgmcEANgIAQaCZwQBBmJnBADYCAEG0mcEAQaiZwQA2AgBBqJnBAEGgmcEANgIAQbyZwQBBsJnBADYCAEGwmcEAQaiZwQA2AgBBuJnBAEGwmcEANgIAQcSZwQBBuJnBADYCAEHAmcEAQbiZwQA2AgBBzJnBAEHAmcEANgIAQciZwQBBwJnBADYCAEHUmcEAQciZwQA2AgBB0JnBAEHImcEANgIAQdyZwQBB0JnBADYCAEHYmcEAQdCZwQA2AgBB5JnBAEHYmcEANgIAQeCZwQBB2JnBADYCAEHsmcEAQeCZwQA2AgBB6JnBAEHgmcEANgIAQfSZwQBB6JnBADYCAEHwmcEAQeiZwQA2AgBB/JnBAEHwmcEANgIAQYSawQBB+JnBADYCAEH4mcEAQfCZwQA2AgBBjJrBAEGAmsEANgIAQYCawQBB+JnBADYCAEGUmsEAQYiawQA2AgBBiJrBAEGAmsEANgIAQZyawQBBkJrBADYCAEGQmsEAQYiawQA2AgBBpJrBAEGYmsEANgIAQZiawQBBkJrBADYCAEGsmsEAQaCawQA2AgBBoJrBAEGYmsEANgIAQbSawQBBqJrBADYCAEGomsEAQaCawQA2AgBBvJrBAEGwmsEANgIAQbCawQBBqJrBADYCAEHEmsEAQbiawQA2AgBBuJrBAEGwmsEANgIAQcyawQBBwJrBADYCAEHAmsEAQbiawQA2AgBB1JrBAEHImsEANgIAQciawQBBwJrBADYCAEHcmsEAQdCawQA2AgBB0JrBAEHImsEANgIAQeSawQBB2JrBADYCAEHYmsEAQdCawQA2AgBB7JrBAEHgmsEANgIAQeCawQBB2JrBADYCAEH0msEAQeiawQA2AgBB6JrBAEHgmsEANgIAQYybwQAgAUEPakF4cSIAQQhrIgI2AgBB8JrBAEHomsEANgIAQYSbwQAgBEEoayIEIAEgAGtqQQhqIgA2AgAgAiAAQQFyNgIEIAEgBGpBKDYCBEGYm8EAQYCAgAE2AgAMCAsgASACTQ0AIAIgA0kNACAAKAIMIgNBAXENACADQQF2IAdGDQMLQZybwQBBnJvBACgCACIAIAEgACABSRs2AgAgASAEaiEDQeCYwQAhAAJAAkADQCADIAAoAgAiBkcEQCAAKAIIIgANAQwCCwsgACgCDCIDQQFxDQAgA0EBdiAHRg0BC0HgmMEAIQADQAJAIAIgACgCACIDTwRAIAIgAyAAKAIEaiIGSQ0BCyAAKAIIIQAMAQsLQYybwQAgAUEPakF4cSIAQQhrIgM2AgBBhJvBACAEQShrIgkgASAAa2pBCGoiADYCACADIABBAXI2AgQgASAJakEoNgIEQZibwQBBgICAATYCACACIAZBIGtBeHFBCGsiACAAIAJBEGpJGyIDQRs2AgRB4JjBACkCACEKIANBEGpB6JjBACkCADcCACADQQhqIgAgCjcCAEHsmMEAIAc2AgBB5JjBACAENgIAQeCYwQAgATYCAEHomMEAIAA2AgAgA0EcaiEAA0AgAEEHNgIAIABBBGoiACAGSQ0ACyACIANGDQcgAyADKAIEQX5xNgIEIAIgAyACayIAQQFyNgIEIAMgADYCACAAQYACTwRAIAIgABBpDAgLAkBB+JrBACgCACIBQQEgAEEDdnQiBHFFBEBB+JrBACABIARyNgIAIABB+AFxQfCYwQBqIgAhAQwBCyAAQfgBcSIAQfCYwQBqIQEgAEH4mMEAaigCACEACyABIAI2AgggACACNgIMIAIgATYCDCACIAA2AggMBwsgACABNgIAIAAgACgCBCAEajYCBCABQQ9qQXhxQQhrIgQgBUEDcjYCBCAGQQ9qQXhxQQhrIgMgBCAFaiIAayEFIANBjJvBACgCAEYNAyADQYibwQAoAgBGDQQgAygCBCICQQNxQQFGBEAgAyACQXhxIgEQZCABIAVqIQUgASADaiIDKAIEIQILIAMgAkF+cTYCBCAAIAVBAXI2AgQgACAFaiAFNgIAIAVBgAJPBEAgACAFEGkMBgsCQEH4msEAKAIAIgFBASAFQQN2dCICcUUEQEH4msEAIAEgAnI2AgAgBUH4AXFB8JjBAGoiBSEDDAELIAVB+AFxIgFB8JjBAGohAyABQfiYwQBqKAIAIQULIAMgADYCCCAFIAA2AgwgACADNgIMIAAgBTYCCAwFC0GEm8EAIAAgBWsiATYCAEGMm8EAQYybwQAoAgAiACAFaiICNgIAIAIgAUEBcjYCBCAAIAVBA3I2AgQgAEEIaiEADAYLQYibwQAoAgAhAAJAIAEgBWsiAkEPTQRAQYibwQBBADYCAEGAm8EAQQA2AgAgACABQQNyNgIEIAAgAWoiASABKAIEQQFyNgIEDAELQYCbwQAgAjYCAEGIm8EAIAAgBWoiBDYCACAEIAJBAXI2AgQgACABaiACNgIAIAAgBUEDcjYCBAsgAEEIaiEADAULIAAgBCAGajYCBEGMm8EAQYybwQAoAgAiAEEPakF4cSIBQQhrIgI2AgBBhJvBAEGEm8EAKAIAIARqIgQgACABa2pBCGoiATYCACACIAFBAXI2AgQgACAEakEoNgIEQZibwQBBgICAATYCAAwDC0GMm8EAIAA2AgBBhJvBAEGEm8EAKAIAIAVqIgE2AgAgACABQQFyNgIEDAELQYibwQAgADYCAEGAm8EAQYCbwQAoAgAgBWoiATYCACAAIAFBAXI2AgQgACABaiABNgIACyAEQQhqIQAMAQtBACEAQYSbwQAoAgAiASAFTQ0AQYSbwQAgASAFayIBNgIAQYybwQBBjJvBACgCACIAIAVqIgI2AgAgAiABQQFyNgIEIAAgBUEDcjYCBCAAQQhqIQALIAhBEGokACAAC44xAgx/CH4jAEHwB2siBiQAIwBB4AFrIgckACABIQkjAEHQAmsiASQAIAH9DAAAAAAAAAAAAAAAAAAAAAD9CwMwIAH9DAAAAAAAAAAAAAAAAAAAAAD9CwMgIAH9DAAAAAAAAAAAAAAAAAAAAAD9CwMQIAH9DAAAAAAAAAAAAAAAAAAAAAD9CwMAAkAgAkHBAE8EQCABQQA6AH8gAUGYlcAA/QADAP0LA5ABIAFBiJXAAP0AAwD9CwOAASABIAJBBnYiCK03A6ABIAFBgAFqIAkgCBArIAEgAkE/cSIIOgB/IAgEQCABQUBrIAkgAkHA////B3FqIAj8CgAACyABQagBaiIIIAFBQGtB6AD8CgAAIAggAS0A5wEiCmoiCEGAAToAACABKQOIAiESIApBP3MiCwRAIAhBAWpBACAL/AsACyABQegBaiEIIAtBB00EQCABIAH9AAPYAf0LA8ACIAEgAf0AA8gB/QsDsAIgASAB/QADuAH9CwOgAiABIAH9AAOoAf0LA5ACIAggAUGQAmpBARArIAFCADcDqAEgAf0MAAAAAAAAAAAAAAAAAAAAAP0LA7ABIAH9DAAAAAAAAAAAAAAAAAAAAAD9CwPAASAB/QwAAAAAAAAAAAAAAAAAAAAA/QsD0AELIAEgCq0iFEI7hiASQgmGIhMgFEIDhoQiFEKA/gODQiiGhCAUQoCA/AeDQhiGIBRCgICA+A+DQgiGhIQgEkIBhkKAgID4D4MgEkIPiEKAgPwHg4QgEkIfiEKA/gODIBNCOIiEhIQ3A+ABIAEgAf0AA9gB/QsDwAIgASAB/QADyAH9CwOwAiABIAH9AAO4Af0LA6ACIAEgAf0AA6gB/QsDkAIgCCABQZACakEBECsgAUEAOgDnASABKALoASEKIAEoAuwBIQsgASgC8AEhDCABKAL0ASENIAEoAvgBIQ4gASgC/AEhDyABKAKAAiEQIAEoAoQCIREgCBCwASAB/QwAAAAAAAAAAAAAAAAAAAAA/QsDkAIgAf0MAAAAAAAAAAAAAAAAAAAAAP0LA6ACIAH9DAAAAAAAAAAAAAAAAAAAAAD9CwOwAiAB/QwAAAAAAAAAAAAAAAAAAAAA/QsDwAIgASABKQOQAjcDqAEgASABKQOYAjcDsAEgASABKQOgAjcDuAEgASABKQOoAjcDwAEgASABKQOwAjcDyAEgASABKQO4AjcD0AEgASABKQPAAjcD2AEgASABKQPIAjcD4AEgASARQRh4Qf+B/AdxIBFB/4H8B3FBCHhyNgIcIAEgEEEYeEH/gfwHcSAQQf+B/AdxQQh4cjYCGCABIA9BGHhB/4H8B3EgD0H/gfwHcUEIeHI2AhQgASAOQRh4Qf+B/AdxIA5B/4H8B3FBCHhyNgIQIAEgDUEYeEH/gfwHcSANQf+B/AdxQQh4cjYCDCABIAxBGHhB/4H8B3EgDEH/gfwHcUEIeHI2AgggASALQRh4Qf+B/AdxIAtB/4H8B3FBCHhyNgIEIAEgCkEYeEH/gfwHcSAKQf+B/AdxQQh4cjYCAAwBCyACRQ0AIAEgCSAC/AoAAAsgByAB/QADMP0LADAgByAB/QADIP0LACAgByAB/QADEP0LABAgByAB/QADAP0LAAAgAUHQAmokACAHIAf9AAQA/Qw2NjY2NjY2NjY2NjY2NjY2/VH9CwQAIAcgB/0ABBD9DDY2NjY2NjY2NjY2NjY2Njb9Uf0LBBAgByAH/QAEIP0MNjY2NjY2NjY2NjY2NjY2Nv1R/QsEICAHIAf9AAQw/Qw2NjY2NjY2NjY2NjY2NjY2/VH9CwQwIAdBmJXAAP0AAwD9CwNQIAdBiJXAAP0AAwD9CwNAIAdCATcDYCAHQUBrIAdBARArIAcgB/0ABAD9DGpqampqampqampqampqamr9Uf0LBAAgByAH/QAEEP0Mampqampqampqampqampqav1R/QsEECAHIAf9AAQg/Qxqampqampqampqampqampq/VH9CwQgIAcgB/0ABDD9DGpqampqampqampqampqamr9Uf0LBDAgB0GYlcAA/QADAP0LA3ggB0GIlcAA/QADAP0LA2ggB0IBNwOIASAHQegAaiAHQQEQKyAHIAcpA4gBNwPYASAHIAf9AAN4/QsDyAEgByAH/QADaP0LA7gBIAcgBykDQDcDkAEgByAH/QADSP0LA5gBIAcgB/0AA1j9CwOoAUGQAUEIENoBIgFFBEBBCEGQARD9AQALIAFBADoAPyABQUBrIAdBkAFqQdAA/AoAACAGQgA3AgAgBiABNgIIIAZBgAI7AQwgB0HgAWokACAGIAM6AAwgBSEBIAQhAwNAIAEiBwRAIAFBAWshASADLQAAIANBAWohAw0BCwtBACEIIAYgB0EARzoADSAFIQMgBCEBAkACQAJAA0AgA0UNASADQQFrIQMgAS0AACABQQFqIQFBAUcNAAsgBkHQAmpBAEGAAfwLAAJAIAJBgQFPBEAgBkIANwOYBSAGQQA6AM8EIAZB4JXAAP0ABAD9CwSABSAGQdCVwAD9AAQA/QsE8AQgBkHAlcAA/QAEAP0LBOAEIAZBsJXAAP0ABAD9CwTQBCAGIAJBB3YiAa03A5AFIAZB0ARqIAkgARAwIAYgAkH/AHEiAToAzwQgAQRAIAZB0ANqIAkgAkGA////B3FqIAH8CgAACyAGQaAFaiIBIAZB0ANqQdAB/AoAACABIAYtAJ8GIgNqIgFBgAE6AAAgBikD6AYhFCAGKQPgBiESIANB/wBzIgcEQCABQQFqQQAgB/wLAAsgBkGgBmohASAHQQ9NBEAgBkHwBmoiByAGQaAFaiIIQYAB/AoAACABIAdBARAwIAhBAEHwAPwLAAsgBiADrSITQjuGIBJCCoYiFSATQgOGhCITQoD+A4NCKIaEIBNCgID8B4NCGIYgE0KAgID4D4NCCIaEhCASQgKGQoCAgPgPgyASQg6IQoCA/AeDhCASQh6IQoD+A4MgFUI4iISEhDcDmAYgBiASQjaIIhJCOIYgEiAUQgqGIhOEIhJCgP4Dg0IohoQgEkKAgPwHg0IYhiASQoCAgPgPg0IIhoSEIBRCAoZCgICA+A+DIBRCDohCgID8B4OEIBRCHohCgP4DgyATQjiIhISENwOQBiAGQfAGaiIDIAZBoAVqIgdBgAH8CgAAIAEgA0EBEDAgBkEAOgCfBiAGKQOgBiESIAYpA6gGIRQgBikDsAYhEyAGKQO4BiEVIAYpA8AGIRYgBikDyAYhFyABEK0BIANBAEGAAfwLACAHIANBgAH8CgAAIAYgF0I4hiAXQoD+A4NCKIaEIBdCgID8B4NCGIYgF0KAgID4D4NCCIaEhCAXQgiIQoCAgPgPgyAXQhiIQoCA/AeDhCAXQiiIQoD+A4MgF0I4iISEhDcD+AIgBiAWQjiGIBZCgP4Dg0IohoQgFkKAgPwHg0IYhiAWQoCAgPgPg0IIhoSEIBZCCIhCgICA+A+DIBZCGIhCgID8B4OEIBZCKIhCgP4DgyAWQjiIhISENwPwAiAGIBVCOIYgFUKA/gODQiiGhCAVQoCA/AeDQhiGIBVCgICA+A+DQgiGhIQgFUIIiEKAgID4D4MgFUIYiEKAgPwHg4QgFUIoiEKA/gODIBVCOIiEhIQ3A+gCIAYgE0I4hiATQoD+A4NCKIaEIBNCgID8B4NCGIYgE0KAgID4D4NCCIaEhCATQgiIQoCAgPgPgyATQhiIQoCA/AeDhCATQiiIQoD+A4MgE0I4iISEhDcD4AIgBiAUQjiGIBRCgP4Dg0IohoQgFEKAgPwHg0IYhiAUQoCAgPgPg0IIhoSEIBRCCIhCgICA+A+DIBRCGIhCgID8B4OEIBRCKIhCgP4DgyAUQjiIhISENwPYAiAGIBJCOIYgEkKA/gODQiiGhCASQoCA/AeDQhiGIBJCgICA+A+DQgiGhIQgEkIIiEKAgID4D4MgEkIYiEKAgPwHg4QgEkIoiEKA/gODIBJCOIiEhIQ3A9ACDAELIAJFDQAgBkHQAmogCSAC/AoAAAsgBkGgBWoiASAGQdACakGAAfwKAAAgBiAG/QAEoAX9DDY2NjY2NjY2NjY2NjY2Njb9Uf0LBKAFIAYgBv0ABLAF/Qw2NjY2NjY2NjY2NjY2NjY2/VH9CwSwBSAGIAb9AATABf0MNjY2NjY2NjY2NjY2NjY2Nv1R/QsEwAUgBiAG/QAE0AX9DDY2NjY2NjY2NjY2NjY2Njb9Uf0LBNAFIAYgBv0ABOAF/Qw2NjY2NjY2NjY2NjY2NjY2/VH9CwTgBSAGIAb9AATwBf0MNjY2NjY2NjY2NjY2NjY2Nv1R/QsE8AUgBiAG/QAEgAb9DDY2NjY2NjY2NjY2NjY2Njb9Uf0LBIAGIAYgBv0ABJAG/Qw2NjY2NjY2NjY2NjY2NjY2/VH9CwSQBiAGQgA3A7gHIAZCATcDsAcgBkHglcAA/QAEAP0LBKAHIAZB0JXAAP0ABAD9CwSQByAGQcCVwAD9AAQA/QsEgAcgBkGwlcAA/QAEAP0LBPAGIAZB8AZqIgMgAUEBEDAgBiAG/QAEoAX9DGpqampqampqampqampqamr9Uf0LBKAFIAYgBv0ABLAF/Qxqampqampqampqampqampq/VH9CwSwBSAGIAb9AATABf0Mampqampqampqampqampqav1R/QsEwAUgBiAG/QAE0AX9DGpqampqampqampqampqamr9Uf0LBNAFIAYgBv0ABOAF/Qxqampqampqampqampqampq/VH9CwTgBSAGIAb9AATwBf0Mampqampqampqampqampqav1R/QsE8AUgBiAG/QAEgAb9DGpqampqampqampqampqamr9Uf0LBIAGIAYgBv0ABJAG/Qxqampqampqampqampqampq/VH9CwSQBiAGQgA3A5gEIAZCATcDkAQgBkHglcAA/QAEAP0LBIAEIAZB0JXAAP0ABAD9CwTwAyAGQcCVwAD9AAQA/QsE4AMgBkGwlcAA/QAEAP0LBNADIAZB0ANqIgcgAUEBEDAgBkHgAGogB0HQAPwKAAAgBkEQaiIBIANB0AD8CgAAQaACQRAQ2gEiCEUNASAIQQA6AH8gCEGAAWogAUGgAfwKAAALIAYoAgAiAQRAIAFBgAFqEK0BIAFB0AFqEK0BIAZBoAVqIgNBAEGAAfwLACABIANBgAH8CgAAIAFBoAIQmwELIAYgCDYCAAJAA0AgBUUEQEEAIQQMAgsgBUEBayEFIAQtAAAgBEEBaiEEQQJHDQALIAZB0AJqQQBBgAH8CwACQCACQYEBTwRAIAZCADcDmAUgBkEAOgDPBCAGQaCWwAD9AAQA/QsEgAUgBkGQlsAA/QAEAP0LBPAEIAZBgJbAAP0ABAD9CwTgBCAGQfCVwAD9AAQA/QsE0AQgBiACQQd2IgGtNwOQBSAGQdAEaiAJIAEQMCAGIAJB/wBxIgE6AM8EIAEEQCAGQdADaiAJIAJBgP///wdxaiAB/AoAAAsgBkGgBWoiASAGQdADakHQAfwKAAAgASAGLQCfBiICaiIBQYABOgAAIAYpA+gGIRQgBikD4AYhEiACQf8AcyIDBEAgAUEBakEAIAP8CwALIAZBoAZqIQEgA0EPTQRAIAZB8AZqIgMgBkGgBWoiBEGAAfwKAAAgASADQQEQMCAEQQBB8AD8CwALIAYgAq0iE0I7hiASQgqGIhUgE0IDhoQiE0KA/gODQiiGhCATQoCA/AeDQhiGIBNCgICA+A+DQgiGhIQgEkIChkKAgID4D4MgEkIOiEKAgPwHg4QgEkIeiEKA/gODIBVCOIiEhIQ3A5gGIAYgEkI2iCISQjiGIBIgFEIKhiIThCISQoD+A4NCKIaEIBJCgID8B4NCGIYgEkKAgID4D4NCCIaEhCAUQgKGQoCAgPgPgyAUQg6IQoCA/AeDhCAUQh6IQoD+A4MgE0I4iISEhDcDkAYgBkHwBmoiAiAGQaAFaiIDQYAB/AoAACABIAJBARAwIAZBADoAnwYgBikDoAYhEiAGKQOoBiEUIAYpA7AGIRMgBikDuAYhFSAGKQPABiEWIAYpA8gGIRcgBikD0AYhGCAGKQPYBiEZIAEQrQEgAkEAQYAB/AsAIAMgAkGAAfwKAAAgBiAZQjiGIBlCgP4Dg0IohoQgGUKAgPwHg0IYhiAZQoCAgPgPg0IIhoSEIBlCCIhCgICA+A+DIBlCGIhCgID8B4OEIBlCKIhCgP4DgyAZQjiIhISENwOIAyAGIBhCOIYgGEKA/gODQiiGhCAYQoCA/AeDQhiGIBhCgICA+A+DQgiGhIQgGEIIiEKAgID4D4MgGEIYiEKAgPwHg4QgGEIoiEKA/gODIBhCOIiEhIQ3A4ADIAYgF0I4hiAXQoD+A4NCKIaEIBdCgID8B4NCGIYgF0KAgID4D4NCCIaEhCAXQgiIQoCAgPgPgyAXQhiIQoCA/AeDhCAXQiiIQoD+A4MgF0I4iISEhDcD+AIgBiAWQjiGIBZCgP4Dg0IohoQgFkKAgPwHg0IYhiAWQoCAgPgPg0IIhoSEIBZCCIhCgICA+A+DIBZCGIhCgID8B4OEIBZCKIhCgP4DgyAWQjiIhISENwPwAiAGIBVCOIYgFUKA/gODQiiGhCAVQoCA/AeDQhiGIBVCgICA+A+DQgiGhIQgFUIIiEKAgID4D4MgFUIYiEKAgPwHg4QgFUIoiEKA/gODIBVCOIiEhIQ3A+gCIAYgE0I4hiATQoD+A4NCKIaEIBNCgID8B4NCGIYgE0KAgID4D4NCCIaEhCATQgiIQoCAgPgPgyATQhiIQoCA/AeDhCATQiiIQoD+A4MgE0I4iISEhDcD4AIgBiAUQjiGIBRCgP4Dg0IohoQgFEKAgPwHg0IYhiAUQoCAgPgPg0IIhoSEIBRCCIhCgICA+A+DIBRCGIhCgID8B4OEIBRCKIhCgP4DgyAUQjiIhISENwPYAiAGIBJCOIYgEkKA/gODQiiGhCASQoCA/AeDQhiGIBJCgICA+A+DQgiGhIQgEkIIiEKAgID4D4MgEkIYiEKAgPwHg4QgEkIoiEKA/gODIBJCOIiEhIQ3A9ACDAELIAJFDQAgBkHQAmogCSAC/AoAAAsgBkGgBWoiASAGQdACakGAAfwKAAAgBiAG/QAEoAX9DDY2NjY2NjY2NjY2NjY2Njb9Uf0LBKAFIAYgBv0ABLAF/Qw2NjY2NjY2NjY2NjY2NjY2/VH9CwSwBSAGIAb9AATABf0MNjY2NjY2NjY2NjY2NjY2Nv1R/QsEwAUgBiAG/QAE0AX9DDY2NjY2NjY2NjY2NjY2Njb9Uf0LBNAFIAYgBv0ABOAF/Qw2NjY2NjY2NjY2NjY2NjY2/VH9CwTgBSAGIAb9AATwBf0MNjY2NjY2NjY2NjY2NjY2Nv1R/QsE8AUgBiAG/QAEgAb9DDY2NjY2NjY2NjY2NjY2Njb9Uf0LBIAGIAYgBv0ABJAG/Qw2NjY2NjY2NjY2NjY2NjY2/VH9CwSQBiAGQgA3A7gHIAZCATcDsAcgBkGglsAA/QAEAP0LBKAHIAZBkJbAAP0ABAD9CwSQByAGQYCWwAD9AAQA/QsEgAcgBkHwlcAA/QAEAP0LBPAGIAZB8AZqIgIgAUEBEDAgBiAG/QAEoAX9DGpqampqampqampqampqamr9Uf0LBKAFIAYgBv0ABLAF/Qxqampqampqampqampqampq/VH9CwSwBSAGIAb9AATABf0Mampqampqampqampqampqav1R/QsEwAUgBiAG/QAE0AX9DGpqampqampqampqampqamr9Uf0LBNAFIAYgBv0ABOAF/Qxqampqampqampqampqampq/VH9CwTgBSAGIAb9AATwBf0Mampqampqampqampqampqav1R/QsE8AUgBiAG/QAEgAb9DGpqampqampqampqampqamr9Uf0LBIAGIAYgBv0ABJAG/Qxqampqampqampqampqampq/VH9CwSQBiAGQgA3A5gEIAZCATcDkAQgBkGglsAA/QAEAP0LBIAEIAZBkJbAAP0ABAD9CwTwAyAGQYCWwAD9AAQA/QsE4AMgBkHwlcAA/QAEAP0LBNADIAZB0ANqIgMgAUEBEDAgBkGAAmogA0HQAPwKAAAgBkGwAWoiASACQdAA/AoAAEGgAkEQENoBIgRFDQIgBEEAOgB/IARBgAFqIAFBoAH8CgAACyAGKAIEIgEEQCABQYABahCtASABQdABahCtASAGQaAFaiICQQBBgAH8CwAgASACQYAB/AoAACABQaACEJsBCyAAIAYpAgg3AgggBiAENgIEIAAgBikCADcCACAGQfAHaiQADwtBEEGgAhD9AQALQRBBoAIQ/QEAC5AeAhh/AX4jAEGwAWsiAiQAQcD2wAAtAABBAUcEQBA+CwJAAkACQEHA9cAAKAIARQRAQcD1wABBfzYCAEEAIAAgAEH89cAAKAIASyIEGyIDQQBIDQEgA0UEQEEAIQBBwPXAAEEANgIAQQEhDUEAIQNBASEKQQAhBAwEC0H49cAAKAIAIQtBASEBIANBARDaASINRQ0BQQEgCyAEGyEBIAMEQCANIAEgA/wKAAALIANBD3EhCiABIANB8P///wdxIgRqIQsgA0EPTQ0CIAL9DAAAAAAAAAAAAAAAAAAAAAD9CwNIIARFDQIgA0EQayIGQTBxQTBHBEAgBkEEdkEBakEDcSEEA0AgASACKQNQNwAIIAEgAikDSDcAACABQRBqIQEgBEEBayIEDQALCyAGQTBJDQIDQCABIAIpA1A3AAggASACKQNINwAAIAFBGGogAikDUDcAACABQRBqIAIpA0g3AAAgAUEoaiACKQNQNwAAIAFBIGogAikDSDcAACABQThqIAIpA1A3AAAgAUEwaiACKQNINwAAIAFBQGsiASALRw0ACwwCCxDCAQALIAEgABDbAQALAkAgCkUNACALIQEgA0EHcSIDBEADQCABQQA6AAAgAUEBaiEBIANBAWsiAw0ACwsgCkEISQ0AIAogC2ohBANAIAFBADoAACABQQFqQQA6AAAgAUECakEAOgAAIAFBA2pBADoAACABQQRqQQA6AAAgAUEFakEAOgAAIAFBBmpBADoAACABQQdqQQA6AAAgAUEIaiIBIARHDQALC0HA9cAAQcD1wAAoAgBBAWo2AgBBgICAgHghCwJAAkACQAJAAkAgAEGAgICAeEcEQCAAQQxJBEAgACEKIA0hBAwGCyAAQQxrIgQgDSgACCIBSQ0EIAJByABqIA1BDGoiFSABEEwgAigCSEEBRg0EQQAhCiACKAJQIghBAEgNAQJAIAhFBEBBASERDAELIAIoAkwhBkEBIQogCEEBENoBIhFFDQIgCEUNACARIAYgCPwKAAALIAQgAWsiBEEcSQ0DIARBHGsiAyABIBVqIgQoABgiDkkNAyAEKAAMIQ8gBCgACCEHIAQoAAQhDCADIA5rIQlBAiETAkACQCAEKAAAIgUOBQABAQEEAQtBACETIAdBAEchFgwDC0EDIRMgBUEBa0EDTwRAIAxBIEchFiAHIQwMAwsgBCgAECACQQI6AEogAkGAAjsASEEQQRMgDEEQRhshFiACIAVqQccAai0AACEXQQEhEyAHIQwgDyEHIQ8MAgsQwQEACyAKIAgQ2wEACyANKAAEIRggBCgAFCEGIAJByABqIAkQiwEgAigCTCEFIAIoAkgEQCAFIAIoAlAQ2wEACyAEQRxqIQEgAigCUCEQAkAgAyAORg0AIAlFDQAgECABIA5qIAn8CgAACyACQcgAaiAOEIsBIAIoAkwhFCACKAJIBEAgFCACKAJQENsBAAsgAigCUCESAkAgDkUiBA0AIAQNACASIAEgDvwKAAALIAVBgICAgHhGDQAgCCELDAELIAhFDQAgESAIEJsBCyAAQQ9xIQogDSAAQfD///8HcSIDaiEEIABBD00NACAC/QwAAAAAAAAAAAAAAAAAAAAA/QsDSCADRQ0AIA0hASADQRBrIhVBMHFBMEcEQCAVQQR2QQFqQQNxIQMDQCABIAIpA1A3AAggASACKQNINwAAIAFBEGohASADQQFrIgMNAAsLIBVBMEkNAANAIAEgAikDUDcACCABIAIpA0g3AAAgAUEYaiACKQNQNwAAIAFBEGogAikDSDcAACABQShqIAIpA1A3AAAgAUEgaiACKQNINwAAIAFBOGogAikDUDcAACABQTBqIAIpA0g3AAAgAUFAayIBIARHDQALCwJAIApFDQAgBCEBIApBB3EiAwRAA0AgAUEAOgAAIAFBAWohASADQQFrIgMNAAsLIApBCEkNACAEIApqIQQDQCABQQA6AAAgAUEBakEAOgAAIAFBAmpBADoAACABQQNqQQA6AAAgAUEEakEAOgAAIAFBBWpBADoAACABQQZqQQA6AAAgAUEHakEAOgAAIAFBCGoiASAERw0ACwtBASEKQQAhBCALQYCAgIB4RgRAQQAhAwwBCwJAAkACQAJAAkAgGEUEQAJAIAhFBEBBgICAgHghASALRQ0BIBEgCxCbAQwBCyARrSAIrUIghoQhGSALIQELIAIgGTcCeCACIAE2AnQgAiAPNgJsIAIgBzYCaCACIAw2AmQgAiAXOgBiIAIgFjoAYSACIBM6AGAgAiAONgJcIAIgEjYCWCACIBQ2AlQgAiAJNgJQIAIgEDYCTCACIAU2AkggAiAGNgJwQQAhASAGQQBIDQEgAkHgAGohBwJAIAYEQEEBIQEgBhCrASIFRQ0DIAcgECAJIBIgDiAFIAYQHSMAQZCAAWsiASQAIAFBDGoiB0EAQYCAAfwLACABIAc2AoyAASABQZCAAWokACACQQRqIAJByABqIAUgBhA2IAUhASAGQQdxIgMEQANAIAFBADoAACABQQFqIQEgA0EBayIDDQALCyAGQQhPBEAgBSAGaiEHA0AgAUEAOgAAIAFBAWpBADoAACABQQJqQQA6AAAgAUEDakEAOgAAIAFBBGpBADoAACABQQVqQQA6AAAgAUEGakEAOgAAIAFBB2pBADoAACABQQhqIgEgB0cNAAsLIAUgBhCbAQwBCyAHIBAgCSASIA5BAUEAEB0jAEGQgAFrIgEkACABQQxqIgVBAEGAgAH8CwAgASAFNgKMgAEgAUGQgAFqJAAgAkEEaiACQcgAakEBQQAQNgsgAkHIAGoQRgwFCyACQRBqIBEgCBAeIAIoAhBBgICAgHhHBEAgAiACKQNANwKkASACIAL9AAMw/QsClAEgAiAC/QADIP0LAoQBIAIgAv0AAxD9CwJ0IAIgDzYCbCACIAc2AmggAiAMNgJkIAIgFzoAYiACIBY6AGEgAiATOgBgIAIgDjYCXCACIBI2AlggAiAUNgJUIAIgCTYCUCACIBA2AkwgAiAFNgJIIAIgBjYCcEEAIQEgBkEASA0CQQEhBSAGBEBBASEBIAYQqwEiBUUNAwsgAkHgAGogECAJIBIgDiAFIAYQHSMAQZCAAWsiASQAIAFBDGoiB0EAQYCAAfwLACABIAc2AoyAASABQZCAAWokAEEBQQEQ2gEiB0UNAyACKAKIASIBIAZGIQkCQCAGRQ0AIAEgBkcNACACKAKEASEBIAYhCCAFIQNBASEJA0AjAEEQayIMIAEtAAAgAy0AAEY6AA8gCSAMLQAPcSEJIAFBAWohASADQQFqIQMgCEEBayIIDQALCyMAQRBrIgEgCToADyAHIAEtAA9BAEc6AAAgAkEBNgIMIAIgBzYCCCACQQE2AgQgBgRAAkAgBkEHcSIDRQRAIAUhAQwBCyAFIQEDQCABQQA6AAAgAUEBaiEBIANBAWsiAw0ACwsgBkEITwRAIAUgBmohBwNAIAFBADoAACABQQFqQQA6AAAgAUECakEAOgAAIAFBA2pBADoAACABQQRqQQA6AAAgAUEFakEAOgAAIAFBBmpBADoAACABQQdqQQA6AAAgAUEIaiIBIAdHDQALCyAFIAYQmwELIAJByABqEEogC0UNBSARIAsQmwEMBQsgAkGAgICAeDYCBCAJIBBqIQcgBSAJayIIQQ9xIQwgCEEPTQ0DIAL9DAAAAAAAAAAAAAAAAAAAAAD9CwNIIAchASAIQRBrIg9BMHFBMEcEQCAPQQR2QQFqQQNxIQMDQCABIAIpA1A3AAggASACKQNINwAAIAFBEGohASADQQFrIgMNAAsLIA9BMEkNAyAHIAhBcHFqIQ8DQCABIAIpA1A3AAggASACKQNINwAAIAFBGGogAikDUDcAACABQRBqIAIpA0g3AAAgAUEoaiACKQNQNwAAIAFBIGogAikDSDcAACABQThqIAIpA1A3AAAgAUEwaiACKQNINwAAIAFBQGsiASAPRw0ACwwDCyABIAYQ2wEACyABIAYQ2wEAC0EBQQEQ/QEACwJAIAxFDQAgByAIQfD///8HcWoiDyEBIAhBB3EiAwRAA0AgAUEAOgAAIAFBAWohASADQQFrIgMNAAsLIAxBCEkNACAMIA9qIQgDQCABQQA6AAAgAUEBakEAOgAAIAFBAmpBADoAACABQQNqQQA6AAAgAUEEakEAOgAAIAFBBWpBADoAACABQQZqQQA6AAAgAUEHakEAOgAAIAFBCGoiASAIRw0ACwsCQCAJRQ0AIBAhASAJQQdxIgMEQANAIAFBADoAACABQQFqIQEgA0EBayIDDQALCyAJQQhJDQADQCABQQA6AAAgAUEBakEAOgAAIAFBAmpBADoAACABQQNqQQA6AAAgAUEEakEAOgAAIAFBBWpBADoAACABQQZqQQA6AAAgAUEHakEAOgAAIAFBCGoiASAHRw0ACwsgBQRAIBAgBRCbAQsgFARAIBIgFBCbAQsgC0UNACARIAsQmwELIAIoAgQiA0GAgICAeEYEQEEAIQMMAQsgAigCDCEEIAIoAgghCgtBwPbAAC0AAEEBRwRAED4LAkBBwPXAACgCAEUEQEHA9cAAQX82AgBB/PXAACgCACIBIARJBEAgBCABayIFQfT1wAAoAgAgAWtLBEBB9PXAACABIAVBAUEBEIkBQfz1wAAoAgAhAQtB+PXAACgCACIIIAFqIQcgBUECTwR/IAVBAWsiBQRAIAdBACAF/AsACyAIIAEgBWoiAWoFIAcLQQA6AABB/PXAACABQQFqIgE2AgALIAEgBEkNASAEBEBB+PXAACgCACAKIAT8CgAAC0HA9cAAQcD1wAAoAgBBAWo2AgAgAwRAIAogAxCbAQsgAARAIA0hASAAQQdxIgMEQANAIAFBADoAACABQQFqIQEgA0EBayIDDQALCyAAQQhPBEAgACANaiEFA0AgAUEAOgAAIAFBAWpBADoAACABQQJqQQA6AAAgAUEDakEAOgAAIAFBBGpBADoAACABQQVqQQA6AAAgAUEGakEAOgAAIAFBB2pBADoAACABQQhqIgEgBUcNAAsLIA0gABCbAQsgAkGwAWokACAEDwsQwgEAC0EAIAQgAUGYncAAEGoAC+8iAht/AnsjAEGQAmsiByQAIAdBmJXAAP0AAwD9CwQQIAdBiJXAAP0AAwD9CwQAIAf9DAAAAAAAAAAAAAAAAAAAAAD9CwRQIAf9DAAAAAAAAAAAAAAAAAAAAAD9CwRAIAf9DAAAAAAAAAAAAAAAAAAAAAD9CwQwIAf9DAAAAAAAAAAAAAAAAAAAAAD9CwQgAkAgAUHBAE8EQCAHIAE2AqQBIAcgADYCoAEgB0EAIAdBoAFqQQEQLyAHIAcoAgAiAEH/gfwHcUEIeCAAQRh4Qf+B/AdxcjYCICAHIAcoAgQiAEH/gfwHcUEIeCAAQRh4Qf+B/AdxcjYCJCAHIAcoAggiAEH/gfwHcUEIeCAAQRh4Qf+B/AdxcjYCKCAHIAcoAgwiAEH/gfwHcUEIeCAAQRh4Qf+B/AdxcjYCLCAHIAcoAhAiAEH/gfwHcUEIeCAAQRh4Qf+B/AdxcjYCMCAHIAcoAhQiAEH/gfwHcUEIeCAAQRh4Qf+B/AdxcjYCNCAHIAcoAhgiAEH/gfwHcUEIeCAAQRh4Qf+B/AdxcjYCOCAHIAcoAhwiAEH/gfwHcUEIeCAAQRh4Qf+B/AdxcjYCPAwBCyABRQ0AIAdBIGogACAB/AoAAAsgByAH/QAEIP0MNjY2NjY2NjY2NjY2NjY2Nv1R/QsEICAHIAf9AAQw/Qw2NjY2NjY2NjY2NjY2NjY2/VH9CwQwIAcgB/0ABED9DDY2NjY2NjY2NjY2NjY2Njb9Uf0LBEAgByAH/QAEUP0MNjY2NjY2NjY2NjY2NjY2Nv1R/QsEUCAHQZiVwAD9AAMA/QsDsAEgB0GIlcAA/QADAP0LA6ABIAdBoAFqIgAgB0EgaiIBQQEQKyAHIAcoAqABNgJ8IAcgBygCpAE2AnggByAHKAKoATYCdCAHIAcoAqwBNgJwIAcgBygCsAE2AmwgByAHKAK0ATYCaCAHIAcoArgBNgJkIAcgBygCvAE2AmAgByAH/QAEIP0Mampqampqampqampqampqav1R/QsEICAHIAf9AAQw/Qxqampqampqampqampqampq/VH9CwQwIAcgB/0ABED9DGpqampqampqampqampqamr9Uf0LBEAgByAH/QAEUP0Mampqampqampqampqampqav1R/QsEUCAHQZiVwAD9AAMA/QsDsAEgB0GIlcAA/QADAP0LA6ABIAAgAUEBECsgByAHKAKgASIPNgKcASAHIAcoAqQBIhA2ApgBIAcgBygCqAEiETYClAEgByAHKAKsASISNgKQASAHIAcoArABIhM2AowBIAcgBygCtAEiFDYCiAEgByAHKAK4ASIVNgKEASAHIAcoArwBIhY2AoABIAf9DAAAAAAAAAAAAAAAAAAAAAD9CwPAASAHQgA3AdYBIAdCADcD0AEgB/0MAAAAAAAAAAAAAAAAAAAAAP0LA7ABIAf9DAAAAAAAAAAAAAAAAAAAAAD9CwOgASAHQQM7Ad4BIAdBgAE6AMABIAYEQCAEQQFrIRhBAiEAQQEhAQNAIAdBADYCACAHQQA2AgQgB0EANgIIIAdBADYCDCAHQQA2AhAgB0EANgIUIAdBADYCGCAHIAcoAnw2AgAgByAHKAJ4NgIEIAcgBygCdDYCCCAHIAcoAnA2AgwgByAHKAJsNgIQIAcgBygCaDYCFCAHQQA2AhwgByAHKAJkNgIYIAcgBygCYDYCHCAHQQQ2AuwBIAcgAzYC5AEgByACNgLgASAHIAFBGHhB/4H8B3EgAUH/gfwHcUEIeHI2AowCIAcgB0GMAmo2AugBIAdBwAAgB0HgAWpBAhAvIAcoAgAhASAHIA82AgAgBygCBCEIIAcgEDYCBCAHKAIIIQogByARNgIIIAcoAgwhCyAHIBI2AgwgBygCECEMIAcgEzYCECAHKAIUIQ0gByAUNgIUIAcoAhghDiAHIBU2AhggBygCHCEJIAcgFjYCHCAHIAFBGHhB/4H8B3EgAUH/gfwHcUEIeHI2AqABIAcgCEEYeEH/gfwHcSAIQf+B/AdxQQh4cjYCpAEgByAKQRh4Qf+B/AdxIApB/4H8B3FBCHhyNgKoASAHIAtBGHhB/4H8B3EgC0H/gfwHcUEIeHI2AqwBIAcgDEEYeEH/gfwHcSAMQf+B/AdxQQh4cjYCsAEgByANQRh4Qf+B/AdxIA1B/4H8B3FBCHhyNgK0ASAHIA5BGHhB/4H8B3EgDkH/gfwHcUEIeHI2ArgBIAcgCUEYeEH/gfwHcSAJQf+B/AdxQQh4cjYCvAEgByAHQaABakEBECsgByAHKAIAIgFB/4H8B3FBCHggAUEYeEH/gfwHcXI2AqABIAcgBygCBCIBQf+B/AdxQQh4IAFBGHhB/4H8B3FyNgKkASAHIAcoAggiAUH/gfwHcUEIeCABQRh4Qf+B/AdxcjYCqAEgByAHKAIMIgFB/4H8B3FBCHggAUEYeEH/gfwHcXI2AqwBIAcgBygCECIBQf+B/AdxQQh4IAFBGHhB/4H8B3FyNgKwASAHIAcoAhQiAUH/gfwHcUEIeCABQRh4Qf+B/AdxcjYCtAEgByAHKAIYIgFB/4H8B3FBCHggAUEYeEH/gfwHcXI2ArgBIAcgBygCHCIBQf+B/AdxQQh4IAFBGHhB/4H8B3FyNgK8ASAHIAf9AAQQ/QsE8AEgByAH/QAEAP0LBOABIARBAk8EQCAHKAJgIRkgBygCZCEaIAcoAmghGyAHKAJsIRwgBygCcCEdIAcoAnQhHiAHKAJ4IR8gBygCfCEgIAcoAoABIRYgBygChAEhFSAHKAKIASEUIAcoAowBIRMgBygCkAEhEiAHKAKUASERIAcoApgBIRAgBygCnAEhDyAYIQEDQCAHIBk2AhwgByAaNgIYIAcgGzYCFCAHIBw2AhAgByAdNgIMIAcgHjYCCCAHIB82AgQgByAgNgIAIAcgB0GgAWoiIUEBECsgBygCBCEIIAcgEDYCBCAHKAIIIQogByARNgIIIAcoAgwhCyAHIBI2AgwgBygCECEMIAcgEzYCECAHKAIUIQ0gByAUNgIUIAcoAhghDiAHIBU2AhggBygCHCEJIAcgFjYCHCAHKAIAIRcgByAPNgIAIAcgF0EYeEH/gfwHcSAXQf+B/AdxQQh4cjYCoAEgByAIQRh4Qf+B/AdxIAhB/4H8B3FBCHhyNgKkASAHIApBGHhB/4H8B3EgCkH/gfwHcUEIeHI2AqgBIAcgC0EYeEH/gfwHcSALQf+B/AdxQQh4cjYCrAEgByAMQRh4Qf+B/AdxIAxB/4H8B3FBCHhyNgKwASAHIA1BGHhB/4H8B3EgDUH/gfwHcUEIeHI2ArQBIAcgDkEYeEH/gfwHcSAOQf+B/AdxQQh4cjYCuAEgByAJQRh4Qf+B/AdxIAlB/4H8B3FBCHhyNgK8ASAHICFBARArIAcgB/0ABOABIAf9AAQAIiL9Uf0LBOABIAcgB/0ABPABIAf9AAQQIiP9Uf0LBPABIAcgIv0bAyIIQf+B/AdxQQh4IAhBGHhB/4H8B3FyNgKsASAHICL9GwIiCEH/gfwHcUEIeCAIQRh4Qf+B/AdxcjYCqAEgByAi/RsBIghB/4H8B3FBCHggCEEYeEH/gfwHcXI2AqQBIAcgIv0bACIIQf+B/AdxQQh4IAhBGHhB/4H8B3FyNgKgASAHICP9GwMiCEH/gfwHcUEIeCAIQRh4Qf+B/AdxcjYCvAEgByAj/RsCIghB/4H8B3FBCHggCEEYeEH/gfwHcXI2ArgBIAcgI/0bASIIQf+B/AdxQQh4IAhBGHhB/4H8B3FyNgK0ASAHICP9GwAiCEH/gfwHcUEIeCAIQRh4Qf+B/AdxcjYCsAEgAUEBayIBDQALCyAAIQggBkEgIAYgBkEgTxsiCmshBkEAIQwCQCAKQQNqQQJ2IgBBAUcEQCAAQQFxIABBHnEhDiAHQeABaiEAIAohASAFIQsDQCAHIAAoAgAiCUH/gfwHcUEIeCAJQRh4Qf+B/AdxcjYCjAJBBCABIAFBBE8bIgkEQCALIAdBjAJqIAn8CgAACyAHIABBBGooAgAiCUH/gfwHcUEIeCAJQRh4Qf+B/AdxcjYCjAJBBCABQQRrIgkgCUEETxsiCQRAIAtBBGogB0GMAmogCfwKAAALIABBCGohACABQQhrIQEgC0EIaiELIA4gDEECaiIMRw0AC0UNAQsgByAMQQJ0IgAgB0HgAWpqKAIAIgFB/4H8B3FBCHggAUEYeEH/gfwHcXI2AowCQQQgCiAAayIBIAFBBE8bIgFFDQAgACAFaiAHQYwCaiAB/AoAAAsgBSAKaiEFIAdBADYC4AEgB0EANgLkASAHQQA2AugBIAdBADYC7AEgB0EANgLwASAHQQA2AvQBIAdBADYC+AEgB0EANgL8ASAIQQFqIQAgCCEBIAYNAAsLIAdBADoAoAEgB0EAOgChASAHQQA6AKIBIAdBADoAowEgB0EAOgCkASAHQQA6AKUBIAdBADoApgEgB0EAOgCnASAHQQA6AKgBIAdBADoAqQEgB0EAOgCqASAHQQA6AKsBIAdBADoArAEgB0EAOgCtASAHQQA6AK4BIAdBADoArwEgB0EAOgCwASAHQQA6ALEBIAdBADoAsgEgB0EAOgCzASAHQQA6ALQBIAdBADoAtQEgB0EAOgC2ASAHQQA6ALcBIAdBADoAuAEgB0EAOgC5ASAHQQA6ALoBIAdBADoAuwEgB0EAOgC8ASAHQQA6AL0BIAdBADoAvgEgB0EAOgC/ASAHQQA6AMABIAdBADoAwQEgB0EAOgDCASAHQQA6AMMBIAdBADoAxAEgB0EAOgDFASAHQQA6AMYBIAdBADoAxwEgB0EAOgDIASAHQQA6AMkBIAdBADoAygEgB0EAOgDLASAHQQA6AMwBIAdBADoAzQEgB0EAOgDOASAHQQA6AM8BIAdBADoA0AEgB0EAOgDRASAHQQA6ANIBIAdBADoA0wEgB0EAOgDUASAHQQA6ANUBIAdBADoA1gEgB0EAOgDXASAHQQA6ANgBIAdBADoA2QEgB0EAOgDaASAHQQA6ANsBIAdBADoA3AEgB0EAOgDdASAHQQA6AN4BIAdBADoA3wEgB0EANgKcASAHQQA2ApgBIAdBADYClAEgB0EANgKQASAHQQA2AowBIAdBADYCiAEgB0EANgKEASAHQQA2AoABIAdBADYCfCAHQQA2AnggB0EANgJ0IAdBADYCcCAHQQA2AmwgB0EANgJoIAdBADYCZCAHQQA2AmAgB0EAOgAgIAdBADoAISAHQQA6ACIgB0EAOgAjIAdBADoAJCAHQQA6ACUgB0EAOgAmIAdBADoAJyAHQQA6ACggB0EAOgApIAdBADoAKiAHQQA6ACsgB0EAOgAsIAdBADoALSAHQQA6AC4gB0EAOgAvIAdBADoAMCAHQQA6ADEgB0EAOgAyIAdBADoAMyAHQQA6ADQgB0EAOgA1IAdBADoANiAHQQA6ADcgB0EAOgA4IAdBADoAOSAHQQA6ADogB0EAOgA7IAdBADoAPCAHQQA6AD0gB0EAOgA+IAdBADoAPyAHQQA6AEAgB0EAOgBBIAdBADoAQiAHQQA6AEMgB0EAOgBEIAdBADoARSAHQQA6AEYgB0EAOgBHIAdBADoASCAHQQA6AEkgB0EAOgBKIAdBADoASyAHQQA6AEwgB0EAOgBNIAdBADoATiAHQQA6AE8gB0EAOgBQIAdBADoAUSAHQQA6AFIgB0EAOgBTIAdBADoAVCAHQQA6AFUgB0EAOgBWIAdBADoAVyAHQQA6AFggB0EAOgBZIAdBADoAWiAHQQA6AFsgB0EAOgBcIAdBADoAXSAHQQA6AF4gB0EAOgBfIAdBADYCACAHQQA2AgQgB0EANgIIIAdBADYCDCAHQQA2AhAgB0EANgIUIAdBADYCGCAHQQA2AhwgB0GQAmokAAv+GAILfwV+IwBBQGoiCCQAAkACQAJAAkACQAJAAkACQAJAAkACQAJAAkAgASgCDCIKIAEoAgQiBEkEQCABIApBAWoiAzYCDCABKAIAIgYgCmoiBy0AACIFwCEJAkACQCAFQdsAaw4hCQEBAQEBAQEBAQEGAQEBAQEBAQcBAQEBAQUBAQEBAQEJAAsgBUEiaw4MBwAAAAAAAAAAAAADAAsgCUEwa0H/AXFBCkkNAQsgAEEGOgAIIABBCDYCBCAAQYyhwAA2AgAMDAsgASAKNgIMIAohAwtBBiENQQghCyADIARPBEBBjKHAACEHDAoLIAEgA0EBaiICNgIMIAMgBmotAAAiA0EwRg0GIANBMWtB/wFxQQhLBEBBjKHAACEHDAoLIAIgBE8NBgNAIAIgBmotAABBMGtB/wFxQQlLDQcgASACQQFqIgI2AgwgAiAERw0ACwwHCwJAIAQgA2tBA08EQCADIAZqIgIvAABB8uoBcyACQQJqLQAAQeUAc3JFDQELIABBCDYCBCAAQYyhwAA2AgAgAEEGOgAIDAoLIAEgCkEEajYCDCAAQQU6AAgMCQsCQCAEIANrQQRPBEAgAyAGaigAAEHh2M2rBkYNAQsgAEEINgIEIABBjKHAADYCACAAQQY6AAgMCQsgASAKQQVqNgIMIABBBToACAwICwJAIAQgA2tBA08EQCADIAZqIgIvAABB9dgBcyACQQJqLQAAQewAc3JFDQELIABBCDYCBCAAQYyhwAA2AgAgAEEGOgAIDAgLIAEgCkEEajYCDCAAQQU6AAgMBwsgCEEwaiABEDEgCC0AOEECRg0BIAAgCCgCODYCCCAAIAgpAjA3AgAMBgsgAkEgRwRAAkACQAJAAkAgCUH7AEYEQCABKAIIIgcoAhQhAyAHKAIIIQcgCEEgaiABIAJBAWogCEE/akGoocAAECcgCCgCICICRQ0BIAgoAiQhASAAQQY6AAggACACNgIAIAAgATYCBAwLCyADIARPDQIDQCADIAZqLQAAIgVBCWsiB0EXSw0CQQEgB3RBk4CABHFFDQIgASADQQFqIgM2AgwgAyAERw0ACyAEIQMMAgsgASgCCCIBKAIIIAdPBEAgASAHNgIICwJAAkAgAUEMaiICKAIIIgEgA08EQAJAIANFDQAgASADTQ0AIAIoAgQgA2osAABBv39MDQILIAIgAzYCCAsMAQtBgIDAAEEwQbyhwAAQ3gEACyAAQQU6AAgMCQsgBUHdAEcNACABIANBAWo2AgwMAQsgAkEBaiEMA0ACQCADIARPDQADQCADIAZqLQAAQQlrIgJBF0sNAUEBIAJ0QZOAgARxRQ0BIAEgA0EBaiIDNgIMIAMgBEcNAAsLIAhBMGogASAMECYCQAJAAkAgCC0AOEEGRgRAIAgoAjQhByAIKAIwIQUMAQtBjKHAACEFQQghByABKAIMIgMgASgCBCIETw0AIAEoAgAhBgJAA0ACQAJAIAYgAyICai0AACIDQQlrDiQAAAMDAAMDAwMDAwMDAwMDAwMDAwMDAwADAwMDAwMDAwMDAwYBCyAEIAJBAWoiA0cNAQwCCwsgA0HdAEYNAgsgASACQQFqNgIMCyAAQQY6AAggACAHNgIEIAAgBTYCAAwKCyABIAJBAWo2AgwMAgsgASACQQFqIgM2AgwMAAsACyAIQShqIQNBACEFQQAhAgJAIAEoAgwiBCAKSQ0AIAEoAgQhByABKAIAIQECQCAKRQ0AIAcgCk0EQCAHIApHDQIMAQsgASAKaiwAAEG/f0wNAQsCQCAERQ0AIAQgB08EQCAEIAdGDQEMAgsgASAEaiwAAEFASA0BCyABIApqIQUgBCAKayECCyADIAJBACAFGzYCBCADIAVBASAFGzYCACAIKQMoIQ8gAEEEOgAIIAAgDzcCAAwGCyAAQQY6AAggAEERNgIEIABBlKHAADYCAAwFCyAAQQY6AAggACAIKQIwNwIADAQLAkAgAiAETw0AIAIgBmotAABBLkcNACABIAJBAWoiAjYCDCACIARPBEBBjKHAACEHDAQLIAIgBmotAABBMGtB/wFxQQlLBEBBjKHAACEHDAQLA0AgAiAGai0AAEEwa0H/AXFBCUsNASABIAJBAWoiAjYCDCACIARHDQALDAELIAIgBE8NASACIAZqLQAAQSByQeUARw0BIAEgAkEBaiIDNgIMAkAgAyAETw0AAkAgAyAGai0AAEEraw4DAAEAAQsgASACQQJqIgM2AgwLIAMgBE8EQEGMocAAIQcMAwsgAyAGai0AAEEwa0H/AXFBCUsEQEGMocAAIQcMAwsDQCADIAZqLQAAQTBrQf8BcUEJSwRAIAMhAgwDCyABIANBAWoiAzYCDCADIARHDQALCyAEIQILQQAhAUEBIQNBACELAkACQAJAAkACfwJAAkACQAJ/AkACQAJ/AkACQAJAAkAgAiAKSQ0AIApBACAJQUBIGw0AAkAgAkUNACACIARPBEAgAiAERg0BDAILIAIgBmosAABBQEgNAQsgByEDIAIgCmsiC0GrAksNAQsDQCABIAtGBEBBAiENIAMhBwwRCyABIANqIAFBAWohAS0AAEHFAGtB3wFxDQALIAtFDQEgAyEHCyALIQICQAJAIAciAS0AAEEtRgRAIAFBAWohAyACQQFrIgJFDQEgAyEBCyAHIAtqIQRBACEDA0AgASADaiIFLQAAQd8BcUHFAEYNAiABIANBAWoiA2ogBEcNAAsgASACaiEDQQAhCQwIC0EAIQlBASELIAMhAQwNCyADRQ0BIAIgA00EQEEAIAIgA0cNAxoMAgsgBSwAAEG/f0oNAUEBIQVBACEGDAMLQQAhCyADIgchAUEAIQkMCwsgAQshBUEAIQQgA0EAIAUbIQYgBUEBIAUbIQUgA0F/Rg0BCwJAIANBAWoiBCACTwRAIAIgBEcNASACIQQMAgsgASAEaiwAAEFATg0BC0EADAELIAIgBGshDSABIARqCyEJIAUgBmohAyAGRQ0BIAUhASAGIQILQQAhBAJAA0AgASAEaiIFLQAAQS5GDQEgASAEQQFqIgRqIANHDQALQQAhBCACIQYgASEFDAcLIARFDQEgAiAETQRAQQAgAiAERw0DGgwCCyAFLAAAQb9/Sg0BQQEhBUEAIQYMAwtBACEEIAUhAUEAIQYMBQsgAQshBSAEQQAgBRshBiAFQQEgBRshBSAEQX9GDQELAkAgBEEBaiIMIAJPBEAgAiAMRw0BIAIhDAwCCyABIAxqLAAAQUBODQELQQAhBAwCCyABIAxqIQQgAiAMayEMDAELQQAhBEEAIQYgAyEFCwJ+AkAgBkEBRgRAIAUtAABBMEYNAQsgBq0MAQtCACAMQQAgBBsiAgR+IARBASAEGyEFQQAhBAJAA0AgBCAFai0AAEEwRw0BIAIgBEEBaiIERw0ACyACIQQLIAStBUIAC30LIRIgDUEBIAkbIQIgCUHOosAAIAkbIQkDQCABIANGIgpFBEAgAS0AACABQQFqIQFBLmtB/QFxRQ0BCwtCgICAgIAgIRACQAJAAkACQAJAAkAgAg4CBQABCyAJLQAAIgVBK2sOAwIBAgELIAktAAAhBQsgAiEBAkACQAJAAkAgBUH/AXFBK2sOAwECAAILIAJBAWshAyAJQQFqIQEgAkERTwRAA0AgCEEQaiAOIA5CP4cQkQEgCCkDGCAIKQMQIhFCP4dSDQQgAS0AAEEwayIEQQlLDQQgBK0iD0IAUiARIBEgD30iDlVzDQQgAUEBaiEBIANBAWsiAw0ACwwFCyADRQ0EA0AgAS0AAEEwayIEQQlLDQMgAUEBaiEBIA5CCn4gBK19IQ4gA0EBayIDDQALDAQLIAJBAWshASAJQQFqIQkLIAFBEE8EQANAIAggDiAOQj+HEJEBIAgpAwggCCkDACIPQj+HUg0CIAktAABBMGsiA0EJSw0CIAOtIA98Ig4gD1MNAiAJQQFqIQkgAUEBayIBDQALDAMLIAFFDQIDQCAJLQAAQTBrIgNBCUsNASAJQQFqIQkgA60gDkIKfnwhDiABQQFrIgENAAsMAgsgAkUNAgtCgICAgIBgQoCAgICAICAFQf8BcUEtRhshEAwBC0KAgICAgCBCgICAgIBgIA4gDkKAgICAgGBXGyIPIA9CgICAgIAgWRshEAtBAiENIAoNACAQIBJ8QrUCUw0AQRshC0HcocAAIQdBBiENCyAAIA06AAggACALNgIEIAAgBzYCAAsgCEFAayQAC/YWAhV/A34jAEFAaiIHJAAgASgCCCgCCCEQAkACQCABKAIMIgUgASgCBCIITw0AIAEoAgAhBgJAA0AgBSAGai0AACIKQQlrIglBF0sNAUEBIAl0QZOAgARxRQ0BIAEgBUEBaiIFNgIMIAUgCEcNAAsgCCEFDAELIApB/QBHDQAgASAFQQFqNgIMQQAhBAwBCyABQQRqIRcgBCgCECEYIAdBEWohEgNAAkACQCAFIAhPDQAgASgCACEGAkACfwJAAkADQCAFIAZqLQAAQQlrIgRBGUsNBEEBIAR0QZOAgARxRQRAIARBGUcNBSABIAVBAWoiDTYCDCAHQQhqIAEQMSAHKAIMIQogBygCCCEEIActABAOAwMCCQILIAVBAWoiBSAISQ0ACyABIAU2AgwMBAsgASgCCCIFKAIUIQ0gB0EIaiAEIAoQLCAHKAIMIQYCQAJAIAcoAhAiBCAFKAIMIAUoAhQiCGtLBEAgBUEMaiAIIARBAUEBEIkBIAUoAhQhCAwBCyAERQ0BCyAERQ0AIAUoAhAgCGogBiAE/AoAAAsgBSAEIAhqIgs2AhQgBygCCCIEBEAgBiAEEJsBIAUoAhQhCwtBAQwBCyAFIApqQQFqIQsgASgCCCEFQQALIQkgBSgCCCIGIAUoAgAiCEYEQCMAQRBrIgQkACAEQQRqIAggBSgCBEEEIAhBAXQiCCAIQQRNGyIIQQRBDBCDASAEKAIEQQFGBEAgBCgCCCAEKAIMENsBAAsgBCgCCCEKIAUgCDYCACAFIAo2AgQgBEEQaiQACyAFKAIEIAZBDGxqIgQgCToACCAEIAs2AgQgBCANNgIAIAUgBkEBajYCCEGMocAAIQRBCCEKIAEoAgwiBSABKAIEIgZPDQQgASgCACEIA0ACQAJAAkAgCCAFIgxqLQAAQQlrDjIBAQICAQICAgICAgICAgICAgICAgICAgECAgICAgICAgICAgICAgICAgICAgICAgICAAILIAEgDEEBaiIFNgIMIAUgBk8NBQNAIAUgCGotAABBCWsiDEEXSw0GQQEgDHRBk4CABHFFDQYgASAFQQFqIgU2AgwgBSAGSQ0ACyAGIQUMBQsgDEEBaiIFIAZJDQELCyABIAxBAWo2AgwMBAsgASAFQQFqNgIMC0GMocAAIQRBCCEKDAILIAdBCGogASACECYgBygCDCEPIAcoAgghDiAHLQAQIhlBBkYEQCAPIQogDiEEDAILIAcgEi0AAjoABiAHIBIvAAA7AQQgASgCCCITQRBqIRQgE0EUaiEVQQAhDEEAIQYCQCALIA1JDQAgFCABIAkbKAIAIRYgFSAXIAkbKAIAIRECQCANRQ0AIA0gEU8EQCANIBFHDQIMAQsgDSAWaiwAAEG/f0wNAQsCQCALRQ0AIAsgEU8EQCALIBFGDQEMAgsgCyAWaiwAAEFASA0BCyANIBZqIQYgCyANayEICyAIQQAgBhshCyAGQQEgBhshESABKAIEIQggASgCACENAkAgBSABKAIMIgZLDQACQCAFIAhPBEAgBSAIRg0BDAILIAUgDWosAABBQE4NAAwBCwJAIAYgCE8EQCAGIAhGDQEMAgsgBiANaiwAAEFASA0BCyAFIA1qIQwgBiAFayEJCyASIAcvAQQ7AAAgEiAHLQAGOgACIAcgCzYCGCAHIBE2AhQgByAZOgAQIAcgDzYCDCAHIA42AgggByAJQQAgDBsiBTYCICAHIAxBASAMGyIJNgIcIAMgESALIAdBCGogCSAFIBgRCAAgBiAITw0BAkACQAJAA0ACQAJAIA0gBiIFai0AACIGQQlrDiQAAAMDAAMDAwMDAwMDAwMDAwMDAwMDAwADAwMDAwMDAwMDAwUBCyAIIAVBAWoiBkcNAQwCCwsgBkH9AEYNAQsgASAFQQFqNgIMDAMLIAEgBUEBajYCDCAQIBMoAggiAU0EQCATKAIEIgkgEEEMbCIGaiEDAkACQAJAAkACQCABIBBrIgtBEE0EQCALRQ0BIAtBAUYNASAVKAIAIQogFCgCACEPIAFBDGxBDGshDANAAkAgCiAIIAMtAAhBAXEiBRshBCADKAIEIgEgAygCACICSQ0AIAEgBEsNACADQQxqIQMgASACayEOIA8gDSAFGyACaiESIAwhBCAJIQUDQCAKIAggBSAGaiICQRRqLQAAIhEbIRAgAkEQaigCACIBIAJBDGooAgAiAk8gASAQTXFFBEAgAiABIBBBnJ/AABBqAAsgASACayAORgRAIBIgDyANIBEbIAJqIA4QqgFFDQkLIAVBDGohBSAGIARBDGsiBEcNAAsgDEEMayEMIAlBDGohCSALQQFrIgtBAUcNAQwDCwsgAiABIARBnJ/AABBqAAsgC0EMbCICQQxuIgpBBHQhAUEAIQYgAkH0////BUsNA0EIIQYgAUEIENoBIgRFDQMgFSgCACEOIBQoAgAhC0EAIQIDQCAOIAggAyACQQxsaiIFLQAIIgkbIQYgBSgCBCIBIAUoAgAiBUkNAyABIAZLDQMgCyANIAkbIhAgBWohDyABIAVrIQlCpcaIocicp/lLIRoCQCABIAVGDQAgCUEDcSEGAkAgBSABa0F8SwRAQQAhAQwBCyAJQXxxIRJBACEBA0AgGiABIA9qIgwxAACFQrODgICAIH4gDEEBajEAAIVCs4OAgIAgfiAMQQJqMQAAhUKzg4CAgCB+IAxBA2oxAACFQrODgICAIH4hGiASIAFBBGoiAUcNAAsgBkUNAQsgECABIAVqaiEFA0AgGiAFMQAAhUKzg4CAgCB+IRogBUEBaiEFIAZBAWsiBg0ACwsgBCACQQR0aiIBIAk2AgwgASAPNgIIIAEgGjcDACACQQFqIgIgCkcNAAsgCkEBdiICBEAgCkECayIMQQAgCiAMTxshDwNAIAJBAWsiAkEBdCIGQQFyIQUgBCACQQR0aiIBKAIMIQggASgCCCEJIAEpAwAhGiACIQECQAJAIAYgD08NAANAAkACQCAEAn8gBCAFQQR0aiIDKQMAIhsgBkEEdCAEakEgaiIGKQMAIhxSBEAgGyAcWAwBCyADKAIIIAYoAgggAygCDCIDIAYoAgwiBiADIAZJGxCqASIOIAMgBmsgDhtBAEwLIAVqIgNBBHRqIgUpAwAiGyAaUgRAIBogG1QNASABIQUMBQsgCSAFKAIIIAggBSgCDCIGIAYgCEsbEKoBIg4gCCAGayAOG0EATg0BCyAEIAFBBHRqIAX9AAMA/QsDACADQQF0IgZBAXIhBSADIQEgBiAPSQ0BDAILCyABIQUMAQsgBiAMRwRAIAEhBQwBCwJAIAQgBUEEdGoiAykDACIbIBpSBEAgGiAbVA0BIAEhBQwCCyAJIAMoAgggCCADKAIMIgYgBiAISxsQqgEiDiAIIAZrIA4bQQBIDQAgASEFDAELIAQgAUEEdGogA/0AAwD9CwMACyAEIAVBBHRqIgEgCDYCDCABIAk2AgggASAaNwMAIAINAAsLIAcgCjYCLCAHIAQ2AiggByAKNgIkIAdBMGogB0EkaiIBEEsgB0EIaiABEEsDQCAHKAIQIgIEQCAHKQMwIRogByAHKQMIIhs3AzAgBygCPCEDIAcoAjghASAHIAcpAxA3AzgCQCABRQ0AIBogG1INACADIAcoAhQiBEcNACABIAIgBBCqAUUNBAsgB0EIaiAHQSRqEEsMAQsLIAcoAiQiAUUNACAHKAIoIAFBBHQQmwELQQAhBEEaIQoMBwsgBygCJCIBRQ0CIAcoAiggAUEEdBCbAQwCCyAFIAEgBkGcn8AAEGoACyAGIAEQ2wEAC0G0osAAIQRBGiEKDAMLIBAgASABQdCfwAAQagALIAEgBUEBaiIFNgIMDAALAAsgACAKNgIEIAAgBDYCACAHQUBrJAALyREECH8GfgJ8AXsCQAJ8AkAgAi0ACCIFQQZHBEAgBUECRw0DIAIoAgAhAyACKAIEIgdBDUsNAUEAIQIDQCACIAdHBEAgAiADaiACQQFqIQItAABBOmtB/wFxQfYBTw0BDAMLC0QAAAAAAAAAACAHRQ0CGiAHQQNxIQICQCAHQQRPBEAgB0EMcSEEA0AgC0IKfiADLQAAQTBrrUL/AYN8Qgp+IANBAWotAABBMGutQv8Bg3xCCn4gA0ECai0AAEEwa61C/wGDfEIKfiADQQNqLQAAQTBrrUL/AYN8IQsgA0EEaiEDIARBBGsiBA0ACyACRQ0BCwNAIAtCCn4gAy0AAEEwa61C/wGDfCELIANBAWohAyACQQFrIgINAAsLIAu6DAILIABCADcDCCAAQQA2AgAPCwJ+AkADQCADIARqIgItAABB3wFxQcUARg0BIAcgBEEBaiIERw0ACyADIQIgByEIQgAMAQsCQAJAIARBAAJ/AkAgBEUNACAEIAdPBEBBACAEIAdHDQIaDAELIAIsAABBv39KDQBBASECDAILIAMLIgIbIQggAkEBIAIbIQIgBEF/Rg0BCwJAIAcgBEEBaiIGTQRAIAYgB0cNASAHIQYMAgsgAyAGaiwAAEG/f0oNAQtCAAwBCyADIAZqIQQCQAJAAkAgByAGayIFDgIFAAELIAQtAAAiA0Eraw4DBAEEAQsgBC0AACEDCwJAAkACQAJAIANB/wFxQStrDgMBAgACCyAEQQFqIQQgBUEJTwRAIAYgB2tBAWohBkEAIQMDQCADrEIKfiILQiCIpyALpyIFQR91Rw0HIAQtAABBMGsiB0EJSw0HIAUgB2siAyAFSCAHQQBKcw0HIARBAWohBCAGQQFqIgYNAAsMAwsgBUEBRgRAQQAhAwwDCyAGIAdrQQFqIQdBACEDA0AgBC0AAEEwayIFQQlLDQYgBEEBaiEEIANBCmwgBWshAyAHQQFqIgcNAAsMAgsgBUEBayEFIARBAWohBAsgBUEITwRAQQAhAwNAIAOsQgp+IgtCIIinIAunIgZBH3VHDQUgBC0AAEEwayIDQQlLDQUgA0EASCADIAZqIgMgBkhzDQUgBEEBaiEEIAVBAWsiBQ0ACwwBCyAFRQRAQQAhAwwBCyAELQAAQTBrIgNBCUsNAyAFQQFGDQAgBC0AAUEwayIGQQlLDQMgBiADQQpsaiEDIAVBAkYNACAELQACQTBrIgZBCUsNAyAGIANBCmxqIQMgBUEDRg0AIAQtAANBMGsiBkEJSw0DIAYgA0EKbGohAyAFQQRGDQAgBC0ABEEwayIGQQlLDQMgBiADQQpsaiEDIAVBBUYNACAELQAFQTBrIgZBCUsNAyAGIANBCmxqIQMgBUEGRg0AIAQtAAZBMGsiBUEJSw0DIAUgA0EKbGohAwsgA6wLIQwCQCAIRQRAQQAhBUEBIQMMAQsgCCEFAkAgAiIHLQAAQS1GIglFDQBBASEDIAJBAWohByAFQQFrIgUNAEEAIQUgByECQQEhCQwBCyACIAhqIQJBACEEAkADQCAEIAdqIgYtAABBLkYNAUEBIQMgByAEQQFqIgRqIAJHDQALIAchAgwBCwJAAkACfwJAIARFDQAgBCAFTwRAQQAgBCAFRw0CGgwBCyAGLAAAQb9/Sg0AQQEhAkEAIQYMAgsgBwshAkEAIQggBEEAIAIbIQYgAkEBIAIbIQIgBEF/Rg0BCwJAIAUgBEEBaiIITQRAIAUgCEcNASAFIQgMAgsgByAIaiwAAEFATg0BCyAGIQVBASEDDAELIAcgCGohAyAFIAhrIghFBEAgBiEFDAELIAUgB2pBAWshBANAIAQtAABBMEcEQCAGIQUgCCEKDAILIARBAWshBCAIQQFrIggNAAsgBiEFCyADIApqIQYgAiAFaiEFIAqtIg8gDH0hDUIAIQsDQAJAAn8CQCACRQ0AIAIgBUYNACACQQFqIQQgAwwBCyADRQ0BIAMgBkYNAUEAIQQgAyICQQFqCyEDIAsgAi0AACICQTBHIAtCAFVyrXwiC0ITVQ0DIA5CCn4gAkEwa61C/wGDfCEOIAQhAgwBCwtEAAAAAAAAAIBEAAAAAAAAAAAgCRsgDlANABogDUISVQ0BIAsgDX1CDVUNAQJAAkACQCANQgBTBEAgDCAPfSIPQgJUDQH9DAAAAAAAAAAAAQAAAAAAAAAgDv0eACETIA0gD0J+gyIMfCENIAwhCwNAIBP9DAoAAAAAAAAACgAAAAAAAAD91QEhEyALQgJ9IgtCAFINAAsgEyATIBP9DQgJCgsMDQ4PAAECAwQFBgf91QH9HQAhDiAMIA9SDQFCASEMDAMLIA1QBEBCASEMDAMLIA2nIQJCCiELQgEhDANAAkAgAkEBcQRAIAsgDH4hDCACQQFGDQELIAJBAXYhAiALIAt+IQsMAQsLIAxQDQEMAgsDQCAOQgp+IQ5CASEMIA1CAXwiDUIAUg0ACwwBC0Gsn8AAEPIBAAsgDiAOIAyAIgsgDH59IQ5BASECIAtC/////////w9YBEADQCAOQgGGIg4gDFqtIAsiDUIBhoQhCyACQQFrIQIgDiAMgiEOIA1CgICAgICAgAhUDQALCyALQQogC3mnayIFrSIQiCIMQgGDIQ0gDEIBiCEPQgAhDAJAIA5CAFIEQCANIQwMAQsgDVANACAPQgGDQgEgC0J/IBCGQn+Fg1AbIQwLRAAAAAAAAABAIRJEAAAAAAAAAEBEAAAAAAAA8D8gAiAFaiIFQR91IgIgBXMgAmsiAkEBcRshESACQQF2IgIEQANAIBEgEiASoiISoiARIAJBAXEbIREgAkEBdiICDQALC0QAAAAAAADwPyARoyARIAVBAEgbIAwgD3y6oiIRmiARIAkbCyIRmUQAgL8g+n9NQmVFDQAgACAROQMQIABCATcDCCAAQQA2AgAPCyAAQTg2AhAgAEHZo8AANgIMIABBAzYCCCAAIAE2AgQgAEEBNgIAC5wRAgx/AX4jAEEgayIGJAAgBC0AGSEHIAQoAhQhDkEEIQ8gBCgCHCIKIQkgBCgCICILIQUgBCgCJCIMIQ0CQAJ/AkACQAJAIAQtABhBAWsOAwEEAgALQQAhD0EAIQ0gBwwCCyAELQAaQQFqQf8BcSEPIAchCSAKIQUgCyENIAwhEAwCC0HAAEEgIAdBAXEbIQlBACENQQUhDyAKCyEFCwJAAkAgDiAEKAIIIgpqQRxqIgdBAEgNACAENQIoIRECfwJAIAdFBEAgBkEANgIMIAZCgICAgBA3AgQMAQtBASEIIAdBARDaASILRQ0CIAZBADYCDCAGIAs2AgggBiAHNgIEQQAgB0EbSw0BGgsgBkEEakEAQRxBAUEBEIkBIAYoAgQhByAGKAIIIQsgBigCDAshCCAIIAtqIgwgEDYAECAMIA02AAwgDCAFNgAIIAwgCTYABCAMIA82AAAgDEEUaiAOrUIghiARhDcAACAGIAhBHGoiCDYCDCAEKAIQIQUCQAJAIAcgCGsgDkkEQCAGQQRqIAggDkEBQQEQiQEgBigCBCEHIAYoAgghCyAGKAIMIQgMAQsgDkUNAQsgDkUNACAIIAtqIAUgDvwKAAALIAYgCCAOaiIINgIMIAQoAgQhBQJAAkAgByAIayAKSQRAIAZBBGogCCAKQQFBARCJASAGKAIIIQsgBigCDCEIDAELIApFDQELIApFDQAgCCALaiAFIAr8CgAACyAGIAggCmo2AgwgBSAKaiENIAQoAgAgCmsiCUEPcSELIAlBD00NASAG/QwAAAAAAAAAAAAAAAAAAAAA/QsDECANIQcgCUEQayIMQTBxQTBHBEBBACAMQQR2QQFqQQNxayEIA0AgByAGKQMYNwAIIAcgBikDEDcAACAHQRBqIQcgCEEBaiIIDQALCyAMQTBJDQEgDSAJQXBxaiEMA0AgByAGKQMYNwAIIAcgBikDEDcAACAHQRhqIAYpAxg3AAAgB0EQaiAGKQMQNwAAIAdBKGogBikDGDcAACAHQSBqIAYpAxA3AAAgB0E4aiAGKQMYNwAAIAdBMGogBikDEDcAACAHQUBrIgcgDEcNAAsMAQsgCCAHENsBAAsCQCALRQ0AIA0gCUHw////B3FqIgwhByAJQQdxIggEQANAIAdBADoAACAHQQFqIQcgCEEBayIIDQALCyALQQhJDQAgCyAMaiEJA0AgB0EAOgAAIAdBAWpBADoAACAHQQJqQQA6AAAgB0EDakEAOgAAIAdBBGpBADoAACAHQQVqQQA6AAAgB0EGakEAOgAAIAdBB2pBADoAACAHQQhqIgcgCUcNAAsLAkAgCkUNACAKQQdxIgcEQANAIAVBADoAACAFQQFqIQUgB0EBayIHDQALCyAKQQhJDQADQCAFQQA6AAAgBUEBakEAOgAAIAVBAmpBADoAACAFQQNqQQA6AAAgBUEEakEAOgAAIAVBBWpBADoAACAFQQZqQQA6AAAgBUEHakEAOgAAIAVBCGoiBSANRw0ACwtBACEIIARBADYCCCAGKAIMIQkgBCgCHCEFQQAhBwJAQv////8PAn4CQAJAIAQtABhBAWsOAgABAwsgBa1CCoYMAQsgBDUCIEIBIAWthiAENQIkQgGGfEICfH5CB4YLIhEgEUL/////D1obpyEHCwJAAkAgAyAJakEMaiIFQQBIDQAgBigCBCEKIAYoAgghDQJ/AkAgBUUEQCAGQQA2AhggBkKAgICAEDcCEAwBC0EBIQggBUEBENoBIgRFDQIgBkEANgIYIAYgBDYCFCAGIAU2AhBBACAFQQtLDQEaCyAGQRBqQQBBDEEBQQEQiQEgBigCFCEEIAYoAhgLIQUgBCAFaiILIAM2AAggCyABNgAEIAsgBzYAACAGIAVBDGoiBTYCGAJAAkAgBigCECAFayADSQRAIAZBEGogBSADQQFBARCJASAGKAIUIQQgBigCGCEFDAELIANFDQELIANFDQAgBCAFaiACIAP8CgAACyAGIAMgBWoiBTYCGAJAAkAgBigCECAFayAJSQRAIAZBEGogBSAJQQFBARCJASAGKAIYIQUMAQsgCUUNAQsgCUUNACAGKAIUIAVqIA0gCfwKAAALIAAgBikCEDcCACAAIAUgCWo2AgggCSANaiEAIAogCWsiAUEPcSECIAFBD00NASAG/QwAAAAAAAAAAAAAAAAAAAAA/QsDECAAIQUgAUEQayIDQTBxQTBHBEAgA0EEdkEBakEDcSEHA0AgBSAGKQMYNwAIIAUgBikDEDcAACAFQRBqIQUgB0EBayIHDQALCyADQTBJDQEgACABQXBxaiEDA0AgBSAGKQMYNwAIIAUgBikDEDcAACAFQRhqIAYpAxg3AAAgBUEQaiAGKQMQNwAAIAVBKGogBikDGDcAACAFQSBqIAYpAxA3AAAgBUE4aiAGKQMYNwAAIAVBMGogBikDEDcAACAFQUBrIgUgA0cNAAsMAQsgCCAFENsBAAsCQCACRQ0AIAAgAUHw////B3FqIgMhBSABQQdxIgcEQANAIAVBADoAACAFQQFqIQUgB0EBayIHDQALCyACQQhJDQAgAiADaiEBA0AgBUEAOgAAIAVBAWpBADoAACAFQQJqQQA6AAAgBUEDakEAOgAAIAVBBGpBADoAACAFQQVqQQA6AAAgBUEGakEAOgAAIAVBB2pBADoAACAFQQhqIgUgAUcNAAsLAkAgCUUNACANIQUgCUEHcSIHBEADQCAFQQA6AAAgBUEBaiEFIAdBAWsiBw0ACwsgCUEISQ0AA0AgBUEAOgAAIAVBAWpBADoAACAFQQJqQQA6AAAgBUEDakEAOgAAIAVBBGpBADoAACAFQQVqQQA6AAAgBUEGakEAOgAAIAVBB2pBADoAACAFQQhqIgUgAEcNAAsLIAoEQCANIAoQmwELIAZBIGokAAu/DgIBfwJ7IwBBkAFrIgQkACAEIAM2AgQCQCADQcEATwRAIAT9DAAAAAAAAAAAAAAAAAAAAAD9CwM4IAT9DAAAAAAAAAAAAAAAAAAAAAD9CwMoIAT9DAAAAAAAAAAAAAAAAAAAAAD9CwMYIAT9DAAAAAAAAAAAAAAAAAAAAAD9CwMIIAQgATYCVCAEIAA2AlAgBEEENgJMIAQgBEEEajYCSCAEQcgAakECIARBCGpBwAAQTSACIAT9AAMYIgX9CwAQIAIgBP0AAwgiBv0LAAAgBCAE/QADOP0LA3ggBCAE/QADKP0LA2ggBCAF/QsDWCAEIAb9CwNIIANBIGshASACQSBqIQIgA0HhAE8EQANAIARBwAA2AowBIAQgBEHIAGo2AogBIARBiAFqQQEgBEEIakHAABBNIARBADoASCAEQQA6AEkgBEEAOgBKIARBADoASyAEQQA6AEwgBEEAOgBNIARBADoATiAEQQA6AE8gBEEAOgBQIARBADoAUSAEQQA6AFIgBEEAOgBTIARBADoAVCAEQQA6AFUgBEEAOgBWIARBADoAVyAEQQA6AFggBEEAOgBZIARBADoAWiAEQQA6AFsgBEEAOgBcIARBADoAXSAEQQA6AF4gBEEAOgBfIARBADoAYCAEQQA6AGEgBEEAOgBiIARBADoAYyAEQQA6AGQgBEEAOgBlIARBADoAZiAEQQA6AGcgBEEAOgBoIARBADoAaSAEQQA6AGogBEEAOgBrIARBADoAbCAEQQA6AG0gBEEAOgBuIARBADoAbyAEQQA6AHAgBEEAOgBxIARBADoAciAEQQA6AHMgBEEAOgB0IARBADoAdSAEQQA6AHYgBEEAOgB3IARBADoAeCAEQQA6AHkgBEEAOgB6IARBADoAeyAEQQA6AHwgBEEAOgB9IARBADoAfiAEQQA6AH8gBEEAOgCAASAEQQA6AIEBIARBADoAggEgBEEAOgCDASAEQQA6AIQBIARBADoAhQEgBEEAOgCGASAEQQA6AIcBIAIgBP0AAxj9CwAQIAIgBP0AAwj9CwAAIAQgBP0AAzj9CwN4IAQgBP0AAyj9CwNoIAQgBP0AAxj9CwNYIAQgBP0AAwj9CwNIIAJBIGohAiABQSBrIgFBwABLDQALCyAEQcAANgKMASAEIARByABqNgKIASAEQYgBakEBIAIgARBNIARBADoASCAEQQA6AEkgBEEAOgBKIARBADoASyAEQQA6AEwgBEEAOgBNIARBADoATiAEQQA6AE8gBEEAOgBQIARBADoAUSAEQQA6AFIgBEEAOgBTIARBADoAVCAEQQA6AFUgBEEAOgBWIARBADoAVyAEQQA6AFggBEEAOgBZIARBADoAWiAEQQA6AFsgBEEAOgBcIARBADoAXSAEQQA6AF4gBEEAOgBfIARBADoAYCAEQQA6AGEgBEEAOgBiIARBADoAYyAEQQA6AGQgBEEAOgBlIARBADoAZiAEQQA6AGcgBEEAOgBoIARBADoAaSAEQQA6AGogBEEAOgBrIARBADoAbCAEQQA6AG0gBEEAOgBuIARBADoAbyAEQQA6AHAgBEEAOgBxIARBADoAciAEQQA6AHMgBEEAOgB0IARBADoAdSAEQQA6AHYgBEEAOgB3IARBADoAeCAEQQA6AHkgBEEAOgB6IARBADoAeyAEQQA6AHwgBEEAOgB9IARBADoAfiAEQQA6AH8gBEEAOgCAASAEQQA6AIEBIARBADoAggEgBEEAOgCDASAEQQA6AIQBIARBADoAhQEgBEEAOgCGASAEQQA6AIcBIARBADoACCAEQQA6AAkgBEEAOgAKIARBADoACyAEQQA6AAwgBEEAOgANIARBADoADiAEQQA6AA8gBEEAOgAQIARBADoAESAEQQA6ABIgBEEAOgATIARBADoAFCAEQQA6ABUgBEEAOgAWIARBADoAFyAEQQA6ABggBEEAOgAZIARBADoAGiAEQQA6ABsgBEEAOgAcIARBADoAHSAEQQA6AB4gBEEAOgAfIARBADoAICAEQQA6ACEgBEEAOgAiIARBADoAIyAEQQA6ACQgBEEAOgAlIARBADoAJiAEQQA6ACcgBEEAOgAoIARBADoAKSAEQQA6ACogBEEAOgArIARBADoALCAEQQA6AC0gBEEAOgAuIARBADoALyAEQQA6ADAgBEEAOgAxIARBADoAMiAEQQA6ADMgBEEAOgA0IARBADoANSAEQQA6ADYgBEEAOgA3IARBADoAOCAEQQA6ADkgBEEAOgA6IARBADoAOyAEQQA6ADwgBEEAOgA9IARBADoAPiAEQQA6AD8gBEEAOgBAIARBADoAQSAEQQA6AEIgBEEAOgBDIARBADoARCAEQQA6AEUgBEEAOgBGIARBADoARwwBCyAEIAE2AlQgBCAANgJQIARBBDYCTCAEIARBBGo2AkggBEHIAGpBAiACIAMQTQsgBEGQAWokAAuODAIPfwh7IwBBQGoiDCQAIAIEQCABIAJBBnRqIQ8gAP0AAhAhFCAA/QACACEVA0AgDCAB/QAAACAT/Q0DAgEABwYFBAsKCQgPDg0MIhf9DJgvikKRRDdxz/vAtaXbten9rgH9CwQAIAwgAf0AABAgE/0NAwIBAAcGBQQLCgkIDw4NDCIY/QxbwlY58RHxWaSCP5LVXhyr/a4B/QsEECAMIAH9AAAgIBP9DQMCAQAHBgUECwoJCA8ODQwiFv0MmKoH2AFbgxK+hTEkw30MVf2uAf0LBCAgDCAB/QAAMCAT/Q0DAgEABwYFBAsKCQgPDg0MIhL9DHRdvnL+sd6Apwbcm3Txm8H9rgH9CwQwIAFBQGshASAV/RsDIQMgFf0bAiEEIBX9GwEhBSAV/RsAIQYgFP0bAyEIIBT9GwIhCSAU/RsBIQogFP0bACEHQQAhDkEQIQsDQAJAIAtBPE0EQCAOQQFqIQ4gC0ECdEHI4cAAaiEQQQAhDSAGIQIgFyEZIBghFyAWIRggEiEWIAUhBiAEIQUgAyEEA0AgDCANaiID/QAEACETIAMgGCAW/Q0EBQYHCAkKCwwNDg8QERITIBn9rgEgGSAX/Q0EBQYHCAkKCwwNDg8QERITIhJBA/2tASASQQf9rQH9USASQRL9rQH9USASQQ79qwH9USASQRn9qwH9Uf2uASAWIBP9DQgJCgsICQoLDA0ODwwNDg8iEkER/c0BIBJBCv2tAf1RIBJBE/3NAf1R/QwAAAAAAAAAAAAAAAAAAAAA/Q0AAQIDCAkKCxwdHh8cHR4f/a4BIhkgE/0NAAECAwABAgMEBQYHBAUGByISQRH9zQEgEkEK/a0B/VEgEkET/c0B/VH9DAAAAAAAAAAAAAAAAAAAAAD9DRwdHh8cHR4fAAECAwgJCgsgGf2uASISIA0gEGr9AAIA/a4B/QsEACAHQRp3IAdBFXdzIAdBB3dzIAhqIAkgCnMgB3EgCXNqIBP9GwBqIgggBSAGcyACcSAFIAZxcyACQR53IAJBE3dzIAJBCndzamoiA0EedyADQRN3cyADQQp3cyADIAIgBnNxIAIgBnFzaiAT/RsBIAlqIAQgCGoiCCAHIApzcSAKc2ogCEEadyAIQRV3cyAIQQd3c2oiCWoiBEEedyAEQRN3cyAEQQp3cyAEIAIgA3NxIAIgA3FzaiAT/RsCIApqIAUgCWoiCSAHIAhzcSAHc2ogCUEadyAJQRV3cyAJQQd3c2oiCmoiBUEedyAFQRN3cyAFQQp3cyAFIAMgBHNxIAMgBHFzaiAT/RsDIAdqIAYgCmoiCiAIIAlzcSAIc2ogCkEadyAKQRV3cyAKQQd3c2oiB2ohBiACIAdqIQcgDUEQaiINQcAARg0CIAtBOUkgBiECIBchGSALQQRqIQsgGCEXIBYhGCASIRYgBSEGIAQhBSADIQQNAAsLQQBBBEHAACALa0HI48AAEGoACyALQQRqIQsgDkEDRw0AC0EAIQIDQCACIAxqIgtBDGooAgAgB2ogC0EIaigCACAKaiALQQRqKAIAIAlqIAMgCygCACAHQRp3IAdBFXdzIAdBB3dzIAhqIAkgCnMgB3EgCXNqaiIDaiIIIAcgCnNxIApzaiAIQRp3IAhBFXdzIAhBB3dzaiILIARqIgkgByAIc3EgB3NqIAlBGncgCUEVd3MgCUEHd3NqIg0gBWoiCiAIIAlzcSAIc2ogCkEadyAKQRV3cyAKQQd3c2oiDiAGaiEHIAQgBXMgBnEgBCAFcXMgBkEedyAGQRN3cyAGQQp3c2ogA2oiA0EedyADQRN3cyADQQp3cyADIAUgBnNxIAUgBnFzaiALaiIEQR53IARBE3dzIARBCndzIAQgAyAGc3EgAyAGcXNqIA1qIgVBHncgBUETd3MgBUEKd3MgBSADIARzcSADIARxc2ogDmohBiACQRBqIgJBwABHDQALIAAgB/0RIAr9HAEgCf0cAiAI/RwDIBT9rgEiFP0LAhAgACAG/REgBf0cASAE/RwCIAP9HAMgFf2uASIV/QsCACABIA9HDQALCyAMQUBrJAALlhIBDH8jAEFAaiIEJAACQAJAAkACQCACQQBIDQAgAkUEQCAEQgE3AiAgBCACNgIcQQAhAgwEC0EBIQMgAkEBENoBIgVFDQAgBEEANgIkIAQgBTYCICAEIAI2AhwgASACaiEFA0BBACEDA0AgASADaiIGLQAAQdwARwRAIAEgA0EBaiIDaiAFRw0BDAULCwJAAkACfwJAIANFDQAgAiADTQRAQQAgAiADRw0CGgwBCyAGLAAAQb9/Sg0AQQEhCEEAIQYMAgsgAQshB0EAIQUgA0EAIAcbIQYgB0EBIAcbIQggA0F/Rg0BCyADQQFqIgUgAk8EQCACIAVGIAIhBUUNBQwBCyABIAVqLAAAQUBIDQQLIAIgBWshBwJAAkAgBCgCHCAEKAIkIgJrIAZJBEAgBEEcaiACIAZBAUEBEIkBIAQoAiQhAgwBCyAGRQ0BCyAGRQ0AIAQoAiAgAmogCCAG/AoAAAsgASAFaiEDIAQgAiAGaiIFNgIkAn8CQAJAIAdBAU0EQCAHQQFGDQEMAgsgAywAAUFASA0BCyAHQQFrIQYgA0EBagwBC0EAIQNBAAshASAGQQAgARshAiADQQBHIQYgAUEBIAEbIQECQAJAAkACQAJAIAMEQAJAAkACQAJAAkACQCADLQAAQeIAaw4UAAUFBQEFBQUFBQUFAgUFBQMFBAoFCyAFIAQoAhxGBH8gBEEcaiAFQQFBAUEBEIkBIAQoAiQFIAULIAQoAiBqQQg6AAAgBCAFQQFqNgIkDAoLIAUgBCgCHEYEfyAEQRxqIAVBAUEBQQEQiQEgBCgCJAUgBQsgBCgCIGpBDDoAACAEIAVBAWo2AiQMCQsgBSAEKAIcRgR/IARBHGogBUEBQQFBARCJASAEKAIkBSAFCyAEKAIgakEKOgAAIAQgBUEBajYCJAwICyAFIAQoAhxGBH8gBEEcaiAFQQFBAUEBEIkBIAQoAiQFIAULIAQoAiBqQQ06AAAgBCAFQQFqNgIkDAcLIAUgBCgCHEYEfyAEQRxqIAVBAUEBQQEQiQEgBCgCJAUgBQsgBCgCIGpBCToAACAEIAVBAWo2AiQMBgsgBCgCHCAFayAGSQ0BDAILIAQoAhwgBWsgBk8NAgsgBEEcaiAFIAZBAUEBEIkBIAQoAiQhBQsgBkUNACAEKAIgIAVqIANBASADGyAG/AoAAAsgBCAFIAZqNgIkDAELQQAhAyAEAn9BACACQQNNDQAaIARBGGogARB2IAQvARpBACAELwEYQQFxGyEDQQAgAkEKSQ0AGiAEQRBqIAFBBmoQdiAELwESQQAgBC8BEEEBcRsLOwEqIAQgAzsBKCAEQQA6ADQgBEEANgIsIAQgA0GA+ANxQYCwA0YiDjYCMCAEQQhqIQcgBEEoaiEIIARBLGoiBSgCACEDAkAgBSgCBCIGQQFNBEAgBkEBaiIGIAYgAyAFLQAIGyIDTw0BCyADIAZBAkHAn8AAEGoACyAHIAYgA2s2AgQgByAIIANBAXRqNgIAIAQgBCgCCCIDIAQoAgxBAXRqNgI8IAQgAzYCOCAEQQA7ATQgBEKBgMSAkIDACDcCLCAEQRxqIQoCQCAFLwEIIgZBAkYNACAFKAIQIQ0gBS8BCiEIIAUoAgwhAwNAAkACQAJ/AkACfyAGQQFxBEAgAyEFIAgMAQsgAyANRg0GIANBAmohBSADLwEACyIHQYDwA3FBgLADRwRAIAooAgghBkEBIQkgB0H//wNxIghBgAFJBEBBASEHDAQLIAdB//8DcUGAEE8NAUECDAILIAdB//8DcUH/twNLDQMgBSANRg0DIAVBAmohA0EBIQYgBS8BACIIQYBAa0H//wNxQYD4A0kNBCAIQf8HcSAHQf8HcUEKdHJBgIAEaiEIIAooAgghBiADIQULQQNBBCAIQYCABEkbCyEHQQAhCQsgCigCACAGayAHSQR/IAogBiAHQQFBARCJASAKKAIIBSAGCyAKKAIEaiEDAkAgCUUEQCAIQT9xQYB/ciEJIAhBBnYhCyAIQYAQTwRAIAhBDHYhDCALQT9xQYB/ciELIAhBgIAETwRAIAMgCToAAyADIAs6AAIgAyAMQT9xQYB/cjoAASADIAhBEnZBcHI6AAAMAwsgAyAJOgACIAMgCzoAASADIAxB4AFyOgAADAILIAMgCToAASADIAtBwAFyOgAADAELIAMgCDoAAAsgCiAGIAdqNgIICwNAIAUgDUYNAiAFQQJqIQMCfwJAAkAgBS8BACIHQYDwA3FBgLADRgRAIAMhBSAHQf+3A0sNBCADIA1GDQQgA0ECaiEFQQEhBiADLwEAIghBgEBrQf//A3FBgPgDTw0BIAUhAwwFCyAKKAIIIQZBASEJIAdBgAFJBEAgAyEFQQEMAwsgB0GAEE8EQCADIQUMAgtBACEJIAMhBUECDAILIAhB/wdxIAdB/wdxQQp0ckGAgARqIQcgCigCCCEGC0EAIQlBA0EEIAdBgIAESRsLIgsgCigCACAGa0sEfyAKIAYgC0EBQQEQiQEgCigCCAUgBgsgCigCBGohAwJAIAlFBEAgB0E/cUGAf3IhCCAHQQZ2IQkgB0GAEEkEQCADIAg6AAEgAyAJQcABcjoAAAwCCyAHQQx2IQwgCUE/cUGAf3IhCSAHQf//A00EQCADIAg6AAIgAyAJOgABIAMgDEHgAXI6AAAMAgsgAyAIOgADIAMgCToAAiADIAxBP3FBgH9yOgABIAMgB0ESdkFwcjoAAAwBCyADIAc6AAALIAogBiALajYCCAwACwALAAsCfyAORQRAIAJBBE0EQEEEIQMgAkEERw0GQXwMAgsgASwABEG/f0wNBUEEIQNBfAwBCwJAIAJBCk0EQEEKIQMgAkEKRw0GDAELIAEsAApBQEgNBUEKIQMLQXYLIQUgASADaiEBIAIgBWohAgsgASACaiEFIAINAAsMAQsgAyACENsBAAtBACECIAQoAiQhAwwBCyAEKAIcIAQoAiQiA2sgAkkEQCAEQRxqIAMgAkEBQQEQiQEgBCgCJCEDCyACRQ0AIAQoAiAgA2ogASAC/AoAAAsgACAEKQIcNwIAIAAgAiADajYCCCAEQUBrJAALnQsBCH9B1PbAACgCAEUEQEHU9sAAQX82AgBB2PbAAEHY9sAA/QACACAA/QACAP1R/QsCAEHo9sAAQej2wAD9AAIAIAD9AAIQ/VH9CwIAQfj2wABB+PbAAP0AAgAgAP0AAiD9Uf0LAgBBiPfAAEGI98AA/QACACAA/QACMP1R/QsCAEGY98AAQZj3wAAoAgAgACgCQHM2AgBBnPfAAEGc98AAKAIAIAAoAkRzNgIAQdz2wAAhAANAQZj3wAAoAgAhBkHY9sAAKAIAIAIgASAFQQJxQQJ0aiICKAIAc3MiA0EOdkH8B3EoAqD/QCADQRZ2QfwHcSgCoPdAaiADQQZ2QfwHcSgCoIdBcyADQf8BcUECdCgCoI9BakHc9sAAKAIAIAIoAgQgBHNzcyICQQ52QfwHcSgCoP9AIAJBFnZB/AdxKAKg90BqIAJBBnZB/AdxKAKgh0FzIAJB/wFxQQJ0KAKgj0FqQeD2wAAoAgAgA3NzIgNBDnZB/AdxKAKg/0AgA0EWdkH8B3EoAqD3QGogA0EGdkH8B3EoAqCHQXMgA0H/AXFBAnQoAqCPQWpB5PbAACgCACACc3MiAkEOdkH8B3EoAqD/QCACQRZ2QfwHcSgCoPdAaiACQQZ2QfwHcSgCoIdBcyACQf8BcUECdCgCoI9BakHo9sAAKAIAIANzcyIDQQ52QfwHcSgCoP9AIANBFnZB/AdxKAKg90BqIANBBnZB/AdxKAKgh0FzIANB/wFxQQJ0KAKgj0FqQez2wAAoAgAgAnNzIgJBDnZB/AdxKAKg/0AgAkEWdkH8B3EoAqD3QGogAkEGdkH8B3EoAqCHQXMgAkH/AXFBAnQoAqCPQWpB8PbAACgCACADc3MiA0EOdkH8B3EoAqD/QCADQRZ2QfwHcSgCoPdAaiADQQZ2QfwHcSgCoIdBcyADQf8BcUECdCgCoI9BakH09sAAKAIAIAJzcyICQQ52QfwHcSgCoP9AIAJBFnZB/AdxKAKg90BqIAJBBnZB/AdxKAKgh0FzIAJB/wFxQQJ0KAKgj0FqQfj2wAAoAgAgA3NzIgNBDnZB/AdxKAKg/0AgA0EWdkH8B3EoAqD3QGogA0EGdkH8B3EoAqCHQXMgA0H/AXFBAnQoAqCPQWpB/PbAACgCACACc3MiAkEOdkH8B3EoAqD/QCACQRZ2QfwHcSgCoPdAaiACQQZ2QfwHcSgCoIdBcyACQf8BcUECdCgCoI9BakGA98AAKAIAIANzcyIDQQ52QfwHcSgCoP9AIANBFnZB/AdxKAKg90BqIANBBnZB/AdxKAKgh0FzIANB/wFxQQJ0KAKgj0FqQYT3wAAoAgAgAnNzIgJBDnZB/AdxKAKg/0AgAkEWdkH8B3EoAqD3QGogAkEGdkH8B3EoAqCHQXMgAkH/AXFBAnQoAqCPQWpBiPfAACgCACADc3MiA0EOdkH8B3EoAqD/QCADQRZ2QfwHcSgCoPdAaiADQQZ2QfwHcSgCoIdBcyADQf8BcUECdCgCoI9BakGM98AAKAIAIAJzcyICQQ52QfwHcSgCoP9AIAJBFnZB/AdxKAKg90BqIAJBBnZB/AdxKAKgh0FzIAJB/wFxQQJ0KAKgj0FqQZD3wAAoAgAgA3NzIgNBDnZB/AdxKAKg/0AgA0EWdkH8B3EoAqD3QGogA0EGdkH8B3EoAqCHQXMgA0H/AXFBAnQoAqCPQWpBlPfAACgCACACc3MiAkH/AXFBAnQoAqCPQSEEIAJBBnZB/AdxKAKgh0EhByACQQ52QfwHcSgCoP9AIQggAkEWdkH8B3EoAqD3QCEJIABBBGtBnPfAACgCACACcyICNgIAIAAgBCAHIAggCWpzaiADIAZzcyIENgIAIABBCGohACAFQQJqIgVBkghHDQALQdT2wABBADYCAA8LEMIBAAuqCQIHfwF+IwBBIGsiBCQAIAJBBGooAgAhBSADQQFHBEAgAkEMaigCACAFaiEFCwJAAkAgBSAFQRFqIgZB/wBxIgdrQZEBaiAGIAcbIgZBAEgNAEEBIQcgBgRAQQEhCCAGQQEQ2gEiB0UNAQsgAiADQQN0aiEJQQAhAyAEQQA2AgwgBCAHNgIIIAQgBjYCBANAIAIoAgAhCgJAAkAgAkEEaigCACIIIAQoAgQgA2tLBEAgBEEEaiADIAhBAUEBEIkBIAQoAgghByAEKAIMIQMMAQsgCEUNAQsgCEUNACADIAdqIAogCPwKAAALIAQgAyAIaiIDNgIMIAJBCGoiAiAJRw0ACyAEKAIEIANGBH8gBEEEahCYASAEKAIIBSAHCyADakGAAToAACAEIANBAWoiAzYCDCABIAVqrSILQgWIQoCAgDiDIAtCK4ZCgICAgICAwP8AgyALQjuGhCALQhuGQoCAgICA4D+DIAtCC4ZCgICAgPAfg4SEhCELIAMgBkEIayICSQRAIAIgA2siASAEKAIEIANrSwRAIARBBGogAyABQQFBARCJASAEKAIMIQMLIAQoAggiBSADaiECIAFBAk8EfyABQQFrIgEEQCACQQAgAfwLAAsgBSABIANqIgNqBSACC0EAOgAAIANBAWohAgsgBCACNgIMIAQoAgQgAmtBB00EQCAEQQRqIAJBCEEBQQEQiQEgBCgCDCECCyAEKAIIIAJqIAs3AAAgBCACQQhqIgE2AgwgACAEKAIIIAFBB3YQMCAEKAIIIgEgBCgCDCIGaiEAIAQoAgQiCCAGayIFQQ9xIQcgBUEPTQ0BIAT9DAAAAAAAAAAAAAAAAAAAAAD9CwMQIAAhAiAFQRBrIglBMHFBMEcEQEEAIAlBBHZBAWpBA3FrIQMDQCACIAQpAxg3AAggAiAEKQMQNwAAIAJBEGohAiADQQFqIgMNAAsLIAlBMEkNASAAIAVBcHFqIQMDQCACIAQpAxg3AAggAiAEKQMQNwAAIAJBGGogBCkDGDcAACACQRBqIAQpAxA3AAAgAkEoaiAEKQMYNwAAIAJBIGogBCkDEDcAACACQThqIAQpAxg3AAAgAkEwaiAEKQMQNwAAIAJBQGsiAiADRw0ACwwBCyAIIAYQ2wEACwJAIAdFDQAgACAFQfD///8HcWoiCSECIAVBB3EiAwRAA0AgAkEAOgAAIAJBAWohAiADQQFrIgMNAAsLIAdBCEkNACAHIAlqIQMDQCACQQA6AAAgAkEBakEAOgAAIAJBAmpBADoAACACQQNqQQA6AAAgAkEEakEAOgAAIAJBBWpBADoAACACQQZqQQA6AAAgAkEHakEAOgAAIAJBCGoiAiADRw0ACwsCQCAGRQ0AIAEhAiAGQQdxIgMEQANAIAJBADoAACACQQFqIQIgA0EBayIDDQALCyAGQQhJDQADQCACQQA6AAAgAkEBakEAOgAAIAJBAmpBADoAACACQQNqQQA6AAAgAkEEakEAOgAAIAJBBWpBADoAACACQQZqQQA6AAAgAkEHakEAOgAAIAJBCGoiAiAARw0ACwsgCARAIAEgCBCbAQsgBEEgaiQAC6kJAgd/AX4jAEEgayIEJAAgAkEEaigCACEFIANBAUcEQCACQQxqKAIAIAVqIQULAkACQCAFIAVBCWoiBkE/cSIHa0HJAGogBiAHGyIGQQBIDQBBASEHIAYEQEEBIQggBkEBENoBIgdFDQELIAIgA0EDdGohCUEAIQMgBEEANgIMIAQgBzYCCCAEIAY2AgQDQCACKAIAIQoCQAJAIAJBBGooAgAiCCAEKAIEIANrSwRAIARBBGogAyAIQQFBARCJASAEKAIIIQcgBCgCDCEDDAELIAhFDQELIAhFDQAgAyAHaiAKIAj8CgAACyAEIAMgCGoiAzYCDCACQQhqIgIgCUcNAAsgBCgCBCADRgR/IARBBGoQmAEgBCgCCAUgBwsgA2pBgAE6AAAgBCADQQFqIgM2AgwgASAFaq0iC0IFiEKAgIA4gyALQiuGQoCAgICAgMD/AIMgC0I7hoQgC0IbhkKAgICAgOA/gyALQguGQoCAgIDwH4OEhIQhCyADIAZBCGsiAkkEQCACIANrIgEgBCgCBCADa0sEQCAEQQRqIAMgAUEBQQEQiQEgBCgCDCEDCyAEKAIIIgUgA2ohAiABQQJPBH8gAUEBayIBBEAgAkEAIAH8CwALIAUgASADaiIDagUgAgtBADoAACADQQFqIQILIAQgAjYCDCAEKAIEIAJrQQdNBEAgBEEEaiACQQhBAUEBEIkBIAQoAgwhAgsgBCgCCCACaiALNwAAIAQgAkEIaiIBNgIMIAAgBCgCCCABQQZ2ECsgBCgCCCIBIAQoAgwiBmohACAEKAIEIgggBmsiBUEPcSEHIAVBD00NASAE/QwAAAAAAAAAAAAAAAAAAAAA/QsDECAAIQIgBUEQayIJQTBxQTBHBEBBACAJQQR2QQFqQQNxayEDA0AgAiAEKQMYNwAIIAIgBCkDEDcAACACQRBqIQIgA0EBaiIDDQALCyAJQTBJDQEgACAFQXBxaiEDA0AgAiAEKQMYNwAIIAIgBCkDEDcAACACQRhqIAQpAxg3AAAgAkEQaiAEKQMQNwAAIAJBKGogBCkDGDcAACACQSBqIAQpAxA3AAAgAkE4aiAEKQMYNwAAIAJBMGogBCkDEDcAACACQUBrIgIgA0cNAAsMAQsgCCAGENsBAAsCQCAHRQ0AIAAgBUHw////B3FqIgkhAiAFQQdxIgMEQANAIAJBADoAACACQQFqIQIgA0EBayIDDQALCyAHQQhJDQAgByAJaiEDA0AgAkEAOgAAIAJBAWpBADoAACACQQJqQQA6AAAgAkEDakEAOgAAIAJBBGpBADoAACACQQVqQQA6AAAgAkEGakEAOgAAIAJBB2pBADoAACACQQhqIgIgA0cNAAsLAkAgBkUNACABIQIgBkEHcSIDBEADQCACQQA6AAAgAkEBaiECIANBAWsiAw0ACwsgBkEISQ0AA0AgAkEAOgAAIAJBAWpBADoAACACQQJqQQA6AAAgAkEDakEAOgAAIAJBBGpBADoAACACQQVqQQA6AAAgAkEGakEAOgAAIAJBB2pBADoAACACQQhqIgIgAEcNAAsLIAgEQCABIAgQmwELIARBIGokAAuxCwMUfgp7Bn8jAEGAAWsiISQAIAIEQCABIAJBB3RqISUgACkDOCEOIAApAzAhDyAAKQMoIRAgACkDICERIAApAxghEiAAKQMQIRMgACkDCCEUIAApAwAhFQNAICEgAf0AAAAgF/0NBwYFBAMCAQAPDg0MCwoJCCIZ/QwirijXmC+KQs1l7yORRDdx/c4B/QsEACAhIAH9AAAQIBf9DQcGBQQDAgEADw4NDAsKCQgiG/0MLztN7M/7wLW824mBpdu16f3OAf0LBBAgISAB/QAAICAX/Q0HBgUEAwIBAA8ODQwLCgkIIhz9DDi1SPNbwlY5GdAFtvER8Vn9zgH9CwQgICEgAf0AADAgF/0NBwYFBAMCAQAPDg0MCwoJCCIe/QybTxmvpII/khiBbdrVXhyr/c4B/QsEMCAhIAH9AABAIBf9DQcGBQQDAgEADw4NDAsKCQgiGv0MQgIDo5iqB9i+b3BFAVuDEv3OAf0LBEAgISAB/QAAUCAX/Q0HBgUEAwIBAA8ODQwLCgkIIh39DIyy5E6+hTEk4rT/1cN9DFX9zgH9CwRQICEgAf0AAGAgF/0NBwYFBAMCAQAPDg0MCwoJCCIf/QxviXvydF2+crGWFjv+sd6A/c4B/QsEYCAhIAH9AABwIBf9DQcGBQQDAgEADw4NDAsKCQgiGP0MNRLHJacG3JuUJmnPdPGbwf3OAf0LBHAgAUGAAWohAUEAISQgFSEMIBQhCSATIQQgEiEFIBEhByAQIQMgDyEGIA4hCEEQISIDQAJAICJBzgBNBEAgJEEBaiEkICJBA3RB2OPAAGohJkGAfyECIBghFyAZIRggGyEZIBohICAdIRogHCEbIB4hHCAfIR0gCCELIAYhDSADIQggBCEKIAUhAwNAIAIgIWoiI0GIAWopAwAhFiAjQYABaiIjKQMAICMgAiAmakGAAWr9AAMAIBdBBv3NASAXQQP9ywH9USAXQRP9zQH9USAXQS39ywH9USAXQT39zQH9USAY/c4BICAiHiAa/Q0ICQoLDA0ODxAREhMUFRYX/c4BIBggGf0NCAkKCwwNDg8QERITFBUWFyIYQQf9zQEgGEEB/c0B/VEgGEE4/csB/VEgGEEI/c0B/VEgGEE//csB/VH9zgEiGP3OAf0LBAAgByIGQjKJIAZCLomFIAZCF4mFIAt8IAggDYUgBoMgDYV8fCIHIAwiBCAKIAkiBYWDIAUgCoOFIARCJIkgBEIeiYUgBEIZiYV8fCIJQiSJIAlCHomFIAlCGYmFIAkgBCAFhYMgBCAFg4V8IA0gFnwgAyAHfCIDIAYgCIWDIAiFfCADQjKJIANCLomFIANCF4mFfCIHfCEMIAcgCnwhByAXIR8gAkEQaiICRQ0CICJBzQBJIBghFyAZIRggIkECaiEiIBshGSAaISAgHSEaIBwhGyAeIRwgHyEdIAghCyAGIQ0gAyEIIAQhCiAFIQMNAAsLQQBBAkHQACAia0HY6MAAEGoACyAiQQJqISIgJEEERw0AC0EAIQIDQCAFIQsgBiEKIAIgIWoiIikDACAHIgZCMokgBkIuiYUgBkIXiYUgCHwgCiAKIAMiCIUgBoOFfHwiAyAEIgcgCSIFhSAMIgSDIAUgB4OFIARCJIkgBEIeiYUgBEIZiYV8fCIJQiSJIAlCHomFIAlCGYmFIAkgBCAFhYMgBCAFg4V8IAogIkEIaikDAHwgCCADIAt8IgMgBiAIhYOFfCADQjKJIANCLomFIANCF4mFfCILfCEMIAcgC3whByACQRBqIgJBgAFHDQALIAAgCCAOfCIONwM4IAAgBiAPfCIPNwMwIAAgAyAQfCIQNwMoIAAgByARfCIRNwMgIAAgBSASfCISNwMYIAAgBCATfCITNwMQIAAgCSAUfCIUNwMIIAAgDCAVfCIVNwMAIAEgJUcNAAsLICFBgAFqJAALvwsCDn8BfiMAQRBrIg0kACABKAIMIg4hAgJAA0ACQAJAIAEoAgQiCCACTQ0AIAEoAgAiCiACai0AACIFQSJHIAVB3ABHcQ0AIAIhAwwBCyACIAhNBEAgASgCACIKIAJqIQQgAQJ/AkAgCCACayIFQfj///8HcSIGBEBBACEDA0AgAyAEaikAACIQQn+FIBBCosSIkaLEiJEihUKBgoSIkKDAgAF9IBBC3Ljx4sWLl67cAIVCgYKEiJCgwIABfSAQQqDAgIGChIiQIH2EhINCgIGChIiQoMCAf4MiEEIAUg0CIAYgA0EIaiIDRw0ACwsgBiAFQQdxIgNFDQEaQQAhBQJAAkAgBCAGaiIHLQAAIgRBIkYNACAEQdwARg0AIARBIEkNACADQQFGDQFBASEFIActAAEiBEEiRg0AIARB3ABGDQAgBEEgSQ0AIANBAkYNAUECIQUgBy0AAiIEQSJGDQAgBEHcAEYNACAEQSBJDQAgA0EDRg0BQQMhBSAHLQADIgRBIkYNACAEQdwARg0AIARBIEkNACADQQRGDQFBBCEFIActAAQiBEEiRg0AIARB3ABGDQAgBEEgSQ0AIANBBUYNAUEFIQUgBy0ABSIEQSJGDQAgBEHcAEYNACAEQSBJDQAgA0EGRg0BQQYhBSAHLQAGIgRBIkYNACAEQdwARg0AIARBH0sNAQsgBSEDCyADIAZqDAELIBB6p0EDdiADagsgAmoiAzYCDAwBCyACIAggCEGkosAAEGoAC0ECIQRBKiEMQfehwAAhBSADIAhPDQEgASADQQFqIgY2AgwgAyAKai0AACICQdwARwRAIAJBIkcNAgJ/QQAgAyAOSQ0AGiAOBEBBACAKIA5qLAAAQUBIDQEaCyADIA5rIQwgCiAOagshASAMQQAgARshDCAPIQQgAUEBIAEbIQUMAgtBCCEMQYyhwAAhBSAGIAhPDQEgASADQQJqIgI2AgxBASEPAkAgBiAKai0AAEEiaw5UAQICAgICAgICAgICAgECAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgECAgICAgECAgIBAgICAgICAgECAgIBAgEAAgsgA0EGaiEGAkAgA0F5Sw0AIAYgCEsNACABIAY2AgwgAiAKaiILLQAAIgJBwQBrQV9xQQpqIAJBMGsgAkE5SxsiB0EPSw0CIAstAAEiAkHBAGtBX3FBCmogAkEwayACQTlLGyICQQ9LDQIgCy0AAiIJQcEAa0FecUEKaiAJQTBrIAlBOUsbQQ9LDQIgCy0AAyIJQcEAa0FecUEKaiAJQTBrIAlBOUsbQQ9LDQJBECEMQcyhwAAhBSACQQh0QYAYcSAHQQx0ckGA+ANxIgdBgLADRwRAIAYhAiAHQYC4A0cNAgwDCyAGIAhPDQIgASADQQdqIgI2AgwgAiAITw0CIAYgCmotAABB3ABHDQIgASADQQhqNgIMIAIgCmotAABB9QBHDQIgDUEIaiELIAEoAgwiAkEEaiEDAkACQAJAIAJBe0sNACADIAEoAgRLDQAgASADNgIMIAEoAgAgAmoiCS0AACICQcEAa0FfcUEKaiACQTBrIAJBOUsbIgdBD0sNASAJLQABIgJBwQBrQV9xQQpqIAJBMGsgAkE5SxsiBkEPSw0BIAktAAIiAkHBAGtBX3FBCmogAkEwayACQTlLGyIDQQ9LDQEgCS0AAyICQcEAa0FfcUEKaiACQTBrIAJBOUsbIgJBD0sNASALQQA2AgAgCyAGQQR0IAdBCHRyIANyQQR0IAJyOwEEDAILIAEgAzYCDAsgC0EINgIEIAtBjKHAADYCAAsgDSgCCCICBEAgDSgCDCEMIAIhBQwDCyANLwEMQYD4A3FBgLgDRw0CIAEoAgwhAgwBCwsgASAGNgIMCyAAIAQ6AAggACAMNgIEIAAgBTYCACANQRBqJAALjgsCCXsJfyABQQFrIRACQAJAAkACQAJAIAEEQCADIAAgEEEGdCIQaiIPKAIAIAMgAW5BAWtxIAFsIhFJDQEgASADIBFrIgNLDQIgBSABQQF2IhJJDQMgBSASayIDIBIgAyASSRsiFQRAIAQgEkEGdGohFiABQQFqQQF2IRcgECACIBFBBnRqIhRqIgL9AAQAIA/9AAQA/VEhBiAC/QAEECAP/QAEEP1RIQggAv0ABCAgD/0ABCD9USEJIAL9AAQwIA/9AAQw/VEhCkEAIQIDQCACQQF0IRAgAiAXRg0GIBYgAkEGdCIDaiEFIAMgBGohD0EEIQMgACAQQQZ0IhNqIhH9AAQwIAr9USATIBRqIhP9AAQw/VEiCyEKIBH9AAQgIAn9USAT/QAEIP1RIgwhCSAR/QAEECAI/VEgE/0ABBD9USINIQggEf0ABAAgBv1RIBP9AAQA/VEiDiEGA0AgCiAG/a4BIgdBB/2rASAHQRn9rQH9UCAI/VEiCCAG/a4BIgdBCf2rASAHQRf9rQH9UCAJ/VEiCSAI/a4BIgdBDf2rASAHQRP9rQH9UCAK/VEiCiAJ/a4BIgdBEv2rASAHQQ79rQH9UCAG/VEiBiAIIAb9DQwNDg8AAQIDBAUGBwgJCgsiCP2uASIHQQf9qwEgCiAG/Q0EBQYHCAkKCwwNDg8AAQID/VEgB0EZ/a0B/VEiCiAG/a4BIgdBCf2rASAJIAb9DQgJCgsMDQ4PAAECAwQFBgf9USAHQRf9rQH9USIJIAr9rgEiB0EN/asBIAdBE/2tAf1QIAj9USIIIAn9rgEiB0ES/asBIAdBDv2tAf1QIAb9USEGIAggBv0NBAUGBwgJCgsMDQ4PAAECAyEIIAkgBv0NCAkKCwwNDg8AAQIDBAUGByEJIAogBv0NDA0ODwABAgMEBQYHCAkKCyEKIANBAWsiAw0ACyAPIAogC/2uASIK/QsEMCAPIAkgDP2uASIJ/QsEICAPIAggDf2uASII/QsEECAPIAYgDv2uASIG/QsEACAQQQFyIQ8gAiASRg0HIAJBAWohAkEEIQMgCiAUIA9BBnQiEGoiD/0ABDAgACAQaiIQ/QAEMP1R/VEiCyEKIAkgD/0ABCAgEP0ABCD9Uf1RIgwhCSAIIA/9AAQQIBD9AAQQ/VH9USINIQggBiAP/QAEACAQ/QAEAP1R/VEiDiEGA0AgCiAG/a4BIgdBB/2rASAHQRn9rQH9UCAI/VEiCCAG/a4BIgdBCf2rASAHQRf9rQH9UCAJ/VEiCSAI/a4BIgdBDf2rASAHQRP9rQH9UCAK/VEiCiAJ/a4BIgdBEv2rASAHQQ79rQH9UCAG/VEiBiAIIAb9DQwNDg8AAQIDBAUGBwgJCgsiCP2uASIHQQf9qwEgCiAG/Q0EBQYHCAkKCwwNDg8AAQID/VEgB0EZ/a0B/VEiCiAG/a4BIgdBCf2rASAJIAb9DQgJCgsMDQ4PAAECAwQFBgf9USAHQRf9rQH9USIJIAr9rgEiB0EN/asBIAdBE/2tAf1QIAj9USIIIAn9rgEiB0ES/asBIAdBDv2tAf1QIAb9USEGIAggBv0NBAUGBwgJCgsMDQ4PAAECAyEIIAkgBv0NCAkKCwwNDg8AAQIDBAUGByEJIAogBv0NDA0ODwABAgMEBQYHCAkKCyEKIANBAWsiAw0ACyAFIAogC/2uASIK/QsEMCAFIAkgDP2uASIJ/QsEICAFIAggDf2uASII/QsEECAFIAYgDv2uASIG/QsEACACIBVHDQALCw8LIBBBAEHk18AAEKcBAAsgESADIANBhNjAABBqAAtBACABIANB9NfAABBqAAtB/JTAAEETQaTZwAAQsQEACyAQIAFBxNnAABCnAQALIA8gAUHU2cAAEKcBAAuLCgIGewx/IAJBADYCCCABQfz///8HcSESIAFBA3EhEyACAn8gAUECdiIJRQRAIAIoAgQhD0EADAELIAlBA2wiCyACKAIASwRAIAJBACALQQFBARCJASACKAIIIQoLIAIoAgQiDyAKaiENIAtBAWsiDARAIA1BACAM/AsACyAMIA1qQQA6AAAgCiALagsiCzYCCEEAIQ0CQCALQQNuIgEgCSABIAlJGyIMRQ0AIAxBBE8EQCAMQfz///8BcSEOIAxBAnZBDGwhDUEAIQkgACEKA0AgCSAPaiIBQQlqIAr9AAAAIgRBCP2tAf0M/wAAAP8AAAD/AAAA/wAAAP1OIgP9GwNBnKfAAGogA/0bAkGcp8AAaiAD/RsBQZynwABqIAP9GwD9BwCcp0D9VAAAAf1UAAAC/VQAAAMiBkEE/W0gBP0M/wAAAP8AAAD/AAAA/wAAAP1OIgP9GwNBnKfAAGogA/0bAkGcp8AAaiAD/RsBQZynwABqIAP9GwD9BwCcp0D9VAAAAf1UAAAC/VQAAAMiCEEC/Wv9UCID/VgAAAMgAUEGaiAD/VgAAAIgAUEDaiAD/VgAAAEgASAD/VgAAAAgAUEKaiAEQRD9rQH9DP8AAAD/AAAA/wAAAP8AAAD9TiID/RsDQZynwABqIAP9GwJBnKfAAGogA/0bAUGcp8AAaiAD/RsA/QcAnKdA/VQAAAH9VAAAAv1UAAADIgdBAv1tIAZBBP1r/VAiA/1YAAADIAFBB2ogA/1YAAACIAFBBGogA/1YAAABIAFBAWogA/1YAAAAIAFBC2ogB0EG/WsgBEEY/a0BIgT9GwNBnKfAAGogBP0bAkGcp8AAaiAE/RsBQZynwABqIAT9GwD9BwCcp0D9VAAAAf1UAAAC/VQAAAMiA/1QIgT9WAAAAyABQQhqIAT9WAAAAiABQQVqIAT9WAAAASABQQJqIAT9WAAAACADIAcgBiAIIAX9UP1Q/VD9UCEFIApBEGohCiANIAlBDGoiCUcNAAsgBSAFIAT9DQIDAAAAAAAAAAAAAAAAAAD9UCIFIAUgBf0NAQAAAAAAAAAAAAAAAAAAAP1Q/RYAIQ0gDCAORg0BCyAMIA5rIQwgDyAOQQNsaiEBIAAgDkECdGohCgNAIAFBAmogCigAACIJQRB2Qf8BcS0AnKdAIg5BBnQgCUEYdi0AnKdAIhRyOgAAIAFBAWogCUEIdkH/AXEtAJynQCIRQQR0IA5BAnZyOgAAIAEgCUH/AXEtAJynQCIJQQJ0IBFBBHZyOgAAIBQgDiARIAkgDXJycnIhDSABQQNqIQEgCkEEaiEKIAxBAWsiDA0ACwsgACASaiEAAkACQAJ/AkACQAJAIBNBAWsOAwUBAgALIA3AQQBODQMMBAsgAC0AAC0AnKdAIgFBAnQgAC0AAS0AnKdAIgBBBHZyIQogAigCACALRgR/IAIQmAEgAigCBAUgDwsgC2ogCjoAACACIAtBAWo2AgggAEEEdCEJIAAgAXIMAQsgAC0AAi0AnKdAIgpBBnQiCUGA/gBxIAAtAAEtAJynQCIBQQx0ciAALQAALQCcp0AiAEECdCABQQR2ckH/AXFyIQwgAigCACALa0EBTQRAIAIgC0ECQQFBARCJASACKAIEIQ8gAigCCCELCyACIAtBAmo2AgggCyAPaiAMOwAAIAAgAXIgCnILIAlB/wFxDQEgDXLAQQBIDQELQQEhEAsgEAvSCQEHfyMAQfAAayIEJAAgBEEgaiIFIAIgAxBYAkACQAJAAkACQAJAIAQoAiAiAgRAIAQoAjQhCCAEKAIwIQkgBCgCLCEHIAQoAighCiAEQRhqIAIgBCgCJCIDEE4gBCgCGEEBcUUNASAEKAIcIQYgBSAKIAdB2t3AABA/IAQoAiAiAkGAgICAeEYNAiAEKAIoIQcgBCgCJCEDIAUgCSAIQdrdwAAQPyAEKAIgQYCAgIB4Rg0DIAAgBCgCKDYCFCAAIAQpAiA3AgwgAEEAOwE0IAAgBjYCKCAAIAE6ACUgAEEDOgAkIABBgICAgHg2AhggACAHNgIIIAAgAzYCBCAAIAI2AgAMBgsgAEGAgICAeDYCAAwFCyAEQQE7AUQgBCADNgJAIARBADYCPCAEQQE6ADggBEEsNgI0IAQgAzYCMCAEQQA2AiwgBCADNgIoIAQgAjYCJCAEQSw2AiAgBEHUAGogBEEgahA8IAQCfyAEKAJUQQFGBEAgBCgCPCEDIAQgBCgCXDYCPCACIANqIQIgBCgCWCADawwBCyAELQBFDQQgBEEBOgBFAkAgBC0AREEBRgRAIAQoAkAhBSAEKAI8IQMMAQsgBCgCQCIFIAQoAjwiA0YNBQsgBCgCJCADaiECIAUgA2sLIgM2AmQgBEEANgJgIAQgAzYCXCAEIAI2AlggBEE9NgJUIARBPTYCaCAEQQE6AGwgBEHIAGogBEHUAGoiBRA8IAQoAkhBAUcNAyAEKAJMQQFHDQMgAi0AAEHpAEcNAyAEQRBqIAIgBCgCUCIGaiADIAZrEE4gBCgCEEEBRw0DIAQtAEUNAyAEKAIUIQYgBCgCJCECIAUgBEEgahA8IAQCfyAEKAJURQRAIAQtAEUNBSAEQQE6AEUCQCAELQBERQRAIAQoAkAiBSAEKAI8IgNGDQcMAQsgBCgCQCEFIAQoAjwhAwsgBCgCJCADaiECIAUgA2sMAQsgBCgCPCEDIAQgBCgCXDYCPCACIANqIQIgBCgCWCADawsiAzYCZCAEQQA2AmAgBCADNgJcIAQgAjYCWCAEQT02AlQgBEE9NgJoIARBAToAbCAEQcgAaiAEQdQAahA8IAQoAkhBAUcNAyAEKAJMQQFHDQMgAi0AAEHsAEcNAyAEQQhqIAIgBCgCUCIFaiADIAVrEE4gBCgCCEEBcQ0CDAMLIABBgICAgHg2AgAMAwsgAEGAgICAeDYCACACRQ0CIAMgAhCbAQwCCyAEKAIMIQUCQCAELQBFDQAgBEHUAGogBEEgahA8IAQoAlQNASAELQBFDQAgBC0ARA0BIAQoAkAgBCgCPEcNAQsgBEEgaiAJIAhB2tzAABA/AkACQCAEKAIgIgJBgICAgHhGDQAgBCgCJCEDIAQoAiggBUYNASACRQ0AIAMgAhCbAQsgAEGAgICAeDYCAAwCCyAEQSBqIAogB0Ha3MAAED8gBCgCIEGAgICAeEcEQCAAIAQoAig2AgggACAEKQIgNwIAIABBATsBNCAAIAY2AiggACABOgAlIABBAzoAJCAAQYCAgIB4NgIYIAAgBTYCFCAAIAM2AhAgACACNgIMDAILIABBgICAgHg2AgAgAkUNASADIAIQmwEMAQsgAEGAgICAeDYCAAsgBEHwAGokAAvgCQIKfwN7IAIoAggiBSABQQNuIgNBAnQiBmoiBCAFSwRAIAUhByACKAIAIAVrIAZJBEAgAiAFIAZBAUEBEIkBIAIoAgghBwsgAigCBCIIIAdqIQQgAUEDTwR/IAZBAWsiBgRAIARBACAG/AsACyAIIAYgB2oiB2oFIAQLQQA6AAAgB0EBaiEECyACIAQ2AggCQAJAIAQgBU8EQCABIANBA2wiCmshCyACKAIEIQYCQCAEIAVrQQJ2IgEgAyABIANJGyIIRQ0AIAhBBE8EQCAFIAZqIQEgCEH8////A3EhCSAIQQJ2QQxsIQxBACEHA0AgASAAIAdqIgNBCWogA0EGaiADQQNqIAP9BwAA/VQAAAH9VAAAAv1UAAADIg5BBP1rIANBCmogA0EHaiADQQRqIANBAWr9BwAA/VQAAAH9VAAAAv1UAAADIg9BBP1t/VD9DD8/Pz8/Pz8/Pz8/Pz8/Pz/9Tv2JAf2pASIN/RsDQaypwABqIA39GwJBrKnAAGogDf0bAUGsqcAAaiAN/RsA/QcArKlA/VQAAAH9VAAAAv1UAAAD/YkB/akBQQj9qwEgDkEC/W39iQH9qQEiDf0bA0GsqcAAaiAN/RsCQaypwABqIA39GwFBrKnAAGogDf0bAP0HAKypQP1UAAAB/VQAAAL9VAAAA/2JAf2pAf1QIA9BAv1rIANBC2ogA0EIaiADQQVqIANBAmr9BwAA/VQAAAH9VAAAAv1UAAADIg5BBv1t/VD9DD8/Pz8/Pz8/Pz8/Pz8/Pz/9Tv2JAf2pASIN/RsDQaypwABqIA39GwJBrKnAAGogDf0bAUGsqcAAaiAN/RsA/QcArKlA/VQAAAH9VAAAAv1UAAAD/YkB/akBQRD9qwH9UCAO/Qw/Pz8/Pz8/Pz8/Pz8/Pz8//U79iQH9qQEiDf0bA0GsqcAAaiAN/RsCQaypwABqIA39GwFBrKnAAGogDf0bAP0HAKypQP1UAAAB/VQAAAL9VAAAA/2JAf2pAUEY/asB/VD9CwAAIAFBEGohASAMIAdBDGoiB0cNAAsgCCAJRg0BCyAIIAlrIQcgACAJQQNsaiEDIAYgBSAJQQJ0amohAQNAIAEgAy0AACIFQQR0IANBAWotAAAiCEEEdnJBP3FBrKnAAGotAABBCHQgBUECdi0ArKlAciAIQQJ0IANBAmotAAAiBUEGdnJBP3FBrKnAAGotAABBEHRyIAVBP3FBrKnAAGotAABBGHRyNgAAIAFBBGohASADQQNqIQMgB0EBayIHDQALCyAAIApqIQACQAJAIAtBAWsOAgABBAsgAC0AACIAQQR0QTBxQaypwABqLQAAQQh0IABBAnYtAKypQHIhACACKAIAIARrQQFNBEAgAiAEQQJBAUEBEIkBIAIoAgQhBiACKAIIIQQLIAQgBmogADsAACAEQQJqIQMMAgsgAC0AACIBQQR0IAAtAAEiAEEEdnJBP3FBrKnAAGotAABBCHQgAUECdi0ArKlAciAAQQJ0QTxxQaypwABqLQAAQRB0ciEAIAIoAgAgBGtBAk0EQCACIARBA0EBQQEQiQEgAigCBCEGIAIoAgghBAsgBCAGaiIBIAA7AAAgAUECaiAAQRB2OgAAIARBA2ohAwwBCyAFIAQgBEGcqcAAEGoACyACIAM2AggLC/QIAQt/IwBB8ABrIgQkACABKAIUIQcgASgCECEIIAEoAhwhBSABKAI0IQYgASgCMCEMIAEoAiwhDQJAIAEtABgiDkUEQCAEIAU2AiwgBEHYAGoiASAIIAdBmt3AABBdIARB5ABqIgUgAiADQZrdwAAQXSAEIAWtQoCAgIDAAYQ3A0ggBCABrUKAgICAwAGENwNAIAQgBEEsaq1CgICAgBCENwM4IARBDGpBydzAACAEQThqEGAgBCgCZCIBBEAgBCgCaCABEJsBCyAEKAJYIgFFDQEgBCgCXCABEJsBDAELIAEoAiQhCSABKAIgIQogAS0AGSELIAQCfwJAAkACQCAOQQJrDgIBAgALIAEtABogBCAFNgIMIAQgCjYCICAEIAk2AlggBCALNgJkIAQgBEHYAGqtQoCAgIAQhDcDUCAEIARBIGqtQoCAgIAQhDcDSCAEIARBDGqtQoCAgIAQhDcDQCAEIARB5ABqrUKAgICAEIQ3AzggBEEsakGzgMAAIARBOGoQYEECdCIFKAL830AhASAFKALw30AMAgsgBCAFNgIgIAQgCjYCWCAEIAk2AmQgBCAEQeQAaq1CgICAgBCENwNIIAQgBEHYAGqtQoCAgIAQhDcDQCAEIARBIGqtQoCAgIAQhDcDOCAEQSxqQceAwAAgBEE4ahBgQdDbwAAhAUEGDAELIAQgBTYCWCAEIAM2AmQgBCAEQeQAaq1CgICAgBCENwNAIAQgBEHYAGqtQoCAgIAQhDcDOCAEQSxqQdeAwAAgBEE4ahBgQfnbwABB7NvAACALQQFxGyEBQQ0LNgIcIAQgATYCGCAEIAQoAjQ2AiggBCAEKQIsNwMgIARB2ABqIgEgCCAHQdrcwAAQXSAEQeQAaiIFIAIgA0Ha3MAAEF0gBCAFrUKAgICAwAGENwNQIAQgAa1CgICAgMABhDcDSCAEIARBIGqtQoCAgIDAAYQ3A0AgBCAEQRhqrUKAgICAwACENwM4IARBDGpB4YDAACAEQThqEGAgBCgCZCIBBEAgBCgCaCABEJsBCyAEKAJYIgEEQCAEKAJcIAEQmwELIAQoAiAiAUUNACAEKAIkIAEQmwELAkACQAJAAkAgDUGAgICAeEcEQCAGQWxLDQMgBiAEKAIUIgJqQRNqIgEgAkkNA0EAIQUgAUEASA0CIAQoAhAhB0EBIQUgAUEBENoBIgNFDQIgA0GK28AAKAAANgAPIANB+9rAAP0AAAD9CwAAIAIgBkF/c0sNBCADQRNqIQUgBgRAIAUgDCAG/AoAAAsgAgRAIAUgBmogByAC/AoAAAsgACABNgIIIAAgAzYCBCAAIAE2AgAgBCgCDCIARQ0BIAcgABCbAQwBCyAAIAQoAhQ2AgggACAEKQIMNwIACyAEQfAAaiQADwsgBSABENsBAAsjAEEQayIAJAAgAEE1NgIEIABBwJbAADYCACAAIACtQoCAgIDACoQ3AwhBm4TAACAAQQhqQfiWwAAQsQEAC0H8lMAAQRNBsJbAABCxAQALwQgBCX8jAEHwAGsiBCQAIARBATsBRCAEIAI2AkAgBEEANgI8IARBAToAOCAEQSw2AjQgBCACNgIwIARBADYCLCAEIAI2AiggBCABNgIkIARBLDYCICADKAIAIQggAygCBCEFIAMoAgghCiADKAIMIQYgAygCECELIAMoAhQhCSAEQdQAaiAEQSBqEDwCQAJAIAQCfyAEKAJUQQFGBEAgBCgCPCECIAQgBCgCXDYCPCABIAJqIQEgBCgCWCACawwBCyAELQBFDQEgBEEBOgBFAkAgBC0AREEBRgRAIAQoAkAhAiAEKAI8IQMMAQsgBCgCQCICIAQoAjwiA0YNAgsgBCgCJCADaiEBIAIgA2sLIgI2AmRBACEDIARBADYCYCAEIAI2AlwgBCABNgJYIARBPTYCVCAEQT02AmggBEEBOgBsIARByABqIARB1ABqIgwQPAJAAkAgBCgCSEEBRw0AIAQoAkwgBUcNAyAEKAJQIQcgASAIIAUQqgENAyAEQRhqIAEgB2ogAiAHaxBOIAQoAhhBAUcNAyAELQBFDQMgBCgCHCEHIAQoAiQhASAMIARBIGoQPCAEAn8gBCgCVEUEQCAELQBFDQQgBEEBOgBFAkAgBC0AREUEQCAEKAJAIgIgBCgCPCIDRw0BDAYLIAQoAkAhAiAEKAI8IQMLIAQoAiQgA2ohASACIANrDAELIAQoAjwhAiAEIAQoAlw2AjwgASACaiEBIAQoAlggAmsLIgI2AmRBACEDIARBADYCYCAEIAI2AlwgBCABNgJYIARBPTYCVCAEQT02AmggBEEBOgBsIARByABqIARB1ABqIggQPCAEKAJIQQFHDQAgBCgCTCAGRw0DIAQoAlAhBSABIAogBhCqAQ0DIARBEGogASAFaiACIAVrEE4gBCgCEEEBRw0DIAQtAEUNAyAEKAIUIQYgBCgCJCEBIAggBEEgahA8IAQCfyAEKAJURQRAIAQtAEUNBCAEQQE6AEUCQCAELQBERQRAIAQoAkAiAiAEKAI8IgNGDQYMAQsgBCgCQCECIAQoAjwhAwsgBCgCJCADaiEBIAIgA2sMAQsgBCgCPCECIAQgBCgCXDYCPCABIAJqIQEgBCgCWCACawsiAjYCZEEAIQMgBEEANgJgIAQgAjYCXCAEIAE2AlggBEE9NgJUIARBPTYCaCAEQQE6AGwgBEHIAGogBEHUAGoQPCAEKAJIQQFHDQAgBCgCTCAJRw0DIAQoAlAhBSABIAsgCRCqAQ0DIARBCGogASAFaiACIAVrEE4gBCgCCEEBcQ0BDAMLDAILIAQoAgwhAQJAIAQtAEUNACAEQdQAaiAEQSBqEDwgBCgCVA0CIAQtAEUNACAELQBEDQIgBCgCQCAEKAI8Rw0CCyAAIAE2AgwgACAGNgIIIAAgBzYCBEEBIQMMAQtBACEDCyAAIAM2AgAgBEHwAGokAAukCAEPfyMAQdAAayIDJAACQAJAAkACQAJAAkACQCABLQAlQQJHBEBBHEEEENoBIgRFDQEgBEGAgICAeDYCACAAQQE2AgggACAENgIEIABBATYCACAEIAH9AAIY/QsCDCABKAIAIgAEQCABKAIEIAAQmwELIAEoAhAhACABKAIUIgUEQCAAIQIDQCACKAIAIgQEQCACQQRqKAIAIAQQmwELIAJBDGoQdSACQRxqIQIgBUEBayIFDQALCyABKAIMIgFFDQYgACABQRxsEJsBDAYLIAEoAhAhBCABKAIMIQkgASgCFCIFRQRAQREhCkGUqsAAIQsMBAsgA0EcaiEGIAQhAiAFQQFxBEAgBiAC/QACDP0LAgAgAyACKAIINgIYIAIgAykDGDcCCCACIAMpAyA3AhAgAiADKAIoNgIYIAJBHGohAgsgBUEcbCAEaiENIAVBAUcEQANAIAYgAkEMav0AAgD9CwIAIAMgAigCCDYCGCACIAMpAxg3AgggAiADKQMgNwIQIAIgAygCKDYCGCAGIAJBKGr9AAIA/QsCACADIAJBJGoiBygCADYCGCAHIAMpAxg3AgAgAkEsaiADKQMgNwIAIAJBNGogAygCKDYCACACQThqIgIgDUcNAAsLIAVBCEsEQEERIQpBlKrAACELDAMLIAVBAWohDkEAIQYgBCEIA0BBKCEKQeypwAAhCyAIKAIAQYCAgIB4RiICIAgoAggiD3JFDQMgDCAORg0CAkAgDEUNACACRQRAIAgoAgQhECAGIQcgBCECA0ACQCACKAIAQYCAgIB4Rg0AIAJBCGooAgAgD0cNACACQQRqKAIAIBAgDxCqAUUNBwsgAkEcaiECIAdBHGsiBw0ACwwBCyAEKAIAQYCAgIB4Rg0EQRwhAgNAIAIgBkYNASACIARqIAJBHGohAigCAEGAgICAeEcNAAsMBAsgBkEcaiEGIAxBAWohDCAIQRxqIgggDUcNAAsgACAFNgIIIAAgBDYCBCAAIAk2AgAMBAtBBEEcEP0BAAtBACAOIAVBqKrAABBqAAsgBCECA0AgAigCACIHQQBKBEAgAkEEaigCACAHEJsBCyACQQxqEHUgAkEcaiECIAVBAWsiBQ0ACwsgCQRAIAQgCUEcbBCbAQsgAyAKNgIMIAMgCzYCCCADQQQ2AgQgA0EANgJIIANCgICAgBA3AkAgA0GMlMAANgIUIANCoICAgAY3AhggAyADQUBrNgIQIANBBGogA0EQahBtDQIgAyADKAJINgI4IAMgAykCQDcDMEGoncAAQQhBECADQTBqQQAgAhBmIQQgAEGAgICAeDYCACAAIAQ2AgQLIAEoAgAiAEUNACABKAIEIAAQmwELIANB0ABqJAAPC0G0lMAAQTcgA0HPAGpBpJTAAEHslMAAEJwBAAvMCQIJewl/AkACQAJAIAFBAXYiDyADTQRAIAFBAWshDiABRQ0BIAMgD2siAyAPIAMgD0kbIhMEQCACIA9BBnRqIRQgAUEBakEBdiEVIAAgDkEGdGoiA/0ABAAhBCAD/QAEECEGIAP9AAQgIQcgA/0ABDAhCEEAIQ4DQCAOQQF0IREgDiAVRg0EIBQgDkEGdCIDaiEQIAIgA2ohDUEEIQMgACARQQZ0aiIS/QAEMCAI/VEiCSEIIBL9AAQgIAf9USIKIQcgEv0ABBAgBv1RIgshBiAS/QAEACAE/VEiDCEEA0AgCCAE/a4BIgVBB/2rASAFQRn9rQH9UCAG/VEiBiAE/a4BIgVBCf2rASAFQRf9rQH9UCAH/VEiByAG/a4BIgVBDf2rASAFQRP9rQH9UCAI/VEiCCAH/a4BIgVBEv2rASAFQQ79rQH9UCAE/VEiBCAGIAT9DQwNDg8AAQIDBAUGBwgJCgsiBv2uASIFQQf9qwEgCCAE/Q0EBQYHCAkKCwwNDg8AAQID/VEgBUEZ/a0B/VEiCCAE/a4BIgVBCf2rASAHIAT9DQgJCgsMDQ4PAAECAwQFBgf9USAFQRf9rQH9USIHIAj9rgEiBUEN/asBIAVBE/2tAf1QIAb9USIGIAf9rgEiBUES/asBIAVBDv2tAf1QIAT9USEEIAYgBP0NBAUGBwgJCgsMDQ4PAAECAyEGIAcgBP0NCAkKCwwNDg8AAQIDBAUGByEHIAggBP0NDA0ODwABAgMEBQYHCAkKCyEIIANBAWsiAw0ACyANIAggCf2uASII/QsEMCANIAcgCv2uASIH/QsEICANIAYgC/2uASIG/QsEECANIAQgDP2uASIE/QsEACARQQFyIQ0gDiAPRg0FIA5BAWohDkEEIQMgACANQQZ0aiIN/QAEMCAI/VEiCSEIIA39AAQgIAf9USIKIQcgDf0ABBAgBv1RIgshBiAN/QAEACAE/VEiDCEEA0AgCCAE/a4BIgVBB/2rASAFQRn9rQH9UCAG/VEiBiAE/a4BIgVBCf2rASAFQRf9rQH9UCAH/VEiByAG/a4BIgVBDf2rASAFQRP9rQH9UCAI/VEiCCAH/a4BIgVBEv2rASAFQQ79rQH9UCAE/VEiBCAGIAT9DQwNDg8AAQIDBAUGBwgJCgsiBv2uASIFQQf9qwEgCCAE/Q0EBQYHCAkKCwwNDg8AAQID/VEgBUEZ/a0B/VEiCCAE/a4BIgVBCf2rASAHIAT9DQgJCgsMDQ4PAAECAwQFBgf9USAFQRf9rQH9USIHIAj9rgEiBUEN/asBIAVBE/2tAf1QIAb9USIGIAf9rgEiBUES/asBIAVBDv2tAf1QIAT9USEEIAYgBP0NBAUGBwgJCgsMDQ4PAAECAyEGIAcgBP0NCAkKCwwNDg8AAQIDBAUGByEHIAggBP0NDA0ODwABAgMEBQYHCAkKCyEIIANBAWsiAw0ACyAQIAggCf2uASII/QsEMCAQIAcgCv2uASIH/QsEICAQIAYgC/2uASIG/QsEECAQIAQgDP2uASIE/QsEACAOIBNHDQALCw8LQfyUwABBE0Gk2cAAELEBAAsgDkEAQbTZwAAQpwEACyARIAFBxNnAABCnAQALIA0gAUHU2cAAEKcBAAvBBgEHfwJAAkAgASAAQQNqQXxxIgQgAGsiBkkNACABIAZrIghBAnYiB0UNAEEAIQEgACAERwRAIAAgBGsiBEF8TQRAA0AgASAAIANqIgIsAABBv39KaiACQQFqLAAAQb9/SmogAkECaiwAAEG/f0pqIAJBA2osAABBv39KaiEBIANBBGoiAw0ACwsgACADaiECA0AgASACLAAAQb9/SmohASACQQFqIQIgBEEBaiIEDQALCyAAIAZqIQQCQCAIQQNxIgBFDQAgBCAIQfz///8HcWoiAywAAEG/f0ohBSAAQQFGDQAgBSADLAABQb9/SmohBSAAQQJGDQAgBSADLAACQb9/SmohBQsgASAFaiEDA0AgBCEAIAdFDQJBwAEgByAHQcABTxsiBUEDcSEGAkAgBUECdCIEQfAHcSIBRQRAQQAhAgwBCyAAIAFqIQhBACECIAAhAQNAIAIgASgCACICQX9zQQd2IAJBBnZyQYGChAhxaiABQQRqKAIAIgJBf3NBB3YgAkEGdnJBgYKECHFqIAFBCGooAgAiAkF/c0EHdiACQQZ2ckGBgoQIcWogAUEMaigCACICQX9zQQd2IAJBBnZyQYGChAhxaiECIAFBEGoiASAIRw0ACwsgByAFayEHIAAgBGohBCACQQh2Qf+B/AdxIAJB/4H8B3FqQYGABGxBEHYgA2ohAyAGRQ0ACwJ/IAAgBUH8AXFBAnRqIgAoAgAiAUF/c0EHdiABQQZ2ckGBgoQIcSIBIAZBAUYNABogASAAKAIEIgFBf3NBB3YgAUEGdnJBgYKECHFqIgEgBkECRg0AGiAAKAIIIgBBf3NBB3YgAEEGdnJBgYKECHEgAWoLIgFBCHZB/4EccSABQf+B/AdxakGBgARsQRB2IANqIQMMAQsgAUUEQEEADwsgAUEDcSECQQAhBCABQQRPBEAgAUF8cSEFA0AgAyAAIARqIgEsAABBv39KaiABQQFqLAAAQb9/SmogAUECaiwAAEG/f0pqIAFBA2osAABBv39KaiEDIAUgBEEEaiIERw0ACyACRQ0BCyAAIARqIQEDQCADIAEsAABBv39KaiEDIAFBAWohASACQQFrIgINAAsLIAML8g0DB38DfgJ8IwBB0AFrIgYkACAGQegAaiABIAIgAxBQAkAgBi0AxAEiAUEHRgRAIABCAjcDACAAQQI2AggMAQsgBiAG/QACbP0LAgwgBigCaCECIAZBHGogBkH8AGpByAD8CgAAIAYgBi0AxwE6AGcgBiAGLwDFATsAZSAGIAE6AGQgBiACNgIIIAZB6ABqIgFBv57AACAGQRRqECgCQAJAIAYoAmhBAUYNACAGKQN4IQ0gBikDcCEOIAFBwp7AACAGQSBqECggBigCaEEBRg0AIAYpA3ghDyAGKAJ0IQkgBigCcCEKIAFBxZ7AACAGQSxqECggBigCaEEBRw0BCyAGKQNwIQ0gBigCbCEBIAAgBigCeDYCGCAAIA0+AhAgACABNgIMIABBATYCCCAAQgI3AwAgACANQiCIPgIUDAELIAYgDTcDyAECQCAOQgBSBEAgBisDyAEiECAFZQ0BAkACQCAGKQNwIg5CAFIgBSAGKwN4IhFjcUUEQAJAIAYtAEAiAUEGRg0AIAFBAUsNAiABQQFxRQ0AIAZB6ABqIAYoAjggBigCPBAsIAYoAmgiAUGCgICAeEgNACABRQ0AIAYoAmwgARCbAQsgBkHoAGogBkEIahCGASAGKAJwIQIgBigCbCEBIAYoAmgiA0UNAiAAIAYoAnQ2AhggACACNgIUIAAgATYCECAAIAM2AgwgAEEBNgIIIABCAjcDAAwFCyAAQRI2AhggAEHPosAANgIUIABBAzYCECAAQcWewAA2AgwgAEEBNgIIIABCAjcDAAwECyAAQRA2AhggAEGcpcAANgIUIABBAzYCECAAQZCfwAA2AgwgAEEBNgIIIABCAjcDAAwDCwJAIAFBgoCAgHhIDQAgAUUNACACIAEQmwELIAZB6ABqIAZBCGogBBBJIAYoAnAhAiAGKAJsIQEgBigCaCIDBEAgACAGKAJ0NgIYIAAgAjYCFCAAIAE2AhAgACADNgIMIABBATYCCCAAQgI3AwAMAwsCQCABQYKAgIB4SA0AIAFFDQAgAiABEJsBCyAGQegAaiEEQgAhDSMAQdAAayIDJAACQAJAAkACQCAGQQhqIgEtAFAiAkEGRwRAQQEgAkECayACQQFNG0H/AXFBAWsOAgIDAQsgBEEANgIAIARBAjoABAwDCyAEQYylwAD9AAIA/QsCAAwCCyACQQFxRQRAIARBADYCACAEQQE6AAQMAgsgA0EMaiABKAJIIAEoAkwQLCAEQQE6AAQgBEEANgIAIAMoAgwiAUGAgICAeHJBgICAgHhGDQEgAygCECABEJsBDAELIAEoAkghByABKAJMIQIgA0EBNgIsIAMgAjYCKCADIAc2AiQgA0IBNwIcIANCADcCFCADQoCAgIDAADcCDEEBIQEDQCADIAc2AjAgAyACNgI0IAMgA0EMajYCOAJAAkAgASACTw0AAkADQCABIAdqLQAAIghBCWsiC0EXSw0BQQEgC3RBk4CABHFFDQEgAiABQQFqIgFHDQALIAIhAQwBCyADIAE2AjwgCEEsRw0BIAFBAWoiASACTw0AA0AgASAHai0AAEEJayIIQRdLDQFBASAIdEGTgIAEcUUNASABQQFqIgEgAkkNAAsgAiEBCyADIAE2AjwLAkACQAJAAkACQCABIAJPDQAgASAHai0AAEHdAEYNACADQUBrIANBMGpBABAmQQIhASADLQBIIgJBBkcEQCADKQNAIQ1BAiACIAJBAk8bIQELIAMgAygCPDYCLCANpyECIAEOAwECBAILIAMoAgwiAQRAIAMoAhAgAUEMbBCbAQsgAygCGCIBBEAgAygCHCABEJsBCyAEQQA2AgAgBCAMOgAEDAULIAMgAjYCNAwBCyADQTBqIAIgDUIgiKcQLCADKAIwIgFBgICAgHhyQYCAgIB4Rg0AIAMoAjQgARCbAQtBASEMIAMoAiwhASADKAIoIQIgAygCJCEHDAELCyAEQQA6AA8gBEEAOwANIARBJzoADCAEQciewAA2AgAgBEGQpcAAKQIANwIEIAMoAgwiAQRAIAMoAhAgAUEMbBCbAQsgAygCGCIBRQ0AIAMoAhwgARCbAQsgA0HQAGokACAGKAJoIgEEQCAGKQJsIQ0gACAGKAJ0NgIYIAAgDTcDECAAIAE2AgwgAEEBNgIIIABCAjcDAAwDCyAAIBE5AyggACAONwMgIAAgDzcDGCAAIAk2AhQgACAKNgIQIAAgEDkDCCAAQgE3AwAMAgsgAEEDNgIQIABBv57AADYCDCAAQQA2AgggAEICNwMADAELIABBEjYCGCAAQeGiwAA2AhQgAEEDNgIQIABBv57AADYCDCAAQQE2AgggAEICNwMACyAGQdABaiQAC7MGAQx/IwBBEGsiByQAAkAgASgCECIIIAEoAgwiBUkNACAIIAEoAggiDEsNACABKAIEIQogAUEUaiINIAEtABgiCWpBAWstAAAhBgJAIAlBBU8EQANAIAUgCmohBAJAIAggBWsiAkEHTQRAIAJFBEBBACECQQAhAwwCCyAGIAQtAABGBEBBASEDQQAhAgwCCyACQQFGBEBBACEDDAILQQEhAyAGIAQtAAFGBEBBASECDAILIAJBAkYEQEEAIQMMAgsgBiAELQACRgRAQQIhAgwCCyACQQNGBEBBACEDDAILIAYgBC0AA0YEQEEDIQIMAgsgAkEERgRAQQAhAwwCCyAGIAQtAARGBEBBBCECDAILIAJBBUYEQEEAIQMMAgsgBiAELQAFRgRAQQUhAgwCCyACQQZGBEBBACEDDAILQQYgAiAELQAGIAZGIgMbIQIMAQsgB0EIaiAGIAQgAhBvIAcoAgwhAiAHKAIIIQMLIANBAUcNAiABIAIgBWpBAWoiBTYCDCAFIAxNIAUgCU9xRQRAIAUgCE0NAQwECwtBACAJQQRBvJLAABBqAAsDQCAFIApqIQQCQCAIIAVrIgJBCE8EQCAHIAYgBCACEG8gBygCBCECIAcoAgAhAwwBCyACRQRAQQAhAkEAIQMMAQsgBiAELQAARgRAQQEhA0EAIQIMAQsgAkEBRgRAQQAhAwwBC0EBIQMgBiAELQABRgRAQQEhAgwBCyACQQJGBEBBACEDDAELIAYgBC0AAkYEQEECIQIMAQsgAkEDRgRAQQAhAwwBCyAGIAQtAANGBEBBAyECDAELIAJBBEYEQEEAIQMMAQsgBiAELQAERgRAQQQhAgwBCyACQQVGBEBBACEDDAELIAYgBC0ABUYEQEEFIQIMAQsgAkEGRgRAQQAhAwwBC0EGIAIgBC0ABiAGRiIDGyECCyADQQFHDQEgASACIAVqQQFqIgU2AgwCQAJAIAUgCUkNACAFIAxLDQAgCiAFIAlrIgJqIA0gCRCqAUUNAQsgBSAITQ0BDAMLCyAAIAU2AgggACACNgIEQQEhCwwBCyABIAg2AgwLIAAgCzYCACAHQRBqJAAL6QYBBX8CQAJAAkACQAJAAkACQCAAQQRrIgcoAgAiCEF4cSIEQQRBCCAIQQNxIgUbIAFqTwRAIAVBACABQSdqIgYgBEkbDQECQCACQQlPBEAgAiADEF8iAg0BQQAPC0EAIQIgA0HM/3tLDQhBECADQQtqQXhxIANBC0kbIQEgAEEIayEGIAVFBEAgAUGAAkkNByAGRQ0HIAEgBE8NByAEIAFrQYCACEsNByAADwsgBCAGaiEFAkAgASAESwRAIAVBjJvBACgCAEYNAUGIm8EAKAIAIAVHBEAgBSgCBCIIQQJxDQkgCEF4cSIIIARqIgQgAUkNCSAFIAgQZCAEIAFrIgVBEE8EQCAHIAEgBygCAEEBcXJBAnI2AgAgASAGaiIBIAVBA3I2AgQgBCAGaiIEIAQoAgRBAXI2AgQgASAFEFkMCQsgByAEIAcoAgBBAXFyQQJyNgIAIAQgBmoiASABKAIEQQFyNgIEDAgLQYCbwQAoAgAgBGoiBCABSQ0IAkAgBCABayIFQQ9NBEAgByAIQQFxIARyQQJyNgIAIAQgBmoiASABKAIEQQFyNgIEQQAhBUEAIQEMAQsgByABIAhBAXFyQQJyNgIAIAEgBmoiASAFQQFyNgIEIAQgBmoiBCAFNgIAIAQgBCgCBEF+cTYCBAtBiJvBACABNgIAQYCbwQAgBTYCAAwHCyAEIAFrIgRBD00NBiAHIAEgCEEBcXJBAnI2AgAgASAGaiIBIARBA3I2AgQgBSAFKAIEQQFyNgIEIAEgBBBZDAYLQYSbwQAoAgAgBGoiBCABSw0EDAYLIAMgASABIANLGyIDBEAgAiAAIAP8CgAACyAHKAIAIgNBeHEiByABQQRBCCADQQNxIgEbakkNAiABRQ0GIAYgB08NBkGg7sAAQS5B0O7AABDeAQALQeDtwABBLkGQ7sAAEN4BAAtBoO7AAEEuQdDuwAAQ3gEAC0Hg7cAAQS5BkO7AABDeAQALIAcgASAIQQFxckECcjYCACABIAZqIgUgBCABayIBQQFyNgIEQYSbwQAgATYCAEGMm8EAIAU2AgALIAZFDQAgAA8LIAMQIiIBRQ0BIANBfEF4IAcoAgAiAkEDcRsgAkF4cWoiAiACIANLGyICBEAgASAAIAL8CgAACyABIQILIAAQQgsgAguoBAECfyMAQSBrIgEkAAJAAkACQEHA9sAALQAAQQFrDgIAAgELQcD2wABBAjoAAEH09cAAKAIAIgAEQEH49cAAKAIAIAAQmwELQYD2wAAoAgAiAARAQYT2wAAoAgAgABCbAQtBjPbAACgCACIABEBBkPbAACgCACAAEJsBC0GY9sAAKAIAIgAEQEGc9sAAKAIAIAAQmwELQaT2wAAoAgAiAARAQaj2wAAoAgAgAEEMbBCbAQtBsPbAACgCACIABEBBtPbAACgCACAAEJsBC0Hg9cAAKAIAIgBBDEYNACAAQQlHDQBB5PXAACgCACIAQQBMDQBB6PXAACgCACAAEJsBC0HI9cAAQgA3AwBBxPXAAEEANgIAQcD1wABBADYCAEHQ9cAAIAH9AAMQ/QsDAEHg9cAAQQw2AgBB5PXAACAB/QADAP0LAgBBwPbAAEEBOgAAQbz2wABBADYCAEG49sAAQQA2AgBBtPbAAEEBNgIAQbD2wABBADYCAEGs9sAAQQA2AgBBqPbAAEEENgIAQaT2wABBADYCAEGg9sAAQQA2AgBBnPbAAEEBNgIAQZj2wABBADYCAEGU9sAAQQA2AgBBkPbAAEEBNgIAQYz2wABBADYCAEGI9sAAQQA2AgBBhPbAAEEBNgIAQYD2wABBADYCAEH89cAAQQA2AgBB+PXAAEEBNgIAQfT1wABBADYCACABQSBqJAAPC0Gck8AAQf0AQdyTwAAQsQEAC4wGAgZ/BnsjAEEQayIHJAACQAJ/AkACQAJAAkAgAkEDbEECdiIGRQRAQQEhCAwBCyAGQQEQ2gEiCEUNAQsgB0EANgIMIAcgCDYCCCAHIAY2AgQgAkUNAiAD/QAAMCEMIAP9AAAgIQ0gA/0AABAhDiAD/QAAACEPQQAhA0EAIQYDQAJAAkACfyAPIAH9BwAAIgv9IyIK/VMEQEEAIQhBAQwBCyAOIAv9IyIK/VMEQEEQIQhBAQwBCyANIAv9IyIK/VMEQEEgIQhBAQwBC0EwIQggDCAL/SMiCv1TC0EBcQRAIAhBECAKQQf9a0EH/WwiCv0WAEEQcSIEIAr9FgFBD3EiBSAEIAVLGyIEIAr9FgJBDnEiBSAEIAVLGyIEIAr9FgNBDXEiBSAEIAVLGyIEIAr9FgRBDHEiBSAEIAVLGyIEIAr9FgVBC3EiBSAEIAVLGyIEIAr9FgZBCnEiBSAEIAVLGyIEIAr9FgdBCXEiBSAEIAVLGyIEIAr9FghBCHEiBSAEIAVLGyIEIAr9FglBB3EiBSAEIAVLGyIEIAr9FgpBBnEiBSAEIAVLGyIEIAr9FgtBBXEiBSAEIAVLGyIEIAr9FgxBBHEiBSAEIAVLGyIEIAr9Fg1BA3EiBSAEIAVLGyIEIAr9Fg5BAnEiBSAEIAVLGyIEIAr9Fg9BAXEiBSAEIAVLG2tB/wFxaiADQQZ0ciEDIAZBAUoNASAGQQZqIQYMAgsgAEGAgICAeDYCACAHKAIEIgBFDQcgBygCCCAAEJsBDAcLIAMgBkECayIGdiEIIAcoAgQgCUYEQCAHQQRqEJgBCyAHKAIIIAlqIAg6AAAgByAJQQFqIgk2AgwgA0F/IAZ0QX9zcSEDCyABQQFqIQEgAkEBayICDQALDAELQQEgBhDbAQALIAMNACAGQQZODQAgBygCCCEGIAcoAgQiASAJRQ0BGiAAIAk2AgggACAGNgIEIAAgATYCAAwCCyAHKAIIIQYgBygCBAshASAAQYCAgIB4NgIAIAFFDQAgBiABEJsBCyAHQRBqJAAL0AYBDX8jAEEgayIDJABBwPbAAC0AAEEBRwRAED4LAkACQAJAQcD1wAAoAgBFBEBBfyEEQcD1wABBfzYCAEEAIAAgAEH89cAAKAIASyICGyIGRQ0CQQFB+PXAACgCACACGyIFIAZqIQggBSECA0AgAi0AAEEuRwRAIAdBAWohByACQQFqIgIgCEcNAQwECwsgBiECA0AgAkUNAyAAQQFrIQAgAkEBayICIAVqLQAAQS5HDQALIAAgB00NAiAFIAdBgPbAABAzRQ0CIANBDGpBhPbAACgCAEGI9sAAKAIAEEwgAygCDEEBRg0CQbj2wABBADYCAEGs9sAAQQA2AgAgAygCECEJIAMoAhQhCCADQaT2wAA2AhQgAyAINgIQIAMgCTYCDCAIRQ0CIABBf3MgBmohDCAAIAVqQQFqIQ0gBSAHQQFqIg5qIQsgB0F/cyAAaiEGQQAhAgNAAkAgAiAJai0AACIFQQlrIgpBF0sNAEEBIAp0QZOAgARxRQ0AIAggAkEBaiICRw0BDAQLCyADIAJBAWo2AhggBUH7AEcNAiADIANBDGpBASADQR9qQeSgwAAQJyADKAIADQIgAygCGCICIAMoAhAiBU8NASADKAIMIQkDQCACIAlqLQAAQQlrIgpBF0sNAkEBIAp0QZOAgARxRQ0CIAUgAkEBaiICRw0ACyAFIQIMAQsQwgEACyACIAhHDQAgDSAMQZj2wAAQM0UEQEF+IQQMAQsCQAJAAkACQAJAIAFB/wFxQQJPBEBBACECQZT2wABBADYCACAGQYz2wAAoAgBNDQFBjPbAAEEAIAZBAUEBEIkBQZT2wAAoAgAhAgwCCyALIAZBjPbAABAzDQNBfSEEDAULIAAgDkYNAQsgBkUNAEGQ9sAAKAIAIAJqIAsgBvwKAAALQZT2wAAgAiAHayAAakEBayIENgIADAELQZT2wAAoAgAhBCABQf8BcUEBRw0AQZD2wAAoAgAgBBBlRQRAQXshBAwCC0GU9sAAKAIAIQQLIARB/PXAACgCACIASw0BIARFDQBB+PXAACgCAEGQ9sAAKAIAIAT8CgAAC0HA9cAAQcD1wAAoAgBBAWo2AgAgA0EgaiQAIAQPC0EAIAQgAEGEncAAEGoAC4UGAQJ/IwBBEGsiBCQAAn9BgYCAgHggAy0ACCIFQQFLDQAaIAMoAgQhByADKAIAIQZBgICAgHggBUEBcUUNABogBEEEaiAGIAcQLCAEKAIMIQcgBCgCCCEGIAQoAgQLIQMCQAJAAkACQAJAAn8CQAJAAkACQAJAIAJBA2sOAgABCAsgAS8AAEHh2AFzIAFBAmoiAi0AAEHnAHNyRQRAQQMhASADQYGAgIB4Rg0GIAdBBUcNBiAGKAAAIgFB/4H8B3FBCHggAUEYeEH/gfwHcXIiAUG15MzCBEYNBEF/QQEgAUG15MzCBEsbDAULIAEvAABB9PIBcyACLQAAQfAAc3JFBEAgA0GBgICAeEcNAwwJCyABLwAAQevSAXMgAUECaiIFLQAAQeQAc3INASADQYGAgIB4Rg0IIAAoAggiACgCACIBQQBKBEAgAEEEaigCACABEJsBCyAAIAc2AgggACADNgIAIABBBGogBjYCAAwJCyABKAAAQePkpaMHRw0GIAAoAhBBAToAAAwGCyABLwAAIgJB4uwAcyAFLQAAQTRzckUNBCACQfrSAXMgAUECaiIBLQAAQfAAc3JFDQQgAkHl3AFzIAEtAABB4wBzckUNBAwFCyAAKAIEIgAoAgAiAUEASgRAIABBBGooAgAgARCbAQsgACAHNgIIIAAgAzYCACAAQQRqIAY2AgAMBgtBNiAGQQRqLQAAawtFBEBBACEBDAELAn8gBigAACIBQf+B/AdxQQh4IAFBGHhB/4H8B3FyIgFBuObMwgRHBEBBf0EBIAFBuObMwgRLGwwBC0E0IAZBBGotAABrC0UEQEEBIQEMAQtBA0ECAn8gBigAACIBQf+B/AdxQQh4IAFBGHhB/4H8B3FyIgFBserMwgRHBEBBf0EBIAFBserMwgRLGwwBC0EyIAZBBGotAABrCxshAQsgACgCACABOgAADAELIAAoAhRBAToAAAsgA0GCgICAeEgNASADRQ0BIAYgAxCbAQwBCyAAKAIMQQE6AAALIARBEGokAAuiBgEEfyAAQQhrIgEgAEEEaygCACIDQXhxIgBqIQICQAJAIANBAXENACADQQJxRQ0BIAEoAgAiAyAAaiEAIAEgA2siAUGIm8EAKAIARgRAIAIoAgRBA3FBA0cNAUGAm8EAIAA2AgAgAiACKAIEQX5xNgIEIAEgAEEBcjYCBCACIAA2AgAPCyABIAMQZAsCQAJAQaCbwQACfwJAAkACQAJAIAIoAgQiA0ECcUUEQCACQYybwQAoAgBGDQIgAkGIm8EAKAIARg0DIAIgA0F4cSICEGQgASAAIAJqIgBBAXI2AgQgACABaiAANgIAIAFBiJvBACgCAEcNAUGAm8EAIAA2AgAPCyACIANBfnE2AgQgASAAQQFyNgIEIAAgAWogADYCAAsgAEGAAkkNBCABIAAQaUGgm8EAQaCbwQAoAgBBAWsiADYCACAADQZB6JjBACgCACIADQJB/x8MAwtBjJvBACABNgIAQYSbwQBBhJvBACgCACAAaiIANgIAIAEgAEEBcjYCBEGIm8EAKAIAIAFGBEBBgJvBAEEANgIAQYibwQBBADYCAAsgAEGYm8EAKAIAIgJNDQVBjJvBACgCACIARQ0FQYSbwQAoAgAiA0EpSQ0EQeCYwQAhAQNAIAAgASgCACIETwRAIAAgBCABKAIEakkNBgsgASgCCCEBDAALAAtBiJvBACABNgIAQYCbwQBBgJvBACgCACAAaiIANgIAIAEgAEEBcjYCBCAAIAFqIAA2AgAPC0EAIQEDQCABQQFqIQEgACgCCCIADQALQf8fIAEgAUH/H00bCzYCAA8LAkBB+JrBACgCACICQQEgAEEDdnQiA3FFBEBB+JrBACACIANyNgIAIABB+AFxQfCYwQBqIgAhAgwBCyAAQfgBcSIAQfCYwQBqIQIgAEH4mMEAaigCACEACyACIAE2AgggACABNgIMIAEgAjYCDCABIAA2AggPC0Ggm8EAQeiYwQAoAgAiAAR/QQAhAQNAIAFBAWohASAAKAIIIgANAAtB/x8gASABQf8fTRsFQf8fCzYCACACIANPDQBBmJvBAEF/NgIACwvyBQICfwF+IwBB0ABrIgYkACAGQThqQQEgASADaiADIARqIgEgBEkgASACS3IiARsiA0EAIAQgARsiAiAFEEgCQCAGLQA4QQVHBEAgBiAGKAJANgIIIAYgBikCODcDACAGQQI6AA0MAQsgBiAFOgA4IAYgAyACIAUgBkE4akEBECMLIAJBD3EhBSADIAJB8P///wdxIgRqIQECQCACQQ9NDQAgBv0MAAAAAAAAAAAAAAAAAAAAAP0LAzggBEUNACAEQRBrIgdBMHFBMEcEQCAHQQR2QQFqQQNxIQQDQCADIAYpA0A3AAggAyAGKQM4NwAAIANBEGohAyAEQQFrIgQNAAsLIAdBMEkNAANAIAMgBikDQDcACCADIAYpAzg3AAAgA0EYaiAGKQNANwAAIANBEGogBikDODcAACADQShqIAYpA0A3AAAgA0EgaiAGKQM4NwAAIANBOGogBikDQDcAACADQTBqIAYpAzg3AAAgA0FAayIDIAFHDQALCwJAIAVFDQAgASEDIAJBB3EiBARAA0AgA0EAOgAAIANBAWohAyAEQQFrIgQNAAsLIAVBCEkNACABIAVqIQEDQCADQQA6AAAgA0EBakEAOgAAIANBAmpBADoAACADQQNqQQA6AAAgA0EEakEAOgAAIANBBWpBADoAACADQQZqQQA6AAAgA0EHakEAOgAAIANBCGoiAyABRw0ACwsCQAJAIAYtAA1BAkYEQCAGIAYoAgg2AhggBiAGKQMAIgg3AxAgBkEANgI0IAZCgICAgBA3AiwgBkGMlMAANgI8IAZCoICAgAY3AkAgBiAGQSxqNgI4IAZBEGogBkE4ahBtDQIgBiAGKAI0NgIoIAYgBikCLDcDIEGoncAAQQhBCkEQIAinQf8BcUEDSRsgBkEgakEAIAMQZiEBIABBAjoADSAAIAE2AgAMAQsgACAG/QADAP0LAgALIAZB0ABqJAAPC0G0lMAAQTcgBkHPAGpBpJTAAEHslMAAEJwBAAvkBQEEfyMAQSBrIgckAAJAAkAgA0EBTQ0AIAItAABB+wBHDQAgAiADakEBay0AAEH9AEcNACAAAn8CQAJAAkAgASgCOCADaiIIQQBIDQACQCAIRQRAQQEhCgwBC0EBIQkgCEEBENoBIgpFDQELQQAhCSAHQQA2AgggByAKNgIEIAcgCDYCACAIIANBAWsiA0kEQCAHQQAgA0EBQQEQiQEgBygCBCEKIAcoAgghCQsgAwRAIAkgCmogAiAD/AoAAAsgByADIAlqNgIIAkACQAJAIASnQQFrDgICAQALIAdBDGpBxZ7AACAGnCIFEGggBygCGCEJIAcoAhQhAiAHKAIQIQggBygCDCIDQQVHBEAgBygCHAwGCyAHQcWewABBAyACIAkQZyAIRQ0BIAIgCBCbAQwBC0QAAAAAAAD4fyEFCyABKwMYIQYgASkDECEEIAEoAgBFDQEgB0EMakG/nsAAIAUgASsDCKAQaCAHKAIMIgNBBUcNAiAHKAIQIQIgB0G/nsAAQQMgBygCFCIDIAcoAhgQZyACRQ0BIAMgAhCbAQwBCyAJIAgQ2wEACwJAIARQDQAgB0EMakHCnsAAIAUgBqAQaCAHKAIMIgNBBUcNASAHKAIQIQIgB0HCnsAAQQMgBygCFCIDIAcoAhgQZyACRQ0AIAMgAhCbAQsgASgCNCICBEAgASgCMCIDIAJBFGxqIQEDQCAHIAMoAgAgA0EEaigCACADQQxqKAIAIANBEGooAgAQZyADQRRqIgMgAUcNAAsLIAcoAggiASAHKAIARgRAIAcQmAELIAcoAgQgAWpB/QA6AAAgAEEFNgIAIAAgAUEBajYCDCAAIAcpAgA3AgQMAwsgBygCGCEJIAcoAhQhAiAHKAIQIQggBygCHAs2AhAgACAJNgIMIAAgAjYCCCAAIAg2AgQgACADNgIAIAcoAgAiAEUNASAHKAIEIAAQmwEMAQsgAEECNgIACyAHQSBqJAAL7AMCCH8BfkEBIQhBK0GAgMQAIAAoAggiBEGAgIABcSIDGyEKIANBFXYgAmohAyAEQYCAgARxQQBHIQgCQCAALwEMIgcgA0sEQAJAAkAgBEGAgIAIcUUEQCAHIANrIQdBACEDAkACQAJAIARBHXZBA3FBAWsOAwABAAILIAchAwwBCyAHQf7/A3FBAXYhAwsgBEH///8AcSEJIAAoAgQhBiAAKAIAIQADQCAFQf//A3EgA0H//wNxTw0CQQEhBCAFQQFqIQUgACAJIAYoAhARAQBFDQALDAQLIAAgACkCCCILp0GAgID/eXFBsICAgAJyNgIIQQEhBCAAKAIAIgYgACgCBCIJIAogCBC2AQ0DIAcgA2tB//8DcSEDA0AgBUH//wNxIANPDQIgBUEBaiEFIAZBMCAJKAIQEQEARQ0ACwwDC0EBIQQgACAGIAogCBC2AQ0CIAAgASACIAYoAgwRAAANAkEAIQUgByADa0H//wNxIQEDQCAFQf//A3EiAiABSSEEIAEgAk0NAyAFQQFqIQUgACAJIAYoAhARAQBFDQALDAILIAYgASACIAkoAgwRAAANASAAIAs3AghBAA8LQQEhBCAAKAIAIgMgACgCBCIAIAogCBC2AQ0AIAMgASACIAAoAgwRAAAhBAsgBAucBQEKfyMAQRBrIgIkACAAKAIEIgkgACgCCCIFaiEGIAAoAgAiCiAFayIEQQ9xIQgCQCAEQQ9NDQAgAv0MAAAAAAAAAAAAAAAAAAAAAP0LAwAgBiEBIARBEGsiB0EwcUEwRwRAQQAgB0EEdkEBakEDcWshAwNAIAEgAikDCDcACCABIAIpAwA3AAAgAUEQaiEBIANBAWoiAw0ACwsgB0EwSQ0AIAYgBEFwcWohAwNAIAEgAikDCDcACCABIAIpAwA3AAAgAUEYaiACKQMINwAAIAFBEGogAikDADcAACABQShqIAIpAwg3AAAgAUEgaiACKQMANwAAIAFBOGogAikDCDcAACABQTBqIAIpAwA3AAAgAUFAayIBIANHDQALCwJAIAhFDQAgBiAEQfD///8HcWoiByEBIARBB3EiAwRAA0AgAUEAOgAAIAFBAWohASADQQFrIgMNAAsLIAhBCEkNACAHIAhqIQMDQCABQQA6AAAgAUEBakEAOgAAIAFBAmpBADoAACABQQNqQQA6AAAgAUEEakEAOgAAIAFBBWpBADoAACABQQZqQQA6AAAgAUEHakEAOgAAIAFBCGoiASADRw0ACwsCQCAFRQ0AIAkhASAFQQdxIgMEQANAIAFBADoAACABQQFqIQEgA0EBayIDDQALCyAFQQhJDQADQCABQQA6AAAgAUEBakEAOgAAIAFBAmpBADoAACABQQNqQQA6AAAgAUEEakEAOgAAIAFBBWpBADoAACABQQZqQQA6AAAgAUEHakEAOgAAIAFBCGoiASAGRw0ACwsgAEEANgIIIAoEQCAJIAoQmwELIAAoAgwiAQRAIAAoAhAgARCbAQsgACgCLCIBQQBKBEAgACgCMCABEJsBCyACQRBqJAALnAUBCn8jAEEQayICJAAgACgCGCIBQQBKBEAgACgCHCABEJsBCyAAKAIAIgEEQCAAKAIEIAEQmwELIAAoAhAiCSAAKAIUIgVqIQYgACgCDCIKIAVrIgRBD3EhCAJAIARBD00NACAC/QwAAAAAAAAAAAAAAAAAAAAA/QsDACAGIQEgBEEQayIHQTBxQTBHBEBBACAHQQR2QQFqQQNxayEDA0AgASACKQMINwAIIAEgAikDADcAACABQRBqIQEgA0EBaiIDDQALCyAHQTBJDQAgBiAEQXBxaiEDA0AgASACKQMINwAIIAEgAikDADcAACABQRhqIAIpAwg3AAAgAUEQaiACKQMANwAAIAFBKGogAikDCDcAACABQSBqIAIpAwA3AAAgAUE4aiACKQMINwAAIAFBMGogAikDADcAACABQUBrIgEgA0cNAAsLAkAgCEUNACAGIARB8P///wdxaiIHIQEgBEEHcSIDBEADQCABQQA6AAAgAUEBaiEBIANBAWsiAw0ACwsgCEEISQ0AIAcgCGohAwNAIAFBADoAACABQQFqQQA6AAAgAUECakEAOgAAIAFBA2pBADoAACABQQRqQQA6AAAgAUEFakEAOgAAIAFBBmpBADoAACABQQdqQQA6AAAgAUEIaiIBIANHDQALCwJAIAVFDQAgCSEBIAVBB3EiAwRAA0AgAUEAOgAAIAFBAWohASADQQFrIgMNAAsLIAVBCEkNAANAIAFBADoAACABQQFqQQA6AAAgAUECakEAOgAAIAFBA2pBADoAACABQQRqQQA6AAAgAUEFakEAOgAAIAFBBmpBADoAACABQQdqQQA6AAAgAUEIaiIBIAZHDQALCyAAQQA2AhQgCgRAIAkgChCbAQsgAkEQaiQAC8UFAgZ/AX4gAiEGAkACQANAIAEhBCAGIgVFDQEgBCAFaiEJQQAhAQJ/AkADQCABIARqIgctAABBCWsiBkEXSw0BQQEgBnRBm4CABHFFDQEgBSABQQFqIgFHDQALQQAhCCAJIQdBAAwBC0EAIAUgAWsiASIIQQNJDQAaIAFBA2shCUEAIAdBA2ogBy8AAEHv9wJzIAdBAmotAABBvwFzchsLIgYgByAGGyEBIAkgCCAGGyIGIAVHDQALAkACQAJAAkAgBUEKTwRAQeeqwAAhBkEYIQcgBCkAACIKQq3atOnSxdCixwCFIARBCGoiATMAAELJnAGFhFANBiAKQq3atOmCxNCixwCFIAEzAABCyZwBhYRCAFINAQwGCyAFQQRJDQELQd2qwAAhBkEKIQcgBCgAAEHz5qHrAkYNBAJAIAVBC08EQCAEKQAAQuXGkZuXrMu56ACFIARBA2opAABC88K1mYetmJkthYRQDQYMAQsgBUEHSQ0CCyAEKAAAQfPWtZkHcyAEQQNqKAAAQfPmoesCc3JFDQQgBUEJSQ0BIAQpAABC89a1qbaM2bnhAIUgBEEIajEAAEIthYRQDQQMAQsgBUEBRg0BCyAELwAAQbCEAkcNAEHFqsAAIQZBGCEHDAILIAQtAABBIHJB+wBHDQAgBUEFSQ0AIAVBAWohCCAEIQEDQEG4qsAAIQZBDSEHIAEoAABBotbRywdzIAFBBGotAABBInNyRQ0CIAFBAWohASAIQQFrIghBBUsNAAsgBUEFRg0AIAVBAWohAQNAIAQoAABBotaVywdzIARBBGovAABB88QAc3JFDQIgBEEBaiEEIAFBAWsiAUEHTw0ACwsgA0EEdEEgakHwAXEgAk0EQCAAQQU6AAAPCyAAIAI2AgQgACADOgABIABBADoAAA8LIAAgBzYCCCAAIAY2AgQgAEEBOgAAC9YGAQd/IwBBEGsiCCQAAkACQAJAAkAgAS0ARCIHQQZGDQAgASgCPCEGAkAgB0ECRw0AIAJFDQACfyABKAJAIgRFBEBBACECIAYMAQsgBCAGLQAAQS1GIgNrIgJBD0sNASADIAZqCyEDA0AgAgRAIAJBAWshAiADLQAAIANBAWohA0E6a0H/AXFB9gFPDQEMAgsLIAAgBDYCDCAAIAY2AgggAEKAgICAgICAgIB/NwIADAQLAkACQCAHQQFNBEAgASgCQCEEIAdBAXENAUGAgICAeCEHDAILIABBEDYCDCAAQZylwAA2AgggAEEDNgIEIABBk5/AADYCAAwFCyAIQQRqIAYgBBAsIAgoAgQiB0GBgICAeEYNASAIKAIMIQQgCCgCCCEGCyAEDQFBESEBQZGkwAAhBQwCCyAAQoCAgICQgICAgH83AgAMAgsCQCAEQYAITQ0AAn8gBEEQTwRAIAYgBBA6DAELAn9BACEBQQAhAkEAIARFDQAaIARBA3EhAwJAIARBBE8EQCAEQfz///8HcSEJA0AgASACIAZqIgUsAABBv39KaiAFQQFqLAAAQb9/SmogBUECaiwAAEG/f0pqIAVBA2osAABBv39KaiEBIAkgAkEEaiICRw0ACyADRQ0BCyACIAZqIQIDQCABIAIsAABBv39KaiEBIAJBAWohAiADQQFrIgMNAAsLIAELC0GACE0NAEEhIQFBwqTAACEFDAELIAQgBmohCSAGIQIDQAJAIAIgCUYNAAJ/IAIsAAAiAUEATgRAIAFB/wFxIQMgAkEBagwBCyACLQABQT9xIQUgAUEfcSEDIAFBX00EQCADQQZ0IAVyIQMgAkECagwBCyACLQACQT9xIAVBBnRyIQUgAUFwSQRAIAUgA0EMdHIhAyACQQNqDAELIANBEnRBgIDwAHEgAi0AA0E/cSAFQQZ0cnIiA0GAgMQARg0BIAJBBGoLIQJBICEBQaKkwAAhBSADQSBJDQIgA0H/AGtBIU8NAQwCCwsgACAENgIMIAAgBjYCCCAAIAc2AgQgAEEANgIADAELIAAgATYCDCAAIAU2AgggAEEDNgIEIABBk5/AADYCACAHQYCAgIB4ckGAgICAeEYNACAGIAcQmwELIAhBEGokAAuMBQEKfyMAQRBrIgIkACAAKAIEIgkgACgCCCIFaiEGIAAoAgAiCiAFayIEQQ9xIQgCQCAEQQ9NDQAgAv0MAAAAAAAAAAAAAAAAAAAAAP0LAwAgBiEBIARBEGsiB0EwcUEwRwRAQQAgB0EEdkEBakEDcWshAwNAIAEgAikDCDcACCABIAIpAwA3AAAgAUEQaiEBIANBAWoiAw0ACwsgB0EwSQ0AIAYgBEFwcWohAwNAIAEgAikDCDcACCABIAIpAwA3AAAgAUEYaiACKQMINwAAIAFBEGogAikDADcAACABQShqIAIpAwg3AAAgAUEgaiACKQMANwAAIAFBOGogAikDCDcAACABQTBqIAIpAwA3AAAgAUFAayIBIANHDQALCwJAIAhFDQAgBiAEQfD///8HcWoiByEBIARBB3EiAwRAA0AgAUEAOgAAIAFBAWohASADQQFrIgMNAAsLIAhBCEkNACAHIAhqIQMDQCABQQA6AAAgAUEBakEAOgAAIAFBAmpBADoAACABQQNqQQA6AAAgAUEEakEAOgAAIAFBBWpBADoAACABQQZqQQA6AAAgAUEHakEAOgAAIAFBCGoiASADRw0ACwsCQCAFRQ0AIAkhASAFQQdxIgMEQANAIAFBADoAACABQQFqIQEgA0EBayIDDQALCyAFQQhJDQADQCABQQA6AAAgAUEBakEAOgAAIAFBAmpBADoAACABQQNqQQA6AAAgAUEEakEAOgAAIAFBBWpBADoAACABQQZqQQA6AAAgAUEHakEAOgAAIAFBCGoiASAGRw0ACwsgAEEANgIIIAoEQCAJIAoQmwELIAAoAgwiAQRAIAAoAhAgARCbAQsgAEEsahBHIAJBEGokAAuGBQINfwJ+IwBBEGsiCSQAAkAgASgCCCIGRQRAIABBADYCCAwBCyABIAZBAWsiBDYCCCABKAIEIgIgBEEEdGoiBygCCCEBIAcoAgwhAyAHKQMAIg+nIQcgD0IgiKchCAJAIARFBEAgCCEMIAchDSADIQcgASEIDAELIAIoAAAhDSACIAc2AAAgAigABCEMIAIgCDYABCACKAAIIQggAiABNgAIIAIoAAwhByACIAM2AAwgCSAC/QADAP0LAwBBACEDQQEhASAGQQRPBEAgBEECayIBQQAgASAETRshCkEBIQEDQCACIANBBHRqIAICfyACIAFBBHRqIgQpAwAiDyAEQRBqIgUpAwAiEFIEQCAPIBBYDAELIAQoAgggBSgCCCAEKAIMIgQgBSgCDCIFIAQgBUkbEKoBIgsgBCAFayALG0EATAsgAWoiA0EEdGr9AAMA/QsDACADQQF0IgRBAXIhASAEIApJDQALCwJAIAZBAmsgAUcEQCADIQEMAQsgAiADQQR0aiACIAFBBHRq/QADAP0LAwALIAIgAUEEdGoiAyAJKQMIIhA3AwggAyAJKQMAIg83AwAgAygCDCEGIBCnIQpBACEDAkAgAUUNAANAAkAgAiABQQFrQQF2IgRBBHRqIgUpAwAiECAPUgRAIA8gEFYNASABIQMMAwsgCiAFKAIIIAYgBSgCDCILIAYgC0kbEKoBIg4gBiALayAOG0EASg0AIAEhAwwCCyACIAFBBHRqIAX9AAMA/QsDACAEIgENAAsLIAIgA0EEdGoiASAGNgIMIAEgCjYCCCABIA83AwALIAAgBzYCDCAAIAg2AgggACANrSAMrUIghoQ3AwALIAlBEGokAAusBQIGfwF+AkAgAkUNACACQQdrIgNBACACIANPGyEHIAFBA2pBfHEgAWshCEEAIQMDQAJAAkACQCABIANqLQAAIgXAIgZBAE4EQCAIIANrQQNxDQEgAyAHTw0CA0AgASADaiIEQQRqKAIAIAQoAgByQYCBgoR4cQ0DIANBCGoiAyAHSQ0ACwwCC0KAgICAkCAhCQJAAkACQAJAAkACQAJAAkACQCAFLQDe8kBBAmsOAwABAgcLIANBAWoiBCACSQ0CQgAhCQwGCyADQQFqIgQgAkkNAkIAIQkMBQsgA0EBaiIEIAJJDQJCACEJDAQLIAEgBGosAABBv39KDQMMBAsgASAEaiwAACEEAkACQAJAIAVB4AFrDg4AAgICAgICAgICAgICAQILIARBYHFBoH9GDQMMBAsgBEGff0oNAwwCCyAGQR9qQf8BcUEMTwRAIAZBfnFBbkcNAyAEQUBIDQIMAwsgBEFASA0BDAILIAEgBGosAAAhBAJAAkACQAJAIAVB8AFrDgUBAAAAAgALIAZBD2pB/wFxQQJLDQQgBEFASA0CDAQLIARB8ABqQf8BcUEwSQ0BDAMLIARBj39KDQILIAIgA0ECaiIETQRAQgAhCQwCCyABIARqLAAAQb9/SgRAQoCAgICQwAAhCQwCC0IAIQkgA0EDaiIEIAJPDQEgASAEaiwAAEFASA0CQoCAgICQ4AAhCQwBC0IAIQkgA0ECaiIEIAJPDQAgASAEaiwAAEG/f0wNAUKAgICAkMAAIQkLIAAgCSADrYQ3AgQgAEEBNgIADwsgBEEBaiEDDAILIANBAWohAwwBCyACIANNDQADQCABIANqLAAAQQBIDQEgAiADQQFqIgNHDQALDAILIAIgA0sNAAsLIAAgAjYCCCAAIAE2AgQgAEEANgIAC7wIAQh/IwBBkARrIgQkACMAQRBrIgUkAAJAIANBwQBJBEAgBf0MAAAAAAAAAAAAAAAAAAAAAP0LAwAgBf0MAAAAAAAAAAAAAAAAAAAAAP0LAwAgBEIANwNAIARC8e30+KWn/aelfzcDGCAEQqvw0/Sv7ry3PDcDECAEQrvOqqbY0Ouzu383AwggBEL5wvibkaOz8NsANwM4IARC6/qG2r+19sEfNwMwIARCn9j52cKR2oKbfzcDKCAEQtGFmu/6z5SH0QA3AyAgBCADQYCAhAhyrUKIkvOd/8z5hOoAhTcDACAFQRBqJAAMAQtByODAAEEwQbjgwAAQ3gEACyAEQc8AakEAQYEB/AsAIAAgAUEDdGohCgNAIAAoAgAhBQJAIAAoAgQiBkGAASAELQDPASIBayIHSwRAIAEEQCAHBEAgBEHPAGogAWogBSAH/AoAAAsgBCAEKQNAQoABfDcDQCAEIARBzwBqQgAQHyAEQQA6AM8BIAYgB2shBiAFIAdqIQULQYABIAZB/wBxIgEgAUUgBkEAR3EiCBshByAGQQd2IgFBAWsiCyABIAgbIgEEQCABQQd0IQkgBSEBA0AgBCAEKQNAQoABfDcDQCAEIAFCABAfIAFBgAFqIQEgCUGAAWsiCQ0ACwsgBCAHOgDPASAHRQ0BIARBzwBqIAUgC0EHdGogBSAGQYD///8HcWogCBsgB/wKAAAMAQsgBgRAIARBzwBqIAFqIAUgBvwKAAALIAQgASAGajoAzwELIABBCGoiACAKRw0ACyAELQDPASEAIAT9DAAAAAAAAAAAAAAAAAAAAAD9CwOAAiAE/QwAAAAAAAAAAAAAAAAAAAAA/QsD8AEgBP0MAAAAAAAAAAAAAAAAAAAAAP0LA+ABIAT9DAAAAAAAAAAAAAAAAAAAAAD9CwPQASAEIAQpA0AgAK18NwNAIARBkANqIgFBAEGAAfwLACAABEAgASAEQc8AaiAA/AoAAAsgBEEAOgDPASAEQZACaiIAIARBkANqQYAB/AoAACAEIABCfxAfIARB0AFqIgAgBP0AABD9CwAQIAAgBP0AAAD9CwAAIAAgBP0AACD9CwAgIAAgBP0AADD9CwAwIAMEQCACIAAgA/wKAAALIAT9DAAAAAAAAAAAAAAAAAAAAAD9CwOQAyAEIAQpA5ADNwPQASAEIAQpA5gDNwPYASAEIAQpA5gDNwPoASAEIAQpA5ADNwPgASAEIAQpA5gDNwP4ASAEIAQpA5ADNwPwASAEIAQpA5gDNwOIAiAEIAQpA5ADNwOAAiAEQZADaiIAQQBBgAH8CwAgBEHPAGogAEGAAfwKAAAgBEEAOgDPAUEAIQADQCAAIARqIgFCADcDACABQQhqQgA3AwAgAUEQakIANwMAIAFBGGpCADcDACAAQSBqIgBBwABHDQALIARCADcDQCAEQZAEaiQAC6wEAgR/AX4CQAJAA0AgAiAGRg0BIAEgBmohBCAGQQFqIQYgBC0AAEE6a0H/AXFB9gFPDQALQQAhBgwBC0EAIQYgAkUNACACQQFHIgUgAS0AACIDQTBGcQ0AAkAgBQ0AQQEhBkF/IQQgA0Eraw4DAQABAAsgASADQStGIgRqIQEgAiAEayICQQlPBEBBACEDA0BBASEGIAJFBEAgAyEEDAMLIAOtQgp+IgdCIIhCAFIEQEF/IQQMAwtBfyEEIAEtAABBMGsiA0EJSw0CIAFBAWohASACQQFrIQIgAyADIAenaiIDTQ0ACwwBC0EBIQYgAkUEQEEAIQQMAQtBfyEEIAEtAABBMGsiA0EJSw0AIAJBAUYEQCADIQQMAQsgAS0AAUEwayIFQQlLDQAgBSADQQpsaiEDIAJBAkYEQCADIQQMAQsgAS0AAkEwayIFQQlLDQAgBSADQQpsaiEDIAJBA0YEQCADIQQMAQsgAS0AA0EwayIFQQlLDQAgBSADQQpsaiEDIAJBBEYEQCADIQQMAQsgAS0ABEEwayIFQQlLDQAgBSADQQpsaiEDIAJBBUYEQCADIQQMAQsgAS0ABUEwayIFQQlLDQAgBSADQQpsaiEDIAJBBkYEQCADIQQMAQsgAS0ABkEwayIFQQlLDQAgBSADQQpsaiEDIAJBB0YEQCADIQQMAQsgAS0AB0EwayIBQQlLDQAgASADQQpsaiEECyAAIAQ2AgQgACAGNgIAC9EEAQZ/AkACQCAAKAIIIgdBgICAwAFxRQ0AAkACQAJAAkAgB0GAgICAAXEEQCAALwEOIgQNAUEAIQIMAgsgAkEQTwRAIAEgAhA6IQQMBAsgAkUEQAwECyACQQNxIQUgAkEETwRAIAJBDHEhCANAIAQgASADaiIGLAAAQb9/SmogBkEBaiwAAEG/f0pqIAZBAmosAABBv39KaiAGQQNqLAAAQb9/SmohBCAIIANBBGoiA0cNAAsgBUUNBAsgASADaiEDA0AgBCADLAAAQb9/SmohBCADQQFqIQMgBUEBayIFDQALDAMLIAEgAmohCEEAIQIgASEDIAQhBQNAIAMiBiAIRg0CAn8gBkEBaiAGLAAAIgNBAE4NABogBkECaiADQWBJDQAaIAZBBEEDIANBb0sbagsiAyAGayACaiECIAVBAWsiBQ0ACwtBACEFCyAEIAVrIQQLIAQgAC8BDCIDTw0AIAMgBGshBkEAIQRBACEFAkACQAJAIAdBHXZBA3FBAWsOAgABAgsgBiEFDAELIAZB/v8DcUEBdiEFCyAHQf///wBxIQggACgCBCEHIAAoAgAhAANAIARB//8DcSAFQf//A3FJBEBBASEDIARBAWohBCAAIAggBygCEBEBAEUNAQwDCwtBASEDIAAgASACIAcoAgwRAAANAUEAIQQgBiAFa0H//wNxIQEDQCAEQf//A3EiAiABSSEDIAEgAk0NAiAEQQFqIQQgACAIIAcoAhARAQBFDQALDAELIAAoAgAgASACIAAoAgQoAgwRAAAhAwsgAwuXBQEIfyMAQZABayIEJAAgBEEGOgAYIARBBjoAJCAEQQY6ADAgBEEGOgA8IARBBjoASCAEQQY6AFQgBEEGOgBgIAQgBEHYAGo2AnwgBCAEQcwAajYCeCAEIARBQGs2AnQgBCAEQTRqNgJwIAQgBEEoajYCbCAEIARBHGo2AmggBCAEQRBqNgJkIARBgAFqIAEgAhBMAkACQAJAIAQoAoABQQFGBEBBn6DAACEGQQkhBwwBCyAEKAKEASEIIAQoAogBIQkgA0EANgIUIANBADYCCCAEIAM2AogBIAQgCTYChAEgBCAINgKAAUGOoMAAIQZBESEHIAlFDQADQAJAIAUgCGotAAAiCkEJayILQRdLDQBBASALdEGTgIAEcUUNACAJIAVBAWoiBUcNAQwCCwsgBCAFQQFqNgKMASAKQfsARw0AIARBCGogBEGAAWpBASAEQeQAakHgn8AAECcCQCAEKAIIIgZFBEAgBCgCjAEiBSAEKAKEASIGTw0BIAQoAoABIQcDQCAFIAdqLQAAQQlrIghBF0sNAkEBIAh0QZOAgARxRQ0CIAYgBUEBaiIFRw0ACyAGIQUMAQsgBCgCDCEHDAELIAUgCUYNAUH0n8AAIQZBGiEHCyAAQQc6AFwgACAHNgIEIAAgBjYCAAwBCyAAIAQoAhg2AhQgACAEKQIQNwIMIAAgBCkCHDcCGCAAIAQoAiQ2AiAgACAEKQIoNwIkIAAgBCgCMDYCLCAAIAQpAjQ3AjAgACAEKAI8NgI4IAAgBCgCSDYCRCAAIAQpAkA3AjwgACADNgIIIAAgAjYCBCAAIAE2AgAgACAEKAJUNgJQIAAgBCkCTDcCSCAAIAQoAmA2AlwgACAEKQJYNwJUCyAEQZABaiQAC50EAQR/AkACQCACQQxNBEAgAkEMRg0BDAILIAEsAAxBQEgNAQtBIEEAIAEtAAAiA0HBAGtB/wFxQRpJGyADckH/AXFB4QBHDQBBIEEAIAEtAAEiA0HBAGtB/wFxQRpJGyADckH/AXFB8ABHDQBBIEEAIAEtAAIiA0HBAGtB/wFxQRpJGyADckH/AXFB8ABHDQBBIEEAIAEtAAMiA0HBAGtB/wFxQRpJGyADckH/AXFB7ABHDQBBIEEAIAEtAAQiA0HBAGtB/wFxQRpJGyADckH/AXFB6QBHDQBBIEEAIAEtAAUiA0HBAGtB/wFxQRpJGyADckH/AXFB4wBHDQBBIEEAIAEtAAYiA0HBAGtB/wFxQRpJGyADckH/AXFB4QBHDQBBIEEAIAEtAAciA0HBAGtB/wFxQRpJGyADckH/AXFB9ABHDQBBIEEAIAEtAAgiA0HBAGtB/wFxQRpJGyADckH/AXFB6QBHDQBBIEEAIAEtAAkiA0HBAGtB/wFxQRpJGyADckH/AXFB7wBHDQBBIEEAIAEtAAoiA0HBAGtB/wFxQRpJGyADckH/AXFB7gBHDQBBIEEAIAEtAAsiA0HBAGtB/wFxQRpJGyADckH/AXFBL0cNACABQQxqIQMgAkEMayEFQQwhBANAIAIgBEYEQCADIQEgBSECDAILIAEgBGogBEEBaiEELQAAQS9HDQALCyAAIAI2AgQgACABNgIAC9MEAgJ/An4CQAJAAkACQAJAAkACQCABLQAAQQFrDgMBAgMACyABKAIEQQRrQQ1PBEAgAEEENgIUIABB5NnAADYCECAAQhA3AwggAEKDgICAwAA3AwAPCwwDCyABKAIMIgRBAWtB/wFPBEAgAEELNgIUIABB59rAADYCECAAQv8BNwMIIABCg4CAgBA3AwAPCyABKAIEIgIgBEEDdCIETyADQgqIIgMgAq1acUUEQCAAQQo2AhQgAEHo2cAANgIQIAAgAzcDCCAAIAQ2AgQgAEEDNgIADwtBgICAAiACbiICIAEoAghBAWtNBEAgAEEINgIUIABB8trAADYCEAwFCwwCCyABKAIIIgVBAWtBwABPBEAgAEEBNgIUIABBvJ/AADYCEAwDCyABKAIMIgJBAWtBwABPBEAgAEEBNgIUIABB+trAADYCEAwDCwJAIAMgBUEHdCIFrYAiAyACQQF0QQJqrSIGVgRAQYCAgIAEIAIgBWxurSIHIAMgBn0iAyADIAdWG3mnQT9zIgQgASgCBEEBa0sNAQsgAEEBNgIUIABB8tnAADYCECAAQoOAgIAgNwMAIABCASAErYY3AwgPCwwBC0Ggy5gBQcCWsQIgAS0AASIEGyACQQZBBSAEG3YiBUEBakEBIAUgBUEBTRtBP0EfIAQbIAJxG24iAiABKAIEQQFrTQRAIABBCjYCFCAAQfPZwAA2AhAMAwsgAEEGNgIADwsgAEEGNgIADwsgAELAADcDCCAAQoOAgIAQNwMADwsgAEKDgICAEDcDACAAIAKtNwMIC5YEAQt/IAAoAgQhCSAAKAIAIQogACgCCCELAkADQCAGDQECfwJAIAIgBEkNAANAIAEgBGohBQJAAkACQAJAAkAgAiAEayIGQQdNBEAgAiAERw0BIAIhBAwHCyAFQQNqQXxxIgAgBUYNASAAIAVrIQBBACEDA0AgAyAFai0AAEEKRg0FIAAgA0EBaiIDRw0ACyAAIAZBCGsiA0sNAwwCC0EAIQMDQCADIAVqLQAAQQpGDQQgBiADQQFqIgNHDQALIAIhBAwFCyAGQQhrIQNBACEACwNAQYCChAggACAFaiIIKAIAIg1BipSo0ABzayANckGAgoQIIAhBBGooAgAiCEGKlKjQAHNrIAhycUGAgYKEeHFBgIGChHhHDQEgAEEIaiIAIANNDQALCyAAIAZGBEAgAiEEDAMLA0AgACAFai0AAEEKRgRAIAAhAwwCCyAGIABBAWoiAEcNAAsgAiEEDAILIAMgBGoiAEEBaiEEAkAgACACTw0AIAMgBWotAABBCkcNAEEAIQYgBCIFDAMLIAIgBE8NAAsLIAIgB0YNAkEBIQYgByEFIAILIQACQCALLQAABEAgCkH39MAAQQQgCSgCDBEAAA0BC0EAIQMgACAHRwRAIAAgAWpBAWstAABBCkYhAwsgACAHayEAIAEgB2ohCCALIAM6AAAgBSEHIAogCCAAIAkoAgwRAABFDQELC0EBIQwLIAwL+wMBCH8jAEEQayIGJAACfwJAIANBAXFFBEAgAi0AACIFDQFBAAwCCyAAIAIgA0EBdiABKAIMEQAADAELIAEoAgwhCgNAIAJBAWohBAJAAkACQAJAIAXAQQBIBEAgBUH/AXEiCEGAAUYNASAIQcABRw0DIAYgATYCBCAGIAA2AgAgBkKggICABjcCCCADIAdBA3RqIgIoAgAgBiACKAIEEQEARQ0CQQEMBgsgACAEIAVB/wFxIgIgChEAAEUEQCACIARqIQIMBAtBAQwFCyAAIAJBA2oiBCACLwABIgIgChEAAEUEQCACIARqIQIMAwtBAQwECyAHQQFqIQcgBCECDAELQaCAgIAGIQsgBUEBcQRAIAIoAAEhCyACQQVqIQQLQQAhCAJ/IAVBAnFFBEBBACEJIAQMAQsgBC8AACEJIARBAmoLIQIgBUEEcQR/IAIvAAAhCCACQQJqBSACCyEEIAVBCHEEfyAELwAAIQcgBEECagUgBAshAiAFQRBxBEAgAyAJQQN0ai8BBCEJCyAGIAVBIHEEfyADIAhBA3RqLwEEBSAICzsBDiAGIAk7AQwgBiALNgIIIAYgATYCBCAGIAA2AgBBASADIAdBA3RqIgQoAgAgBiAEKAIEEQEADQIaIAdBAWohBwsgAi0AACIFDQALQQALIAZBEGokAAu1BAEGfyMAQdAAayICJAACQAJAAkAgAS0AJQ0AIAEoAgQhBCACQRhqIAEQPAJAIAIoAhhBAUYEQCABKAIcIQMgASACKAIgNgIcIAMgBGohBCACKAIcIANrIQMMAQsgAS0AJQ0BIAFBAToAJQJAIAEtACRBAUYEQCABKAIgIQMgASgCHCEEDAELIAEoAiAiAyABKAIcIgRGDQILIAMgBGshAyABKAIEIARqIQQLQSBBBBDaASIGRQ0CIAYgAzYCBCAGIAQ2AgAgAkEBNgIUIAIgBjYCECACQQQ2AgwgAiABKQIgNwM4IAIgAf0AAhD9CwMoIAIgAf0AAgD9CwMYAkAgAi0APQ0AQQwhBEEBIQEDQCACKAIcIQMgAkHEAGogAkEYahA8An8gAigCREEBRgRAIAIoAjQhBSACIAIoAkw2AjQgAyAFaiEDIAIoAkggBWsMAQsgAi0APQ0CIAJBAToAPQJAIAItADxBAUYEQCACKAI4IQcgAigCNCEFDAELIAIoAjgiByACKAI0IgVGDQMLIAIoAhwgBWohAyAHIAVrCyEFIAIoAgwgAUYEQCACQQxqIAFBAUEEQQgQiQEgAigCECEGCyAEIAZqIgcgBTYCACAHQQRrIAM2AgAgAiABQQFqIgE2AhQgBEEIaiEEIAItAD1BAUcNAAsLIAAgAigCFDYCCCAAIAIpAgw3AgAMAQsgAEEANgIIIABCgICAgMAANwIACyACQdAAaiQADwtBBEEgENsBAAuMBAEFfyAAKAIIIgQgACgCAEYEQCAAIARBAUEBQQEQiQEgACgCCCEECyAAIARBAWoiAzYCCCAAKAIEIARqQSI6AAADQEEAIQQDQCACIARGBEAgAgRAIAAoAgAgA2sgAkkEQCAAIAMgAkEBQQEQiQEgACgCCCEDCyACBEAgACgCBCADaiABIAL8CgAACyAAIAIgA2oiAzYCCAsgAyAAKAIARgRAIAAgA0EBQQFBARCJASAAKAIIIQMLIAAgA0EBajYCCCAAKAIEIANqQSI6AABBAA8LIAEgBGogBEEBaiEELQAAIgYtAOjoQCIHRQ0ACyAEQQFHBEAgBEEBayIFIAAoAgAgA2tLBEAgACADIAVBAUEBEIkBIAAoAgghAwsgBQRAIAAoAgQgA2ogASAF/AoAAAsgACADIARqQQFrIgM2AggLIAIgBGshAiABIARqIQEgB0H1AEYEQCAGQQ9xLQDo6kAhBSAGQQR2LQDo6kAhBiAAKAIAIANrQQVNBEAgACADQQZBAUEBEIkBIAAoAgghAwsgACgCBCADaiIEIAU6AAUgBCAGOgAEIARB3OrBgQM2AAAgACADQQZqIgM2AggMAQUgACgCACADa0EBTQRAIAAgA0ECQQFBARCJASAAKAIIIQMLIAAoAgQgA2oiBCAHOgABIARB3AA6AAAgACADQQJqIgM2AggMAQsACwAL8wMBBn8jAEEQayIDJABBASEEAkACQAJAIAJBAXFFBEACQAJAIAJFDQAgAUEBai0AACEEIAEtAAAiBkEwayIFQf8BcUEKTwRAIAZB4QBrQf8BcUEFSw0FIAZB1wBrIQULIARBMGsiCEH/AXFBCk8EQCAEQeEAa0H/AXFBBUsNBSAEQdcAayEIC0EBIQZBCCEHQQhBARDaASIERQ0DIAQgCCAFQQR0cjoAACADQQE2AgwgAyAENgIIIANBCDYCBCACQQJGDQAgASACaiEIIAFBAmohAgNAIAJBAWotAAAhASACLQAAIgVBMGsiB0H/AXFBCk8EQCAFQeEAa0H/AXFBBUsNAyAFQdcAayEHCyABQTBrIgVB/wFxQQpPBEAgAUHhAGtB/wFxQQVLDQMgAUHXAGshBQsgAygCBCAGRgRAIANBBGogBkEBQQFBARCJASADKAIIIQQLIAQgBmogBSAHQQR0cjoAACADIAZBAWoiBjYCDCACQQJqIgIgCEcNAAsgAygCCCEEIAMoAgQhBwsgACAGNgIIIAAgBDYCBCAAIAc2AgAMBAsgAygCCCADKAIEIQEgAEGAgICAeDYCACABRQ0DIAEQmwEMAwsgAEGAgICAeDYCAAwCC0EBQQgQ2wEACyAAQYCAgIB4NgIACyADQRBqJAALkQQBCH8jAEFAaiIDJAAgA0EBOwEwIAMgAjYCLCADQQA2AiggA0EBOgAkIANBJDYCICADIAI2AhwgA0EANgIYIAMgAjYCFCADIAE2AhAgA0EkNgIMIANBNGogA0EMahA8AkACQCADKAI0RQRAIAMtADENASADLQAwDQEgAygCLBogAygCKBoMAQsgAygCKCEFIAMgAygCPDYCKCADLQAxDQAgAygCOCEIIAMoAhAhCSADQTRqIANBDGoQPCADKAI0RQRAIAMtADENASADLQAwDQEgAygCLBogAygCKBoMAQsgAygCKCEGIAMgAygCPDYCKCADLQAxDQAgAygCOCEKIAMoAhAhBCADQTRqIANBDGoQPAJAIAMoAjRFBEAgAy0AMQ0CAkAgAy0AMEEBRgRAIAMoAiwhBCADKAIoIQIMAQsgAygCLCIEIAMoAigiAkYNAwsgAygCECACaiEHIAQgAmshAgwBCyADKAIoIQIgAyADKAI8NgIoIAIgBGohByADKAI4IAJrIQIgAy0AMQ0AIANBNGogA0EMahA8AkAgAygCNA0AIAMtADENASADLQAwDQAgAygCLCADKAIoRg0BCyAAQQA2AgAMAgsgACACNgIUIAAgBzYCECAAIAogBms2AgwgACAGIAlqNgIIIAAgCCAFazYCBCAAIAEgBWo2AgAMAQsgAEEANgIACyADQUBrJAALjwQBAn8gACABaiECAkACQCAAKAIEIgNBAXENACADQQJxRQ0BIAAoAgAiAyABaiEBIAAgA2siAEGIm8EAKAIARgRAIAIoAgRBA3FBA0cNAUGAm8EAIAE2AgAgAiACKAIEQX5xNgIEIAAgAUEBcjYCBCACIAE2AgAMAgsgACADEGQLAkACQAJAIAIoAgQiA0ECcUUEQCACQYybwQAoAgBGDQIgAkGIm8EAKAIARg0DIAIgA0F4cSICEGQgACABIAJqIgFBAXI2AgQgACABaiABNgIAIABBiJvBACgCAEcNAUGAm8EAIAE2AgAPCyACIANBfnE2AgQgACABQQFyNgIEIAAgAWogATYCAAsgAUGAAk8EQCAAIAEQaQ8LAkBB+JrBACgCACICQQEgAUEDdnQiA3FFBEBB+JrBACACIANyNgIAIAFB+AFxQfCYwQBqIgEhAgwBCyABQfgBcSIBQfCYwQBqIQIgAUH4mMEAaigCACEBCyACIAA2AgggASAANgIMIAAgAjYCDCAAIAE2AggPC0GMm8EAIAA2AgBBhJvBAEGEm8EAKAIAIAFqIgE2AgAgACABQQFyNgIEIABBiJvBACgCAEcNAUGAm8EAQQA2AgBBiJvBAEEANgIADwtBiJvBACAANgIAQYCbwQBBgJvBACgCACABaiIBNgIAIAAgAUEBcjYCBCAAIAFqIAE2AgALC6kDAQV/IAAoAnQhAiAAKAJ4IgMEQCACIQEDQCABKAIAIgRBAEoEQCABQQRqKAIAIAQQmwELIAFBDGoQdSABQRxqIQEgA0EBayIDDQALCyAAKAJwIgEEQCACIAFBHGwQmwELIAAoAiQhAiAAKAIoIgMEQCACIQEDQCABKAIAIgQEQCABQQRqKAIAIAQQmwELIAFBDGohASADQQFrIgMNAAsLIAAoAiAiAQRAIAIgAUEMbBCbAQsCQCAAKAJcIgRBAEgNACAAKAJgIQIgACgCZCIDBEAgAiEBA0AgASgCACIFBEAgAUEEaigCACAFEJsBCyABQQxqIQEgA0EBayIDDQALCyAERQ0AIAIgBEEMbBCbAQsgACgCOCIBQQBKBEAgACgCPCABEJsBCyAAKAJEIgFBAEoEQCAAKAJIIAEQmwELIAAoAlAiAUEASgRAIAAoAlQgARCbAQsgACgCMCECIAAoAjQiAwRAIAIhAQNAIAEoAgAiBARAIAFBBGooAgAgBBCbAQsgAUEMaiEBIANBAWsiAw0ACwsgACgCLCIABEAgAiAAQQxsEJsBCwv5AwECfyMAQSBrIgYkAAJAAkACQAJAIAIEQCABKAIYQYCAgIB4Rg0CIAEoAiAiBwRAIAdBHGwhByABKAIcIQEDQAJAIAEoAgBBgICAgHhGDQAgAUEIaigCACADRw0AIAFBBGooAgAgAiADEKoBRQ0ECyABQRxqIQEgB0EcayIHDQALCyAAQQU2AgAMBAsCQCAFRQRAQQEhAQwBCyAFQQEQ2gEiAUUNAyAFRQ0AIAEgBCAF/AoAAAsgACAFNgIMIAAgATYCCCAAIAU2AgQgAEEGNgIADAMLIAYgAUEUaigCACAEIAUQXiAAQQRqIAZBIEHa3MAAEF0gBkEAOgAAIAZBADoAASAGQQA6AAIgBkEAOgADIAZBADoABCAGQQA6AAUgBkEAOgAGIAZBADoAByAGQQA6AAggBkEAOgAJIAZBADoACiAGQQA6AAsgBkEAOgAMIAZBADoADSAGQQA6AA4gBkEAOgAPIAZBADoAECAGQQA6ABEgBkEAOgASIAZBADoAEyAGQQA6ABQgBkEAOgAVIAZBADoAFiAGQQA6ABcgBkEAOgAYIAZBADoAGSAGQQA6ABogBkEAOgAbIAZBADoAHCAGQQA6AB0gBkEAOgAeIAZBADoAHyAAQQY2AgAMAgsgAEEFNgIADAELQQEgBRDbAQALIAZBIGokAAvkAwEFfyMAQTBrIgQkACAEQQA2AhggBEKAgICAEDcCEAJAAkAgAiADIARBEGoQM0UEQCAAQeymwAA2AgQgAEEANgIAQR4hAQwBCyAEQRxqIAQoAhQgBCgCGBBMAkACQCAEKAIcQQFGBEBBn6DAACECQQkhAQwBCyAEKAIgIQUgBCgCJCEGQQAhAyABQQA2AhQgAUEANgIIIAQgATYCJCAEIAY2AiAgBCAFNgIcQY6gwAAhAkERIQEgBkUNAANAAkAgAyAFai0AACIHQQlrIghBF0sNAEEBIAh0QZOAgARxRQ0AIAYgA0EBaiIDRw0BDAILCyAEIANBAWo2AiggB0H7AEcNACAEQQhqIARBHGpBASAEQS9qQbygwAAQJwJAIAQoAggiAkUEQCAEKAIoIgMgBCgCICIBTw0BIAQoAhwhAgNAIAIgA2otAABBCWsiBUEXSw0CQQEgBXRBk4CABHFFDQIgASADQQFqIgNHDQALIAEhAwwBCyAEKAIMIQEMAQsgAyAGRg0BQfSfwAAhAkEaIQELIAAgAjYCBCAAQQA2AgAMAQsgACAEKAIYNgIMIAAgBCkCEDcCBCAAQQw2AgAMAQsgACABNgIIIAQoAhAiAEUNACAEKAIUIAAQmwELIARBMGokAAuCAwEKfyMAQRBrIgUkAAJAIAJBA24iBCACIARBA2xHaiIGQQJ0IgRBAEgNAAJAIAZFBEBBASEGDAELQQEhByAEQQEQ2gEiBkUNAQtBACEHIAVBADYCDCAFIAY2AgggBSAENgIEIAIEQANAAn8gAS0AACIEQRB0IAJBAU0NABogBEEQdCABLQABQQh0ciIEIAJBAkYNABogBCABLQACcgshDEEDIAIgAkEDTxshCEEAIQkDQEEBQQIgAyAMIAlBGmxBEmp2QT9xaiwAACIKQQBOIg0bIgsgBSgCBCAHIgRrSwR/IAVBBGogBCALQQFBARCJASAFKAIIIQYgBSgCDAUgBAsgBmoiBCANBH8gCgUgBCAKQb8BcToAASAKQcABcUEGdkFAcgs6AAAgBSAHIAtqIgc2AgwgCCAJSyIEBEAgBCAJaiIJIAhNDQELCyABIAhqIQEgAiAIayICDQALCyAAIAUoAgw2AgggACAFKQIENwIAIAVBEGokAA8LIAcgBBDbAQAL+w0CCn8DfiMAQaACayIEJAAgBCAB/QADgAH9CwNAIAQgAf0AA3D9CwMwIAQgAf0AA2D9CwMgIAQgAf0AA0D9CwMAIAQgAf0AA1D9CwMQIARB0AFqIgYgBEHQAPwKAAAgBCAB/QADMP0LA8ABIAQgAf0AAyD9CwOwASAEIAH9AAMQ/QsDoAEgBCAB/QADAP0LA5ABAkBBwAAgBC0AzwEiB2siASADTQRAIAcEQCABBEAgBEGQAWogB2ogAiAB/AoAAAsgBCAEKQPwAUIBfDcD8AEgBiAEQZABakEBECsgBEEAOgDPASADIAFrIQMgASACaiECCyADQQZ2IgEEQCAEIAQpA/ABIAGtfDcD8AEgBiACIAEQKwsgBCADQT9xIgE6AM8BIAFFDQEgBEGQAWogAiADQcD///8HcWogAfwKAAAMAQsgAwRAIARBkAFqIAdqIAIgA/wKAAALIAQgAyAHajoAzwELIAQgBEGQAWoiAUGQAfwKAAAjAEFAaiIFJAAgBCAELQA/IgZqIgJBgAE6AAAgBCkDYCEOIAZBP3MiAwRAIAJBAWpBACAD/AsACyAEQUBrIQggA0EHTQRAIAUgBP0AADD9CwMwIAUgBP0AACD9CwMgIAUgBP0AABD9CwMQIAUgBP0AAAD9CwMAIAggBUEBECsgBEIANwMwIAT9DAAAAAAAAAAAAAAAAAAAAAD9CwMgIAT9DAAAAAAAAAAAAAAAAAAAAAD9CwMQIAT9DAAAAAAAAAAAAAAAAAAAAAD9CwMACyAEIAatIg9CO4YgDkIJhiIQIA9CA4aEIg9CgP4Dg0IohoQgD0KAgPwHg0IYhiAPQoCAgPgPg0IIhoSEIA5CAYZCgICA+A+DIA5CD4hCgID8B4OEIA5CH4hCgP4DgyAQQjiIhISENwM4IAUgBP0AADD9CwMwIAUgBP0AACD9CwMgIAUgBP0AABD9CwMQIAUgBP0AAAD9CwMAIAggBUEBECsgBEGAAToAICAE/QwAAAAAAAAAAAAAAAAAAAAA/QsAISAEQgA3ADAgBCAEKAJcIgJB/4H8B3FBCHggAkEYeEH/gfwHcXI2AhwgBCAEKAJYIgJB/4H8B3FBCHggAkEYeEH/gfwHcXI2AhggBCAEKAJUIgJB/4H8B3FBCHggAkEYeEH/gfwHcXI2AhQgBCAEKAJQIgJB/4H8B3FBCHggAkEYeEH/gfwHcXI2AhAgBCAEKAJMIgJB/4H8B3FBCHggAkEYeEH/gfwHcXI2AgwgBCAEKAJIIgJB/4H8B3FBCHggAkEYeEH/gfwHcXI2AgggBCAEKAJEIgJB/4H8B3FBCHggAkEYeEH/gfwHcXI2AgQgBCAEKAJAIgJB/4H8B3FBCHggAkEYeEH/gfwHcXI2AgAgBCAEKQOIASIOQgmGIhBCgAKEIg9CgP4Dg0IohiAPQoCA/AeDQhiGIA9CgICA+A+DQgiGhIQgDkIBhkKAgID4D4MgDkIPiEKAgPwHg4QgDkIfiEKA/gODIBBCOIiEhIQ3AzggBSAE/QAAMP0LAzAgBSAE/QAAIP0LAyAgBSAE/QAAEP0LAxAgBSAE/QAAAP0LAwAgBEHoAGoiAiAFQQEQKyAEQQA6AD8gBCgCaCEJIAQoAmwhCiAEKAJwIQsgBCgCdCEMIAQoAnghDSAEKAJ8IQcgBCgCgAEhBiAEKAKEASEDIAgQsAEgAhCwASAF/QwAAAAAAAAAAAAAAAAAAAAA/QsDACAEIAUpAwA3AAAgBCAFKQMINwAIIAX9DAAAAAAAAAAAAAAAAAAAAAD9CwMQIAQgBSkDEDcAECAEIAUpAxg3ABggBf0MAAAAAAAAAAAAAAAAAAAAAP0LAyAgBCAFKQMgNwAgIAQgBSkDKDcAKCAF/QwAAAAAAAAAAAAAAAAAAAAA/QsDMCAEIAUpAzA3ADAgBCAFKQM4NwA4IAEgA0EYeEH/gfwHcSADQf+B/AdxQQh4cjYAHCABIAZBGHhB/4H8B3EgBkH/gfwHcUEIeHI2ABggASAHQRh4Qf+B/AdxIAdB/4H8B3FBCHhyNgAUIAEgDUEYeEH/gfwHcSANQf+B/AdxQQh4cjYAECABIAxBGHhB/4H8B3EgDEH/gfwHcUEIeHI2AAwgASALQRh4Qf+B/AdxIAtB/4H8B3FBCHhyNgAIIAEgCkEYeEH/gfwHcSAKQf+B/AdxQQh4cjYABCABIAlBGHhB/4H8B3EgCUH/gfwHcUEIeHI2AAAgBUFAayQAIAAgBP0AA6AB/QsAECAAIAT9AAOQAf0LAAAgBP0MAAAAAAAAAAAAAAAAAAAAAP0LAwAgBCAEKQMINwOYASAEIAQpAwA3A5ABIAQgBCkDCDcDqAEgBCAEKQMANwOgASAEQaACaiQAC+cCAQV/AkAgAUHN/3tBECAAIABBEE0bIgBrTw0AIABBECABQQtqQXhxIAFBC0kbIgRqQQxqECIiAkUNACACQQhrIQECQCAAQQFrIgMgAnFFBEAgASEADAELIAJBBGsiBSgCACIGQXhxIAIgA2pBACAAa3FBCGsiAiAAQQAgAiABa0EQTRtqIgAgAWsiAmshAyAGQQNxBEAgACADIAAoAgRBAXFyQQJyNgIEIAAgA2oiAyADKAIEQQFyNgIEIAUgAiAFKAIAQQFxckECcjYCACABIAJqIgMgAygCBEEBcjYCBCABIAIQWQwBCyABKAIAIQEgACADNgIEIAAgASACajYCAAsCQCAAKAIEIgFBA3FFDQAgAUF4cSICIARBEGpNDQAgACAEIAFBAXFyQQJyNgIEIAAgBGoiASACIARrIgRBA3I2AgQgACACaiICIAIoAgRBAXI2AgQgASAEEFkLIABBCGohAwsgAwvzAgEGfyMAQRBrIgUkAAJAAkACQAJAAkACQCACQQFxBEAgAkEBdiEDDAELIAEtAAAiA0UNASABIQQDQCAEQQFqIQQCQCADwEEASARAIANB/wFxQYABRgRAIAYgBC8AACIDaiEGIAMgBGpBAmohBAwCCyAEIANBA3FBCHgiCEEFdEGAgICABHEgCEEHdHJBHXZqIANBAXZBAnFqIANBAnZBAnFqIQQgBkUgB3IhBwwBCyAEIANB/wFxIgNqIQQgAyAGaiEGCyAELQAAIgMNAAtBACEDIAcgBkEQSXENAEEAIQcgBkEBdCIDQQBIDQQLIAMNAQtBASEEQQAhAwwBC0EBIQcgA0EBENoBIgRFDQELIAVBADYCCCAFIAQ2AgQgBSADNgIAIAVBsO/AACABIAIQVEUNAUHY78AAQdYAIAVBD2pByO/AAEGw8MAAEJwBAAsgByADENsBAAsgACAFKAIINgIIIAAgBSkCADcCACAFQRBqJAALsgMBAn8jAEHQAGsiBSQAIAUgAjYCRCAFQQA2AkAgBSACNgI8IAUgATYCOCAFQSQ2AjQgBUEkNgJIIAVBAToATCAFQShqIAVBNGoQPAJAAkAgBSgCKEEBRgRAIAUoAixBAkYEQCACIAUoAjAiAmtBNUYNAgsgAEGAgICAeDYCAAwCCyAAQYCAgIB4NgIADAELAkAgASACaiICLAAWQUBOBEAgBSABIAEtAABBMEYiBmpBAUECIAYbEE4gBSgCAEEBcUUNASAFKAIEIQEgBSADOgAJIAVBADoACCAFIAE2AgwgBUE0aiIBIAJBFkGa3cAAED8CQCAFKAI0QYCAgIB4RwRAIAUgBSgCPDYCMCAFIAUpAjQ3AyggASACQRZqQR9Bmt3AABA/IAUoAjRBgICAgHhGDQEgBSAFKAI8NgIgIAUgBSkCNDcDGCAAIAVBCGogBUEoaiAFQRhqIAQRAwAMBAsgAEGAgICAeDYCAAwDCyAAQYCAgIB4NgIAIAUoAigiAEUNAiAFKAIsIAAQmwEMAgsgAEGAgICAeDYCAAwBCyAAQYCAgIB4NgIACyAFQdAAaiQAC/sCAQh/IwBBIGsiAyQAIAJBDGwhBQJAIAJBqtWq1QBLDQACfyAFRQRAQQQhBEEADAELQQQhBiAFQQQQ2gEiBEUNASACCyEGIANBADYCFCADIAQ2AhAgAyAGNgIMAkACQCACBEAgAkECdCEIQQAhAkEAIQZBACEFA0AgA0EYaiABIAZqKAIAIgclARAZIAMoAhgiCkUNAyADKAIcIQkgB0GECE8EQCAHEJcBCyADKAIMIAJGBEAgA0EMahCuASADKAIQIQQLIAQgBWoiByAJNgIAIAdBCGogCTYCACAHQQRqIAo2AgAgAyACQQFqIgI2AhQgBUEMaiEFIAggBkEEaiIGRw0ACyABIAgQmwEgAygCECEEIAMoAgwiASACTQ0BIAQgAUEMbEEEIAUQPSIEDQFBBCAFENsBAAtBACECIAZFDQAgBCAGQQxsEJsBQQQhBAsgACACNgIEIAAgBDYCACADQSBqJAAPC0HG7MAAQSgQ+gEACyAGIAUQ2wEAC5QDAQF/IwBBMGsiAiQAAn8CQAJAAkACQAJAAkAgACgCAEEBaw4FAQIDBAUACyACIABBBGo2AiQgAiACQSRqrUKAgICAMIQ3AwggASgCACABKAIEQemOwAAgAkEIahBUDAULIAEoAgBBvZvAAEEVIAEoAgQoAgwRAAAMBAsgAiAAKQIENwIkIAIgAkEkaq1CgICAgMAAhDcDCCABKAIAIAEoAgRBkIPAACACQQhqEFQMAwsgAiAAKQMQNwIkIAIgAEEEajYCBCACIABBCGo2AiwgAiACQSxqrUKAgICA4ACENwMYIAIgAkEEaq1CgICAgPAAhDcDECACIAJBJGqtQoCAgIDAAIQ3AwggASgCACABKAIEQc2BwAAgAkEIahBUDAILIAIgACkDCDcCJCACIABBBGo2AiwgAiACQSxqrUKAgICA8ACENwMQIAIgAkEkaq1CgICAgMAAhDcDCCABKAIAIAEoAgRBj4/AACACQQhqEFQMAQsgASgCAEHSm8AAQcAAIAEoAgQoAgwRAAALIAJBMGokAAuCAwEEfyAAKAIMIQICQAJAAkAgAUGAAk8EQCAAKAIYIQMCQAJAIAAgAkYEQCAAQRRBECAAKAIUIgIbaigCACIBDQFBACECDAILIAAoAggiASACNgIMIAIgATYCCAwBCyAAQRRqIABBEGogAhshBANAIAQhBSABIgJBFGogAkEQaiACKAIUIgEbIQQgAkEUQRAgARtqKAIAIgENAAsgBUEANgIACyADRQ0CAkAgACgCHEECdEHgl8EAaiIBKAIAIABHBEAgAygCECAARg0BIAMgAjYCFCACDQMMBAsgASACNgIAIAJFDQQMAgsgAyACNgIQIAINAQwCCyAAKAIIIgAgAkcEQCAAIAI2AgwgAiAANgIIDwtB+JrBAEH4msEAKAIAQX4gAUEDdndxNgIADwsgAiADNgIYIAAoAhAiAQRAIAIgATYCECABIAI2AhgLIAAoAhQiAEUNACACIAA2AhQgACACNgIYDwsPC0H8msEAQfyawQAoAgBBfiAAKAIcd3E2AgAL7QIBBH8jAEFAaiICJAAgAkIBNwIkIAJCADcCHCACQoCAgIDAADcCFCACQSxqIAAgARBMAn8CQCACKAIsQQFGDQBBACEBIAJBADYCKCACQQA2AhwgAigCMCEAIAIgAigCNCIDNgIwIAIgADYCLCACIAJBFGo2AjQgA0UNAANAAkAgACABai0AACIEQQlrIgVBF0sNAEEBIAV0QZOAgARxRQ0AIAMgAUEBaiIBRw0BDAILCyACIAFBAWo2AjggBEH7AEcNACACQQhqIAJBLGpBASACQT9qQdCgwAAQJyACKAIIDQACQCACKAI4IgEgAigCMCIATw0AIAIoAiwhBANAIAEgBGotAABBCWsiBUEXSw0BQQEgBXRBk4CABHFFDQEgACABQQFqIgFHDQALIAAhAQsgASADRgwBC0EACyACKAIUIgEEQCACKAIYIAFBDGwQmwELIAIoAiAiAQRAIAIoAiQgARCbAQsgAkFAayQAC4cDAgh/AW8jAEEwayIGJAAgAygCCCEKIAMoAgQhCCADKAIAIQkgBkGBgoAINgAgEBYhDhBrIgcgDiYBIAZBJGoiA0EANgIIIAMgBzYCBCADIAZBIGo2AgAgBigCKCEDAkACQCAGKAIkIgsEQCACQf8BcUECdCICKAKY30AhDCACKALU3kAhDSAGKAIsIQcgBkEYaiAAIAEQ4wEgBigCHCECAkAgBigCGEEBcQ0AIAMgByACEOcBIAZBEGogDCANEOMBIAYoAhQhAiAGKAIQQQFxDQAgAyAHQQFqIAIQ5wEgBkEIaiAIIAoQ4wEgBigCDCECIAYoAghBAXENACADIAdBAmogAhDnAQJ/IAQEQCAGIAQgBRDjASAGKAIEIQIgBigCAAwBC0GBCEGACCALLQAAGyECQQALQQFHDQILIANBhAhPBEAgAxCXAQsgAiEDCyADQYQITwRAIAMQlwELQYEIIQMMAQsgAyAHQQNqIAIQ5wELIAkEQCAIIAkQmwELIAZBMGokACADC9ECAQJ/IAAoAggiBUECTwRAIAAoAgAgBUYEQCAAEJgBCyAAKAIEIAVqQSw6AAAgACAFQQFqIgU2AggLIAUgACgCAEYEQCAAIAVBAUEBQQEQiQEgACgCCCEFCyAAKAIEIAVqQSI6AAAgACAFQQFqIgU2AggCQAJAIAAoAgAiBiAFayACTwRAIAINAQwCCyAAIAUgAkEBQQEQiQEgACgCCCEFCyACBEAgACgCBCAFaiABIAL8CgAACyAAKAIAIQYLIAAgAiAFaiIFNgIIIAYgBWtBAU0EQCAAIAVBAkEBQQEQiQEgACgCCCEFCyAAKAIEIAVqQaL0ADsAACAAIAVBAmoiBTYCCAJAAkAgACgCACAFayAETwRAIAQNAQwCCyAAIAUgBEEBQQEQiQEgACgCCCEFCyAERQ0AIAAoAgQgBWogAyAE/AoAAAsgACAEIAVqNgIIC6sDAgF/An4jAEFAaiIDJAACQCACmUQAgL8g+n9NQmRFIAIgAmFxRQRAIABBODYCECAAQdmjwAA2AgwgAEEDNgIIIAAgATYCBCAAQQE2AgAMAQsgAyACRAAAAAAAQI9AoiICRP///////98/IAKmoCICvSIEQjSIp0H/D3EiAUGyCE0EfEJ/QoCAgICAgICAgH9CgICAgICAgHggAUH/B2uthyABQf8HSRsiBSAFQn+FIASDUBsgBIO/BSACC/wGIgRCP4g+AgQgA0HMo8AAQQEgBEIAUxs2AgAgAyAEIARCP4ciBYUgBX0iBELoB4AiBTcDCCADIAQgBULoB359IgQ3AxACQCAEUARAIAMgA0EIaq1CgICAgJABhDcDMCADIAOtQoCAgIDAAIQ3AyggA0EcakGwgMAAIANBKGoQYAwBCyADIANBEGqtQoCAgICQAYQ3AzggAyADQQhqrUKAgICAkAGENwMwIAMgA61CgICAgMAAhDcDKCADQRxqQc2jwAAgA0EoahBgCyAAIAMoAiQ2AgwgACADKQIcNwIEIABBBTYCAAsgA0FAayQAC8MCAQR/IABCADcCECAAAn9BACABQQh2IgNFDQAaQR8gAUGAgIAITw0AGiABQSYgA2ciA2t2QQFxIANBAXRyQT5zCyICNgIcIAJBAnRB4JfBAGohBEEBIAJ0IgNB/JrBACgCAHFFBEAgBCAANgIAIAAgBDYCGCAAIAA2AgwgACAANgIIQfyawQBB/JrBACgCACADcjYCAA8LAkACQCABIAQoAgAiAygCBEF4cUYEQCADIQIMAQsgAUEZIAJBAXZrQQAgAkEfRxt0IQUDQCADIAVBHXZBBHFqIgQoAhAiAkUNAiAFQQF0IQUgAiEDIAIoAgRBeHEgAUcNAAsLIAIoAggiASAANgIMIAIgADYCCCAAQQA2AhggACACNgIMIAAgATYCCA8LIARBEGogADYCACAAIAM2AhggACAANgIMIAAgADYCCAuUAgEBfyMAQSBrIgQkAAJAAkACQCAAIAJNBEAgASACSw0BIAAgAU0NAiAEIAA2AgggBCABNgIMIAQgBEEMaq1CgICAgBCENwMYIAQgBEEIaq1CgICAgBCENwMQQe6AwAAgBEEQaiADELEBAAsgBCAANgIIIAQgAjYCDCAEIARBDGqtQoCAgIAQhDcDGCAEIARBCGqtQoCAgIAQhDcDEEGggsAAIARBEGogAxCxAQALIAQgATYCCCAEIAI2AgwgBCAEQQxqrUKAgICAEIQ3AxgMAQsgBCABNgIIIAQgAjYCDCAEIARBDGqtQoCAgIAQhDcDGAsgBCAEQQhqrUKAgICAEIQ3AxBB2YLAACAEQRBqIAMQsQEAC9oCAQV/IwBBEGsiAyQAAkBBrJfBACgCAA0AQayXwQBBfzYCAAJ/AkACQAJAQbiXwQAoAgAiAUG0l8EAKAIAIgBGBEAgAUGwl8EAKAIAIgBHDQHQb0GAASABIAFBgAFNGyIC/A8BIgBBf0cNAgwFCyAAIAFNDQRBvPXAACgCACABQQJ0aigCACEAQQAMAwsgACABTQ0DQbz1wAAoAgAhAAwBCwJAQbyXwQAoAgAiBEUEQEG8l8EAIAA2AgAMAQsgASAEaiAARw0DCyADQQRqIAFBvPXAACgCACABIAJqIgJBBBCHASADKAIEQQFGDQJBvPXAACADKAIIIgA2AgBBsJfBACACNgIACyAAIAFBAnRqIAFBAWoiADYCAEG0l8EAIAA2AgBBrJfBACgCAEEBagshAkG4l8EAIAA2AgBBrJfBACACNgIAQbyXwQAoAgAgA0EQaiQAIAFqDwsAC5ICAAJAIAJBA0cNAAJAIAEvAAAiBEHl8AFzIAFBAmoiAi0AAEHwAHNyRQ0AIARB7sQBcyACLQAAQeYAc3JFBEAgAEEEaiEADAELIAEvAABB6cIBcyABQQJqIgItAABB9ABzckUEQCAAQQhqIQAMAQsgAS8AAEHp5gFzIAItAABB8wBzckUEQCAAQQxqIQAMAQsgAS8AAEHz6gFzIAFBAmoiAi0AAEHiAHNyRQRAIABBEGohAAwBCyABLwAAQeHqAXMgAi0AAEHkAHNyRQRAIABBFGohAAwBCyABLwAAQeroAXMgAUECai0AAEHpAHNyDQEgAEEYaiEACyAAKAIAIgAgAykCADcCACAAIAMoAgg2AggLC8YCAQF/IwBBMGsiAiQAAn8CQAJAAkACQAJAIAAtAABBAWsOBAECAwQACyACIABBBGo2AgggAiAAQQFqNgIMIAIgAC0AAUEEdEEgakHwAHE2AiggAiACQShqrUKAgICAEIQ3AyAgAiACQQxqrUKAgICAIIQ3AxggAiACQQhqrUKAgICAMIQ3AxAgASgCACABKAIEQYqOwAAgAkEQahBUDAQLIAIgACkCBDcCKCACIAJBKGqtQoCAgIDAAIQ3AxAgASgCACABKAIEQdaRwAAgAkEQahBUDAMLIAEoAgBBiJfAAEHFACABKAIEKAIMEQAADAILIAEoAgBBzZfAAEEiIAEoAgQoAgwRAAAMAQsgAiAAKQIENwIoIAIgAkEoaq1CgICAgMAAhDcDECABKAIAIAEoAgRBo4PAACACQRBqEFQLIAJBMGokAAuRAgIEfwN+IwBBIGsiAyQAQRQhAiAAKQMAIgchBiAHQugHWgRAA0AgA0EMaiACaiIAQQRrIAYiCCAGQpDOAIAiBkKQzgB+faciBEH//wNxQeQAbiIFQQF0LwDo8EA7AAAgAEECayAEIAVB5ABsa0H//wNxQQF0LwDo8EA7AAAgAkEEayECIAhC/6ziBFYNAAsLIAZCCVYEQCACQQJrIgIgA0EMamogBqciACAAQf//A3FB5ABuIgBB5ABsa0H//wNxQQF0LwDo8EA7AAAgAK0hBgsgBlAgB0IAUnFFBEAgAkEBayICIANBDGpqIAanQQF0LQDp8EA6AAALIAEgA0EMaiACakEUIAJrEEUgA0EgaiQAC5kCAQV/AkACQAJAIAIgAkEDakF8cSIERgRAIANBCGshCEEAIQQMAQsgAyAEIAJrIgQgAyAESRshBCADBEAgAUH/AXEhBkEBIQcDQCACIAVqLQAAIAZGDQQgBCAFQQFqIgVHDQALCyAEIANBCGsiCEsNAQsgAUH/AXFBgYKECGwhBQNAQYCChAggAiAEaiIHKAIAIAVzIgZrIAZyQYCChAggB0EEaigCACAFcyIGayAGcnFBgIGChHhxQYCBgoR4Rw0BIARBCGoiBCAITQ0ACwsgAyAERwRAIAFB/wFxIQVBASEHA0AgBSACIARqLQAARgRAIAQhBQwDCyADIARBAWoiBEcNAAsLQQAhBwsgACAFNgIEIAAgBzYCAAuDAgEHfyMAQRBrIgMkAEEKIQIgACgCACIEIQAgBEHoB08EQANAIANBBmogAmoiBUEEayAAIgYgAEGQzgBuIgBBkM4AbGsiB0H//wNxQeQAbiIIQQF0LwDo8EA7AAAgBUECayAHIAhB5ABsa0H//wNxQQF0LwDo8EA7AAAgAkEEayECIAZB/6ziBEsNAAsLIABBCUsEQCACQQJrIgIgA0EGamogACAAQf//A3FB5ABuIgBB5ABsa0H//wNxQQF0LwDo8EA7AAALQQAgBCAAG0UEQCACQQFrIgIgA0EGamogAEEBdC0A6fBAOgAACyABIANBBmogAmpBCiACaxBFIANBEGokAAuNAgEGfyAAKAIIIgQhAgJ/QQEgAUGAAUkNABpBAiABQYAQSQ0AGkEDQQQgAUGAgARJGwsiBiAAKAIAIARrSwR/IAAgBCAGQQFBARCJASAAKAIIBSACCyAAKAIEaiECAkAgAUGAAU8EQCABQT9xQYB/ciEFIAFBBnYhAyABQYAQSQRAIAIgBToAASACIANBwAFyOgAADAILIAFBDHYhByADQT9xQYB/ciEDIAFB//8DTQRAIAIgBToAAiACIAM6AAEgAiAHQeABcjoAAAwCCyACIAU6AAMgAiADOgACIAIgB0E/cUGAf3I6AAEgAiABQRJ2QXByOgAADAELIAIgAToAAAsgACAEIAZqNgIIQQALkwIBBH8jAEEQayIDJAACQAJAAkAgAUUEQCAARQ0BIABBCGsiAigCAEEBRw0CIAAoAighASAAKAIkIQUgACgCICEEIAJBADYCAAJAIAJBf0YNACAAQQRrIgAgACgCAEEBayIANgIAIAANACACQcAAEJsBCyAEQYCAgIB4Rg0DIAEEQCAFIQADQCAAKAIAIgJBAEoEQCAAQQRqKAIAIAIQmwELIABBDGoQdSAAQRxqIQAgAUEBayIBDQALCyAERQ0DIAUgBEEcbBCbAQwDCyAARQ0AIABBCGsiACAAKAIAQQFrIgE2AgAgAyAANgIMIAENAiADQQxqEIoBDAILEPkBAAtBxJzAAEE/EPoBAAsgA0EQaiQAC4kCAQZ/IAAoAggiBCECAn9BASABQYABSQ0AGkECIAFBgBBJDQAaQQNBBCABQYCABEkbCyIGIAAoAgAgBGtLBH8gACAEIAYQjgEgACgCCAUgAgsgACgCBGohAgJAIAFBgAFPBEAgAUE/cUGAf3IhBSABQQZ2IQMgAUGAEEkEQCACIAU6AAEgAiADQcABcjoAAAwCCyABQQx2IQcgA0E/cUGAf3IhAyABQf//A00EQCACIAU6AAIgAiADOgABIAIgB0HgAXI6AAAMAgsgAiAFOgADIAIgAzoAAiACIAdBP3FBgH9yOgABIAIgAUESdkFwcjoAAAwBCyACIAE6AAALIAAgBCAGajYCCEEAC5gCAQR/IwBB0ABrIgMkAAJAAkACfwJAAkACQAJAIAAoAgAtAAAiAkEBaw4CAgEACyABLQANDQJBAAwDCyABKAIEDQFBAAwCCyABKAIADQBBAAwBCyADQQxqIgQgASACIAAoAgQgACgCCBAgQQAgAygCTCICRQ0AGiACQcEATw0BIAAoAgwiACgCQCIBQcEATw0CIAEgAkYEQCAEIQFBASEFA0AjAEEQayIEIAEtAAAgAC0AAEY6AA8gBSAELQAPcSEFIAFBAWohASAAQQFqIQAgAkEBayICDQALCyMAQRBrIgAgBToADyAALQAPQQBHCyADQdAAaiQADwtBACACQcAAQYynwAAQagALQQAgAUHAAEGMp8AAEGoAC9YCAQJ/IwBBgAFrIgEkACAAKAIIIgJBQGsQsAEgAkHoAGoQsAEgAf0MAAAAAAAAAAAAAAAAAAAAAP0LAzAgAf0MAAAAAAAAAAAAAAAAAAAAAP0LAyAgAf0MAAAAAAAAAAAAAAAAAAAAAP0LAxAgAf0MAAAAAAAAAAAAAAAAAAAAAP0LAwAgAiABKQM4NwA4IAIgASkDMDcAMCACIAEpAyg3ACggAiABKQMgNwAgIAIgASkDGDcAGCACIAEpAxA3ABAgAiABKQMINwAIIAIgASkDADcAACACQZABEJsBIAAoAgAiAgRAIAJBgAFqEK0BIAJB0AFqEK0BIAFBAEGAAfwLACACIAFBgAH8CgAAIAJBoAIQmwELIAAoAgQiAARAIABBgAFqEK0BIABB0AFqEK0BIAFBAEGAAfwLACAAIAFBgAH8CgAAIABBoAIQmwELIAFBgAFqJAALuwEBBX8CQCABLQAAIgJBwQBrQV9xQQpqIAJBMGsgAkE5SxsiBEEPSw0AIAEtAAEiAkHBAGtBX3FBCmogAkEwayACQTlLGyIFQQ9LDQAgAS0AAiICQcEAa0FfcUEKaiACQTBrIAJBOUsbIgZBD0sNACABLQADIgFBwQBrQV9xQQpqIAFBMGsgAUE5SxsiAUEPSw0AIARBCHQgBUEEdHIgBnJBBHQgAXIhAkEBIQMLIAAgAjsBAiAAIAM7AQALywEBBH8gACgCRCECIAAoAkgiAwRAIAIhAQNAIAEoAgAiBEEASgRAIAFBBGooAgAgBBCbAQsgAUEMahB1IAFBHGohASADQQFrIgMNAAsLIAAoAkAiAQRAIAIgAUEcbBCbAQsgACgCICICBEAgACgCJCACEJsBCyAAKAIwIQQgACgCNCIDBEAgBEEMaiEBA0AgAUEEaygCACICBEAgASgCACACEJsBCyABQRRqIQEgA0EBayIDDQALCyAAKAIsIgAEQCAEIABBFGwQmwELC/oBAQN/AkACQCAERQRAIABBDDYCACACKAIAIQUMAQsgAigCACIFQYGAgIB4RwRAIANBBGohAyAEQQxsIQQgAigCBCEGIAIoAgghBwJAA0AgByADQQRqKAIARgRAIAMoAgAgBiAHEKoBRQ0CCyADQQxqIQMgBEEMayIEDQALIABBFzYCECAAQfmewAA2AgwgAEEDNgIIIAAgATYCBCAAQQo2AgAMAgsgAEEMNgIAIAVBgICAgHhyQYCAgIB4Rg0CIAYgBRCbAQwCCyAAQQM2AgwgACABNgIIIABCiYCAgICAgICAfzcCAA8LIAVBAEwNACACKAIEIAUQmwELC8oBAQR/IAAoAiwiAUEASgRAIAAoAjAgARCbAQsgACgCJCEBIAAoAigiAwRAIAEhAgNAIAIoAgAiBARAIAJBBGooAgAgBBCbAQsgAkEMaiECIANBAWsiAw0ACwsgACgCICICBEAgASACQQxsEJsBCyAAKAI4IgFBAEoEQCAAKAI8IAEQmwELIAAoAkQiAUEASgRAIAAoAkggARCbAQsgACgCUCIBQQBKBEAgACgCVCABEJsBCyAAKAJcIgFBAEoEQCAAKAJgIAEQmwELC+ABAwF/AnsBfiMAQTBrIgIkAAJAAkACQCABRQRAIABFDQEgAEEIayIBKAIAQQFHDQIgAP0AAgQhAyAA/QACFCEEIAApAiQhBSABQQA2AgAgAiAFNwMoIAIgBP0LAxggAiAD/QsDCAJAIAFBf0YNACAAQQRrIgAgACgCAEEBayIANgIAIAANACABQTQQmwELIAJBCGoQjAEMAwsgAEUNACAAQQhrIgAgACgCAEEBayIBNgIAIAIgADYCBCABDQIgAkEEahC5AQwCCxD5AQALQcScwABBPxD6AQALIAJBMGokAAvgAQEDf0HA9sAALQAAQQFHBEAQPgtBwPXAACgCAEUEQEHA9cAAQX82AgACQEH89cAAKAIAIgEgAE8EQEH49cAAKAIAIQAMAQsgACABayICQfT1wAAoAgAgAWtLBEBB9PXAACABIAJBAUEBEIkBQfz1wAAoAgAhAQtB+PXAACgCACIAIAFqIQMgAkECTwR/IAJBAWsiAgRAIANBACAC/AsACyAAIAEgAmoiAWoFIAMLQQA6AABB/PXAACABQQFqNgIAQcD1wAAoAgBBAWohAwtBwPXAACADNgIAIAAPCxDCAQAL0QEBAX8jAEGwAWsiAiQAAkACQAJAIAFFBEAgAEUNASAAQQhrIgEoAgBBAUcNAiACQdgAaiAAQdgA/AoAACABQQA2AgACQCABQX9GDQAgAEEEayIAIAAoAgBBAWsiADYCACAADQAgAUHgABCbAQsgAkEIaiIAIAJB4ABqQdAA/AoAACAAEHcMAwsgAEUNACAAQQhrIgAgACgCAEEBayIBNgIAIAIgADYCWCABDQIgAkHYAGoQuAEMAgsQ+QEAC0HEnMAAQT8Q+gEACyACQbABaiQAC9IBAQF/IwBBkAJrIgIkAAJAAkACQCABRQRAIABFDQEgAEEIayIBKAIAQQFHDQIgAkGIAWogAEGIAfwKAAAgAUEANgIAAkAgAUF/Rg0AIABBBGsiACAAKAIAQQFrIgA2AgAgAA0AIAFBkAEQmwELIAJBCGoiACACQZABakGAAfwKAAAgABBaDAMLIABFDQAgAEEIayIAIAAoAgBBAWsiATYCACACIAA2AogBIAENAiACQYgBahC6AQwCCxD5AQALQcScwABBPxD6AQALIAJBkAJqJAALlgYCB38BfiMAQTBrIgMkACAAKAIAIQQgA0EANgIYIANCgICAgBA3AhAgA0GMlMAANgIgIANCoICAgAY3AiQgAyADQRBqNgIcIAQtAMjeQCEHIANBHGohAiMAQSBrIgEkAAJ/AkACQAJAAkACQAJAAkACQAJAAkACQAJAIAAoAgBBAWsOCwECAwQFBgcICQoLAAsgASAAKQIENwIIIAEgAUEIaq1CgICAgMAAhDcDECACKAIAIAIoAgRB/IPAACABQRBqEFQMCwsgASAAQQRqNgIIIAEgAUEIaq1CgICAgDCENwMQIAIoAgAgAigCBEHGjsAAIAFBEGoQVAwKCyACKAIAQeiYwABBNiACKAIEKAIMEQAADAkLIAIoAgBBnpnAAEHCACACKAIEKAIMEQAADAgLIAIoAgBB4JnAAEE7IAIoAgQoAgwRAAAMBwsgAigCAEGbmsAAQTQgAigCBCgCDBEAAAwGCyACKAIAQc+awABBMiACKAIEKAIMEQAADAULIAEgACkCBDcCCCABIAFBCGqtQoCAgIDAAIQ3AxAgAigCACACKAIEQZOQwAAgAUEQahBUDAQLIAEgACkCBDcCCCABIAFBCGqtQoCAgIDAAIQ3AxAgAigCACACKAIEQeWPwAAgAUEQahBUDAMLIAEgAEEEajYCCCABIAFBCGqtQoCAgIDQAIQ3AxAgAigCACACKAIEQfqQwAAgAUEQahBUDAILIAApAgwhCCABIAApAgQ3AgAgASAINwIIIAEgAUEIaq1CgICAgMAAhDcDGCABIAGtQoCAgIDAAIQ3AxAgAigCACACKAIEQfSBwAAgAUEQahBUDAELIAIoAgBBgZvAAEE8IAIoAgQoAgwRAAALIAFBIGokAEUEQCADIAMoAhg2AgggAyADKQIQNwMAAkBBASAEdCIBQf8QcQ0AIAFBgAtxBEAgACgCCCEFIAAoAgQhBgwBCyAAKAIMIQUgACgCCCEGC0GwncAAQQggByADIAYgBRBmIANBMGokAA8LQbSUwABBNyADQS9qQaSUwABB7JTAABCcAQAL6AECAn8BfiMAQTBrIgIkACABKAIAQYCAgIB4RgRAIAEoAgwhAyACQQA2AiwgAkKAgICAEDcCJCACQSRqQfDswAAgAygCACIDKAIAIAMoAgQQVBogAiACKAIsIgM2AiAgAiACKQIkIgQ3AxggASADNgIIIAEgBDcCAAsgASgCCCEDIAFBADYCCCABKQIAIQQgAUKAgICAEDcCACACIAM2AhAgAiAENwMIQQxBBBDaASIBRQRAQQRBDBD9AQALIAEgAigCEDYCCCABIAIpAwg3AgAgAEH87sAANgIEIAAgATYCACACQTBqJAALlQIBAn8jAEEgayIFJABB3JfBAEHcl8EAKAIAIgZBAWo2AgACQAJAAkACQAJ/QQAgBkEASA0AGkEBQciXwQAtAAANABpByJfBAEEBOgAAQcSXwQBBxJfBACgCAEEBajYCAEECC0H/AXEOAwMBAAELQdCXwQAoAgAiBkEASA0CQdCXwQAgBkEBajYCAEHUl8EAKAIARQ0BIAVBCGogACABKAIUEQIAIAUgBDoAHSAFIAM6ABwgBSACNgIYIAUgBSkDCDcCEEHUl8EAKAIAIAVBEGpB2JfBACgCACgCFBECAAwBCyAFIAAgASgCGBECAAwBC0HQl8EAQdCXwQAoAgBBAWs2AgBByJfBAEEAOgAAIANFDQAACwALpjEDFX8FfAJ+IwBBEGsiFSQAAkACQCAABEAgAEEIayIWIBYoAgBBAWoiBDYCACAERQ0BIAAoAgAiBEH/////B08NAiAAIARBAWo2AgAgFSAWNgIMIBUgADYCCCAVIABBCGoiDDYCBCMAQcACayIDJABBwPbAAC0AAEEBRwRAED4LAn8CQAJAAkACQEHA9cAAKAIARQRAQcD1wABBfzYCAEH89cAAKAIAIAFJBEAgA0EBNgIEIAMgDCgCaDYCCAwFCyABIAwoAmgiBEsNAQJAAkAgAUUNACAMKAJ4IRQgDCgCdCETQfj1wAAoAgAiDiABaiEEIA4hCgNAIAotAABBLkcEQCALQQFqIQsgCkEBaiIKIARHDQEMAgsLQX8hCgNAIAFFDQEgCkEBaiEKIAFBAWsiASAOaiIQLQAAQS5HDQALIAEgC0sNAQsgA0EvNgIMIANBvabAADYCCCADQQA2AgQMBQsgDiALQYD2wAAQM0UEQCADQR42AgwgA0HspsAANgIIIANBADYCBAwFCyADQeABaiEGQYT2wAAoAgAhB0GI9sAAKAIAIQQjAEHQAGsiCCQAIAhBgYCAgHg2AhQgCEGBgICAeDYCCCAIQQM6ACAgCEEAOgAlIAhBADoAJiAIQQA6ACcgCCAIQRRqNgIwIAggCEEgajYCKCAIIAhBJmo2AjwgCCAIQSdqNgI4IAggCEElajYCNCAIIAhBCGo2AiwgCEFAayAHIAQQTAJAAkACQAJAIAgoAkBBAUYNACAIKAJEIQ8gCCgCSCENQbj2wABBADYCAEGs9sAAQQA2AgAgCEGk9sAANgJIIAggDTYCRCAIIA82AkAgDUUNAANAAkAgCSAPai0AACIHQQlrIgRBF0sNAEEBIAR0QZOAgARxRQ0AIA0gCUEBaiIJRw0BDAILCyAIIAlBAWo2AkwgB0H7AEcNACAIIAhBQGtBASAIQShqQfigwAAQJyAIKAIADQACQCAIKAJMIgkgCCgCRCIETw0AIAgoAkAhDwNAIAkgD2otAABBCWsiB0EXSw0BQQEgB3RBk4CABHFFDQEgBCAJQQFqIglHDQALIAQhCQsgCSANRg0BCyAGQZCmwAAoAgA2AhQgBkGApsAA/QACAP0LAgQMAQsCQAJAAkAgCC0AIEEDRwRAIAgtACcNASAILQAmDQIgCC0AJQ0DIAYgCCgCIDYCGCAGIAgpAhg3AhAgBiAI/QACCP0LAgAMBQsgBkECNgIEDAMLIAZBAzYCBAwCCyAGQSk2AgwgBkGUpsAANgIIIAZBADYCBAwBCyAGQZCmwAAoAgA2AhQgBkGApsAA/QACAP0LAgQLIAZBgoCAgHg2AgAgCCgCCCIEQQBKBEAgCCgCDCAEEJsBCyAIKAIUIgRBAEwNACAIKAIYIAQQmwELIAhB0ABqJAAgAyAD/QAC5AH9CwOAASADIAMoAvQBNgKQASADKALgASIGQYKAgIB4RgRAIAMgA/0AA4AB/QsCBCADIAMoApABNgIUDAULIAMgA/0AA4AB/QsCHCADIAMoApABNgIsIAMgAygC+AEiDTYCMCADIAY2AhgCQCANQf8BcSIEQQNGDQAgFEUNACAUQRxsIQcgE0EcaiEJAkACQAJAIARBAWsOAgECAAsgEy0AGQ0FIAdBHGsiB0UNAgNAIAdBHGshByAJLQAZIAlBHGohCQ0GIAcNAAsMAgsgEygCDA0EIAdBHGsiB0UNAQNAIAdBHGshByAJKAIMIAlBHGohCQ0FIAcNAAsMAQsgEygCEA0DIAdBHGshBwNAIAdFDQEgB0EcayEHIAkoAhAgCUEcaiEJRQ0ACwwDCyADQQI2AgQMAwsQwgEACyADIAQ2AgggA0EBNgIEDAILIAMgDToANyAGQYGAgIB4RwR/IAMoAiAhCSADKAIcBUEACyEPQQAhBCMAQRBrIggkAAJAAn8CQCAMKAJQQYCAgIB4RwRAIA8NAQwDCyAPBEBBvJ7AACEEQQMMAgtBASEEDAILIAwoAlQhBCAMKAJYCyEHIAhBCGogDyAJEFEgCCgCCCEJIAggBCAHEFEgCCgCDCIRIAgoAgRHBEBBACEEDAELIAgoAgAhEgNAIBFFIgQNASASLQAAIQ8gCS0AACEHIBJBAWohEiARQQFrIREgCUEBaiEJIAdBIEEAIAdBwQBrQf8BcUEaSRtyQf8BcSAPQSBBACAPQcEAa0H/AXFBGkkbckH/AXFGDQALCyAIQRBqJAAgBEUEQCADQQQ2AgQMAQsgCyAOakEBaiALQX9zIAFqQYz2wAAQM0UEQCADQR42AgwgA0HspsAANgIIIANBADYCBAwBCyAQQQFqIApBmPbAABAzRQRAIANBHjYCDCADQeymwAA2AgggA0EANgIEDAELAkACQEGg9sAAKAIAIgogDUEEdEEgakHwAXFGBEBBnPbAACgCACELIAP9DAAAAAAAAAAAAAAAAAAAAAD9CwOQAiAD/QwAAAAAAAAAAAAAAAAAAAAA/QsDgAIgA/0MAAAAAAAAAAAAAAAAAAAAAP0LA/ABIAP9DAAAAAAAAAAAAAAAAAAAAAD9CwPgAQJAIApBwQBPBEAgA/0MAAAAAAAAAAAAAAAAAAAAAP0LA2ggA/0MAAAAAAAAAAAAAAAAAAAAAP0LA1ggA/0MAAAAAAAAAAAAAAAAAAAAAP0LA0ggA/0MAAAAAAAAAAAAAAAAAAAAAP0LAzhBACEKDAELIAoEQCADQeABaiALIAr8CgAACyADIAP9AAOQAv0LA2ggAyAD/QADgAL9CwNYIAMgA/0AA/AB/QsDSCADIAP9AAPgAf0LAzgLIAMgCjYCeEEAIQogAygCJEH/////B2oNAQwCCyADQQY2AgQMAgsgAygCLCELIAMoAighCgsgAyABNgLoASADIA42AuQBIAMgA0E4ajYC7AEgAyADQTdqNgLgAQJAAkACQAJ/IBMhBCADQeABaiEOAkACQAJAAkACQCAKBEBBAiEJIBQOAgQBAgsgFEEcbCEBA0AgASIKBEAgAUEcayEBIARBDGohByAEQRxqIQQgDiAHEHRFDQELCyAKQQBHDAULIAQoAgBBgICAgHhGDQELIBRBHGwhAQNAAkAgBCgCAEGAgICAeEYNACAEQQhqKAIAIAtHDQAgBEEEaigCACAKIAsQqgFFDQQLIARBHGohBCABQRxrIgENAAsMAQsgDiAEQQxqEHQhCQsgCQwBCyAOIARBDGoQdAtB/wFxDgMBAgACCyADQQU2AgQMAgsgA0EGNgIEDAELIANB4AFqQZD2wAAoAgBBlPbAACgCAEGk9sAAEFAgAy0AvAIiBEEHRgRAIAMgAykC4AE3AwggA0EANgIEDAELIAMpAuABIR4gAygC6AEhASADKQLsASEdIANBlAFqIANB9AFqQcgA/AoAACADIAMtAL8COgDfASADIAMvAL0COwDdASADIAQ6ANwBIAMgHTcCjAEgAyABNgKIASADIB43AoABQQAhC0EAIQ8jAEGAAWsiBSQAIAVBOGoiCkG/nsAAIANBgAFqIhBBDGoQKAJAAkACQCAFKAI4QQFGDQAgBSkDSCEeIAUpA0AhHSAKQcKewAAgEEEYahAoIAUoAjhBAUYNACAFKwNIIRkgBSgCRCEEIAUoAkAhASAKQcWewAAgEEEkahAoIAUoAjhBAUcNAQsgBSkDQCEdIAUoAjwhASADIAUoAkg2AhQgAyAdPgIMIAMgATYCCCADQoGAgICgATcDACADIB1CIIg+AhAMAQsgBSAeNwMYAkACfwJAAkACQAJAIB1CAFIEQCAFKwMYIAwrAxAiG6AiGiACZQ0BIAUrA0ghHCAFKQNAIR4gDCsDGCEYIAUgBDYCRCAFIAE2AkAgBUEDNgJ0IAVBxZ7AADYCcCAFIBw5A2ggBSAYIBggGyAYIBtkGyAbIBtiGyIYOQNYIAVBAzYCVCAFQcKewAA2AlAgBSAZOQNIIAVEAAAAAAAATkBEAAAAAAAATkAgGCAYRAAAAAAAAE5AYxsgGCAYYhs5A3ggBSkDQCEdIAUgHjcDYEQAAAAAAADw/yEYIB1CAlENAiAdpyIBIB6nckEBcUUNAiAFIAVBQGsgBUHgAGogAUEBcSIBGyIEKwMIIAQrAxihIhkgAmQEfyAEBUQAAAAAAADw/0QAAAAAAADw/yAZIBlEAAAAAAAA8P9jGyAZIBliGyEYIAFFDQMgBSkDYCIdQgJRDQMgHadBAXFFDQMgBSsDaCAFKwN4oSIZIAJkRQRAIBkgGSAYIBggGWMbIBggGGIbIRgMBAsgBUHgAGoLKQMQNwMAQQghBAwDCyAFQYCAgIB4NgI4IAVBv57AADYCPCAFIAUrAzg5AwBBCSEEDAILIAVBAzYCBCAFQb+ewAA2AgBBByEEDAELAkACQAJAAn8CQAJAAkACQCAMKQMAQgFRBEAgHlANBiACIBsgHCAMKwMIoKAiGWYNASAaIBogGSAZIBpkGyAZIBliGyEaCyAQLQA4IgFBBkYNAiABQQFLDQYgECgCNCEKIBAoAjAhCSABQQFxRQ0BIAVBOGogCSAKECwgBSgCPCEJIAUoAjghBCAMKAIoIg4NA0EMIQdBASEODAkLIAVBAzYCBCAFQcWewAA2AgBBByEEDAcLIAwoAigiDkUNCUGAgICAeCEEIAwoAiQMAgsgDCgCKEUNCAwECyAEQYGAgIB4Rg0DIAUoAkAhCiAMKAIkC0EEaiEHIA5BDGwhDgJAA0AgCiAHQQRqKAIARgRAIAcoAgAgCSAKEKoBRQ0CCyAHQQxqIQcgDkEMayIODQALQQohB0EAIQ4MBQsgBEGAgICAeHJBgICAgHhGDQYgCSAEEJsBDAYLIAVBgICAgHg2AjggBUHFnsAANgI8IAUgBSsDODkDAEEJIQQMAgsgA0EQNgIUIANBnKXAADYCECADQQM2AgwgA0GQn8AANgIIIANCgYCAgKABNwMADAULQQkhB0GAgICAeCEEQQMhDkGQn8AADAILIAUrAwAhAiADQgM3AxAgAyACOQMIIAMgBDYCBCADQQE2AgAMAwsgBEEASgRAIAkgBBCbAQsgDg0BQZCfwAAhBEH5nsAAIQ5BAwshASADQRc2AhQgAyAONgIQIAMgATYCDCADIAQ2AgggAyAHNgIEIANBATYCAAwBCyAFQThqIBAgDC0AbBBJIAUoAkQhByAFKAJAIQogBSgCPCEEIAUoAjgiAQRAIAMgBzYCFCADIAo2AhAgAyAENgIMIAMgATYCCCADQoGAgICgATcDAAwBCyAFIAc2AhQgBSAKNgIQIAUgBDYCDCAFQThqQZOfwAAgBUEMaiAMQThqIAwoAjhBgICAgHhHEHggBSgCOEEMRwRAIAMgBSgCSDYCFCADIAX9AAI4/QsCBCADQQE2AgAMAQsgBUEYaiAQEIYBIAUoAiQhByAFKAIgIQogBSgCHCEEIAUoAhgiAQRAIAMgBzYCFCADIAo2AhAgAyAENgIMIAMgATYCCCADQoGAgICgATcDAAwBCyAFIAc2AjQgBSAKNgIwIAUgBDYCLCAFQThqQZafwAAgBUEsaiAMQcQAaiAMKAJEQYCAgIB4RxB4IAUoAjhBDEcEQCADIAUoAkg2AhQgAyAF/QACOP0LAgQgA0EBNgIADAELIAVBOGohDSAMIQkjAEHQAGsiBiQAAkACQCAQLQBQIgFBBkYEQCAJKAJcIRJBAiELDAELAkACQAJAQQEgAUECayABQQFNG0H/AXFBAWsOAgABAgsgECgCTCEEIBAoAkghD0GAgICAeCERIAFBAXEEQCAGQQxqIA8gBBAsIAYoAhAhDyAGKAIMIREgBigCFCEECwJAIAkoAlwiEkEASA0AIAkoAmQiAUUNACABQQxsIQcgCSgCYEEEaiEBA0ACQCABQQRqKAIAIARHDQAgASgCACAPIAQQqgENAEEBIQsMAgsgAUEMaiEBIAdBDGsiBw0ACwsgEUGAgICAeHJBgICAgHhGDQIgDyAREJsBDAILIBAoAkghCyAQKAJMIQQgBkEBNgIsIAYgBDYCKCAGIAs2AiQgBkIBNwIcIAZCADcCFCAGQoCAgIDAADcCDCAJKAJgQQRqIQogCSgCZCIBQQxsIQwgAUUgCSgCXCISQQBIciETQQEhAQNAIAYgCzYCMCAGIAQ2AjQgBiAGQQxqNgI4AkACQCABIARPDQACQANAIAEgC2otAAAiDkEJayIHQRdLDQFBASAHdEGTgIAEcUUNASAEIAFBAWoiAUcNAAsgBCEBDAELIAYgATYCPCAOQSxHDQEgAUEBaiIBIARPDQADQCABIAtqLQAAQQlrIgdBF0sNAUEBIAd0QZOAgARxRQ0BIAFBAWoiASAESQ0ACyAEIQELIAYgATYCPAsCQCABIARJBEAgASALai0AAEHdAEcNAQsgBigCDCIBBEAgBigCECABQQxsEJsBCyAGKAIYIgEEQCAGKAIcIAEQmwELIA9BAXEhCwwDCyAGQUBrIAZBMGpBABAmAkAgBi0ASCIBQQZGBEAgBiAGKAI8NgIsDAELIAYgBigCPDYCLCAGKQNAIh1CIIinIQQgHachCwJ/AkACQEECIAEgAUECTxsOAwABAwELIAYgCzYCNEGAgICAeAwBCyAGQTBqIAsgBBAsIAYoAjghBCAGKAI0IQsgBigCMAshDkEAIRECQCATDQAgDCEHIAohAQNAAkAgAUEEaigCACAERw0AIAEoAgAgCyAEEKoBDQBBASERDAILIAFBDGohASAHQQxrIgcNAAsLIA5BgICAgHhyQYCAgIB4RwRAIAsgDhCbAQsgDyARciEPIAYoAiwhASAGKAIoIQQgBigCJCELDAELCyAGKAIMIgEEQCAGKAIQIAFBDGwQmwELIAYoAhgiAUUNACAGKAIcIAEQmwELIA1BJzYCECANQeOkwAA2AgwgDUEDNgIIIA1ByJ7AADYCBCANQQo2AgAMAQsCQAJAAkACQAJAAkBBASASQYCAgIB4cyASQQBOG0EBaw4CAAIBCyALDgMEAQMBCyALQQJHDQELIA1BDDYCAAwDCyANQS42AhAgDUHLnsAANgIMIA1BAzYCCCANQciewAA2AgQgDUEKNgIADAILIA1BAzYCDCANQciewAA2AgggDUKJgICAgICAgIB/NwIADAELIA1BFzYCECANQfmewAA2AgwgDUEDNgIIIA1ByJ7AADYCBCANQQo2AgALIAZB0ABqJAAgBSgCOEEMRwRAIAMgBSgCSDYCFCADIAX9AAI4/QsCBCADQQE2AgAMAQsgBSAJKAIwIgE2AjggBSABIAkoAjRBDGxqNgI8IAMCfwJ/QQAgBUE4aiIXKAIAIgcgFygCBCIURg0AGiAQKAIIIgQoAggiAUUEQCAXIAdBDGo2AgAgBwwBCyABQQxsIQwgECgCBCEGIBAoAgAhDSAEKAIEIQEgBCgCFCEQIAQoAhAhDwNAIAciCkEMaiEHIAooAgghEiAKKAIEIRMgDCEEIAEhCQJAAkADQAJAIBAgBiAJQQhqLQAAIg4bIQggCUEEaigCACILIAkoAgAiEUkNACAIIAtJDQAgEiALIBFrRgRAIA8gDSAOGyARaiATIBIQqgFFDQMLIAlBDGohCSAEQQxrIgQNAQwDCwsgFyAHNgIAIBEgCyAIQZyfwAAQagALQQAhCiAHIBRHDQELCyAXIAc2AgAgCgsiAQRAIANBCGohDAJAAkACQCABKAIIIgpFBEBBASEEDAELIAEoAgQhASAKQQEQ2gEiBEUNASAKRQ0AIAQgASAK/AoAAAsgDCAKNgIIIAwgBDYCBCAMIAo2AgAMAQtBASAKENsBAAsgA0EJNgIEQQEMAQsgAyAaOQMQIAMgGDkDCEEACzYCAAsgBUGAAWokACADQRhqIgQoAgAiAUEASgRAIAQoAgQgARCbAQsgBCgCDCIBQQBKBEAgBCgCECABEJsBCyADKAIAQQFGDQFB0PXAACAD/QADCP0LAwBByPXAAEIBNwMAQZT2wAAoAgAiBEH89cAAKAIAIgFNBEAgBARAQfj1wAAoAgBBkPbAACgCACAE/AoAAAtBlPbAACgCAAwDC0EAIAQgAUHIncAAEGoACyAGQQBKBEAgAygCHCAGEJsBCyADKAIkIgFBAEwNACADKAIoIAEQmwELIANBBHIhBAJAQeD1wAAoAgAiAUEMRg0AIAFBCUcNAEHk9cAAKAIAIgFBAEwNAEHo9cAAKAIAIAEQmwELQfD1wAAgBCgCEDYCAEHg9cAAIAT9AAIA/QsDAEF/C0HA9cAAQcD1wAAoAgBBAWo2AgAgA0HAAmokACAAIAAoAgBBAWs2AgAgFiAWKAIAQQFrIgA2AgAgAEUEQCAVQQxqELoBCyAVQRBqJAAPCxD5AQsACxD7AQALpgEBAX8jAEEQayIGJAACQCABBEAgBkEEaiABIAMgBCAFIAIoAhARBgACQCAGKAIEIgIgBigCDCIBTQRAIAYoAgghBQwBCyACQQJ0IQIgBigCCCEDIAFFBEBBBCEFIAMgAhCbAQwBCyADIAJBBCABQQJ0IgIQPSIFRQ0CCyAAIAE2AgQgACAFNgIAIAZBEGokAA8LQfjqwABBMhD6AQALQQQgAhDbAQALngECAn8BfkEBIQdBBCEGAkAgBa0gA61+IghCIIhCAFIEQEEAIQMMAQsgCKciA0GAgICAeCAEa0sEQEEAIQMMAQsCQAJAAn8gAQRAIAIgASAFbCAEIAMQPQwBCyADRQRAIAQhBgwCCyADIAQQ2gELIgYNACAAIAQ2AgQMAQsgACAGNgIEQQAhBwtBCCEGCyAAIAZqIAM2AgAgACAHNgIAC6QBAQF/IwBBEGsiBSQAAkAgAQRAIAVBBGogASADIAQgAigCEBEDAAJAIAUoAgQiAiAFKAIMIgFNBEAgBSgCCCEEDAELIAJBAnQhAiAFKAIIIQMgAUUEQEEEIQQgAyACEJsBDAELIAMgAkEEIAFBAnQiAhA9IgRFDQILIAAgATYCBCAAIAQ2AgAgBUEQaiQADwtB+OrAAEEyEPoBAAtBBCACENsBAAvUAwIEfwF+IwBBMGsiAiQAIAAoAgAhBCACQQA2AhggAkKAgICAEDcCECACQYyUwAA2AiAgAkKggICABjcCJCACIAJBEGo2AhwgAkEcaiEDIwBBIGsiASQAAn8CQAJAAkACQAJAIAAoAgBBAWsOBAECAwQACyABIAApAgQ3AhggASABQRhqrUKAgICAwACENwMIIAMoAgAgAygCBEGqkcAAIAFBCGoQVAwECyAAKQIMIQUgASAAKQIENwIAIAEgBTcCGCABIAFBGGqtQoCAgIDAAIQ3AxAgASABrUKAgICAwACENwMIIAMoAgAgAygCBEGOgsAAIAFBCGoQVAwDCyADKAIAQe+XwABBNSADKAIEKAIMEQAADAILIAMoAgBBpJjAAEHEACADKAIEKAIMEQAADAELIAEgACkCBDcCGCABIAFBGGqtQoCAgIDAAIQ3AwggAygCACADKAIEQbyQwAAgAUEIahBUCyABQSBqJAAEQEG0lMAAQTcgAkEvakGklMAAQeyUwAAQnAEACyACIAIoAhg2AgggAiACKQIQNwMAQbCdwABBCEKIkqSQgAIgBEEDdK2IpyACIAAoAgRBACAEQQZxQQJHGyAAKAIIEGYgAkEwaiQAC70BAQN/IwBBEGsiAiQAAkAgAS0AXCIDQQZHBEAgA0ECSQRAIAEoAlghBCABKAJUIQECQCADQQFxRQRAIAIgBDYCDCACIAE2AgggAkGAgICAeDYCBAwBCyACQQRqIAEgBBAsCyAAIAIoAgw2AgwgACACKQIENwIEIABBADYCAAwCCyAAQRA2AgwgAEGcpcAANgIIIABBAzYCBCAAQZafwAA2AgAMAQsgAEKAgICAkICAgIB/NwIACyACQRBqJAALlAECAn8BfkEBIQZBBCEFAkAgBK0gA61+IgdCIIhCAFIEQEEAIQMMAQsgB6ciA0H8////B0sEQEEAIQMMAQsCQAJAAn8gAQRAIAIgASAEbEEEIAMQPQwBCyADRQ0BIANBBBDaAQsiBQ0AIABBBDYCBAwBCyAAIAU2AgRBACEGC0EIIQULIAAgBWogAzYCACAAIAY2AgALqAEBAn8jAEEQayIDJAACQEGAAUEBENoBIgQEQCADQQA2AgwgAyAENgIIIANBgAE2AgQgA0EEaiABIAIQVgRAIAMoAgQiAEUNAiADKAIIIAAQmwEMAgsgAygCBCIBQYCAgIB4Rg0BIAMoAgghAiAAIAMoAgw2AgggACACNgIEIAAgATYCACADQRBqJAAPC0EBQYABENsBAAtB+aLAAEGFAUG8o8AAELEBAAuUAQEBfyMAQRBrIgUkACACIAEgAmoiAUsEQEEAQQAQ2wEACyAFQQRqIAAoAgAiAiAAKAIEIAEgAkEBdCICIAEgAksbIgFBCEEEIARBAUYbIgIgASACSxsiASADIAQQgwEgBSgCBEEBRgRAIAUoAgggBSgCDBDbAQALIAUoAgghAiAAIAE2AgAgACACNgIEIAVBEGokAAuZAQEFfwJAIAAoAgAiASgCKCICQYCAgIB4Rg0AIAEoAiwhAyABKAIwIgQEQCADIQADQCAAKAIAIgVBAEoEQCAAQQRqKAIAIAUQmwELIABBDGoQdSAAQRxqIQAgBEEBayIEDQALCyACRQ0AIAMgAkEcbBCbAQsCQCABQX9GDQAgASABKAIEQQFrIgA2AgQgAA0AIAFBwAAQmwELC3MBAX8CQAJAIAFB/////wdNBEAgAQ0BIABBATYCCCAAQQA2AgQgAEEANgIADwsgAEEANgIEDAELIAFBARDaASICRQRAIAAgATYCCCAAQQE2AgQMAQsgACACNgIIIAAgATYCBCAAQQA2AgAPCyAAQQE2AgALhAEBBH8gACgCACICBEAgACgCBCACEJsBCyAALQAlQQJHBEAgAEEYahB1CyAAKAIQIQIgACgCFCIDBEAgAiEBA0AgASgCACIEBEAgAUEEaigCACAEEJsBCyABQQxqEHUgAUEcaiEBIANBAWsiAw0ACwsgACgCDCIABEAgAiAAQRxsEJsBCwsDAAALhgEBAX8jAEEQayIDJAAgAiABIAJqIgFLBEBBAEEAENsBAAsgA0EEaiAAKAIAIgIgACgCBEEIIAEgAkEBdCICIAEgAksbIgEgAUEITRsiARCQASADKAIEQQFGBEAgAygCCCADKAIMENsBAAsgAygCCCECIAAgATYCACAAIAI2AgQgA0EQaiQAC4wBAQJ/AkAgA0EASA0AAkAgA0UEQEEBIQUMAQtBASEGIANBARDaASIFRQ0BIANFDQAgBSACIAP8CgAACyAAQYCAgIB4NgIYIAAgAzYCCCAAIAU2AgQgACADNgIAIABBADsBNCAAIAH9AAIA/QsCJCAAIAQpAgA3AgwgACAEKAIINgIUDwsgBiADENsBAAtxAAJ/IANBAEgEQEEBIQFBACEDQQQMAQsCfwJAAn8gAQRAIAIgAUEBIAMQPQwBCyADRQRAQQEhAQwCCyADQQEQ2gELIgENACAAQQE2AgRBAQwBCyAAIAE2AgRBAAshAUEICyAAaiADNgIAIAAgATYCAAtPAQN+IAAgAUL/////D4MiA0IKfiIEQgAiAyABQiCIQgp+fCIBQiCGfCIFNwMAIAAgBCAFVq0gASADVK1CIIYgAUIgiIR8IAJCCn58NwMIC5EBAgJ/AX4jAEEgayICJAAgASgCAEGAgICAeEYEQCABKAIMIQMgAkEANgIcIAJCgICAgBA3AhQgAkEUakHw7MAAIAMoAgAiAygCACADKAIEEFQaIAIgAigCHCIDNgIQIAIgAikCFCIENwMIIAEgAzYCCCABIAQ3AgALIABB/O7AADYCBCAAIAE2AgAgAkEgaiQAC6kDAQh/IwBBMGsiCCQAIAhBCGohByMAQRBrIgMkACAAIgQgASICaiEJQQEhBQJAAkACfwNAIAJFBEBBACECQQAMAgsgAkEBayECIAQtAAAhBiAEQQFqIQQgBkECSw0ACyAGLQCUnUAhAkEIQQEQ2gEiBUUNASAFIAI6AAAgA0EBNgIMIAMgBTYCCCADQQg2AgRBASECA0AgBCAJRwRAIAQtAAAhBiAEQQFqIQQgBkECSw0BIAYtAJSdQCEGIAMoAgQgAkYEQCADQQRqIAJBAUEBQQEQiQEgAygCCCEFCyACIAVqIAY6AAAgAyACQQFqIgI2AgwMAQsLIAMoAgghBSADKAIECyEEIAdBAjoAJSAHIAI2AgggByAFNgIEIAcgBDYCACAHQQA2AhQgB0KAgICAwAA3AgwgA0EQaiQADAELQQFBCBDbAQALIAEEQCAAIAEQmwELQTRBBBDaASIARQRAQQRBNBD9AQALIABBADYCCCAAQoGAgIAQNwIAIAAgCCkCCDcCDCAAIAj9AAIQ/QsCFCAAIAj9AAIg/QsCJCAIQTBqJAAgAEEIagt6AQJ/IwBB8ABrIgIkACACIAAgARAeIAIoAgBBgICAgHhHBEAgAiACKQMwNwNoIAIgAv0AAyD9CwNYIAIgAv0AAxD9CwNIIAIgAv0AAwD9CwM4IAItAG1BAUYhAyACQThqEEcLIAEEQCAAIAEQmwELIAJB8ABqJAAgAwtvAQF/IwBBEGsiBSQAIAFFBEBB+OrAAEEyEPoBAAsgBUEIaiABIAMgBCACKAIQEQMAIAAgBSgCCCICQQJGIgE2AgggACAFKAIMIgNBACABGzYCBCAAQQAgA0GACCACQQFxGyABGzYCACAFQRBqJAALagEBfyMAQRBrIgYkACABRQRAQfjqwABBMhD6AQALIAZBCGogASADIAQgBSACKAIQEQYAIAYoAgwhASAAIAYoAggiAjYCCCAAIAFBACACQQFxIgIbNgIEIABBACABIAIbNgIAIAZBEGokAAuDAQEBfwJAIABBhAhPBEAgANBvJgFBrJfBACgCAA0BQayXwQBBfzYCACAAQbyXwQAoAgAiAUkNASAAIAFrIgBBtJfBACgCAE8NAUG89cAAKAIAIABBAnRqQbiXwQAoAgA2AgBBuJfBACAANgIAQayXwQBBrJfBACgCAEEBajYCAAsPCwALZwEDfyMAQRBrIgEkACABQQRqIAAoAgAiAiAAKAIEQQggAkEBdCICIAJBCE0bIgIQkAEgASgCBEEBRgRAIAEoAgggASgCDBDbAQALIAEoAgghAyAAIAI2AgAgACADNgIEIAFBEGokAAtoAQF/IwBBEGsiBSQAIAFFBEBB+OrAAEEyEPoBAAsgBUEIaiABIAMgBCACKAIQEQMAIAUoAgwhASAAIAUoAggiAjYCCCAAIAFBACACQQFxIgIbNgIEIABBACABIAIbNgIAIAVBEGokAAtiAQF/IwBBEGsiBSQAIAFFBEBB+OrAAEEyEPoBAAsgBUEIaiABIAMgBCACKAIQEQMAIAAgBS0ACCIBNgIIIAAgBSgCDEEAIAEbNgIEIABBACAFLQAJIAEbNgIAIAVBEGokAAtdAQJ/AkAgAEEEaygCACICQXhxIgNBBEEIIAJBA3EiAhsgAWpPBEAgAkEAIAMgAUEnaksbDQEgABBCDwtB4O3AAEEuQZDuwAAQ3gEAC0Gg7sAAQS5B0O7AABDeAQALXAEBfyMAQSBrIgUkACAFIAE2AgQgBSAANgIAIAUgAzYCDCAFIAI2AgggBSAFQQhqrUKAgICA0AqENwMYIAUgBa1CgICAgMAKhDcDEEGXhMAAIAVBEGogBBCxAQALYwEBf0HA9sAALQAAQQFHBEAQPgtBwPXAACgCAEUEQEHA9cAAQX82AgBBwPXAAEH89cAAKAIAIABPBH9B+PXAACgCACAAEGUhAUHA9cAAKAIAQQFqBUEACzYCACABDwsQwgEAC2ABAX8jAEEQayIEJAAgAUUEQEH46sAAQTIQ+gEACyAEQQhqIAEgAyACKAIQEQQAIAAgBC0ACCIBNgIIIAAgBCgCDEEAIAEbNgIEIABBACAELQAJIAEbNgIAIARBEGokAAtcAQF/IwBBEGsiBiQAIAFFBEBB+OrAAEEyEPoBAAsgBkEIaiABIAMgBCAFIAIoAhARBgAgBigCDCEBIAAgBigCCCICNgIEIAAgAUEAIAJBAXEbNgIAIAZBEGokAAsDAAALAwAACwMAAAtZAQF/AkACQCAAKAIAIAAoAggiA2sgAkkEQCAAIAMgAkEBQQEQiQEgACgCCCEDDAELIAJFDQELIAJFDQAgACgCBCADaiABIAL8CgAACyAAIAIgA2o2AghBAAtaAQF/IwBBEGsiBSQAIAFFBEBB+OrAAEEyEPoBAAsgBUEIaiABIAMgBCACKAIQEQMAIAUoAgwhASAAIAUoAggiAjYCBCAAIAFBACACQQFxGzYCACAFQRBqJAALWAEBfyMAQRBrIgQkACABRQRAQfjqwABBMhD6AQALIARBCGogASADIAIoAhARBAAgBCgCDCEBIAAgBCgCCCICNgIEIAAgAUEAIAJBAXEbNgIAIARBEGokAAtVAQF/AkACQCAAKAIAIAAoAggiA2sgAkkEQCAAIAMgAhCOASAAKAIIIQMMAQsgAkUNAQsgAkUNACAAKAIEIANqIAEgAvwKAAALIAAgAiADajYCCEEAC08BAX8jAEEgayIDJAAgAyABNgIMIAMgADYCCCADIANBCGqtQoCAgIAQhDcDGCADIANBDGqtQoCAgIAQhDcDEEGWgcAAIANBEGogAhCxAQALUgEBfyMAQSBrIgYkACAGIAI2AhAgBiABNgIMIAYgBTYCGCAGIAQ2AhQgBiADKQIANwMAIAYgAygCCDYCCCAAIAEgAiAGIAYgBhBBIAZBIGokAAtSAQF/IwBBIGsiBiQAIAYgAjYCECAGIAE2AgwgBiAFNgIYIAYgBDYCFCAGIAMpAgA3AwAgBiADKAIINgIIIAAgASACIAYgBiAGEGwgBkEgaiQAC0MBA38CQCACRQ0AA0AgAC0AACIEIAEtAAAiBUYEQCAAQQFqIQAgAUEBaiEBIAJBAWsiAg0BDAILCyAEIAVrIQMLIAMLLgEBfwJAIAAQIiIBRQ0AIAFBBGstAABBA3FFDQAgAEUNACABQQAgAPwLAAsgAQtPAQJ/IAAoAgQhAiAAKAIAIQMCQCAAKAIIIgAtAABFDQAgA0H39MAAQQQgAigCDBEAAEUNAEEBDwsgACABQQpGOgAAIAMgASACKAIQEQEAC0gAIABCADcDACAAQgA3AwggAEIANwMQIABCADcDGCAAQgA3AyAgAEIANwMoIABCADcDMCAAQgA3AzggAEIANwNIIABCADcDQAvFAQEFfyMAQRBrIgQkACAEQQhqIQUgACgCACICIQEjAEEQayIDJAAgA0EEaiACIAAoAgRBBCABQQFqIgEgAkEBdCICIAEgAksbIgEgAUEETRsiAUEMEIcBAn8gAygCBARAIAMoAgwhACADKAIIDAELIAMoAgghAiAAIAE2AgAgACACNgIEQYGAgIB4CyEBIAUgADYCBCAFIAE2AgAgA0EQaiQAIAQoAggiAEGBgICAeEcEQCAAIAQoAgwQ2wEACyAEQRBqJAALRgECfyABKAIEIQIgASgCACEDQQhBBBDaASIBRQRAQQRBCBD9AQALIAEgAjYCBCABIAM2AgAgAEHg7sAANgIEIAAgATYCAAtBACAAQQA2AgAgAEEANgIEIABBADYCCCAAQQA2AgwgAEEANgIQIABBADYCFCAAQQA2AhggAEEANgIcIABCADcDIAvgAQIBfwF+IwBBIGsiAyQAIAMgATYCECADIAA2AgwgA0EBOwEcIAMgAjYCGCADIANBDGo2AhQjAEEQayIBJAAgA0EUaiIAKQIAIQQgASAANgIMIAEgBDcCBCMAQRBrIgAkACABQQRqIgEoAgAiAigCBCIDQQFxBEAgAigCACECIAAgA0EBdjYCBCAAIAI2AgAgAEGI7cAAIAEoAgQgASgCCCIALQAIIAAtAAkQgAEACyAAQYCAgIB4NgIAIAAgATYCDCAAQaTtwAAgASgCBCABKAIIIgAtAAggAC0ACRCAAQALSAAgAEGAgICAeDYCGCAAQQE7ATQgACAB/QACAP0LAiQgACACKQIANwIAIAAgAigCCDYCCCAAIAMpAgA3AgwgACADKAIINgIUC0gAIABBgICAgHg2AhggAEEAOwE0IAAgAf0AAgD9CwIkIAAgAikCADcCACAAIAIoAgg2AgggACADKQIANwIMIAAgAygCCDYCFAswAAJAIAFpQQFHDQAgAEGAgICAeCABa0sNACAABEAgACABENoBIgFFDQELIAEPCwALSgAgACgCAEGAgICAeEcEQCABKAIAIAAoAgQgACgCCCABKAIEKAIMEQAADwsgASgCACABKAIEIAAoAgwoAgAiACgCACAAKAIEEFQLOAACQCACQYCAxABGDQAgACACIAEoAhARAQBFDQBBAQ8LIANFBEBBAA8LIAAgA0EAIAEoAgwRAAAL7SIDDn8CfgJ7IwBBEGsiESQAIwBB8ABrIgskAAJAAkACQAJAIAdFBEAgC0GAgICAeDYCOAwBCyAHQQhrIgkoAgBBAUcNASAH/QACBCEYIAf9AAIUIRkgBykCJCEWIAlBADYCACALIBY3A1ggCyAZ/QsDSCALIBj9CwM4IAlBf0YNACAHQQRrIgcgBygCAEEBayIHNgIAIAcNACAJQTQQmwELIAtBCGohDSABIQcgAiETIAMhAiAGQQBHIQYgC0E4aiESQQAhAyMAQcACayIIJAAgCEG0nMAA/QACAP0LA4gBIAhB/J3AAP0AAgD9CwOYASAIQYyewAD9AAIA/QsDqAEgCEGcnsAA/QACAP0LA7gBIAhBrJ7AAP0AAgD9CwPIASAIIAhBiAFqIABB/wFxQQVwQQR0aiIAKQIINwNAIAggACkCACIWNwM4IAhBOGpBBHIhCUEAIQACQAJAAkAgFqdBAWsOAgABAgsgCEHEAGohACAIQUBrIQoMAQsgCEHEAGohACAIQUBrIQoLIAhCADcCiAIgCEEANgL4ASAIQQA2AvABIAggADYC7AEgCCAKNgLoASAIIAk2AuQBIAggBzYCgAIgCCAHIBNBAnRqIgk2AoQCIAhB5AFqIQoDQCAHIQAgCiADQQJ0aiEHIANBAWohAwJAA0AgBygCACIMRQRAIAdBBGohByADQQFqIgNBBEcNAQwCCwsgACAJRg0AIAggAEEEaiIHNgKAAiAAKAIAIgAEQCAMIAA2AgALIANBA0cNAQsLIAggCP0AAzj9CwMIAkACQAJAAkACQAJAAkACQCAGRQRAIAhB2AFqIQYjAEEwayIAJAAgCEEIaiIPKAIMIQwgDygCCCEQQQQhCkHk2cAAIQ5BCiEHIA8oAgQiCSEDAkACQAJAAkACQAJAAkACQAJAAkACQCAPKAIAIg9BAWsOBAABAgMHC0EKIQpB6NnAACEOQYDgACEHIBAOAwMDBAYLQQghByAQQQhPDQRBvJ/AACEOQQEhCgwGC0EKIQpB89nAACEOQcDPJCEHDAQLQQohCkHz2cAAIQ5B0OgMIQcMAwtBgPACIQcMAgtBgJgBIQcMAQtBASEKQX9BASAJdCAJQSBPGyEDQQEgDEEFTwR/QQ5BDSAMQQVrQQVJGwUgDEECdCgC3N9AC3QhB0Hy2cAAIQ4LIAMgB08NAQsgBiAKNgIUIAYgDjYCECAGIAc2AgwgBkEENgIIQQUhDwwBCwJ/An8CQAJAAkACQAJAIA9BAWsOBAIDBAEAC0EAIQMgAEEAOgAhIAAgCTYCJEEXDAULIAAgCTYCJCAAQQE6ACFBAyEDQcAADAQLIAAgDDYCLCAAIBA2AiggACAJNgIkIABBkwQ7ACFBAQwCCyAAIAw2AiwgACAQNgIoIAAgCTYCJEECDAELIAAgCTYCJCAAQQA6ACFBAwshA0EgCyEHIAAgAzoAICAAQQhqIABBIGogB0KAgICAARBSIAAoAghBBkcEQCAGIAApAxg3AxggBiAA/QADCP0LAwhBBSEPDAELIAYgBzYCKCAGQRA2AiQgBkGAgICAeDYCGCAGQoCAgIABNwMQIAYgDDYCDCAGIBA2AgggBiAJNgIECyAGIA82AgAgAEEwaiQAIAgoAtgBIgdBBUcNASAIIAj9AAPgAf0LA0AgCCAIKQPwATcDUAwECyAIKAIUIQMgCCgCECEGIAgoAgwhAAJ/An8CQAJAAkACQAJAIAgoAggiB0EBaw4EAgMEAQALQQAhCiAIQQA6AJECIAggADYClAJBFwwFCyAIIAA2ApQCIAhBAToAkQJBAyEKQcAADAQLIAggAzYCnAIgCCAGNgKYAiAIIAA2ApQCIAhBkwQ7AJECQQEMAgsgCCADNgKcAiAIIAY2ApgCIAggADYClAJBAgwBCyAIIAA2ApQCIAhBADoAkQJBAwshCkEgCyEJIAggCjoAkAIgCEHYAWogCEGQAmogCUKAgICAARBSIAgoAtgBIgpBBkcEQCAIIAj9AAPgAf0LA0ggCCAIKALcATYCRCAIIAo2AkAMBAsgCCAJNgKwASAIQRA2AqwBIAhBgICAgHg2AqABIAhCgICAgAE3A5gBIAggAzYClAEgCCAGNgKQASAIIAA2AowBIAggBzYCiAEgAg0BDAILIAggCCgC9AEiADYCqAIgCCAIKQLsASIWNwOgAiAIIAgpAuQBIhc3A5gCIAggCP0AA/gB/QsDqAEgCCAHNgKIASAIIAgpAtwBNwKMASAIIBc3ApQBIAggFjcCnAEgCCAANgKkASACRQ0BC0HAAEEQIAcbIgAgAk8gAkEQT3FFBEAgAK0hFgJAIAgoAqABIgJBgICAgHhGDQAgCCgCpAEhACAIKAKoASIDBEAgACEHA0AgBygCACIEQQBKBEAgB0EEaigCACAEEJsBCyAHQQxqEHUgB0EcaiEHIANBAWsiAw0ACwsgAkUNACAAIAJBHGwQmwELIAhBCjYCVCAIQd3awAA2AlAgCCAWNwNIIAhCg4CAgIACNwNADAILIAggBzYCiAEgCCACNgKsAQsgBARAIAhB2AFqIQAjAEEwayIDJAACQAJAQcAAQRcgCEGIAWoiBigCACIHGyICIARPIARBEEEXIAcbIglPcUUEQCAAQQo2AhwgAEHT2sAANgIYIAAgCTYCDCAAQQM2AgggACACrTcDEAwBCyAGIAQ2AiggBigCDCEJIAYoAgghCiAGKAIEIQIgAwJ/AkACQAJAAkACQAJAIAdBAWsOBAECAwQACyADQQA6ACEgAyACNgIkQQAMBQsgAyAJNgIsIAMgCjYCKCADIAI2AiQgA0GTBDsAIUEBDAQLIAMgCTYCLCADIAo2AiggAyACNgIkQQIMAwsgAyACNgIkIANBADoAIQwBCyADIAI2AiQgA0EBOgAhC0EDCzoAICADQQhqIANBIGogBCAGKQMQEFIgAygCCEEGRwRAIAAgAykDGDcDGCAAIAP9AAMI/QsDCAwBCyAAIAb9AAMg/QsDICAAIAb9AAMQ/QsDECAAIAb9AAMA/QsDAAwBCyAAQQU2AgAgBigCGCIHQYCAgIB4Rg0AIAYoAhwhAiAGKAIgIgQEQCACIQADQCAAKAIAIgZBAEoEQCAAQQRqKAIAIAYQmwELIABBDGoQdSAAQRxqIQAgBEEBayIEDQALCyAHRQ0AIAIgB0EcbBCbAQsgA0EwaiQAIAgoAtgBIgdBBUYEQCAIIAj9AAPgAf0LA0AgCCAIKQPwATcDUAwCCyAIIAgoAvQBIgA2AqgCIAggCCkC7AEiFjcDoAIgCCAIKQLkASIXNwOYAiAIIAj9AAP4Af0LA6gBIAggBzYCiAEgCCAIKQLcATcCjAEgCCAXNwKUASAIIBY3ApwBIAggADYCpAELIAhBOGohAiAIQYgBaiEAIwBBMGsiAyQAAkACQCAF/AciFkKAgEB8QoGAwP8DWgRAIAJBCTYCHCACQcrawAA2AhggAkKAgICABDcDECACQoOAgICAgIAINwMIDAELIAAgFjcDECAAKAIMIQYgACgCCCEJIAAoAgQhBCADAn8CQAJAAkACQAJAAkAgACgCAEEBaw4EAQIDBAALIANBADoAISADIAQ2AiRBAAwFCyADIAY2AiwgAyAJNgIoIAMgBDYCJCADQZMEOwAhQQEMBAsgAyAGNgIsIAMgCTYCKCADIAQ2AiRBAgwDCyADIAQ2AiQgA0EAOgAhDAELIAMgBDYCJCADQQE6ACELQQMLOgAgIANBCGogA0EgaiAAKAIoIBYQUiADKAIIQQZHBEAgAiADKQMYNwMYIAIgA/0AAwj9CwMIDAELIAIgAP0AAyD9CwMgIAIgAP0AAxD9CwMQIAIgAP0AAwD9CwMADAELIAJBBTYCACAAKAIYIgRBgICAgHhGDQAgACgCHCECIAAoAiAiBgRAIAIhAANAIAAoAgAiCUEASgRAIABBBGooAgAgCRCbAQsgAEEMahB1IABBHGohACAGQQFrIgYNAAsLIARFDQAgAiAEQRxsEJsBCyADQTBqJAAgCCgCOCIPQQVHDQELIAggCP0AA0j9CwOQASAIIAgpA0AiFjcDiAEgCEEANgKYAiAIQoCAgIAQNwKQAiAIQYyUwAA2AtwBIAhCoICAgAY3AuABIAggCEGQAmo2AtgBIAhBiAFqIAhB2AFqEGMNAiAIIAgoApgCNgK4AiAIIAgpApACNwOwAkG4ncAAQQ1CjJq4+PDhAiAWp0EDdK2IpyAIQbACakEAIAcQZiEAIA1BBTYCACANIAA2AgQgEigCAEGAgICAeEYNASASEIwBDAELIAggCP0AA0D9CwMoIAggCCkCXDcDGCAIIAgoAmQ2AiAgCCgCPCEUIAgoAlAhBiAIKAJUIQIgCCgCWCEHAkAgEigCAEGAgICAeEYEQCAGIQAgAiEEIAchCQwBCyAIQYgBaiIVIBIQOCAIKAKMASEEAkAgCCgCiAEiAEGAgICAeEYNACAIIAgoApABNgKEASAIIAQ2AoABIAggADYCfCAIQewAaiEMAkAgCEH8AGoiDigCCCIKBEAgDigCBCIEIApBHGxqIRIgBCEAA0ACQAJAIAAoAgBBgICAgHhGDQAgACgCCCIDQQFrQR9LDQAgAEEcaiEJIAAoAgQhAANAAkAgAC0AACIQQTBrQf8BcUEKSQ0AIBBB3wFxQcEAa0H/AXFBGkkNACAQQS1rQQNJDQAgEEErRw0CCyAAQQFqIQAgA0EBayIDDQALDAELIAxByQA2AgwgDEH92cAANgIIIAxBBDoABCAMQQE2AgAgBCEAA0AgACgCACIDQQBKBEAgAEEEaigCACADEJsBCyAAQQxqEHUgAEEcaiEAIApBAWsiCg0ACyAOKAIAIgBFDQMgBCAAQRxsEJsBDAMLIAkiACASRw0ACwsgDEEANgIAIAwgDigCCDYCDCAMIA4pAgA3AgQLIAgoAmxBAUYEQCAIIAhB8ABqIgAoAgg2ApgCIAggACkCACIWNwOQAiAIQQA2AuABIAhCgICAgBA3AtgBIAhBjJTAADYCjAEgCEKggICABjcCkAEgCCAIQdgBajYCiAEgCEGQAmogFRBtDQQgCCAIKALgATYCQCAIIAgpAtgBNwM4QaidwABBCEEKQRAgFqdB/wFxQQNJGyAIQThqQQAgBxBmIQQMAQsgCCgCeCEJIAgoAnQhBCAIKAJwIQAgBkGAgICAeEYNASAHBEAgAiEDA0AgAygCACIKQQBKBEAgA0EEaigCACAKEJsBCyADQQxqEHUgA0EcaiEDIAdBAWsiBw0ACwsgBkUNASACIAZBHGwQmwEMAQsgDUEFNgIAIA0gBDYCBCAGQYCAgIB4Rg0BIAcEQCACIQMDQCADKAIAIgBBAEoEQCADQQRqKAIAIAAQmwELIANBDGoQdSADQRxqIQMgB0EBayIHDQALCyAGRQ0BIAIgBkEcbBCbAQwBCyANIAj9AAMo/QsDCCANIAgpAxg3AiQgDSAIKAIgNgIsIA0gCTYCICANIAQ2AhwgDSAANgIYIA0gFDYCBCANIA82AgALIAhBwAJqJAAMAQtBtJTAAEE3IAhBvwJqQaSUwABB7JTAABCcAQALIBMEQCABIBNBAnQQmwELAn8gCygCCEEFRgRAQQEhASALKAIMDAELIAsgC/0AAyj9CwJcIAsgC/0AAxj9CwJMIAsgC/0AAwj9CwI8QcAAQQgQ2gEiAEUNAkEAIQEgAEEANgIIIABCgYCAgBA3AwAgACAL/QACOP0LAgwgACAL/QACSP0LAhwgACAL/QACWP0LAiwgACALKAJoNgI8IABBCGoLIQAgESABNgIIIBEgAEEAIAEbNgIEIBFBACAAIAEbNgIAIAtB8ABqJAAMAgtBxJzAAEE/EPoBAAtBCEHAABD9AQALIBEoAgAgESgCBCARKAIIIBFBEGokAAs1AQF/IAAoAgAiAEEQahB3AkAgAEF/Rg0AIAAgACgCBEEBayIBNgIEIAENACAAQeAAEJsBCws1AQF/IAAoAgAiAEEMahCMAQJAIABBf0YNACAAIAAoAgRBAWsiATYCBCABDQAgAEE0EJsBCws1AQF/IAAoAgAiAEEQahBaAkAgAEF/Rg0AIAAgACgCBEEBayIBNgIEIAENACAAQZABEJsBCws+AEHA9sAALQAAQQFHBEAQPgtBwPXAACgCAARAEMIBAAtB0PXAACsDAEQAAAAAAADwf0HI9cAAKAIAQQFxGws+AEHA9sAALQAAQQFHBEAQPgtBwPXAACgCAARAEMIBAAtB2PXAACsDAEQAAAAAAADw/0HI9cAAKAIAQQFxGwsuAAJAIANpQQFHDQAgAUGAgICAeCADa0sNACAAIAEgAyACED0iAEUNACAADwsAC54CAQZ/IwBBEGsiAiQAIAIgADYCDCACQQxqIQQjAEEgayIAJABBASEFAkAgASgCACIDQe6SwABBESABKAIEIgcoAgwiBhEAAA0AAkAgAS0ACkGAAXFFBEAgA0HH8MAAQQEgBhEAAA0CIAQgAUGwksAAKAIAEQEARQ0BDAILIANByPDAAEECIAYRAAANASAAQQE6AA8gACAHNgIEIAAgAzYCACAAQdDwwAA2AhQgACABKQIINwIYIAAgAEEPajYCCCAAIAA2AhAgBCAAQRBqQbCSwAAoAgARAQANASAAKAIQQcXwwABBAiAAKAIUKAIMEQAADQELIAEoAgBBy/DAAEEBIAEoAgQoAgwRAAAhBQsgAEEgaiQAIAJBEGokACAFC7MBAQJ/IwBBEGsiACQAIAEoAgBB8O7AAEELIAEoAgQoAgwRAAAhAyAAQQhqIgJBADoABSACIAM6AAQgAiABNgIAIAIiAS0ABCECIAEtAAUEQCABAn9BASACQQFxDQAaIAEoAgAiAS0ACkGAAXFFBEAgASgCAEHN8MAAQQIgASgCBCgCDBEAAAwBCyABKAIAQcrwwABBASABKAIEKAIMEQAACyICOgAECyACQQFxIABBEGokAAv9KwMWfwN7BH4jAEEQayIRJAAjAEEgayIOJAACQAJAAkAgAARAIABBCGsiFiAWKAIAQQFqIhI2AgAgEkUNASAAKAIAIhJB/////wdPDQIgACASQQFqNgIAIA4gFjYCECAOIAA2AgwgDiACNgIcIA4gATYCGCAOIAI2AhQgDiAAQQhqIgE2AgggAyESIwBBgAJrIgYkACAOQRRqIgMoAgQhAiADKAIAIRUCQAJAAn8CfwJAIAMoAggiD0GBIE8EQCACIA9qIQMgFSAPayIJQQ9xIQogCUEPTQ0BIAb9DAAAAAAAAAAAAAAAAAAAAAD9CwNoIAMhASAJQRBrIgdBMHFBMEcEQEEAIAdBBHZBAWpBA3FrIQgDQCABIAYpA3A3AAggASAGKQNoNwAAIAFBEGohASAIQQFqIggNAAsLIAdBMEkNASADIAlBcHFqIQcDQCABIAYpA3A3AAggASAGKQNoNwAAIAFBGGogBikDcDcAACABQRBqIAYpA2g3AAAgAUEoaiAGKQNwNwAAIAFBIGogBikDaDcAACABQThqIAYpA3A3AAAgAUEwaiAGKQNoNwAAIAFBQGsiASAHRw0ACwwBCyMAQdACayIFJAAgBUGoAWogEiAEEB4CQCAFKAKoASIHQYCAgIB4RgRAIAUgBSkDwAEiHzcCVCAFIAX9AAOwASIb/QsCRCAGIB83AhggBiAb/QsCCCAGQQE2AgAMAQsgBSAFKALEASIDNgJYIAUgBSkCvAEiITcDUCAFIAUpArQBIiA3A0ggBSAFKQKsASIeNwNAIAUgBSkD2AEiHzcDoAIgBSAF/QADyAEiG/0LA5ACIAUgHjcCDCAFICA3AhQgBSAhNwIcIAUgAzYCJCAFIAc2AgggBSAfNwI4IAUgG/0LAiggBUGoAWogBUEsaiITIAUoAhwiFCABKQMQEFICQCAFKAKoAUEGRwRAIAYgBSkDuAE3AxggBiAF/QADqAH9CwMIDAELIAVBqAFqIAEgBSgCJEEAIAUoAiBBgICAgHhHGyAFKAIoIAIgDxBbIAUoArQBIQwgBSgCsAEhAyAFKAKsASEKIAUoAqgBIgFBBkcEQCAGIAUpA7gBNwMYIAYgDDYCFCAGIAM2AhAgBiAKNgIMIAYgATYCCAwBCwJAIAUtAD1BAkcEQCAKIQEgAyEJDAELIAVCADcDoAEgBUEAOgB/IAVBmJXAAP0AAwD9CwOQASAFQYiVwAD9AAMA/QsDgAECQCAMQT9NBEAgDARAIAVBQGsgAyAM/AoAAAsgBSAMOgB/DAELIAUgDEEGdiIBrTcDoAEgBUGAAWogAyABECsgBSAMQT9xIgE6AH8gAUUNACAFQUBrIAMgDEHA////B3FqIAH8CgAACyAFQagBaiIBIAVBQGtB6AD8CgAAIAEgBS0A5wEiCWoiAUGAAToAACAFKQOIAiEgIAlBP3MiBwRAIAFBAWpBACAH/AsACyAFQegBaiEXIAdBB00EQCAFIAX9AAPYAf0LA8ACIAUgBf0AA8gB/QsDsAIgBSAF/QADuAH9CwOgAiAFIAX9AAOoAf0LA5ACIBcgBUGQAmpBARArIAVCADcDqAEgBf0MAAAAAAAAAAAAAAAAAAAAAP0LA7ABIAX9DAAAAAAAAAAAAAAAAAAAAAD9CwPAASAF/QwAAAAAAAAAAAAAAAAAAAAA/QsD0AELIAUgCa0iHkI7hiAgQgmGIh8gHkIDhoQiHkKA/gODQiiGhCAeQoCA/AeDQhiGIB5CgICA+A+DQgiGhIQgIEIBhkKAgID4D4MgIEIPiEKAgPwHg4QgIEIfiEKA/gODIB9COIiEhIQ3A+ABIAUgBf0AA9gB/QsDwAIgBSAF/QADyAH9CwOwAiAFIAX9AAO4Af0LA6ACIAUgBf0AA6gB/QsDkAIgFyAFQZACaiILQQEQK0EAIQEgBUEAOgDnASAFKALoASEYIAUoAuwBIRkgBSgC8AEhGiAFKAL0ASEQIAUoAvgBIQggBSgC/AEhDSAFKAKAAiEJIAUoAoQCIQcgFxCwASAF/QwAAAAAAAAAAAAAAAAAAAAA/QsDkAIgBf0MAAAAAAAAAAAAAAAAAAAAAP0LA6ACIAX9DAAAAAAAAAAAAAAAAAAAAAD9CwOwAiAF/QwAAAAAAAAAAAAAAAAAAAAA/QsDwAIgBSAFKQOQAjcDqAEgBSAFKQOYAjcDsAEgBSAFKQOgAjcDuAEgBSAFKQOoAjcDwAEgBSAFKQOwAjcDyAEgBSAFKQO4AjcD0AEgBSAFKQPAAjcD2AEgBSAFKQPIAjcD4AEgBSAHQRh4Qf+B/AdxIAdB/4H8B3FBCHhyNgKsAiAFIAlBGHhB/4H8B3EgCUH/gfwHcUEIeHI2AqgCIAUgDUEYeEH/gfwHcSANQf+B/AdxQQh4cjYCpAIgBSAIQRh4Qf+B/AdxIAhB/4H8B3FBCHhyNgKgAiAFIBBBGHhB/4H8B3EgEEH/gfwHcUEIeHI2ApwCIAUgGkEYeEH/gfwHcSAaQf+B/AdxQQh4cjYCmAIgBSAZQRh4Qf+B/AdxIBlB/4H8B3FBCHhyNgKUAiAFIBhBGHhB/4H8B3EgGEH/gfwHcUEIeHI2ApACAkBBwABBARDaASIJBEADQCABIAlqIgcgC/0AAgAiG0EE/W0iHSAd/Q0MDQ4PAAAAAAAAAAAAAAAA/YkB/akBIhz9GwNBrN7AAGogHP0bAkGs3sAAaiAc/RsBQazewABqIBz9GwBBrN7AAGogHSAd/Q0ICQoLAAAAAAAAAAAAAAAA/YkB/akBIhz9GwNBrN7AAGogHP0bAkGs3sAAaiAc/RsBQazewABqIBz9GwBBrN7AAGogHSAd/Q0EBQYHAAAAAAAAAAAAAAAA/YkB/akBIhz9GwNBrN7AAGogHP0bAkGs3sAAaiAc/RsBQazewABqIBz9GwBBrN7AAGogHf2JAf2pASIc/RsDQazewABqIBz9GwJBrN7AAGogHP0bAUGs3sAAaiAc/RsA/QcArN5A/VQAAAH9VAAAAv1UAAAD/VQAAAT9VAAABf1UAAAG/VQAAAf9VAAACP1UAAAJ/VQAAAr9VAAAC/1UAAAM/VQAAA39VAAADv1UAAAPIhwgG/0MDw8PDw8PDw8PDw8PDw8PD/1OIh0gHf0NDA0ODwAAAAAAAAAAAAAAAP2JAf2pASIb/RsDQazewABqIBv9GwJBrN7AAGogG/0bAUGs3sAAaiAb/RsAQazewABqIB0gHf0NCAkKCwAAAAAAAAAAAAAAAP2JAf2pASIb/RsDQazewABqIBv9GwJBrN7AAGogG/0bAUGs3sAAaiAb/RsAQazewABqIB0gHf0NBAUGBwAAAAAAAAAAAAAAAP2JAf2pASIb/RsDQazewABqIBv9GwJBrN7AAGogG/0bAUGs3sAAaiAb/RsAQazewABqIB39iQH9qQEiG/0bA0Gs3sAAaiAb/RsCQazewABqIBv9GwFBrN7AAGogG/0bAP0HAKzeQP1UAAAB/VQAAAL9VAAAA/1UAAAE/VQAAAX9VAAABv1UAAAH/VQAAAj9VAAACf1UAAAK/VQAAAv9VAAADP1UAAAN/VQAAA79VAAADyIb/Q0IGAkZChoLGwwcDR0OHg8f/QsAECAHIBwgG/0NABABEQISAxMEFAUVBhYHF/0LAAAgC0EQaiELIAFBIGoiAUHAAEcNAAsgAyAMaiEHIAogDGsiEEEPcSEIIBBBD00NASAF/QwAAAAAAAAAAAAAAAAAAAAA/QsDqAEgByEBIBBBEGsiDUEwcUEwRwRAIA1BBHZBAWpBA3EhCwNAIAEgBSkDsAE3AAggASAFKQOoATcAACABQRBqIQEgC0EBayILDQALCyANQTBJDQEgByAQQXBxaiENA0AgASAFKQOwATcACCABIAUpA6gBNwAAIAFBGGogBSkDsAE3AAAgAUEQaiAFKQOoATcAACABQShqIAUpA7ABNwAAIAFBIGogBSkDqAE3AAAgAUE4aiAFKQOwATcAACABQTBqIAUpA6gBNwAAIAFBQGsiASANRw0ACwwBC0EBQcAAENsBAAsCQCAIRQ0AIAcgEEHw////B3FqIg0hASAQQQdxIgsEQANAIAFBADoAACABQQFqIQEgC0EBayILDQALCyAIQQhJDQAgCCANaiENA0AgAUEAOgAAIAFBAWpBADoAACABQQJqQQA6AAAgAUEDakEAOgAAIAFBBGpBADoAACABQQVqQQA6AAAgAUEGakEAOgAAIAFBB2pBADoAACABQQhqIgEgDUcNAAsLAkAgDEUNACADIQEgDEEHcSILBEADQCABQQA6AAAgAUEBaiEBIAtBAWsiCw0ACwsgDEEISQ0AA0AgAUEAOgAAIAFBAWpBADoAACABQQJqQQA6AAAgAUEDakEAOgAAIAFBBGpBADoAACABQQVqQQA6AAAgAUEGakEAOgAAIAFBB2pBADoAACABQQhqIgEgB0cNAAsLQcAAIQEgCgRAIAMgChCbAQtBwAAhDAsCQAJAIAUoAhAiB0UEQEEBIQsMAQsgBSgCDCEDIAdBARDaASILRQ0BIAdFDQAgCyADIAf8CgAACyAGIAUpAgg3AjAgBiAF/QACEP0LAjggBiAF/QACIP0LAkggBiAF/QACMP0LAlggBiAUNgIsIAYgBzYCGCAGIAs2AhQgBiAHNgIQIAYgDDYCDCAGIAk2AgggBiABNgIEIAYgE/0AAgD9CwIcIAZBADYCAAwCC0EBIAcQ2wEACyAGQQE2AgAgBUEIahBHCyAFQdACaiQAIAIgD2ohAyAVIA9rIglBD3EhCgJAIAlBD00NACAG/QwAAAAAAAAAAAAAAAAAAAAA/QsDaCADIQEgCUEQayIHQTBxQTBHBEBBACAHQQR2QQFqQQNxayEIA0AgASAGKQNwNwAIIAEgBikDaDcAACABQRBqIQEgCEEBaiIIDQALCyAHQTBJDQAgAyAJQXBxaiEHA0AgASAGKQNwNwAIIAEgBikDaDcAACABQRhqIAYpA3A3AAAgAUEQaiAGKQNoNwAAIAFBKGogBikDcDcAACABQSBqIAYpA2g3AAAgAUE4aiAGKQNwNwAAIAFBMGogBikDaDcAACABQUBrIgEgB0cNAAsLAkAgCkUNACADIAlB8P///wdxaiIHIQEgCUEHcSIIBEADQCABQQA6AAAgAUEBaiEBIAhBAWsiCA0ACwsgCkEISQ0AIAcgCmohBwNAIAFBADoAACABQQFqQQA6AAAgAUECakEAOgAAIAFBA2pBADoAACABQQRqQQA6AAAgAUEFakEAOgAAIAFBBmpBADoAACABQQdqQQA6AAAgAUEIaiIBIAdHDQALCwJAIA9FDQAgAiEBIA9BB3EiCARAA0AgAUEAOgAAIAFBAWohASAIQQFrIggNAAsLIA9BCEkNAANAIAFBADoAACABQQFqQQA6AAAgAUECakEAOgAAIAFBA2pBADoAACABQQRqQQA6AAAgAUEFakEAOgAAIAFBBmpBADoAACABQQdqQQA6AAAgAUEIaiIBIANHDQALCyAVBEAgAiAVEJsBCyAGKAIAQQFGBEAgBiAGKQMQIh43A+gBIAYgBikDGCIfNwPwASAGKAIIIQEgBiAGKAIMNgIEIAYgATYCACAGIB43AwggBiAfNwMQQoyauPjw4QIgAa1CA4aIpwwCCyAGQegAaiIBIAZBBHJB5AD8CgAAIAZB3AFqQQEgEiAEIAEQKSABEEogBigC4AEiAiAGKALkASITaiEDIAIgExDfASEJIAYoAtwBIgogE2siFEEPcSENAkAgFEEPTQ0AIAb9DAAAAAAAAAAAAAAAAAAAAAD9CwPoASADIQEgFEEQayIHQTBxQTBHBEBBACAHQQR2QQFqQQNxayEIA0AgASAGKQPwATcACCABIAYpA+gBNwAAIAFBEGohASAIQQFqIggNAAsLIAdBMEkNACADIBRBcHFqIQcDQCABIAYpA/ABNwAIIAEgBikD6AE3AAAgAUEYaiAGKQPwATcAACABQRBqIAYpA+gBNwAAIAFBKGogBikD8AE3AAAgAUEgaiAGKQPoATcAACABQThqIAYpA/ABNwAAIAFBMGogBikD6AE3AAAgAUFAayIBIAdHDQALCwJAIA1FDQAgAyAUQfD///8HcWoiByEBIBRBB3EiCARAA0AgAUEAOgAAIAFBAWohASAIQQFrIggNAAsLIA1BCEkNACAHIA1qIQcDQCABQQA6AAAgAUEBakEAOgAAIAFBAmpBADoAACABQQNqQQA6AAAgAUEEakEAOgAAIAFBBWpBADoAACABQQZqQQA6AAAgAUEHakEAOgAAIAFBCGoiASAHRw0ACwsCQCATRQ0AIAIhASATQQdxIggEQANAIAFBADoAACABQQFqIQEgCEEBayIIDQALCyATQQhJDQADQCABQQA6AAAgAUEBakEAOgAAIAFBAmpBADoAACABQQNqQQA6AAAgAUEEakEAOgAAIAFBBWpBADoAACABQQZqQQA6AAAgAUEHakEAOgAAIAFBCGoiASADRw0ACwsgCgRAIAIgChCbAQtBAAwCCwJAIApFDQAgAyAJQfD///8HcWoiByEBIAlBB3EiCARAA0AgAUEAOgAAIAFBAWohASAIQQFrIggNAAsLIApBCEkNACAHIApqIQcDQCABQQA6AAAgAUEBakEAOgAAIAFBAmpBADoAACABQQNqQQA6AAAgAUEEakEAOgAAIAFBBWpBADoAACABQQZqQQA6AAAgAUEHakEAOgAAIAFBCGoiASAHRw0ACwsgAiEBIA9BB3EiCARAA0AgAUEAOgAAIAFBAWohASAIQQFrIggNAAsLIA9BCE8EQANAIAFBADoAACABQQFqQQA6AAAgAUECakEAOgAAIAFBA2pBADoAACABQQRqQQA6AAAgAUEFakEAOgAAIAFBBmpBADoAACABQQdqQQA6AAAgAUEIaiIBIANHDQALCyAVBEAgAiAVEJsBCyAGIA82AhQgBiAGKQMYIh43A/ABIAYgBikDECIfNwPoASAGQoCAgICAgAQ3AwAgBiAfNwMIIAYgHjcDEEEMCyEBIAZBADYC5AEgBkKAgICAEDcC3AEgBkGMlMAANgJsIAZCoICAgAY3AnAgBiAGQdwBajYCaCAGIAZB6ABqEGMNASAGIAYoAuQBNgLYASAGIAYpAtwBNwPQAUG4ncAAQQ0gASAGQdABakEAIAYQZiEJQQELIQEgDiAJNgIEIA4gATYCACAGQYACaiQADAELQbSUwABBNyAGQf8BakGklMAAQeyUwAAQnAEACyAOKAIEIQIgDigCACEBIAQEQCASIAQQmwELIAAgACgCAEEBazYCACAWIBYoAgBBAWsiADYCACAARQRAIA5BEGoQigELIBEgAUEBcSIANgIIIBEgAkEAIAAbNgIEIBFBACACIAAbNgIAIA5BIGokAAwDCxD5AQsACxD7AQALIBEoAgAgESgCBCARKAIIIBFBEGokAAswAQF/IwBBEGsiACQAIAAgAEEPaq1CgICAgNAHhDcDAEGxg8AAIABB7JPAABCxAQALMAEBfyMAQRBrIgAkACAAIABBD2qtQoCAgICgCoQ3AwBBm4TAACAAQfyTwAAQsQEAC/wLAQ9/IwBBEGsiCSQAIwBB8AFrIgQkAEHA9sAALQAAQQFHBEAQPgsCQAJAIAkCfwJAAkBBwPXAACgCAEUEQEHA9cAAQX82AgAgBEHgAGpB+PXAACgCACIIQfz1wAAoAgAiBiAAIAEgAkH/AXFBA3AtAJSdQCISEEMgBCgCYCIBIAQtAG0iEEECRg0DGiAEIAQtAGw6ABggBCAEKQJkNwIQIAQgBC8BbjsBGiAEIBA6ABkgBCABNgIMQQAgACAAIAZLIgEbIgxFBEBBfyEFDAMLQQEgCCABGyEKQQAhAgJAA0AgAiAKaiIOLQAAQS5GDQEgDCACQQFqIgJHDQALQX8hBQwDCyACQQFqIQtBACAMayEIQX8hBSAKIAxqQQFrIQYDQCAHIAhGDQMgC0EBaiELIAYgB2ogB0EBayIPIQctAABBLkcNAAsgACAPaiIHIAJNDQIgCiACQYD2wAAQM0UNAiAEQeAAakGE9sAAKAIAQYj2wAAoAgAQTCAEKAJgQQFGDQJBuPbAAEEANgIAQaz2wABBADYCACAEKAJkIQggBCgCaCENIARBpPbAADYCaCAEIA02AmQgBCAINgJgIA1FDQIgACALayEBIA5BAWohESAAQX9zIAxqIA9rIQsgACAKaiAPakEBaiEOQQAhAgNAAkAgAiAIai0AACIGQQlrIgBBF0sNAEEBIAB0QZOAgARxRQ0AIA0gAkEBaiICRw0BDAQLCyAEIAJBAWo2AmwgBkH7AEcNAiAEIARB4ABqQQEgBEHvAWpBqKDAABAnIAQoAgANAiAEKAJsIgIgBCgCZCIATw0BIAQoAmAhCANAIAIgCGotAABBCWsiBkEXSw0CQQEgBnRBk4CABHFFDQIgACACQQFqIgJHDQALIAAhAgwBCxDCAQALIAIgDUcNACAOIAtBmPbAABAzRQRAQX4hBQwBC0Gc9sAAKAIAIQBBoPbAACgCACEGIARBHGogBEEMaiASIAogBxAgIAT9DAAAAAAAAAAAAAAAAAAAAAD9CwPYASAE/QwAAAAAAAAAAAAAAAAAAAAA/QsDyAEgBP0MAAAAAAAAAAAAAAAAAAAAAP0LA7gBIAT9DAAAAAAAAAAAAAAAAAAAAAD9CwOoAQJAIAZBwQBPBEAgBP0MAAAAAAAAAAAAAAAAAAAAAP0LA5ABIAT9DAAAAAAAAAAAAAAAAAAAAAD9CwOAASAE/QwAAAAAAAAAAAAAAAAAAAAA/QsDcCAE/QwAAAAAAAAAAAAAAAAAAAAA/QsDYEEAIQYMAQsgBgRAIARBqAFqIAAgBvwKAAALIAQgBP0AA9gB/QsDkAEgBCAE/QADyAH9CwOAASAEIAT9AAO4Af0LA3AgBCAE/QADqAH9CwNgCyAEIAY2AqABIAQoAlwiAEUEQEF8IQUMAQsCQCAAQcEASQRAQQAhBSAAIAZGBEAgBEHgAGohAiAEQRxqIQdBASEFA0AjAEEQayIAIActAAAgAi0AAEY6AA8gBSAALQAPcSEFIAdBAWohByACQQFqIQIgBkEBayIGDQALCyMAQRBrIgAgBToADyAALQAPRQRAQXwhBQwDCyADQf8BcUECTwRAQZT2wABBADYCAAJAAkBBjPbAACgCAEGU9sAAKAIAIgdrIAFJBEBBjPbAACAHIAFBAUEBEIkBQZT2wAAoAgAhBwwBCyABRQ0BCyABRQ0AQZD2wAAoAgAgB2ogESAB/AoAAAtBlPbAACABIAdqNgIADAILIBEgAUGM9sAAEDNFBEBBfSEFDAMLIANB/wFxQQFHDQFBkPbAACgCAEGU9sAAKAIAEGUNAUF7IQUMAgtBACAAQcAAQYynwAAQagALQZT2wAAoAgAiBUH89cAAKAIAIgBLDQIgBUUNAEH49cAAKAIAQZD2wAAoAgAgBfwKAAALIARBDGoQdUEACzYCBCAJIAU2AgAgCSAQQQJGNgIIQcD1wABBwPXAACgCAEEBajYCACAEQfABaiQADAELQQAgBSAAQYSdwAAQagALIAkoAgAgCSgCBCAJKAIIIAlBEGokAAvoBQEIfyMAQRBrIgckACMAQeAAayIEJABBwPbAAC0AAEEBRwRAED4LAkACQAJAAkBBwPXAACgCAEUEQEHA9cAAQX82AgAgBEEcakH49cAAKAIAIghB/PXAACgCACIFIAAgAWoiASACIANB/wFxQQNwLQCUnUAiCRBDIAQoAhwhAiAHIAQtACkiA0ECRwR/IAQgBC0AKDoADCAEIAQpAiA3AgQgBCAELwEqOwEOIAQgAzoADSAEIAI2AgBBACABIAEgBUsiBhsiAUECdEEDbkHgAGoiAkEBENoBIgpFDQIgASABIAAgACABSxsiAGshAUEBIAggBhsiBiAAaiAEQQA2AhggBCAKNgIUIAQgAjYCECAGIAAgBEEQaiICEDUgBCgCGCIAIAQoAhBGBEAgAhCYAQsgBCgCFCAAakEuOgAAIAQgAEEBajYCGCABIARBEGoiARA1IARBHGogBCAJIAQoAhQgBCgCGBAgIAQoAhgiACAEKAIQRgRAIAEQmAELIAQoAhQgAGpBLjoAACAEIABBAWo2AhggBCgCXCIAQcEATw0DIARBHGogACAEQRBqEDUgBCgCFCEBIAQoAhAhAiAFIAQoAhgiBkkEQCAGIAVrIgBB9PXAACgCACAFa0sEQEH09cAAIAUgAEEBQQEQiQFB+PXAACgCACEIQfz1wAAoAgAhBQsgBSAIaiEJIABBAk8EfyAAQQFrIgAEQCAJQQAgAPwLAAsgCCAAIAVqIgVqBSAJC0EAOgAAQfz1wAAgBUEBaiIFNgIACyAFIAZJDQQgBgRAIAggASAG/AoAAAsgAgRAIAEgAhCbAQsgBBB1QQAFIAILNgIEIAcgBjYCACAHIANBAkY2AghBwPXAAEHA9cAAKAIAQQFqNgIAIARB4ABqJAAMBAsQwgEAC0EBIAIQ2wEAC0EAIABBwABBjKfAABBqAAtBACAGIAVBmJ3AABBqAAsgBygCACAHKAIEIAcoAgggB0EQaiQAC5IFAw1/AX4BeyMAQRBrIgMkACMAQbABayICJAAgAkFAayAAIgsgASIJEB4CQAJAAkACQAJAAn8CQCACKAJAIgpBgICAgHhHBEAgAiACKQNYNwIgIAIgAigCVCIMNgIcIAIgAv0AAkT9CwIMIAIgCjYCCCACIAIpA3AiDzcCOCACIAL9AANg/QsCKCACLQAtIQBBBCEFIAIoAjAiBiEHIAIoAjQiDSEBIA+nIg4hBAJAAkAgAi0ALEEBaw4DAAUBAwsgAi0ALkEBakH/AXEhBSAAIQcgBiEBIA0hBCAOIQgMBAtBwABBICAAQQFxGyEHQQAhBEEFIQUgBgwCCyACKAJIIQAgAv0AA0ghECACIAIpA1g3A1AgAiAQ/QsEQCACQQA2AqgBIAJCgICAgBA3AqABIAJBjJTAADYCDCACQqCAgIAGNwIQIAIgAkGgAWo2AgggAkFAayACQQhqEGMNBCACIAIoAqgBNgKYASACIAIpAqABNwOQAUG4ncAAQQ1CjJq4+PDhAiAArUIDhoinIAJBkAFqQQAgAhBmIQAMAwtBACEFQQAhBCAACyEBCyACKAJIIQYgAkEIahBHQRxBBBDaASIARQ0CIAAgDDYCGCAAIAY2AhQgACAINgIQIAAgBDYCDCAAIAE2AgggACAHNgIEIAAgBTYCAAsgCQRAIAsgCRCbAQsgAwJ/IApBgICAgHhGBEBBACEEQQAhAUEBDAELQQchASAAIQRBACEAQQALNgIMIAMgADYCCCADIAE2AgQgAyAENgIAIAJBsAFqJAAMAgtBtJTAAEE3IAJBrwFqQaSUwABB7JTAABCcAQALQQRBHBD9AQALIAMoAgAgAygCBCADKAIIIAMoAgwgA0EQaiQACzcAIAEgAhAVQaSXwQAoAgAhAUGol8EAKAIAIQJBpJfBAEIANwIAIAAgAjYCBCAAIAFBAUY2AgALMAEBfyABQQhrIgIgAigCAEEBaiICNgIAIAJFBEAACyAAIAE2AgQgAEGs68AANgIAC7oVAhJ/AX4jAEEQayIOJAAjAEEwayIJJAACQAJAAkAgAARAIABBCGsiECAQKAIAQQFqIgY2AgAgBkUNASAAKAIADQIgAEF/NgIAIAkgEDYCFCAJIAA2AhAgCSAAQQRqIgY2AgwCQCABRQRAQYCAgIB4IQIMAQsgCSACNgIgIAkgATYCHAsgCSAENgIsIAkgAzYCKCAJIAQ2AiQgCSACNgIYIAlBGGohDyMAQeAAayIFJAAgCUEkaiIBKAIAIQ0gASgCBCECIAEoAgghDCAGIgEoAgQhBiABKAIIIQcjAEEgayIIJAACQCAHRQRAIAVBAjoADSAFQQM6AAAMAQsgBi0AACIEIQMCQCAHQQFGDQAgBEEEdEEgakHwAXEhCiAHQQJHBEAgB0EBayIDQQFxIANBfnEhFSAEIQMDQCAKIAYgC2oiEkEBai0AACIWQQR0QSBqQfABcSITIAogE0siExsiCiASQQJqLQAAIhJBBHRBIGpB8AFxIhQgCiAUSyIUGyEKIAMgFiATGyASIBQbIQMgFSALQQJqIgtHDQALRQ0BCyADIAZBAWogC2otAAAiAyAKIANBBHRBIGpB8AFxSxshAwsgCEEQaiACIAwgAxBIAkAgCC0AECIDQQVHBEAgCCAIKAAYNgAHIAggCCkAETcDAAwBC0ECIQMgDEUNAEEAIQsDQCALIAxGDQEgAiALaiALQQFqIQstAAAgAi0AAEYNAAsgCEEQaiACIAwgBCAGIAcQIyAILQAdIQMgCCgCECEEAkACQCAIKAIURQRAIARFBEAgA0EBcUUNAwNAIAYtAAANBCAGQQFqIQYgB0EBayIHDQALDAILIANBAXFFBEADQCAGLQAAQQFHDQQgBkEBaiEGIAdBAWsiBw0ADAMLAAsDQCAGLQAAQQJGDQMgBkEBaiEGIAdBAWsiBw0ACwwBCyAERQRAIANBAXFFBEADQCAGLQAAQQJHDQQgBkEBaiEGIAdBAWsiBw0ADAMLAAsDQCAGLQAAQQFGDQMgBkEBaiEGIAdBAWsiBw0ACwwBCyADQQFxDQADQCAGLQAARQ0CIAZBAWohBiAHQQFrIgcNAAsLIAUgCP0AAhD9CwIADAILIAVBAjoADSAFQQM6AAAgCEEQahB1DAELIAUgAzoAACAFIAgpAwA3AAEgBSAIKAAHNgAIIAVBAjoADQsgCEEgaiQAAkACQAJAAkAgBS0ADSIGQQJGBEAgBSAFKAIINgIoIAUgBSkCACIXNwMgIAVBADYCRCAFQoCAgIAQNwI8IAVBjJTAADYCTCAFQqCAgIAGNwJQIAUgBUE8ajYCSCAFQSBqIAVByABqEG0NASAFIAUoAkQ2AjggBSAFKQI8NwMwIAIgDGohAyANIAxrIgZBD3EhB0GoncAAQQhBCkEQIBenQf8BcUEDSRsgBUEwakEAIAUQZiEKIAZBD00NAyAF/QwAAAAAAAAAAAAAAAAAAAAA/QsDSCADIQEgBkEQayIIQTBxQTBHBEBBACAIQQR2QQFqQQNxayEEA0AgASAFKQNQNwAIIAEgBSkDSDcAACABQRBqIQEgBEEBaiIEDQALCyAIQTBJDQMgAyAGQXBxaiEEA0AgASAFKQNQNwAIIAEgBSkDSDcAACABQRhqIAUpA1A3AAAgAUEQaiAFKQNINwAAIAFBKGogBSkDUDcAACABQSBqIAUpA0g3AAAgAUE4aiAFKQNQNwAAIAFBMGogBSkDSDcAACABQUBrIgEgBEcNAAsMAwsgBSAFKQIENwMQIAUgBS0ADDoAGCAFKAIAIQcgBS8BDiEIAkAgDygCAEGAgICAeEcEQCABKAIUIgogASgCDEYEQCMAQRBrIgMkACADQQRqIAFBDGoiBCgCACILIAQoAgRBBCALQQF0IgsgC0EETRsiC0EEQRwQgwEgAygCBEEBRgRAIAMoAgggAygCDBDbAQALIAMoAgghESAEIAs2AgAgBCARNgIEIANBEGokAAsgASAKQQFqNgIUIAEoAhAgCkEcbGoiASAPKQIANwIAIAEgDygCCDYCCCABIAc2AgwgASAFKQMQNwIQIAEgBS0AGDoAGCABIAg7ARogASAGOgAZDAELIAEtACVBAkcEQCABQRhqEHULIAEgBzYCGCABIAUpAxA3AhwgASAFLQAYOgAkIAEgCDsBJiABIAY6ACULIAIgDGohAyANIAxrIgZBD3EhCiAGQQ9NDQEgBf0MAAAAAAAAAAAAAAAAAAAAAP0LA0ggAyEBIAZBEGsiB0EwcUEwRwRAQQAgB0EEdkEBakEDcWshBANAIAEgBSkDUDcACCABIAUpA0g3AAAgAUEQaiEBIARBAWoiBA0ACwsgB0EwSQ0BIAMgBkFwcWohBANAIAEgBSkDUDcACCABIAUpA0g3AAAgAUEYaiAFKQNQNwAAIAFBEGogBSkDSDcAACABQShqIAUpA1A3AAAgAUEgaiAFKQNINwAAIAFBOGogBSkDUDcAACABQTBqIAUpA0g3AAAgAUFAayIBIARHDQALDAELQbSUwABBNyAFQd8AakGklMAAQeyUwAAQnAEACwJAIApFDQAgAyAGQfD///8HcWoiByEBIAZBB3EiBARAA0AgAUEAOgAAIAFBAWohASAEQQFrIgQNAAsLIApBCEkNACAHIApqIQQDQCABQQA6AAAgAUEBakEAOgAAIAFBAmpBADoAACABQQNqQQA6AAAgAUEEakEAOgAAIAFBBWpBADoAACABQQZqQQA6AAAgAUEHakEAOgAAIAFBCGoiASAERw0ACwsCQCAMRQ0AIAIhASAMQQdxIgQEQANAIAFBADoAACABQQFqIQEgBEEBayIEDQALCyAMQQhJDQADQCABQQA6AAAgAUEBakEAOgAAIAFBAmpBADoAACABQQNqQQA6AAAgAUEEakEAOgAAIAFBBWpBADoAACABQQZqQQA6AAAgAUEHakEAOgAAIAFBCGoiASADRw0ACwtBACEBIA0EQCACIA0QmwELDAELAkAgB0UNACADIAZB8P///wdxaiIIIQEgBkEHcSIEBEADQCABQQA6AAAgAUEBaiEBIARBAWsiBA0ACwsgB0EISQ0AIAcgCGohBANAIAFBADoAACABQQFqQQA6AAAgAUECakEAOgAAIAFBA2pBADoAACABQQRqQQA6AAAgAUEFakEAOgAAIAFBBmpBADoAACABQQdqQQA6AAAgAUEIaiIBIARHDQALCwJAIAxFDQAgAiEBIAxBB3EiBARAA0AgAUEAOgAAIAFBAWohASAEQQFrIgQNAAsLIAxBCEkNAANAIAFBADoAACABQQFqQQA6AAAgAUECakEAOgAAIAFBA2pBADoAACABQQRqQQA6AAAgAUEFakEAOgAAIAFBBmpBADoAACABQQdqQQA6AAAgAUEIaiIBIANHDQALCyANBEAgAiANEJsBC0EBIQEgDygCACICQQBMDQAgDygCBCACEJsBCyAJIAo2AgQgCSABNgIAIAVB4ABqJAAgCSgCBCEBIAkoAgAhAiAAIAAoAgBBAWo2AgAgECAQKAIAQQFrIgA2AgAgAEUEQCAJQRRqELkBCyAOIAJBAXEiADYCBCAOIAFBACAAGzYCACAJQTBqJAAMAwsQ+QELAAsQ+wEACyAOKAIAIA4oAgQgDkEQaiQAC6oWAhp/An4jAEEQayIOJAAjAEEgayINJAACQAJAAkAgAARAIABBCGsiFyAXKAIAQQFqIgQ2AgAgBEUNASAAKAIAIgRB/////wdPDQIgACAEQQFqNgIAIA0gFzYCHCANIAA2AhggDSAAQQhqIgQ2AhQgDUEIaiEZIwBBsAFrIgMkAEHA9sAALQAAQQFHBEAQPgsCQAJAAkACQEHA9cAAKAIARQRAQcD1wABBfzYCACAEKAJEIRAgBCgCSCETQfj1wAAoAgAhFEH89cAAKAIAIQogA0IBNwIYIANCADcCECADQoCAgIDAADcCCCADQdAAaiEGIAQhB0EBIBQgASAKSyIEGyEIIANBCGohDCMAQdABayIFJAACQAJAQQAgASAEGyILIglBBU8EQCAJQQFqIQQgCCEBA0AgASgAAEGi0oWjB3MgAUEEai0AAEEic3JFDQIgAUEBaiEBIARBAWsiBEEFSw0ACwsgBkEANgIAIAZCADcDCAwBCwJAAn8CQAJAIAcoAhBFBEAgBygCAEUNAQsgBUHgAGogCCAJIAwQUCAFLQC8ASIBQQdHDQFBBCEEQQIMAgsgBkEANgIAIAZCAjcDCAwDCyAFIAX9AAJk/QsCBCAFKAJgIQQgBUEUaiAFQfQAakHIAPwKAAAgBSAFLQC/AToAXyAFIAUvAL0BOwBdIAUgAToAXCAFIAQ2AgAgBUHgAGoiAUG/nsAAIAVBDGoQKAJAIAUoAmBBAUYNACABQcKewAAgBUEYahAoIAUoAmBBAUYNACABQcWewAAgBUEkahAoIAUoAmBBAUcNAgsgBSgCcCEBIAUoAmQhBCAFIAUpA2g3AsQBIAUgBDYCwAEgBSABNgLMASAFKQPAASEdIAYgBSkDyAEiHj4CECAGIB1CIIg+AgwgBiAdPgIIIAZBATYCBEEUIQQgHkIgiKcLIQEgBkEBNgIAIAQgBmogATYCAAwBCyAFKQNoIR0gBiAFKwNwOQMQIAYgHTcDCCAGQQA2AgALIAVB0AFqJAAgAygCUEEBRgRAIAMpA2AhHiADKAJcIQEgAykCVCEdDAQLIActADwhBCADQdAAaiAHIAggCyADKQNYIAMrA2AgAhBEAkAgAygCUCIMQQVHDQAgAygCVCEMIANBIGogAygCWCIRIAMoAlwiASADQQhqIARBAXEgAhA7IAMpAyBCAlENAyADKAJAQQFGDQIgDARAIBEgDBCbAQsgA0HQAGogByAIIAtCACACIAIQRCADKAJQIgxBBUcNACAEQQFxIQQDQCADKAJUIQwgA0EgaiADKAJYIhEgAygCXCIBIANBCGogBCACEDsgAykDIEICUQ0EIAMoAkBBAUYNAyAMBEAgESAMEJsBCyADQdAAaiAHIAggC0IAIAIgAhBEIAMoAlAiDEEFRg0ACwsgDK0gAzUCVEIghoQhHSADKQJcIR4gAygCWCEBDAMLEMIBAAtBACEFAkAgBygCKCIEIAFBAnRBA25qQeAAaiIIQQBOBEBBASEFIAhBARDaASIGDQELIAUgCBDbAQALIAMgBjYCnAEgAyAINgKYAQJAIARFIggNACAIDQAgBiAHKAIkIAT8CgAACyADIAQ2AqABIBEgASADQZgBaiIEEDUCQCATBEAgA0HQAGogEEEMaiAHLQA9IAMoApwBIgcgAygCoAEiARAgIAMoApgBIAFGBH8gBBCYASADKAKcAQUgBwsgAWpBLjoAACADIAFBAWo2AqABIAMoApABIgFBwQBPDQEgA0HQAGogASADQZgBahA1IAM1ApgBIAM1AqABIR4gAygCnAEhASAMBEAgESAMEJsBCyADKAIIIgQEQCADKAIMIARBDGwQmwELQiCGQgWEIR0MBAtBAEEAQaScwAAQpwEAC0EAIAFBwABBjKfAABBqAAsgAyADKAI4NgKoASADIAP9AAMo/QsDmAEgA0HQAGohECMAQYABayIJJAAgBykDECEdIAcpAwAhHiAHKAIwIQQgBygCNCESIAlCATcCGCAJQgA3AhAgCUKAgICAwAA3AgggCUEgaiAIIAsgCUEIahBQAkACQAJAAkAgCS0AfEEHRg0AIAkoAighBiAJKAIkIRMgCSgCICEYAkAgHqdFDQAgBigCCCIBRQ0AIAFBDGwhCyAGKAIEIQggBigCFCEPIAYoAhAhFQNAIA8gEyAIQQhqLQAAIhYbIQcgCEEEaigCACIBIAgoAgAiBUkNAyABIAdLDQMCQCABIAVrQQNHDQAgFSAYIBYbIAVqIgEvAABB5fABcyABQQJqLQAAQfAAc3INAEEDIQtBv57AACEEDAULIAhBDGohCCALQQxrIgsNAAsLAkAgHVANACAGKAIIIgFFDQAgAUEMbCELIAYoAgQhCCAGKAIUIQ8gBigCECEVA0AgDyATIAhBCGotAAAiFhshByAIQQRqKAIAIgEgCCgCACIFSQ0DIAEgB0sNAwJAIAEgBWtBA0cNACAVIBggFhsgBWoiAS8AAEHuxAFzIAFBAmotAABB5gBzcg0AQQMhC0HCnsAAIQQMBQsgCEEMaiEIIAtBDGsiCw0ACwsgEkUNACAGKAIIIgFFDQAgBCASQRRsaiEVIAFBDGwhCCAGKAIEIQUgBigCFCEWIAYoAhAhGgNAIARBFGogBEEEaigCACELIAQoAgAhBCAIIQcgBSEBA0AgAUEEaigCACISIAEoAgAiD08gEiAWIBMgAUEIai0AACIbGyIcTXFFBEAgDyASIBxBnJ/AABBqAAsgCyASIA9rRgRAIBogGCAbGyAPaiAEIAsQqgFFDQULIAFBDGohASAHQQxrIgcNAAsiBCAVRw0ACwsgEEEFNgIAIAkoAggiAUUNAiAJKAIMIAFBDGwQmwEMAgsgBSABIAdBnJ/AABBqAAsgECALNgIIIBAgBDYCBCAQQQQ2AgAgCSgCCCIBRQ0AIAkoAgwgAUEMbBCbAQsgCSgCFCIBBEAgCSgCGCABEJsBCyAJQYABaiQAIAMoAlBBBUcEQCADIAMoAmA2AqgBIAMgA/0AAlD9CwOYAQsgA0EoaiIBIAMoAqgBNgIQIAEgA/0AA5gB/QsCACADKQI0IR4gAygCMCEBIAMpAyghHSAMRQ0AIBEgDBCbAQsgAygCCCIERQ0AIAMoAgwgBEEMbBCbAQsgAygCFCIEBEAgAygCGCAEEJsBCwJAAkACQCAdp0EFRgRAIAogHqciBEkEQCAEIAprIgdB9PXAACgCACAKa0sEQEH09cAAIAogB0EBQQEQiQFB+PXAACgCACEUQfz1wAAoAgAhCgsgCiAUaiEIIAdBAk8EfyAHQQFrIgcEQCAIQQAgB/wLAAsgFCAHIApqIgpqBSAIC0EAOgAAQfz1wAAgCkEBaiIKNgIACyAEIApLDQEgBARAIBQgASAE/AoAAAsgHUIgiCIdQgBSBEAgASAdpxCbAQsgHkIghkIFhCEdC0HA9cAAQcD1wAAoAgBBAWo2AgAgHaciBEEGRg0BIBkCfyAEQQVHBEAgAyAeNwJcIAMgATYCWCADIB03A1BBASEKIANB0ABqEIUBDAELQQAhCiAdQiCIpws2AgQgGSAKNgIAIANBsAFqJAAMAgtBACAEIApBmJ3AABBqAAsQwQEACyANKAIMIQEgDSgCCCEEIAAgACgCAEEBazYCACAXIBcoAgBBAWsiADYCACAARQRAIA1BHGoQuAELIA4gBEEBcSIANgIIIA4gAUEAIAAbNgIEIA5BACABIAAbNgIAIA1BIGokAAwDCxD5AQsACxD7AQALIA4oAgAgDigCBCAOKAIIIA5BEGokAAv3AQEHfyMAQRBrIgMkACMAQRBrIgQkACADIgICfwJAAkAgAEEASA0AIABFBEBBASEDQQAhAAwCC0EBIQEgABCrASIDRQ0AIAAhASADIQUDQCABRQ0CIARBCGogBUGAgAQgASABQYCABE8bIgcQxgEgASAHayEBIAUgB2ohBSAEKAIIRQ0ACyAEKAIMIgFBhAhPBEAgARCXAQsQ4AEhBiADIAAQmwFBACEDQQAhAEEBDAILIAEgABDbAQALQQALNgIMIAIgBjYCCCACIAA2AgQgAiADNgIAIARBEGokACACKAIAIAIoAgQgAigCCCACKAIMIAJBEGokAAuiCgMMfwR+AXsjAEEQayIKJAAjAEEgayIIJAACQAJAAkAgAARAIABBCGsiCyALKAIAQQFqIgM2AgAgA0UNASAAKAIAIgNB/////wdPDQIgACADQQFqNgIAIAggCzYCHCAIIAA2AhggCCAAQQhqIgc2AhQjAEHgAGsiBCQAIwBBsAFrIgMkACADQeAAaiABIAIQHgJAIAMoAmAiBUGAgICAeEYEQCADIAMpA3giDzcCVCADIAP9AANoIhP9CwJEIAQgDzcCECAEIBP9CwIADAELIAMgAygCfCIGNgJYIAMgAykCdCIPNwNQIAMgAykCbCIQNwNIIAMgAykCZCIRNwNAIAMgAykDkAEiEjcDqAEgAyAD/QADgAEiE/0LA5gBIAMgETcCDCADIBA3AhQgAyAPNwIcIAMgBjYCJCADIAU2AgggAyASNwI4IAMgE/0LAihBASEMAkAgAy0APEEBRw0AIAMoAhAgBygCJEkNACADKAIcIg0gBygCKEkNACADKAIgIQUCQCAHKAIYQYCAgIB4RwRAAn9BASAHKAIgRQ0AGkEBIAcoAhwiBigCAEGAgICAeEYNABogBigCCCEJIAYoAgQLIQYgBUGAgICAeEYNAiADKAIoIgUgCUcNAiADKAIkIAYgBRCqAUUNAQwCCyAFQYCAgIB4Rw0BCyADIAP9AAIs/QsDQCAHKAIMIQYgBygCCCEJIAcoAgQhBSADAn8CQAJAAkACQAJAAkAgBygCAEEBaw4EAQIDBAALIANBADoAYSADIAU2AmRBAAwFCyADIAY2AmwgAyAJNgJoIAMgBTYCZCADQZMEOwBhQQEMBAsgAyAGNgJsIAMgCTYCaCADIAU2AmRBAgwDCyADIAU2AmQgA0EAOgBhDAELIAMgBTYCZCADQQE6AGELQQMLOgBgAn9BASEJAkAgA0FAayIFLQAAIg4gA0HgAGoiBi0AAEcNAAJAAkACQAJAIA5BAWsOAwIAAwELIAUoAgQgBigCBEkNAyAFKAIIIAYoAghJDQMgBSgCDCAGKAIMSQwECyAFLQABDQIgBSgCBCAGKAIESSEJDAILIAUtAAIgBi0AAkcNASAFKAIEIAYoAgRJIAUoAgggBigCCElyIAUtAAEgBi0AAUdyDAILIAUtAAEgBi0AAUcNACAFKAIEIAYoAgRJDAELIAkLDQAgBiADQSxqIA0gBykDEBBSIAMoAmBBBkchDAsgBEEGNgIAIAQgDDoABCADQQhqEEcLIANBsAFqJAACQAJAIAhBDGoiAwJ/IAQoAgBBBkcEQCAEIAT9AAMI/QsDICAEIAQpAwAiDzcDGCAEQQA2AkggBEKAgICAEDcCQCAEQYyUwAA2AlAgBEKggICABjcCVCAEIARBQGs2AkwgBEEYaiAEQcwAahBjDQIgBCAEKAJINgI4IAQgBCkCQDcDMCADQbidwABBDUKMmrj48OECIA+nQQN0rYinIARBMGpBACAEEGY2AgRBAQwBCyADIAQtAAQ6AAFBAAs6AAAgBEHgAGokAAwBC0G0lMAAQTcgBEHfAGpBpJTAAEHslMAAEJwBAAsgAgRAIAEgAhCbAQsgACAAKAIAQQFrNgIAIAsgCygCAEEBayIANgIAIABFBEAgCEEcahCKAQsgCiAILQAMIgA2AgggCiAIKAIQQQAgABs2AgQgCkEAIAgtAA0gABs2AgAgCEEgaiQADAMLEPkBCwALEPsBAAsgCigCACAKKAIEIAooAgggCkEQaiQAC7IbAhN/An4jAEEQayIRJAAjAEEgayIKJAACQAJAAkAgAARAIABBCGsiFSAVKAIAQQFqIgY2AgAgBkUNASAAKAIAIgZB/////wdPDQIgACAGQQFqNgIAIAogFTYCECAKIAA2AgwgCiACNgIcIAogATYCGCAKIAI2AhQgCiAAQQhqIgI2AgggCkEUaiEHQQAhASMAQcABayIDJAACQAJAAkAgAiIGKAIkIglBAEgNACAJRQRAQQEhEwwCC0EBIQEgCRCrASITRQ0AIAkhASATIQQDQCABRQ0CIANBCGogBEGAgAQgASABQYCABE8bIgIQxgEgASACayEBIAIgBGohBCADKAIIRQ0ACyADKAIMIgFBhAhPBEAgARCXAQtBASEBEOABIRQgEyAJEJsBIAcoAgAiAkUNAiAHKAIEIAIQmwEMAgsgASAJENsBAAsgBygCBCECIAcoAgAhDAJAAn8CfwJAIAcoAggiC0GBIE8EQCACIAtqIQYgDCALayIIQQ9xIQ0gCEEPTQ0BIAP9DAAAAAAAAAAAAAAAAAAAAAD9CwOoASAGIQEgCEEQayIHQTBxQTBHBEBBACAHQQR2QQFqQQNxayEEA0AgASADKQOwATcACCABIAMpA6gBNwAAIAFBEGohASAEQQFqIgQNAAsLIAdBMEkNASAGIAhBcHFqIQQDQCABIAMpA7ABNwAIIAEgAykDqAE3AAAgAUEYaiADKQOwATcAACABQRBqIAMpA6gBNwAAIAFBKGogAykDsAE3AAAgAUEgaiADKQOoATcAACABQThqIAMpA7ABNwAAIAFBMGogAykDqAE3AAAgAUFAayIBIARHDQALDAELIANBIGohBSMAQTBrIg4kAAJAIAtFBEAgBUGAgICAeDYCACAFQQE2AggMAQsCQAJAQYAgQcgAQYAgIAYoAhgiEkGAgICAeEYbIAYoAgAiFBsiASALTwRAIAYoAiQiASAJRwRAIAVBBDYCHCAFQcbawAA2AhggBSABNgIMIAVBAzYCCCAFQYCAgIB4NgIAIAUgAa03AxAMBAsgBigCDCEIIAYoAgghDSAGKAIEIQdBgICAgHghBAJAIBJBgICAgHhGDQBBACEEQQEhEiAGKAIgRQ0AIAYoAhwiASgCAEGAgICAeEYNACABKAIIIgRBAEgNAiAERQRAQQAhBAwBCyABKAIEIQFBASEQIARBARDaASISRQ0CIARFDQAgEiABIAT8CgAAC0EAIRACQAJAAkACQAJAIBRBAWsOBAABAgMEC0EBIRBBEyEPDAMLQQIhEAwCC0EDIRAMAQtBAyEQQQEhDwsgDkEYaiAGIBJBACAEQYCAgIB4RxsgBCACIAsQWyAOIA4pAhw3AwggDiAOKAIkNgIQIA4oAhgiAUEGRwRAIA4pAyghFiAFIA4oAhA2AhQgBSAOKQMINwIMIAUgFjcDGCAFIAE2AgggBUGAgICAeDYCACAEQYCAgIB4ckGAgICAeEYNBCASIAQQmwEMBAsCQCAJRQRAQQEhAQwBCyAJQQEQ2gEiAUUNAyAJRQ0AIAEgEyAJ/AoAAAsgBSAOKQMINwIAIAUgDigCEDYCCCAFIAQ2AjQgBSASNgIwIAUgBDYCLCAFIAg2AiQgBSANNgIgIAUgBzYCHCAFQQI6ABogBSAPOgAZIAUgEDoAGCAFIAk2AhQgBSABNgIQIAUgCTYCDCAFIAYoAig2AigMAwsgBSABNgIMIAVBADYCCCAFQYCAgIB4NgIADAILIBAgBBDbAQALQQEgCRDbAQALIA5BMGokACACIAtqIQYgDCALayIIQQ9xIQ0CQCAIQQ9NDQAgA/0MAAAAAAAAAAAAAAAAAAAAAP0LA6gBIAYhASAIQRBrIgdBMHFBMEcEQEEAIAdBBHZBAWpBA3FrIQQDQCABIAMpA7ABNwAIIAEgAykDqAE3AAAgAUEQaiEBIARBAWoiBA0ACwsgB0EwSQ0AIAYgCEFwcWohBANAIAEgAykDsAE3AAggASADKQOoATcAACABQRhqIAMpA7ABNwAAIAFBEGogAykDqAE3AAAgAUEoaiADKQOwATcAACABQSBqIAMpA6gBNwAAIAFBOGogAykDsAE3AAAgAUEwaiADKQOoATcAACABQUBrIgEgBEcNAAsLAkAgDUUNACAGIAhB8P///wdxaiIHIQEgCEEHcSIEBEADQCABQQA6AAAgAUEBaiEBIARBAWsiBA0ACwsgDUEISQ0AIAcgDWohBANAIAFBADoAACABQQFqQQA6AAAgAUECakEAOgAAIAFBA2pBADoAACABQQRqQQA6AAAgAUEFakEAOgAAIAFBBmpBADoAACABQQdqQQA6AAAgAUEIaiIBIARHDQALCwJAIAtFDQAgAiEBIAtBB3EiBARAA0AgAUEAOgAAIAFBAWohASAEQQFrIgQNAAsLIAtBCEkNAANAIAFBADoAACABQQFqQQA6AAAgAUECakEAOgAAIAFBA2pBADoAACABQQRqQQA6AAAgAUEFakEAOgAAIAFBBmpBADoAACABQQdqQQA6AAAgAUEIaiIBIAZHDQALCyAMBEAgAiAMEJsBCyADKAIgQYCAgIB4RgRAIAMgAykDMCIXNwMQIAMgAykDOCIWNwMYIAMoAighASADIAMoAiw2AiQgAyABNgIgIAMgFzcDKCADIBY3AzBCjJq4+PDhAiABrUIDhoinDAILIAMgA/0AA0D9CwN4IAMgAykDUCIWNwOIASADIAP9AAMw/QsDaCADIAP9AAMg/QsDWCADKAKEASECIANBgICAgHg2AoQBAkAgAkGAgICAeEYEQCADQRBqQQBBAUEAIANB2ABqECkMAQsgA0EQakEAIBanIgEgAygCjAEgA0HYAGoQKSACRQ0AIAEgAhCbAQsgA0HYAGoQRiADKAIUIgIgAygCGCIMaiEGIAIgDBDfASEUIAMoAhAiDSAMayIPQQ9xIQgCQCAPQQ9NDQAgA/0MAAAAAAAAAAAAAAAAAAAAAP0LA6gBIAYhASAPQRBrIgdBMHFBMEcEQEEAIAdBBHZBAWpBA3FrIQQDQCABIAMpA7ABNwAIIAEgAykDqAE3AAAgAUEQaiEBIARBAWoiBA0ACwsgB0EwSQ0AIAYgD0FwcWohBANAIAEgAykDsAE3AAggASADKQOoATcAACABQRhqIAMpA7ABNwAAIAFBEGogAykDqAE3AAAgAUEoaiADKQOwATcAACABQSBqIAMpA6gBNwAAIAFBOGogAykDsAE3AAAgAUEwaiADKQOoATcAACABQUBrIgEgBEcNAAsLAkAgCEUNACAGIA9B8P///wdxaiIHIQEgD0EHcSIEBEADQCABQQA6AAAgAUEBaiEBIARBAWsiBA0ACwsgCEEISQ0AIAcgCGohBANAIAFBADoAACABQQFqQQA6AAAgAUECakEAOgAAIAFBA2pBADoAACABQQRqQQA6AAAgAUEFakEAOgAAIAFBBmpBADoAACABQQdqQQA6AAAgAUEIaiIBIARHDQALCwJAIAxFDQAgAiEBIAxBB3EiBARAA0AgAUEAOgAAIAFBAWohASAEQQFrIgQNAAsLIAxBCEkNAANAIAFBADoAACABQQFqQQA6AAAgAUECakEAOgAAIAFBA2pBADoAACABQQRqQQA6AAAgAUEFakEAOgAAIAFBBmpBADoAACABQQdqQQA6AAAgAUEIaiIBIAZHDQALCyANBEAgAiANEJsBC0EADAILAkAgDUUNACAGIAhB8P///wdxaiIHIQEgCEEHcSIEBEADQCABQQA6AAAgAUEBaiEBIARBAWsiBA0ACwsgDUEISQ0AIAcgDWohBANAIAFBADoAACABQQFqQQA6AAAgAUECakEAOgAAIAFBA2pBADoAACABQQRqQQA6AAAgAUEFakEAOgAAIAFBBmpBADoAACABQQdqQQA6AAAgAUEIaiIBIARHDQALCyACIQEgC0EHcSIEBEADQCABQQA6AAAgAUEBaiEBIARBAWsiBA0ACwsgC0EITwRAA0AgAUEAOgAAIAFBAWpBADoAACABQQJqQQA6AAAgAUEDakEAOgAAIAFBBGpBADoAACABQQVqQQA6AAAgAUEGakEAOgAAIAFBB2pBADoAACABQQhqIgEgBkcNAAsLIAwEQCACIAwQmwELIAMgCzYCNCADIAMpAzgiFzcDGCADIAMpAzAiFjcDECADQoCAgICAgAQ3AyAgAyAWNwMoIAMgFzcDMEEMCyEBIANBADYCpAEgA0KAgICAEDcCnAEgA0GMlMAANgKsASADQqCAgIAGNwKwASADIANBnAFqNgKoASADQSBqIANBqAFqEGMNASADIAMoAqQBNgKYASADIAMpApwBNwOQAUG4ncAAQQ0gASADQZABakEAIAMQZiEUQQELIQEgCUUNASATIAkQmwEMAQtBtJTAAEE3IANBvwFqQaSUwABB7JTAABCcAQALIAogFDYCBCAKIAE2AgAgA0HAAWokACAKKAIEIQIgCigCACEBIAAgACgCAEEBazYCACAVIBUoAgBBAWsiADYCACAARQRAIApBEGoQigELIBEgAUEBcSIANgIIIBEgAkEAIAAbNgIEIBFBACACIAAbNgIAIApBIGokAAwDCxD5AQsACxD7AQALIBEoAgAgESgCBCARKAIIIBFBEGokAAv4IwQhfwJ7B34BfCMAQRBrIg4kACMDQQFrIhkkAyAZIAEmASMAQbABayIHJAACQAJAAkAgAARAIABBCGsiAygCAEEBRw0BIAD9AAIEISQgAP0AAhQhIyAAKQIkISUgA0EANgIAIAcgJTcDeCAHICP9CwNoIAcgJP0LA1gCQCADQX9GDQAgAEEEayIAIAAoAgBBAWsiADYCACAADQAgA0E0EJsBCyAHIBk2AlQgB0HUAGohAP0MAAAAAAAAAAAAAAAAAAAAACEjIwBBkANrIgIkACACQfgAaiAHQdgAahA4IAIoAnwhDQJAIAIoAngiIkGAgICAeEYEQCAHQgI3AwAgByANNgIIDAELIAIoAoABIRogAkH4AGoiBCIDIAAoAgAiCyUBEAAgAisDgAEhLCACKAJ4IAMgCyUBEAEgAikDgAEhJyACKAJ4IQAgAyALJQEQAiACKAJ8IREgAigCeCESIAMgCyUBEAMgAigCfCETIAIoAnghFCALJQEQBCEIIAMgCyUBEAUgAigCfCEVIAIoAnghFiADIAslARAGIAIoAnwhFyACKAJ4IQwgAyALJQEQByACKAJ8IgNBgYCAgHggAxtBgICAgHggAigCeCIGGyEYQQBHIABBAEchACAEIAslARAIIAIoAngiBAR/IAIgBCACKAJ8EGIgAigCACEEIAIoAgQFQYCAgIB4CyELIBFBgICAgHggEhshGyATQYCAgIB4IBQbIRwgFUGAgICAeCAWGyEdIBdBgICAgHggDBshHiAIQQBHIR+tISggAK0hJUEEIQlBBCAEIAtBgICAgHhGIgAbIQ9BACEEQQAgCyAAGyIAIRACQCAARQRAQQMhCkEAIQAMAQsgAEEMbCELIAJB4gFqISAgAkGYAWohBSACQegBaiEhQQMhCkEAIQhBACEAA0AgAiAKOgDhASACIB86AOABIAIgAzYC3AEgAiAGNgLYASACIBg2AtQBIAIgFzYC0AEgAiAMNgLMASACIB42AsgBIAIgFTYCxAEgAiAWNgLAASACIB02ArwBIAIgEzYCuAEgAiAUNgK0ASACIBw2ArABIAIgETYCrAEgAiASNgKoASACIBs2AqQBIAIgCTYCnAEgAiAnNwOQASACICU3A4gBIAIgLDkDgAEgAiAoNwN4IAIgBDYCoAEgAiAANgKYASAgIAIvAZwCOwEEICAgAigBmAI2AQAgISAIIA9qIgMpAgA3AgAgISADKAIINgIIIAAgBEYEfyAFEK4BIAIoApwBBSAJCyAIaiIAICEoAgg2AgggACAhKQIANwIAIAIgBEEBaiIENgKgASACKQN4ISggAisDgAEhLCACKQOIASElIAIpA5ABIScgAigCmAEhACACKAKcASEJIAIoAqQBIRsgAigCqAEhEiACKAKsASERIAIoArABIRwgAigCtAEhFCACKAK4ASETIAIoArwBIR0gAigCwAEhFiACKALEASEVIAIoAsgBIR4gAigCzAEhDCACKALQASEXIAIoAtQBIRggAigC2AEhBiACKALcASEDIAItAOABIR8gAi0A4QEhCiACICAvAQQ7AZwCIAIgICgBADYCmAIgCyAIQQxqIghHDQALCyACIAo6AHEgAiAfOgBwIAIgAzYCbCACIAY2AmggAiAYNgJkIAIgFzYCYCACIAw2AlwgAiAeNgJYIAIgFTYCVCACIBY2AlAgAiAdNgJMIAIgEzYCSCACIBQ2AkQgAiAcNgJAIAIgETYCPCACIBI2AjggAiAbNgI0IAIgBDYCMCACIAk2AiwgAiAANgIoIAIgJzcDICACICU3AxggAiAsOQMQIAIgKDcDCCACIAIvAZwCOwF2IAIgAigCmAI2AXIgEARAIA8gEEEMbBCbAQsCfwJAIBoEQCANKAIAQYCAgIB4Rw0BQQAMAgtBAEEAQaScwAAQpwEACyANKAIIIQggDSgCBAshCyAKQf8BcUEDRgRAIA0tABghCgsgAiAKOgD/AQJAAkACQAJAAkACQCAKQf8BcUEBaw4CAQACCyANKAIQDQMMAgsgDSgCDEUNAQwCCyANLQAZDQELRAMAAAAAAAAAISwMAQsgAiACQf8Baq1CgICAgIABhDcDeCACQYACakGWksAAIAJB+ABqEGBBAyEFQbyewAAhAAJAAkACQAJAAkACQAJAQQIgGEGAgICAeHMgGEEAThtBAWsOAgIAAQsgAyEFIAYiAEUNAQtBgAFBARDaASIDRQ0BIAJBADYCgAEgAiADNgJ8IAJBgAE2AnggAkH4AGogACAFEFYNAiACKAJ4IgVBgICAgHhGDQMgAigCfCEDQX8gAigCgAEiEEEHaiIAIAAgEEkbIgAgAigCgAIiBiACKAKIAiIKa0sEQCACQYACaiAKIABBAUEBEIkBIAIoAogCIQogAigCgAIhBgsgAigChAIgCmoiD0GsxAA7AAAgD0HzosAALwAAOwACIA9B9aLAAC0AADoABCAPQaL0ADsABSAQBEAgD0EHaiADIBD8CgAACyACIAAgCmo2AogCIAIgBjYCgAIgBUUNACADIAUQmwELIAsgDCAeQYCAgIB4RiIFGyIDRQ0DQYABQQEQ2gEiAEUNACACQQA2AoABIAIgADYCfCACQYABNgJ4IAJB+ABqIAMgCCAXIAUbEFYNASACKAJ4IgVBgICAgHhGDQIgAigCfCEKQX8gAigCgAEiBkEHaiIAIAAgBkkbIgAgAigCgAIiAyACKAKIAiIIa0sEQCACQYACaiAIIABBAUEBEIkBIAIoAogCIQggAigCgAIhAwsgAigChAIgCGoiC0GsxAA7AAAgC0H2osAALwAAOwACIAtB+KLAAC0AADoABCALQaL0ADsABSAGBEAgC0EHaiAKIAb8CgAACyACIAAgCGo2AogCIAIgAzYCgAIgBUUNAyAKIAUQmwEMAwtBAUGAARDbAQALIAIoAngiAEUNACACKAJ8IAAQmwELQfmiwABBhQFBvKPAABCxAQALIAIoAogCIgAgAigCgAJGBH8gAkGAAmogAEEBQQFBARCJASACKAKIAgUgAAsgAigChAIiA2pB/QA6AAAgAiAAQQFqIgA2AogCIAJBADYClAIgAkKAgICAEDcCjAIgAyAAIAJBjAJqIgAQNSACKAKUAiIDIAIoAowCRgRAIAAQmAELIAIoApACIANqQS46AAAgAiADQQFqNgKUAkGAgICAeCEAQYCAgIB4IQYCQAJAAkAgBA4CAgABCyACQfgAaiAJQQRqKAIAIAlBCGooAgAQiAEgAikCfCEmIAIoAnghBgwBCwJAQYABQQEQ2gEiAwRAIANB2wA6AAAgAiADNgJ8IAJBgAE2AnggAkEBNgKAAQJAIAJB+ABqIAlBBGooAgAgCUEIaigCABBWRQRAIARBDGxBDGshBiAJQRRqIQQDQCAGRQ0CIARBBGsoAgAhCCAEKAIAIQMgAigCgAEiBSACKAJ4RgRAIAJB+ABqIAVBAUEBQQEQiQEgAigCgAEhBQsgAigCfCAFakEsOgAAIAIgBUEBajYCgAEgBkEMayEGIARBDGohBCACQfgAaiAIIAMQVkUNAAsLIAIoAngiAEUNAiACKAJ8IAAQmwEMAgsCQCACKAJ4IgYgAigCgAEiBEcEQCACKAJ8IgUgBGpB3QA6AAAMAQsgAkH4AGogBEEBQQFBARCJASACKAJ8IgUgAigCgAEiBGpB3QA6AAAgAigCeCIGQYCAgIB4Rg0CCyAFrSAEQQFqrUIghoQhJgwCC0EBQYABENsBAAtB+aLAAEGFAUG8o8AAELEBAAsgG0GAgICAeEcEQCACQfgAaiASIBEQiAEgAikCfCEpIAIoAnghAAtBgICAgHghCEGAgICAeCEFIBxBgICAgHhHBEAgAkH4AGogFCATEIgBIAIpAnwhKiACKAJ4IQULIB1BgICAgHhHBEAgAkH4AGogFiAVEIgBIAIpAnwhKyACKAJ4IQgLIAIgKzcC6AIgAiAINgLkAiACQQM2AuACIAJBlp/AADYC3AIgAiAqNwLUAiACIAU2AtACIAJBAzYCzAIgAkGTn8AANgLIAiACICY3AsACIAIgBjYCvAIgAkEDNgK4AiACQciewAA2ArQCIAIgKTcCrAIgAkEDNgKkAiACQZCfwAA2AqACIAJCgICAgMAANwKYAiACIAA2AqgCAn8CQAJ/IABBgICAgHhHBEBBASEJIAJBoAJqDAELIAZBgICAgHhHBEBBAiEJIAYhACACQbQCagwBCyAFQYCAgIB4RwRAQQMhCSAFIQAgAkHIAmoMAQsgCEGAgICAeEYNAUEEIQkgCCEAIAJB3AJqCyEDIAIgCTYCmAIgAygCDCEGIAMoAhAhBSADNQIEISYgAygCACEDQdAAQQQQ2gEiDARAIAwgBTYCECAMIAY2AgwgDCAANgIIIAwgA60gJkIghoQ3AgAgAkEBNgKEAyACIAw2AoADIAJBBDYC/AIgAkH4AGogAkGYAmpB2AD8CgAAIAIoAnwhBUEBIQkgAigCeCIDIQYDQCACQYwDaiEAAn8CQCAFIAZGDQAgAkH4AGogBkEUbGohBAJAA0AgBEEQaigCACIDQYCAgIB4Rw0BIARBFGohBCAFIAZBAWoiBkcNAAsgBSEDDAELIAIgAzYCjAMgBEEIaikCACEmIARBGGooAgAhCCAEQRRqKAIAIQogAkGIA2ohACAGQQFqIgMMAQtBgICAgHghCCAFCyEGIAAgCDYCACACKAKMAyIIQYCAgIB4RwRAIAIoAogDIQAgAigC/AIgCUYEQCACQfwCaiAJQQFBBEEUEIkBIAIoAoADIQwLIAwgCUEUbGoiBCAANgIQIAQgCjYCDCAEIAg2AgggBCAmNwIAIAIgCUEBaiIJNgKEAwwBCwsgAiADNgJ4IAMgBUcEQCAFIANrIQYgA0EUbCACakGMAWohBANAIARBBGsoAgAiAEEASgRAIAQoAgAgABCbAQsgBEEUaiEEIAZBAWsiBg0ACwsgAiACKQKMAjcD8AIgAiACKAKUAjYC+AIgAigCgAMhCEEAIQZBACEFIAlBBU8EQCAIQcwAaiEEIAkgCUEDcSIAQQQgABsiBWshBgNAICMgBCAEQRRrIARBKGsgBEE8a/1cAgD9VgIAAf1WAgAC/VYCAAP9rgH9DAgAAAAIAAAACAAAAAgAAAD9rgEhIyAEQdAAaiEEIAkgBUEEaiIFRw0ACyAjICMgI/0NCAkKCwwNDg8AAQIDAAECA/2uASIjICMgI/0NBAUGBwABAgMAAQIDAAECA/2uAf0bACEFCyACKAL8AiEAIAItAP8BIQogBkEUbCAIakEQaiEEA0AgBSAEKAIAakEIaiEFIARBFGohBCAJIAZBAWoiBkcNAAsgBUFAawwCC0EEQdAAENsBAAsgAiACKQKMAjcD8AIgAiACKAKUAjYC+AJBBCEIQQAhCSACLQD/ASEKQQAhAEHAAAshBSACKAKAAiIDBEAgAigChAIgAxCbAQsgKEICUQ0AIAcgAigC+AI2AiggByACKQPwAjcDICACQQhqEHkgByAaNgJIIAcgDTYCRCAHICI2AkAgByAKOgA9IAcgHzoAPCAHIAU2AjggByAJNgI0IAcgCDYCMCAHIAA2AiwgByAnNwMYIAcgJTcDECAHICw5AwggByAoNwMADAELIAIgJz4CiAEgAiAlNwOAASACICw5A3ggAkH4AGoQhQEhACAHQgI3AwAgByAANgIIIAJBCGoQeSANIQQDQCAEKAIAIgBBAEoEQCAEQQRqKAIAIAAQmwELIARBDGoQdSAEQRxqIQQgGkEBayIaDQALICJFDQAgDSAiQRxsEJsBCyACQZADaiQAIA4CfyAHKQMAQgJRBEAgBygCCCEGQQEMAQsgB0HcAGogB0HQAPwKAABB4ABBCBDaASIARQ0DIABBADYCCCAAQoGAgIAQNwMAIABBDGogB0HYAGpB1AD8CgAAIABBCGohBkEACyIANgIIIA4gBkEAIAAbNgIEIA5BACAGIAAbNgIAIAdBsAFqJAAMAwsQ+QEAC0HEnMAAQT8Q+gEAC0EIQeAAEP0BAAsgGdBvQQH8EQEgGUEBaiQDIA4oAgAgDigCBCAOKAIIIA5BEGokAAvsDQEMfyMAQRBrIgUkACAFIQojAEFAaiICJABBwPbAAC0AAEEBRwRAED4LAkACQAJAQcD1wAAoAgBFBEBBwPXAAEF/NgIAQfz1wAAoAgAiByAASQRAQcD1wABBADYCAEEBIQAMBAsgAkEYaiEEQfj1wAAoAgAhBSMAQUBqIgMkAAJAAkACQCAAIAFNBEACQAJAIABFDQAgACAFaiEIIAUhAQNAIAEtAABBLkcEQCAJQQFqIQkgAUEBaiIBIAhHDQEMAgsLQX8hAQNAIABFDQEgAUEBaiEBIABBAWsiACAFaiIILQAAQS5HDQALIAAgCUsNAQsgBEEvNgIMIARBvabAADYCCCAEQoCAgIAINwIADAQLIANCATcCGCADQgA3AhAgA0KAgICAwAA3AgggA0EANgI0IANCgICAgBA3AiwgCEEBaiABIANBLGoQM0UEQCAE/QwAAACAAAAAAGwTEAAeAAAA/QsCACADKAIsIgBFDQMgAygCMCAAEJsBDAMLIAMoAiwiAQRAIAMoAjAgARCbAQsgA0EsaiADQQhqIAUgCRBcIAMoAjghCyADKAI0IQggAygCMCEBIAMoAiwiDEEMRwRAIAQgAygCPDYCFCAEIAs2AhAgBCAINgIMIAQgATYCCCAEIAw2AgQgBEGAgICAeDYCAAwCCyADQSxqIANBCGogBSAJakEBaiAJQX9zIABqEFwgAyADKQIwNwMgIAMgAygCODYCKCADKAIsIgBBDEcEQCADKAI8IQUgBCADKAIoNgIQIAQgAykDIDcCCCAEIAU2AhQgBCAANgIEIARBgICAgHg2AgAgAUUNAiAIIAEQmwEMAgsgBCADKAIoNgIUIAQgAykDIDcCDCAEIAs2AgggBCAINgIEIAQgATYCACADKAIIIgAEQCADKAIMIABBDGwQmwELIAMoAhQiAEUNAyADKAIYIAAQmwEMAwsgBCABNgIIIARCgICAgBg3AgAMAgsgAygCCCIARQ0AIAMoAgwgAEEMbBCbAQsgAygCFCIARQ0AIAMoAhggABCbAQsgA0FAayQAIAIoAiAhASACKAIYIgRBgICAgHhHBEAgASACKAIsIgNqQQNqIgBBAEgNAiACKAIoIQkgAigCJCEIIAIoAhwhCwJ/IAAEQEEBIQYgAEEBENoBIgVFDQQgAiAFNgI0IAIgADYCMEEADAELIAJBADYCOCACQoCAgIAQNwIwIAJBMGpBAEEBQQFBARCJASACKAIwIQAgAigCNCEFIAIoAjgLIgYgBWpB2wA6AAAgAiAGQQFqIgY2AjgCQAJAIAAgBmsgAU8EQCABDQEMAgsgAkEwaiAGIAFBAUEBEIkBIAIoAjAhACACKAI0IQUgAigCOCEGCyABRQ0AIAUgBmogCyAB/AoAAAsgAiABIAZqIgE2AjggACABRgRAIAJBMGogAEEBQQFBARCJASACKAI0IQUgAigCOCEBIAIoAjAhAAsgASAFakEsOgAAIAIgAUEBaiIBNgI4AkACQCAAIAFrIANPBEAgAw0BDAILIAJBMGogASADQQFBARCJASACKAIwIQAgAigCNCEFIAIoAjghAQsgA0UNACABIAVqIAkgA/wKAAALIAIgASADaiIGNgI4IAAgBkYEfyACQTBqIABBAUEBQQEQiQEgAigCOCEGIAIoAjQFIAULIAZqQd0AOgAAIAZBAWohASACKAIwIQUgAigCNCEDIAYgB08EQCABIAdrIgBB9PXAACgCACAHa0sEQEH09cAAIAcgAEEBQQEQiQFB/PXAACgCACEHC0H49cAAKAIAIg0gB2ohDCAAQQJPBH8gAEEBayIABEAgDEEAIAD8CwALIA0gACAHaiIHagUgDAtBADoAAEH89cAAIAdBAWoiBzYCAAsgBiAHTw0DIAEEQEH49cAAKAIAIAMgAfwKAAALIAUEQCADIAUQmwELIAgEQCAJIAgQmwELIAQEQCALIAQQmwELQcD1wABBwPXAACgCAEEBajYCACACIAIpAgg3AzAgAiACKAIQNgI4QQwhAAwEC0HA9cAAQcD1wAAoAgBBAWo2AgAgAiACKQIkNwMwIAIgAigCLDYCOCACKAIcIgBBDUcNAxDBAQALEMIBAAsgBiAAENsBAAtBACABIAdBmJ3AABBqAAsgAiACKAI4NgIQIAIgAikDMDcDCEEAIQcgAEEMRwRAIAIgAigCEDYCKCACIAIpAwg3AiAgAiABNgIcIAIgADYCGCACQRhqEH4hBwJAIABBCUcNACABQQBMDQAgAigCICABEJsBC0EAIQELIAogBzYCBCAKIAE2AgAgCiAAQQxHNgIIIAJBQGskACAKKAIAIAooAgQgCigCCCAKQRBqJAAL6RoEI38BfgV8AnsjAEEQayIgJAAjA0EBayIhJAMgISABJgEjAEGQAmsiAyQAAkACQAJAIAAEQCAAQQhrIgQoAgBBAUcNASAA/QACBCErIAD9AAIUISwgACkCJCElIARBADYCACADICU3A6gBIAMgLP0LA5gBIAMgK/0LA4gBAkAgBEF/Rg0AIABBBGsiACAAKAIAQQFrIgA2AgAgAA0AIARBNBCbAQsgAyAhNgKEASADQYQBaiEAQQAhBEIAISUjAEGgAmsiAiQAIAJBoAFqIANBiAFqEDhBgICAgHghCCACKAKkASEiAkACQAJAIAIoAqABIiNBgICAgHhGBEAgA0ICNwMAIAMgIjYCCAwBCyACKAKoASEkIAJBoAFqIAAoAgAiCSUBEApBgICAgHghBUEEIR5BBCACKAKgASIABH8gAkEQaiAAIAIoAqQBEGIgAigCFCEIIAIoAhAFQQALIAhBgICAgHhGIgAbIR9BACAIIAAbIgAhEAJAIABFBEBBgMAAIRZBgICAgHghEkGAgICAeCETQYCAgIB4IRRBACEIQQQhEQwBCyAAQQxsIQ0gAkGNAmohCiACQcABaiEXIAJBkAJqIQxBgMAAIRZBACEIQYCAgIB4IRJBgICAgHghE0GAgICAeCEUQQQhEQNAIAIgBjoAjAIgAiAWNgKIAiACIA42AoQCIAIgCzYCgAIgAiAFNgL8ASACIBk2AvgBIAIgDzYC9AEgAiASNgLwASACIBo2AuwBIAIgBDYC6AEgAiATNgLkASACIBs2AuABIAIgBzYC3AEgAiAUNgLYASACIAg2AtQBIAIgHjYC0AEgAiAcNgLMASACIBE2AsQBIAIgJzkDuAEgAiAoOQOwASACICk5A6gBIAIgJTcDoAEgAiAYNgLIASACIB02AsABIAogAi0AIjoAAiAKIAIvACA7AAAgDCAVIB9qIgApAgA3AgAgDCAAKAIINgIIIBggHUYEfyAXEK4BIAIoAsQBBSARCyAVaiIAIAwoAgg2AgggACAMKQIANwIAIAIgGEEBaiIYNgLIASACKQOgASElIAIrA6gBISkgAisDsAEhKCACKwO4ASEnIAIoAsABIR0gAigCxAEhESACKALMASEcIAIoAtABIR4gAigC1AEhCCACKALYASEUIAIoAtwBIQcgAigC4AEhGyACKALkASETIAIoAugBIQQgAigC7AEhGiACKALwASESIAIoAvQBIQ8gAigC+AEhGSACKAL8ASEFIAIoAoACIQsgAigChAIhDiACKAKIAiEWIAItAIwCIQYgAiAKLQACOgAiIAIgCi8AADsBICANIBVBDGoiFUcNAAsLIAIgAi0AIjoAHiACIAIvASA7ARwgEARAIB8gEEEMbBCbAQsgCSUBEAshACACQaABaiAJJQEQDEEBIAYgABshFQJAIAIoAqABIgAEQCACQQhqIAAgAigCpAEQYiACKAIMIgBFBEBBgoCAgHghFyAFQQBIDQIgDgRAIAshBiAOIQADQCAGKAIAIhAEQCAGQQRqKAIAIBAQmwELIAZBDGohBiAAQQFrIgANAAsLIAVFDQIgCyAFQQxsEJsBDAILIAIoAgghHyAAQQxsIRAgAkGNAmohCiACQfwBaiEGIAJBkAJqIQwgAkGQAWohDUEAIRcDQCANIBcgH2oiACgCCDYCCCANIAApAgA3AgAgAiAVOgCMAiACIBY2AogCIAIgDjYChAIgAiALNgKAAiACIBk2AvgBIAIgDzYC9AEgAiASNgLwASACIBo2AuwBIAIgBDYC6AEgAiATNgLkASACIBs2AuABIAIgBzYC3AEgAiAUNgLYASACIAg2AtQBIAIgHjYC0AEgAiAcNgLMASACIBg2AsgBIAIgETYCxAEgAiAdNgLAASACICc5A7gBIAIgKDkDsAEgAiApOQOoASACICU3A6ABIAIgBTYC/AEgCiACLQAeOgACIAogAi8BHDsAACAMIAApAgA3AgAgDCAAKAIINgIIAn8gBUEATgRAIAUgDkYEfyAGEK4BIAIoAoACBSALCyAOQQxsaiIAIAwoAgg2AgggACAMKQIANwIAIAItAIwCIRUgAigCiAIhFiACKAKAAiELIAIoAvwBIQUgAigC+AEhGSACKAL0ASEPIAIoAvABIRIgAigC7AEhGiACKALoASEEIAIoAuQBIRMgAigC4AEhGyACKALcASEHIAIoAtgBIRQgAigC1AEhCCACKALQASEeIAIoAswBIRwgAigCyAEhGCACKALEASERIAIoAsABIR0gAisDuAEhJyACKwOwASEoIAIrA6gBISkgAikDoAEhJSAOQQFqDAELQQxBBBDaASILRQ0FIAsgDSgCCDYCCCALIA0pAgA3AgBBASEFQQELIQ4gAiAKLQACOgAeIAIgCi8AADsBHCAQIBdBDGoiF0cNAAsgHyAQEJsBCyAFIRcLIAJBoAFqIAklARANAkAgAigCoAEiBkUEQCAHIQYMAQsgAigCpAEhGyAUQQBKBEAgByAUEJsBCyAbIRQLIAJBoAFqIAklARAOAkAgAigCoAEiB0UEQCAEIQcMAQsgAigCpAEhGiATQQBKBEAgBCATEJsBCyAaIRMLIAJBoAFqIAklARAPAkAgAigCoAEiBEUEQCAPIQQMAQsgAigCpAEhGSASQQBKBEAgDyASEJsBCyAZIRILIAJBoAFqIAklARAQIAIoAqABBEBEAAAAAAAAAABEAAAAAAAAAAAgAisDqAEiJiAmRAAAAAAAAAAAYxsgJiAmYhtEAAAAAAAAAAAgJr1C////////////AINCgICAgICAgPj/AFQbISgLIAJBoAFqIAklARARIAIoAqABBEBEAAAAAAAAAABEAAAAAAAAAAAgAisDqAEiJiAmRAAAAAAAAAAAYxsgJiAmYhtEAAAAAAAAAAAgJr1C////////////AINCgICAgICAgPj/AFQbIScLIAJBoAFqIgAgCSUBEBIgAisDqAEgAigCoAEhECAJJQEQEyEqIAAgCSUBEBQgKkT///////8/Q2IhDyAq/AMhBSACKAKgASIABH8gAiAAIAIoAqQBEGIgAigCACENIAIoAgQFQYCAgIB4CyEMQgEgJSAQGyElICkgEBshKSAFIBYgDxshD0EEIA0gDEGAgICAeEYiHxshBUEAIAwgHxsiAARAIABBDGwhDSAIQQxsIRYgAkGNAmohCSACQcwBaiEQIAJBkAJqIQogBSEAA0AgAiAVOgCMAiACIA82AogCIAIgDjYChAIgAiALNgKAAiACIBc2AvwBIAIgGTYC+AEgAiAENgL0ASACIBI2AvABIAIgGjYC7AEgAiAHNgLoASACIBM2AuQBIAIgGzYC4AEgAiAGNgLcASACIBQ2AtgBIAIgHjYC0AEgAiAYNgLIASACIBE2AsQBIAIgHTYCwAEgAiAnOQO4ASACICg5A7ABIAIgKTkDqAEgAiAlNwOgASACIAg2AtQBIAIgHDYCzAEgCSACLQAeOgACIAkgAi8BHDsAACAKIAApAgA3AgAgCiAAKAIINgIIIABBDGohACAIIBxGBH8gEBCuASACKALQAQUgHgsgFmoiBCAKKAIINgIIIAQgCikCADcCACACIAhBAWoiCDYC1AEgAikDoAEhJSACKwOoASEpIAIrA7ABISggAisDuAEhJyACKALAASEdIAIoAsQBIREgAigCyAEhGCACKALMASEcIAIoAtABIR4gAigC2AEhFCACKALcASEGIAIoAuABIRsgAigC5AEhEyACKALoASEHIAIoAuwBIRogAigC8AEhEiACKAL0ASEEIAIoAvgBIRkgAigC/AEhFyACKAKAAiELIAIoAoQCIQ4gAigCiAIhDyACLQCMAiEVIAIgCS0AAjoAHiACIAkvAAA7ARwgFkEMaiEWIA1BDGsiDQ0ACwsgAiACLQAeOgAaIAIgAi8BHDsBGEEAIAwgHxsiAARAIAUgAEEMbBCbAQsgAyAVOgBsIAMgDzYCaCADIA42AmQgAyALNgJgIAMgFzYCXCADIBk2AlggAyAENgJUIAMgEjYCUCADIBo2AkwgAyAHNgJIIAMgEzYCRCADIBs2AkAgAyAGNgI8IAMgFDYCOCADIAg2AjQgAyAeNgIwIAMgHDYCLCADIBg2AiggAyARNgIkIAMgHTYCICADICc5AxggAyAoOQMQIAMgKTkDCCADICU3AwAgAyAkNgJ4IAMgIjYCdCADICM2AnAgAyACLQAaOgBvIAMgAi8BGDsAbQsgAkGgAmokAAwBC0EEQQwQ/QEACyAgAn8gAykDAEICUQRAIAMoAgghB0EBDAELIANBjAFqIANBgAH8CgAAQZABQQgQ2gEiAEUNAyAAQQA2AgggAEKBgICAEDcDACAAQQxqIANBiAFqQYQB/AoAACAAQQhqIQdBAAsiADYCCCAgIAdBACAAGzYCBCAgQQAgByAAGzYCACADQZACaiQADAMLEPkBAAtBxJzAAEE/EPoBAAtBCEGQARD9AQALICHQb0EB/BEBICFBAWokAyAgKAIAICAoAgQgICgCCCAgQRBqJAALAwAACwMAAAsDAAALIwAgAEUEQEH46sAAQTIQ+gEACyAAIAIgAyAEIAEoAhARAwALAwAACwMAAAshACAARQRAQfjqwABBMhD6AQALIAAgAiADIAEoAhARBAALAwAACysAIAEoAgBB3JLAAEHMksAAIAAtAAAiABtBEkEQIAAbIAEoAgQoAgwRAAALHwAgAEUEQEH46sAAQTIQ+gEACyAAIAIgASgCEBEBAAsVACABQQlPBEAgASAAEF8PCyAAECILHwAgAARAIAAgARD9AQALQYzvwABBI0Gg78AAELEBAAvRBgIIfwFvIwBB0ABrIgUkAAJAAkACQAJAIANBEEYEQEEQQQEQ2gEiBkUNASAGIAL9AAAA/QsAACAFQpeAgICAgICAgH83AkAgBUEAOwEwIAVBEDYCLCAFIAY2AiggBUEQNgIkIAUgATYCICAFIAA2AhwgBSABNgIYIAVBH0EEIAQgBEEETRsiACAAQR9PGzYCNCAFQQxqQQBBAUEAIAVBGGoiABApIAAQRiAFKAIQIgEgBSgCFCIIaiEEIAEgCBDfASELIAUoAgwiDCAIayIJQQ9xIQogCUEPTQ0CIAX9DAAAAAAAAAAAAAAAAAAAAAD9CwMYIAQhACAJQRBrIgZBMHFBMEcEQEEAIAZBBHZBAWpBA3FrIQcDQCAAIAUpAyA3AAggACAFKQMYNwAAIABBEGohACAHQQFqIgcNAAsLIAZBMEkNAiAEIAlBcHFqIQYDQCAAIAUpAyA3AAggACAFKQMYNwAAIABBGGogBSkDIDcAACAAQRBqIAUpAxg3AAAgAEEoaiAFKQMgNwAAIABBIGogBSkDGDcAACAAQThqIAUpAyA3AAAgAEEwaiAFKQMYNwAAIABBQGsiACAGRw0ACwwCCyABBEAgACABEJsBC0EAIQAgA0UNAwwCC0EBQRAQ2wEACwJAIApFDQAgBCAJQfD///8HcWoiBiEAIAlBB3EiBwRAA0AgAEEAOgAAIABBAWohACAHQQFrIgcNAAsLIApBCEkNACAGIApqIQYDQCAAQQA6AAAgAEEBakEAOgAAIABBAmpBADoAACAAQQNqQQA6AAAgAEEEakEAOgAAIABBBWpBADoAACAAQQZqQQA6AAAgAEEHakEAOgAAIABBCGoiACAGRw0ACwsCQCAIRQ0AIAEhACAIQQdxIgcEQANAIABBADoAACAAQQFqIQAgB0EBayIHDQALCyAIQQhJDQADQCAAQQA6AAAgAEEBakEAOgAAIABBAmpBADoAACAAQQNqQQA6AAAgAEEEakEAOgAAIABBBWpBADoAACAAQQZqQQA6AAAgAEEHakEAOgAAIABBCGoiACAERw0ACwsgDARAIAEgDBCbAQtBASEACyACIAMQmwELIAVB0ABqJAAgC0EAIABBAXEbIgAlASAAEJcBCyQAIAEoAgAgACgCAC0AAEECdCgCvN5AQQUgASgCBCgCDBEAAAsSACAAIAFBAXRBAXIgAhCxAQALFgEBbyAAIAEQFyECEGsiACACJgEgAAsbAgFvAX9B2J3AAEEjEBghABBrIgEgACYBIAELFQAgASAAKAIAIgAoAgQgACgCCBBPCyEAIAEoAgAgAC0AAEECdCgCvN5AQQUgASgCBCgCDBEAAAsiAQFvIAEgAhAcIQMQayIBIAMmASAAIAE2AgQgAEEANgIACw4AIAEEQCAAIAEQmwELCxwAIABB2O3AACkCADcCCCAAQdDtwAApAgA3AgALHAAgAEHI7cAAKQIANwIIIABBwO3AACkCADcCAAsVAQFvIAAlASABIAIlASACEJcBEAkLFAAgACgCACABIAAoAgQoAgwRAQALEAAgASAAKAIEIAAoAggQTwsQACABIAAoAgAgACgCBBBPCxYAQaiXwQAgADYCAEGkl8EAQQE2AgALEwAgAEHg7sAANgIEIAAgATYCAAscACABKAIAIAAoAgAgACgCBCABKAIEKAIMEQAACw8AIABBjJTAACABIAIQVAsPACAAQfDswAAgASACEFQLDwAgAEGw78AAIAEgAhBUCxMAQbDywABB3QBBnN7AABCxAQALDwBB3vTAAEEzIAAQsQEACw8AIABB0PDAACABIAIQVAuyAQIDfwFvAn8jAEEgayIAJABBwPbAAC0AAEEBRwRAED4LQcD1wAAoAgBFBEBB4PXAACgCACEBQeD1wABBDDYCAEGACCECAkACQAJAIAFBDGsOAgIAAQsQwQEACyAAQeT1wAD9AAIA/QsCECAAIAE2AgwgAEEMahB+IQIgAUEJRw0AIAAoAhAiAUEATA0AIAAoAhQgARCbAQsgAEEgaiQAIAIMAQsQwgEACyIAJQEgABCXAQsZACABKAIAQbSSwABBBSABKAIEKAIMEQAACw0AIAFB/5LAAEECEE8LCwAgACgCACABEG4LCwAgACgCACABEHALDQBB3OvAAEEbEPoBAAsJACAAIAEQGgALDgBB9+vAAEHPABD6AQALDAAgACABKQIANwMACz0BAX8jAEEQayICJAAgAiABNgIMIAIgADYCCCACQQhqIgAoAgAgACgCBEHMl8EAKAIAIgBBPCAAGxECAAALGQAgASgCAEHA8MAAQQUgASgCBCgCDBEAAAsNACABQZv1wABBGBBPCw0AIAFB+/TAAEEgEE8LDABBpJvBAEEBOgAACwkAIABBADYCAAsxAQJ/IwBBkIABayIAJAAgAEEMaiIBQQBBgIAB/AsAIAAgATYCjIABIABBkIABaiQACwIACwMAAAsLs2sTAEGAgMAAC6EUYXNzZXJ0aW9uIGZhaWxlZDogc2VsZi5pc19jaGFyX2JvdW5kYXJ5KG5ld19sZW4pwMAAAnY9wAMkbT3AAyx0PcADLHA9wAADbG49wAMscj3AAyxwPcAAAmk9wAMsbD3AAAEkwAEkwAEkwAEkwAAWc2xpY2UgaW5kZXggc3RhcnRzIGF0IMANIGJ1dCBlbmRzIGF0IMAAIGluZGV4IG91dCBvZiBib3VuZHM6IHRoZSBsZW4gaXMgwBIgYnV0IHRoZSBpbmRleCBpcyDAAAR0aGUgwBggcGFyYW1ldGVyIG11c3QgYmUgZnJvbSDABCB0byDAAA10aGUgdG9rZW4ncyAiwAgiIGNsYWltIMAABXRoZSAiwAgiIGNsYWltIMAAEnJhbmdlIHN0YXJ0IGluZGV4IMAiIG91dCBvZiByYW5nZSBmb3Igc2xpY2Ugb2YgbGVuZ3RoIMAAEHJhbmdlIGVuZCBpbmRleCDAIiBvdXQgb2YgcmFuZ2UgZm9yIHNsaWNlIG9mIGxlbmd0aCDAABB0aGUgc3RvcmVkIGhhc2ggwAALYSBrZXkgcmluZyDAAEhjYW5ub3QgYWNjZXNzIGEgVGhyZWFkIExvY2FsIFN0b3JhZ2UgdmFsdWUgZHVyaW5nIG9yIGFmdGVyIGRlc3RydWN0aW9uOiDAABh0aGUgdG9rZW4gaXMgbWFsZm9ybWVkOiDAAMACOiDAAHNyYy9qcy92ZXJpZnkucnMAc3JjL2p3dC9qc29uL3RleHQucnMAc3JjL3Bhc3N3b3JkL2Rlcml2ZS93YXNtL3NjcnlwdC5ycwAvcnVzdGMvNTk4MDc2MTZlMWZhMjU0MDcyNGJmYmFjMTRkNzk3NmQ3ZTRhMzg2MC9saWJyYXJ5L2FsbG9jL3NyYy9mbXQucnMAc3JjL2pzL2p3cy5ycwAvcnVzdGMvNTk4MDc2MTZlMWZhMjU0MDcyNGJmYmFjMTRkNzk3NmQ3ZTRhMzg2MC9saWJyYXJ5L3N0ZC9zcmMvc3lzL3RocmVhZF9sb2NhbC9ub190aHJlYWRzLnJzAC9ydXN0Yy81OTgwNzYxNmUxZmEyNTQwNzI0YmZiYWMxNGQ3OTc2ZDdlNGEzODYwL2xpYnJhcnkvYWxsb2Mvc3JjL3N0ci5ycwBzcmMvand0L2pzb24vcmVhZGVyLnJzAC9ydXN0Yy81OTgwNzYxNmUxZmEyNTQwNzI0YmZiYWMxNGQ3OTc2ZDdlNGEzODYwL2xpYnJhcnkvY29yZS9zcmMvc3RyL3BhdHRlcm4ucnMAc3JjL2p3dC9qc29uLnJzAHNyYy9qd3Qvc2lnbi5ycwBzcmMvcGFzc3dvcmQvZGVyaXZlL3dhc20ucnMAc3JjL2pzL3Jvb20ucnMAc3JjL2p3dC9hbGdvcml0aG0ucnMAc3JjL2p3dC9iYXNlNjR1cmwucnMAL3J1c3RjLzU5ODA3NjE2ZTFmYTI1NDA3MjRiZmJhYzE0ZDc5NzZkN2U0YTM4NjAvbGlicmFyeS9zdGQvc3JjL3RocmVhZC9sb2NhbC5ycwBjYXJnby9yZWdpc3RyeS9zcmMvaW5kZXguY3JhdGVzLmlvLTE5NDljZjhjNmI1YjU1N2YvanMtc3lzLTAuMy4xMDYvc3JjL2Z1dHVyZXMvanNwaS5ycwAvcnVzdGMvNTk4MDc2MTZlMWZhMjU0MDcyNGJmYmFjMTRkNzk3NmQ3ZTRhMzg2MC9saWJyYXJ5L2FsbG9jL3NyYy9zdHJpbmcucnMAc3JjL2tleS9yaW5nLnJzAHNyYy9wYXNzd29yZC9zdG9yZWQvZW5jb2RpbmcucnMAL3J1c3RjLzU5ODA3NjE2ZTFmYTI1NDA3MjRiZmJhYzE0ZDc5NzZkN2U0YTM4NjAvbGlicmFyeS9hbGxvYy9zcmMvcmF3X3ZlYy9tb2QucnMAL3J1c3QvZGVwcy9kbG1hbGxvYy0wLjIuMTEvc3JjL2RsbWFsbG9jLnJzAGNhcmdvL3JlZ2lzdHJ5L3NyYy9pbmRleC5jcmF0ZXMuaW8tMTk0OWNmOGM2YjViNTU3Zi9ibGFrZTItMC4xMS4wL3NyYy9saWIucnMAY2FyZ28vcmVnaXN0cnkvc3JjL2luZGV4LmNyYXRlcy5pby0xOTQ5Y2Y4YzZiNWI1NTdmL3NoYTItMC4xMS4xL3NyYy9zaGEyNTYvd2FzbTMyX3NpbWQxMjgucnMAY2FyZ28vcmVnaXN0cnkvc3JjL2luZGV4LmNyYXRlcy5pby0xOTQ5Y2Y4YzZiNWI1NTdmL3NoYTItMC4xMS4xL3NyYy9zaGE1MTIvd2FzbTMyX3NpbWQxMjgucnMAc3JjL3Bhc3N3b3JkL2Rlcml2ZS93YXNtL2FyZ29uMi5ycwAPdGhlIHNlY3JldCBoYXMgwAggYnl0ZXM7IMAQIG5lZWRzIGF0IGxlYXN0IMANIHJhbmRvbSBieXRlcwAZdGhlIHRva2VuIGlzIGxvbmdlciB0aGFuIMAGIGJ5dGVzABx0aGUgcGFzc3dvcmQgaXMgbG9uZ2VyIHRoYW4gwAYgYnl0ZXMABHRoZSDAHCBwYXJhbWV0ZXIgbXVzdCBiZSBhdCBsZWFzdCDAMDsgbGVzcyBpcyBmb3IgdGVzdHMgYWxvbmUsIGFuZCBtdXN0IGJlIGFza2VkIGZvcgAjdGhlIHRva2VuIGlzIG5vdCB2YWxpZCB5ZXQgYnkgaXRzICLAByIgY2xhaW0AHnRoZSB0b2tlbiBoYXMgZXhwaXJlZCBieSBpdHMgIsAHIiBjbGFpbQABIsA5IiBpcyBzZXQgYm90aCBpbiB0aGUgY2xhaW1zIGFuZCBieSBhbiBvcHRpb247IHNldCBpdCBvbmNlABJ0aGUgdG9rZW4gaGFzIG5vICLAGiIgY2xhaW0sIHdoaWNoIGlzIHJlcXVpcmVkABR0aGUgY2xhaW1zIGhhdmUgbm8gIsAUIiwgd2hpY2ggaXMgcmVxdWlyZWQAFnRoZSBzZWNyZXQgbG9va3MgbGlrZSDAJjsgdXNlIGF0IGxlYXN0IDMyIHJhbmRvbSBieXRlcyBpbnN0ZWFkAAh7ImFsZyI6IsABIgAAAAAAAAQAAAAEAAAADQAAAEVycm9yAAAAfAMQAE8AAADNAQAANwAAAEluZGV4T3V0T2ZCb3VuZHNPdmVybGFwcGluZ0luZGljZXNUcnlGcm9tU2xpY2VFcnJvcigpY2h1bmsgc2l6ZSBtdXN0IGJlIG5vbi16ZXJvQXR0ZW1wdGVkIHRvIGluaXRpYWxpemUgdGhyZWFkLWxvY2FsIHdoaWxlIGl0IGlzIGJlaW5nIGRyb3BwZWQAAL0CEABeAAAAawAAAA0AAABBBBAATwAAAN8BAAAZAAAAQQQQAE8AAAD1AgAAJgAAAA4AAAAMAAAABAAAAA8AAAAQAAAAEQBBrJTAAAuNCAEAAAASAAAAYSBEaXNwbGF5IGltcGxlbWVudGF0aW9uIHJldHVybmVkIGFuIGVycm9yIHVuZXhwZWN0ZWRseQDoBBAASwAAAGQLAAAOAAAAbWlkID4gbGVuAAAAZ+YJaoWuZ7ty8248OvVPpX9SDlGMaAWbq9mDHxnN4FsAAAAAAAAAANieBcFdnbvLB9V8NiopmmIX3XAwWgFZkTlZDvfY7C8VMQvA/2cmM2cRFVhoh0q0jqeP+WQNLgzbpE/6vh1ItUcIybzzZ+YJajunyoSFrme7K/iU/nLzbjzxNh1fOvVPpdGC5q1/Ug5RH2w+K4xoBZtrvUH7q9mDH3khfhMZzeBbHAMQAEgAAACxAAAAFgAAAGF0dGVtcHQgdG8gam9pbiBpbnRvIGNvbGxlY3Rpb24gd2l0aCBsZW4gPiB1c2l6ZTo6TUFYAAAAHAMQAEgAAACaAAAACgAAAHRoZSBzZWNyZXQgaXMgb25lIHJlcGVhdGVkIGJ5dGU7IHVzZSBhdCBsZWFzdCAzMiByYW5kb20gYnl0ZXMgaW5zdGVhZGEga2V5IG5lZWRzIGF0IGxlYXN0IG9uZSBhbGdvcml0aG10aGUgY2xhaW1zIGFyZSBub3QgYSBKU09OIG9iamVjdCBvZiBhdCBtb3N0IDMyIGxldmVsc3RoZSBrZXkgZG9lcyBub3QgYWxsb3cgdGhpcyBhbGdvcml0aG07IG5hbWUgaXQgd2hlcmUgdGhlIGtleSBpcyBtYWRldGhlIHRva2VuJ3MgImFsZyIgaXMgbm90IG9uZSB0aGF0IHRoaXMgdmVyaWZpZXIgYWxsb3dzdGhlIHRva2VuJ3MgaGVhZGVyIGhhcyAiY3JpdCI7IG5vIGNyaXRpY2FsIGV4dGVuc2lvbiBpcyB1bmRlcnN0b29kdGhlIHRva2VuJ3MgInR5cCIgaXMgbm90IHRoZSBvbmUgdGhhdCB0aGlzIHZlcmlmaWVyIGV4cGVjdHN0aGUgdG9rZW4ncyAia2lkIiBuYW1lcyBub25lIG9mIHRoaXMgdmVyaWZpZXIncyBrZXlzdGhlIHRva2VuJ3Mgc2lnbmF0dXJlIGRvZXMgbm90IGhvbGQgdW5kZXIgdGhpcyBrZXl0aGUgdG9rZW4ncyBjbGFpbXMgZG8gbm90IGZpdCB0aGUgdHlwZSB0aGF0IHRoZXkgYXJlIHJlYWQgYXN0aGUgcGFzc3dvcmQgaXMgZW1wdHl0aGUgc3RvcmVkIGhhc2ggbmFtZXMgYSBwZXBwZXIga2V5IHRoYXQgaXMgbm90IGFtb25nIHRob3NlIGdpdmVuSFMyNTZIUzM4NEhTNTEyAAAANAUQAA8AAACBAAAAKAAAAAAAAAAMAEHEnMAAC98BYXR0ZW1wdGVkIHRvIHRha2Ugb3duZXJzaGlwIG9mIFJ1c3QgdmFsdWUgd2hpbGUgaXQgd2FzIGJvcnJvd2VkAK8CEAANAAAARwAAAA4AAAAAAQIACAQQAA4AAAAdAAAAEgAAAEtleUVycm9ySnd0RXJyb3JQYXNzd29yZEVycm9yAAAAHQIQABAAAABzAAAAHgAAAHRoaXMgcnVudGltZSBoYXMgbm8gcmFuZG9tbmVzcyBoZXJlAAEAAAAATAAAAgAAAAEAAAACAAAAEQAAAAgAAAABAAAAAwAAAMAnCQBBrJ7AAAsHBAAAAFA0AwBBvJ7AAAv9AUpXVGV4cG5iZmlhdGF1ZGlzIHByZXNlbnQgYW5kIHRoaXMgdmVyaWZpZXIgbmFtZXMgbm8gYXVkaWVuY2VpcyBub3QgdGhlIGV4cGVjdGVkIG9uZWlzc3N1Ymp0aQAAAMwDEAAPAAAAbQAAADcAAAAuAhAAFAAAAFcAAAAYAAAAcnQAAC4CEAAUAAAAjgAAACMAAADMAxAADwAAAEcAAAAbAAAAAAAAABwAAAAEAAAAEwAAABQAAABkYXRhIGFmdGVyIHRoZSBKU09OIG9iamVjdG5vdCBhIEpTT04gb2JqZWN0bm90IFVURi04AAAAAAAAAAABAAAAFQAAABYAQcSgwAALCQEAAAAVAAAAFgBB2KDAAAsJAQAAABUAAAAWAEHsoMAACzkBAAAAFQAAABYAAAAAAAAAGAAAAAQAAAAXAAAAGAAAAG5vdCBKU09ObmVzdGVkIHRvbyBkZWVwbHkAQbChwAAL2QQBAAAAFQAAABYAAABlAxAAFgAAAH8AAAAqAAAAYSBsb25lIHN1cnJvZ2F0ZWEgbnVtYmVyIGlzIGJleW9uZCBhIGRvdWJsZWEgc3RyaW5nIGhhcyBubyBlbmQgb3IgYSBjb250cm9sIGNoYXJhY3RlcgAAAGUDEAAWAAAA1gAAADcAAABhIG1lbWJlciBuYW1lIHN0YW5kcyB0d2ljZTBsaWVzIGluIHRoZSBmdXR1cmVoYXMgYWxyZWFkeSBwYXNzZWR0eXBraWRpbnRlcm5hbCBlcnJvcjogZW50ZXJlZCB1bnJlYWNoYWJsZSBjb2RlOiBzdHJpbmdzIGhhdmUgYSBKU09OIGZvcm0A3AMQAA8AAABUAQAANQAAAC3AwAEuwyAAAGkDAABtdXN0IGJlIGEgbnVtYmVyIG9mIHNlY29uZHMgYmV0d2VlbiB0aGUgeWVhcnMgMCBhbmQgOTk5OW11c3Qgbm90IGJlIGVtcHR5bXVzdCBub3QgaGF2ZSBjb250cm9sIGNoYXJhY3RlcnNtdXN0IGhhdmUgYXQgbW9zdCAxMDI0IGNoYXJhY3RlcnNtdXN0IGJlIGEgc3RyaW5nIG9yIGFuIGFycmF5IG9mIHN0cmluZ3MAAEgPEAADAAAAYxIQACcAAABtdXN0IGJlIGEgc3RyaW5ndGhlIGhlYWRlciBpcyBub3QgYSBKU09OIG9iamVjdCBvZiB1bmlxdWUgbmFtZXMsIHdpdGggYWxnLCB0eXAgYW5kIGtpZCBhcyBzdHJpbmdzAAAAAAAAAKwSEABRAEGUpsAAC4wodGhlIGhlYWRlciBhc2tzIGZvciBhbm90aGVyIHNlcmlhbGl6YXRpb25hIHRva2VuIGhhcyB0aHJlZSBwYXJ0cyB3aXRoIGEgZG90IGJldHdlZW4gdGhlbWEgcGFydCBpcyBub3Qgc3RyaWN0IGJhc2U2NHVybAAAFwQQABQAAABZAAAAFAAAAICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgD6AgDQ1Njc4OTo7PD2AgICAgICAAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBmAgICAP4AaGxwdHh8gISIjJCUmJygpKissLS4vMDEyM4CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAsBBAAFAAAADsAAAAVAAAAQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3ODktX25hbWVzIGVhY2gga2V5IGJ5IGl0cyBvd24sIG5vbi1lbXB0eSBraWRob2xkcyAxIHRvIDgga2V5cwAAADQFEAAPAAAAMAAAAC8AAABhIEpXSyBvciBKV0tTYSBERVIga2V5IG9yIGNlcnRpZmljYXRlYW4gU1NIIGtleWEgUEVNIGtleSBvciBjZXJ0aWZpY2F0ZUVSUl9KV1RfTUFMRk9STUVERVJSX0pXVF9UT09fTEFSR0VFUlJfSldUX0FMR19OT1RfQUxMT1dFREVSUl9KV1RfQ1JJVF9VTlNVUFBPUlRFREVSUl9KV1RfVFlQX01JU01BVENIRVJSX0pXVF9TSUdOQVRVUkVfSU5WQUxJREVSUl9KV1RfRVhQSVJFREVSUl9KV1RfTk9UX1lFVF9WQUxJREVSUl9KV1RfQ0xBSU1fTUlTU0lOR0VSUl9KV1RfQ0xBSU1fSU5WQUxJREVSUl9LRVlfV0VBS0VSUl9LRVlfVU5LTk9XTkVSUl9QQVNTV09SRF9UT09fTE9OR0VSUl9QQVNTV09SRF9JTlZBTElERVJSX1BBU1NXT1JEX0hBU0hfSU5WQUxJREVSUl9QQVNTV09SRF9QQVJBTVNfUkVGVVNFREVSUl9PUFRJT05fSU5WQUxJRAAAAIhqPyTTCKOFLooZE0RzcAMiOAmk0DGfKZj6LgiJbE7s5iEoRXcT0DjPZlS+bAzpNLcprMDdUHzJtdWEPxcJR7XZ1RaSG/t5iaYLMdGstd+Y23L9L7ffGtDtr+G4ln4makWQfLqZfyzxR5mhJPdskbPi8gEIFvyOhdggaWNpTldxo/5YpH49k/SPdJUNWLaOcljNi3HuShWCHaRUe7VZWsI51TCcE2DyKiOw0cXwhWAoGHlByu8427iw3HmODhg6YIsOnmw+ih6wwXcV1ydLMb3aL694YFxgVfMlVeaUq1WqYphIV0AU6GNqOcpVthCrKjRczLTO6EERr4ZUoZPpcnwRFO6zKrxvY13FqSv2MRh0Fj5czh6Th5szutavXM8kbIFTMnp3hpUomEiPO6+5S2sb6L/EkyEoZswJ2GGRqSH7YKx8SDKA7F1dXYTvsXWF6QIjJtyIG2XrgT6JI8WsltPzb20POUL0g4JECy4EIISkSvDIaV6bH55CaMYhmmzp9mGcDGfwiNOr0qBRamgvVNgopw+WozNRq2wL727kO3oTUPA7upgq+34dZfGhdgGvOT5ZymaIDkOCGYbujLSfb0XDpYR9vl6LO9h1b+BzIMGFn0QaQKZqwVZiqtNOBnc/NnLf/hs9AptCJNfQN0gSCtDT6g/bm8DxSclyUwd7G5mA2HnUJffe6PYaUP7jO0x5tr3gbJe6BsAEtk+pwcRgn0DCnlxeYyRqGa9v+2i1U2w+67I5E2/sUjsfUfxtLJUwm0RFgcwJvV6vBNDjvv1KM94HKA9ms0suGVeoy8APdMhFOV8L0tv707m9wHlVCjJgGsYAodZ5cixA/iWfZ8yjH/v46aWO+CIy298WdTwVa2H9yB5QL6tSBa36tT0yYIcj/Uh7MVOC3wA+u1dcnqCMb8ouVoca22kX3/aoQtXD/34oxjJnrHNVT4ywJ1tpyFjKu12j/+GgEfC4mD36ELiDIf1stfxKW9PRLXnkU5plRfi2vEmO0pCX+0va8t3hM37LpEET+2LoxuTO2sog7wFMdzb+nn7QtB/xK03a25WYkZCucY6t6qDVk2vQ0Y7Q4CXHry9bPI63lHWO++L2j2QrEvISuIiIHPANkKBerU8cw49okfHP0a3BqLMYIi8vdxcOvv4tdeqhHwKLD8yg5eh0b7XW86wYmeKJzuBPqLS34BP9gTvEfNmordJmol8WBXeVgBRzzJN3FBohZSCt5ob6tXf1QlTHzzWd+wyvzeugiT570xtB1kl+Hq4tDiUAXrNxILsAaCKv4LhXmzZkJB65CfAdkWNVqqbfWYlDwXh/U1rZolt9IMW55QJ2AyaDqc+VYmgZyBFBSnNOyi1Hs0qpFHtSAFEbFSlTmj9XD9bkxpu8dqRgKwB05oG1b7oIH+kbV2vslvIV2Q0qIWVjtrb5uecuBTT/ZFaFxV0tsFOhj5+pmUe6CGoHhW7pcHpLRCmztS4JddsjJhnEsKZurX3fp0m4YO6cZrLtj3GMquz/F5ppbFJkVuGescKlAjYZKUwJdUATWaA+OhjkmphUP2WdQlvW5I9r1j/3mQec0qH1MOjv5jgtTcFdJfCGIN1MJutwhMbpgmNezB4CP2toCcnvuj4UGJc8oXBqa4Q1f2iG4qBSBVOctzcHUKochAc+XK7ef+xEfY648hZXN9o6sA0MUPAEHxzw/7MAAhr1DK6ydLU8WHqDJb0hCdz5E5HR9i+pfHNHMpQBR/UigeXlOtzawjc0drXIp93zmkZhRKkOA9APPsfI7EEedaSZzTjiLw7qO6G7gDIxsz4YOItUTgi5bU8DDUJvvwQK9pASuCx5fJckcrB5Vq+Jr7wfd5reEAiT2RKui7MuP8/cH3ISVSRxay7m3RpQh82EnxhHWHoX2gh0vJqfvIx9S+k67Hrs+h2F22ZDCWPSw2TERxgc7wjZFTI3O0PdFrrCJENNoRJRxGUqAgCUUN3kOhOe+N9xVU4xENZ3rIGbGRFf8VY1BGvHo9c7GBE8CaUkWe3mj/L6+/GXLL+6nm48FR5wReOGsW/p6gpeDoazKj5aHOcfd/oGPU653GUpDx3nmdaJPoAlyGZSeMlMLmqzEJy6DhXGeOrilFM8/KX0LQoep0738j0rHTYPJjkZYHnCGQinI1K2EhP3bv6t62Yfw+qVRbzjg8h7ptE3f7Eo/4wB790yw6VabL6FIVhlApiraA+lzu47lS/brX3vKoQvblsotiEVcGEHKXVH3ewQFZ9hMKjME5a9Yese/jQDz2MDqpBcc7U5onBMC56e1RTeqsu8hszupyxiYKtcq5xuhPOyrx6LZMrwvRm5aSOgULtaZTJaaECztCo81emeMfe4IcAZC1SbmaBfh36Z95WofT1imog3+Hct45dfk+0RgRJoFimINQ7WH+bHod/elpm6WHilhPVXY3IiG//Dg5uWRsIa6wqzzVQwLlPkSNmPKDG8be/y61jq/8Y0Ye0o/nM8fO7ZFEpd47dk6BRdEELgEz4gtuLuReqrqqMVT2zb0E/L+kL0Qse1u2rvHTtPZQUhzUGeeR7Yx02FhmpHS+RQYoE98qFiz0YmjVugg4j8o7bHwcMkFX+SdMtpC4qER4WyklYAv1sJnUgZrXSxYhQADoIjKo1CWOr1VQw+9K0dYXA/I5LwcjNBfpON8exf1ts7ImxZN958YHTuy6fyhUBuMnfOhIAHpp5Q+BlV2O/oNZfZYaqnaanCBgzF/KsEWtzKC4AuekSehDRFwwVn1f3Jnh4O09tz282IVRB52l9nQENn42U0xMXYOD5xnvgoPSD/bfHnIT4VSj2wjyuf4+b3rYPbaFo96fdAgZQcJkz2NClplPcgFUH31AJ2Lmv0vGgAotRxJAjUavQgM7fUt0OvYQBQLvY5HkZFJJd0TyEUQIiLvx38lU2vkbWW0930cEUvoGbsCby/hZe9A9BtrH8EhcsxsyfrlkE5/VXmRyXamgrKqyV4UCj0KQRT2oYsCvtttuliFNxoAGlI16TADmjujaEnov4/T4yth+gG4Iy1ttb0enwezqrsXzfTmaN4zkIqa0A1nv4guYXz2avXOe6LThI79/rJHVYYbUsxZqMmspfj6nT6bjoyQ1vd9+dBaPsgeMpO9Qr7l7P+2KxWQEUnlUi6OjpTVYeNgyC3qWv+S5WW0LxnqFVYmhWhYympzDPb4ZlWSiqm+SUxPxx+9F58MSmQAuj4/XAvJwRcFbuA4ywoBUgVwZUibcbkPxPBSNyGD8fuyfkHDx8EQaR5R0AXbohd61FfMtHAm9WPwbzyZDURQTR4eyVgnCpgo+j43xtsYx/CtBIOnjLhAtFPZq8VgdHK4JUja+GSPjNiCyQ7Irm+7g6isoWZDbrmjAxy3ij3oi1FeBLQ/ZS3lWIIfWTw9cznb6NJVPpIfYcn/Z3DHo0+80FjRwp0/y6Zq25vOjf9+PRg3BKo+N3roUzhG5kNa27bEFV7xjcsZ2071GUnBOjQ3McNKfGj/wDMkg85tQvtD2n7n3tmnH3bzgvPkaCjXhXZiC8TuyStW1G/eZR769Y7drMuOTd5WRHMl+ImgC0xLvSnrUJoOytqxsxMdRIc8S54N0ISaudRkrfmu6EGUGP7SxgQaxr67coR2L0lPcnD4eJZFkJEhhMSCm7sDNkq6qvVTmevZF+ohtqI6b++/sPkZFeAvJ2GwPfw+Ht4YE1gA2BGg/3RsB849gSuRXfM/DbXM2tCg3GrHvCHQYCwX14APL5XoHckrui9mUJGVWEuWL+P9FhOov3d8jjvdPTCvYmHw/lmU3SOs8hV8nW0udn8RmEm63qE3x2LeQ5qhOKVX5GOWW5GcFe0IJFV1YxM3gLJ4awLudAFgrtIYqgRnql0dbYZf7cJ3KngoQktZjNGMsQCH1rojL7wCSWgmUoQ/m4dHT25Gt+kpQsP8oahafFoKIPat9z+BjlXm87ioVJ/zU8BXhFQ+oMGp8S1AqAn0OYNJ4z4mkGGP3cGTGDDtQaoYSh6F/DghvXAqlhgAGJ93DDXnuYRY+o4I5TdwlM0FsLCVu7Lu962vJChffzrdh1ZzgnkBW+IAXxLPQpyOSR8knxfcuOGuZ1NcrRbwRr8uJ7TeFVU7bWl/AjTfD3YxA+tTV7vUB745mGx2RSFojwTUWznx9VvxE7hVs6/KjY3yMbdNDKa1xKCY5KO+g5n4ABgQDfOOTrP9frTN3fCqxstxVqeZ7BcQjejT0AngtO+m7yZnY4R1RVzD79+HC3We8QAx2sbjLdFkKEhvrFusrRuNmovq0hXeW6UvNJ2o8bIwkll7vgPU33ejUYdCnPVxk3QTNu7OSlQRrqp6CaVrATjXr7w1fqhmlEtauKM72Mi7oaauMKJwPYuJEOqAx6lpNDynLphwINNaumbUBXlj9ZbZLr5oiYo4To6p4aVqUvpYlXv0+8vx9r3UvdpbwQ/WQr6dxWp5IABhrCHreYJm5PlPjta/ZDpl9c0ntm38CxRiysCOqzVln2mfQHWPs/RKC19fM8lnx+buPKtcrTWWkz1iFpxrCng5qUZ4P2ssEeb+pPtjcTT6MxXOygpZtX4KC4TeZEBX3hVYHXtRA6W94xe0+PUbQUVum30iCVhoQO98GQFFZ7rw6JXkDzsGieXKgc6qZttPxv1IWMe+2ac9Rnz3CYo2TN19f1VsYI0VgO7PLqKEXdRKPjZCsJnUcyrX5KtzFEX6E2O3DA4YlidN5H5IJPCkHrqzns++2TOIVEyvk93fuO2qEY9KcNpU95IgOYTZBAIrqIksm3d/S2FaWYhBwkKRpqz3cBFZM/ebFiuyCAc3fe+W0CNWBt/AdLMu+O0a35qot1F/1k6RAo1PtXNtLyozupyu4Rk+q4SZo1Hbzy/Y+Sb0p5dL1Qbd8KucGNO9o0NDnRXE1vncRZy+F19U68Iy0BAzOK0TmpG0jSErxUBKASw4R06mJW0n7gGSKBuzoI7P2+CqyA1Sx0aAfgnciexYBVh3D+T5yt5Oru9JUU04TmIoEt5zlG3yTIvybofoH7IHOD20ce8wxEBz8eq6KFJh5Aamr1P1Mve2tA42grVKsM5A2c2kcZ8MfmNTyux4LdZnvc6u/VD/xnV8pxF2ScsIpe/KvzmFXH8kQ8lFZSbYZPl+uucts5ZZKjC0ai6El4HwbYMagXjZVDSEEKkA8sObuzgO9uYFr6gmExk6XgyMpUfn9+S0+ArNKDTHvJxiUF0ChuMNKNLIHG+xdgydsONnzXfLi+Zm0dvC+Yd8eMPVNpM5ZHY2h7PeWLOb34+zWaxGBYFHSz9xdKPhJki+/ZX8yP1I3YypjE1qJMCzcxWYoHwrLXrdVqXNhZuzHPSiJJilt7QSbmBG5BQTBRWxnG9x8bmChR6MgbQ4UWae/LD/VOqyQAPqGLivyW79tK9NQVpEnEiAgSyfM/Ltiucds3APhFT0+NAFmC9qzjwrUclnCA4unbORvfFoa93YGB1IE7+y4XYjeiKsPmqen6q+UxcwkgZjIr7AuRqwwH54evWafjUkKDeXKYtJQk/n+YIwjJhTrdb4nfO49+PV+ZywzoAQaDWwAALiQHnBhAAIgAAADwAAAAJAAAA5wYQACIAAACoAAAAEQAAAAAAAAABAAAAAQAAABkAAAB0aGUgcmVmZXJlbmNlIHNldCBoYXMgbmVpdGhlciBvZiB0aGUgb3RoZXJzAOcGEAAiAAAArAAAABIAAADnBhAAIgAAAMoAAAAwAAAA7AMQABsAAAA4AAAAKABBtNfAAAuNBAEAAAAaAAAAYmNyeXB0J3Mgc2FsdCBpcyBjaGVja2Vk7AMQABsAAAA2AAAAKAAAAEMCEAAiAAAAXQAAABAAAABDAhAAIgAAAF4AAABHAAAAQwIQACIAAABeAAAAFwAAAEMCEAAiAAAAQwAAAA0AAABDAhAAIgAAAEoAAAAWAAAAQwIQACIAAABHAAAAJAAAAEMCEAAiAAAASAAAADoAAABDAhAAIgAAAEgAAAAbAAAAQwIQACIAAABFAAAACgAAAEMCEAAiAAAAKgAAACAAAABDAhAAIgAAACsAAAAfAAAAQwIQACIAAAAvAAAAFwAAAEMCEAAiAAAAZwAAABoAAABDAhAAIgAAAGgAAAAaAAAAQwIQACIAAABqAAAAJwAAAEMCEAAiAAAAbAAAACcAAABjb3N0bWVtb3J5Q29zdE5pdGVyYXRpb25zb2YgYSBwZXBwZXIgbmFtZXMgZWFjaCBrZXkgYnkgYW4gaWQgb2YgMSB0byAzMiBsZXR0ZXJzLCBkaWdpdHMgb3IgLyArIC4gLXNhbHRtYXhNZW1vcnloYXNoTGVuZ3Roc2FsdExlbmd0aHBhcmFsbGVsaXNtdGltZUNvc3RwJGhtYWMtc2hhMjU2JGtleWlkPWlzIG9mIG5vIGtub3duIGZvcm1hdCBvciBpcyBkYW1hZ2VkAAAAAAAAAAIAAACOLRAAIwBB0NvAAAu7DXNjcnlwdGFyZ29uMmRhcmdvbjJpYXJnb24yaWRwYmtkZjItc2hhMjU2cGJrZGYyLXNoYTUxMm13YXMgbWFkZSB3aXRoIGFyZ29uMidzIG93biBrZXlpZCBvciBkYXRhLCB3aGljaCBpcyBub3Qgc3VwcG9ydGVkbG4EJDJiJMMgAABpAgABJMDAAEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU2Nzg5Ky8uL0FCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU2Nzg5QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3ODkuLwAARAUQAB8AAAAZAAAANgAAADAxMjM0NTY3ODlhYmNkZWYSDhAAFw4QABwOEAAAAQIDBAsFBgcICQkRAAAAEQAAABcAAAAYAAAAFAAAABkAAAAPAAAAFQAAABUAAAAVAAAADAAAAA8AAAAVAAAAFAAAABkAAAAbAAAAEgAAAH8VEACQFRAAoRUQALgVEADQFRAA5BUQAP0VEAAMFhAAIRYQADYWEABLFhAAVxYQAGYWEAB7FhAAjxYQAKgWEADDFhAAEQAAABEAAAAQAAAADwAAAA8AAAAHAAAABwAAAAgAAADWLRAA3S0QAOQtEABhc3NlcnRpb24gZmFpbGVkOiBrZXlfc2l6ZSA8PSBVNjQ6OnRvX3VzaXplKCkAAADgBRAATAAAACgAAAABAAAAYXNzZXJ0aW9uIGZhaWxlZDogb3V0cHV0X3NpemUgPD0gVTY0Ojp0b191c2l6ZSgpYXNzZXJ0aW9uIGZhaWxlZDogc2FsdC5sZW4oKSA8PSBsZW5ndGhhc3NlcnRpb24gZmFpbGVkOiBwZXJzb25hLmxlbigpIDw9IGxlbmd0aACYL4pCkUQ3cc/7wLWl27XpW8JWOfER8Vmkgj+S1V4cq5iqB9gBW4MSvoUxJMN9DFV0Xb5y/rHegKcG3Jt08ZvBwWmb5IZHvu/GncEPzKEMJG8s6S2qhHRK3KmwXNqI+XZSUT6YbcYxqMgnA7DHf1m/8wvgxkeRp9VRY8oGZykpFIUKtyc4IRsu/G0sTRMNOFNUcwpluwpqdi7JwoGFLHKSoei/oktmGqhwi0vCo1FsxxnoktEkBpnWhTUO9HCgahAWwaQZCGw3Hkx3SCe1vLA0swwcOUqq2E5Pypxb828uaO6Cj3RvY6V4FHjIhAgCx4z6/76Q62xQpPej+b7yeHHGLQYQAFwAAAC5AAAAKQAAACKuKNeYL4pCzWXvI5FEN3EvO03sz/vAtbzbiYGl27XpOLVI81vCVjkZ0AW28RHxWZtPGa+kgj+SGIFt2tVeHKtCAgOjmKoH2L5vcEUBW4MSjLLkTr6FMSTitP/Vw30MVW+Je/J0Xb5ysZYWO/6x3oA1Esclpwbcm5Qmac908ZvB0krxnsFpm+TjJU84hke+77XVjIvGncEPZZysd8yhDCR1AitZbyzpLYPkpm6qhHRK1PtBvdypsFy1UxGD2oj5dqvfZu5SUT6YEDK0LW3GMag/IfuYyCcDsOQO777Hf1m/wo+oPfML4MYlpwqTR5Gn1W+CA+BRY8oGcG4OCmcpKRT8L9JGhQq3JybJJlw4IRsu7SrEWvxtLE3fs5WdEw04U95jr4tUcwplqLJ3PLsKanbmru1HLsnCgTs1ghSFLHKSZAPxTKHov6IBMEK8S2YaqJGX+NBwi0vCML5UBqNRbMcYUu/WGeiS0RCpZVUkBpnWKiBxV4U1DvS40bsycKBqEMjQ0rgWwaQZU6tBUQhsNx6Z647fTHdIJ6hIm+G1vLA0Y1rJxbMMHDnLikHjSqrYTnPjY3dPypxbo7iy1vNvLmj8su9d7oKPdGAvF0NvY6V4cqvwoRR4yITsOWQaCALHjCgeYyP6/76Q6b2C3utsUKQVecay96P5vitTcuPyeHHGnGEm6s4+J8oHwsAhx7iG0R7r4M3WfdrqeNFu7n9PffW6bxdyqmfwBqaYyKLFfWMKrg35vgSYPxEbRxwTNQtxG4R9BCP1d9sokyTHQHuryjK8vskVCr6ePEwNEJzEZx1DtkI+y77UxUwqfmX8nCl/Wez61jqrb8tfF1hHSowZRGyKBhAAXAAAAKkAAAApAAAAdXV1dXV1dXVidG51ZnJ1dXV1dXV1dXV1dXV1dXV1dXUAACIAQcTpwAALAVwAQejqwAAL3QQwMTIzNDU2Nzg5YWJjZGVmY2xvc3VyZSBpbnZva2VkIHJlY3Vyc2l2ZWx5IG9yIGFmdGVyIGJlaW5nIGRyb3BwZWQAADYAAAA3AAAAOAAAADkAAACRBBAAVgAAAMIAAAAsAAAAkQQQAFYAAAC1AAAAIAAAAG51bGwgcG9pbnRlciBwYXNzZWQgdG8gcnVzdHJlY3Vyc2l2ZSB1c2Ugb2YgYW4gb2JqZWN0IGRldGVjdGVkIHdoaWNoIHdvdWxkIGxlYWQgdG8gdW5zYWZlIGFsaWFzaW5nIGluIHJ1c3RhcnJheSBjb250YWlucyBhIHZhbHVlIG9mIHRoZSB3cm9uZyB0eXBlAAA+AAAADAAAAAQAAAA/AAAAQAAAAEEAAAAAAAAACAAAAAQAAABCAAAAQwAAAEQAAABFAAAARgAAABAAAAAEAAAARwAAAEgAAABJAAAASgAAAG1dy9YsUOtjeEGmV3Ebi7kVolxVNFUH1FN4rYFR8KP3YXNzZXJ0aW9uIGZhaWxlZDogcHNpemUgPj0gc2l6ZSArIG1pbl9vdmVyaGVhZAAAtQUQACoAAACxBAAACQAAAGFzc2VydGlvbiBmYWlsZWQ6IHBzaXplIDw9IHNpemUgKyBtYXhfb3ZlcmhlYWQAALUFEAAqAAAAtwQAAA0AAAAAAAAACAAAAAQAAABLAAAAQWNjZXNzRXJyb3IAPgAAAAwAAAAEAAAATAAAAGNhcGFjaXR5IG92ZXJmbG93AAAAZAUQAFAAAAAcAAAABQAAAE0AAAAMAAAABAAAAE4AAABPAAAAUABB0O/AAAuOBAEAAABRAAAAYSBmb3JtYXR0aW5nIHRyYWl0IGltcGxlbWVudGF0aW9uIHJldHVybmVkIGFuIGVycm9yIHdoZW4gdGhlIHVuZGVybHlpbmcgc3RyZWFtIGRpZCBub3QAAGYCEABIAAAAjwIAAA4AAABFcnJvciwKKCgKfSksIH0AAAAAAAwAAAAEAAAAVgAAAFcAAABYAAAAMDAwMTAyMDMwNDA1MDYwNzA4MDkxMDExMTIxMzE0MTUxNjE3MTgxOTIwMjEyMjIzMjQyNTI2MjcyODI5MzAzMTMyMzMzNDM1MzYzNzM4Mzk0MDQxNDI0MzQ0NDU0NjQ3NDg0OTUwNTE1MjUzNTQ1NTU2NTc1ODU5NjA2MTYyNjM2NDY1NjY2NzY4Njk3MDcxNzI3Mzc0NzU3Njc3Nzg3OTgwODE4MjgzODQ4NTg2ODc4ODg5OTA5MTkyOTM5NDk1OTY5Nzk4OTlhcmd1bWVudCBvZiBpbnRlZ2VyIGxvZ2FyaXRobSBtdXN0IGJlIHBvc2l0aXZlAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEAQaD0wAALMwICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgMDAwMDAwMDAwMDAwMDAwMEBAQEBABB3vTAAAtVYXR0ZW1wdCB0byBkaXZpZGUgYnkgemVybyAgICBSZWZDZWxsIGFscmVhZHkgbXV0YWJseSBib3Jyb3dlZFJlZkNlbGwgYWxyZWFkeSBib3Jyb3dlZABBtPXAAAsJEAAAADsAAAAEAHAJcHJvZHVjZXJzAghsYW5ndWFnZQEEUnVzdAAMcHJvY2Vzc2VkLWJ5AwVydXN0Yx0xLjk1LjAgKDU5ODA3NjE2ZSAyMDI2LTA0LTE0KQZ3YWxydXMGMC4yNy4yDHdhc20tYmluZGdlbgcwLjIuMTI5AJ0BD3RhcmdldF9mZWF0dXJlcwkrD211dGFibGUtZ2xvYmFscysTbm9udHJhcHBpbmctZnB0b2ludCsHc2ltZDEyOCsLYnVsay1tZW1vcnkrCHNpZ24tZXh0Kw9yZWZlcmVuY2UtdHlwZXMrCm11bHRpdmFsdWUrD2J1bGstbWVtb3J5LW9wdCsWY2FsbC1pbmRpcmVjdC1vdmVybG9uZw==",
);
var pI = boot$1(new WebAssembly.Module(uI), sI),
  mI = pI(decodeJwt),
  qI = pI(decodeProtectedHeader),
  bI = pI(generateSecret),
  PI = pI(keyRing),
  xI = pI(hashPassword),
  OI = pI(hashPasswordSync),
  VI = pI(needsRehash),
  TI = pI(verifyPassword),
  jI = pI(verifyPasswordSync),
  ZI = pI(UI),
  WI = pI(createSigner),
  vI = pI(signJwt),
  XI = pI(createVerifier),
  zI = pI(verifyJwt$1);
const _I = Object.freeze(
  Object.defineProperty(
    {
      __proto__: null,
      EdgesealError: AI,
      JwtError: II,
      KeyError: gI,
      PasswordError: BI,
      createSigner: WI,
      createVerifier: XI,
      decodeJwt: mI,
      decodeProtectedHeader: qI,
      errorCodes: _A,
      generateSecret: bI,
      hashPassword: xI,
      hashPasswordSync: OI,
      isEdgesealError: isEdgesealError,
      keyRing: PI,
      needsRehash: VI,
      passwordPresets: ZI,
      signJwt: vI,
      verifyJwt: zI,
      verifyPassword: TI,
      verifyPasswordSync: jI,
    },
    Symbol.toStringTag,
    { value: "Module" },
  ),
);
var $I = globalThis,
  { TextEncoder: Ag, TextDecoder: Ig } =
    $I.TextDecoder && $I.TextEncoder ? $I : ((void 0 === I ? void 0 : I?.getBuiltinModule?.("node:util")) ?? $I);
function createGlue() {
  class Secrets {
    __destroy_into_raw() {
      const g = this.__wbg_ptr;
      return ((this.__wbg_ptr = 0), I.unregister(this), g);
    }
    free() {
      const I = this.__destroy_into_raw();
      t.__wbg_secrets_free(I, 0);
    }
    add(I, g) {
      var B = isLikeNone(I) ? 0 : passStringToWasm0(I, t.__wbindgen_malloc, t.__wbindgen_realloc),
        Q = D;
      const C = passArray8ToWasm0(g, t.__wbindgen_malloc),
        E = D,
        e = t.secrets_add(this.__wbg_ptr, B, Q, C, E);
      if (e[1]) throw takeFromExternrefTable0(e[0]);
    }
    constructor(g) {
      const B = passArray8ToWasm0(g, t.__wbindgen_malloc),
        Q = D,
        C = t.secrets_new(B, Q);
      return ((this.__wbg_ptr = C), I.register(this, this.__wbg_ptr, this), this);
    }
  }
  Symbol.dispose && (Secrets.prototype[Symbol.dispose] = Secrets.prototype.free);
  class Verifier {
    __destroy_into_raw() {
      const I = this.__wbg_ptr;
      return ((this.__wbg_ptr = 0), g.unregister(this), I);
    }
    free() {
      const I = this.__destroy_into_raw();
      t.__wbg_verifier_free(I, 0);
    }
    constructor(I, B) {
      !(function (I, g) {
        if (!(I instanceof g)) throw new Error(`expected instance of ${g.name}`);
      })(I, Secrets);
      var Q = I.__destroy_into_raw();
      const C = t.verifier_new(Q, B);
      if (C[2]) throw takeFromExternrefTable0(C[1]);
      return ((this.__wbg_ptr = C[0]), g.register(this, this.__wbg_ptr, this), this);
    }
    verify(I, g) {
      return t.verifier_verify(this.__wbg_ptr, I, g);
    }
  }
  Symbol.dispose && (Verifier.prototype[Symbol.dispose] = Verifier.prototype.free);
  const I =
      "undefined" == typeof FinalizationRegistry
        ? { register: () => {}, unregister: () => {} }
        : new FinalizationRegistry((I) => t.__wbg_secrets_free(I, 1)),
    g =
      "undefined" == typeof FinalizationRegistry
        ? { register: () => {}, unregister: () => {} }
        : new FinalizationRegistry((I) => t.__wbg_verifier_free(I, 1));
  function addToExternrefTable0(I) {
    const g = t.__externref_table_alloc();
    return (t.__wbindgen_externrefs.set(g, I), g);
  }
  let B = null;
  function getDataViewMemory0() {
    return (
      (null === B || !0 === B.buffer.detached || (void 0 === B.buffer.detached && B.buffer !== t.memory.buffer)) &&
        (B = new DataView(t.memory.buffer)),
      B
    );
  }
  function getStringFromWasm0(I, g) {
    return (function (I, g) {
      ((e += g), e >= E && ((C = new Ig("utf-8", { ignoreBOM: !0, fatal: !0 })), C.decode(), (e = g)));
      return C.decode(getUint8ArrayMemory0().subarray(I, I + g));
    })(I >>> 0, g);
  }
  let Q = null;
  function getUint8ArrayMemory0() {
    return ((null !== Q && 0 !== Q.byteLength) || (Q = new Uint8Array(t.memory.buffer)), Q);
  }
  function isLikeNone(I) {
    return null == I;
  }
  function passArray8ToWasm0(I, g) {
    const B = g(1 * I.length, 1) >>> 0;
    return (getUint8ArrayMemory0().set(I, B / 1), (D = I.length), B);
  }
  function passArrayJsValueToWasm0(I, g) {
    const B = g(4 * I.length, 4) >>> 0;
    for (let g = 0; g < I.length; g++) {
      const Q = addToExternrefTable0(I[g]);
      getDataViewMemory0().setUint32(B + 4 * g, Q, !0);
    }
    return ((D = I.length), B);
  }
  function passStringToWasm0(I, g, B) {
    if (void 0 === B) {
      const B = s.encode(I),
        Q = g(B.length, 1) >>> 0;
      return (
        getUint8ArrayMemory0()
          .subarray(Q, Q + B.length)
          .set(B),
        (D = B.length),
        Q
      );
    }
    let Q = I.length,
      C = g(Q, 1) >>> 0;
    const E = getUint8ArrayMemory0();
    let e = 0;
    for (; e < Q; e++) {
      const g = I.charCodeAt(e);
      if (g > 127) break;
      E[C + e] = g;
    }
    if (e !== Q) {
      (0 !== e && (I = I.slice(e)), (C = B(C, Q, (Q = e + 3 * I.length), 1) >>> 0));
      const g = getUint8ArrayMemory0().subarray(C + e, C + Q);
      ((e += s.encodeInto(I, g).written), (C = B(C, Q, e, 1) >>> 0));
    }
    return ((D = e), C);
  }
  function takeFromExternrefTable0(I) {
    const g = t.__wbindgen_externrefs.get(I);
    return (t.__externref_table_dealloc(I), g);
  }
  let C = new Ig("utf-8", { ignoreBOM: !0, fatal: !0 });
  C.decode();
  const E = 2146435072;
  let e = 0;
  const s = new Ag();
  "encodeInto" in s ||
    (s.encodeInto = function (I, g) {
      const B = s.encode(I);
      return (g.set(B), { read: I.length, written: B.length });
    });
  let t,
    D = 0;
  return {
    Secrets: Secrets,
    Verifier: Verifier,
    refusal: function () {
      return t.refusal();
    },
    room: function (I) {
      return t.room(I) >>> 0;
    },
    scrubStack: function () {
      t.scrubStack();
    },
    validFrom: function () {
      return t.validFrom();
    },
    validUntil: function () {
      return t.validUntil();
    },
    __wbg___wbindgen_string_get_0380ccaa2f57f0d9: function (I, g) {
      const B = "string" == typeof g ? g : void 0;
      var Q = isLikeNone(B) ? 0 : passStringToWasm0(B, t.__wbindgen_malloc, t.__wbindgen_realloc),
        C = D;
      (getDataViewMemory0().setInt32(I + 4, C, !0), getDataViewMemory0().setInt32(I + 0, Q, !0));
    },
    __wbg___wbindgen_throw_41e9ee4f547fc59a: function (I, g) {
      throw new Error(getStringFromWasm0(I, g));
    },
    __wbg_audience_e7681b0f94b5319a: function (I, g) {
      const B = g.audience;
      var Q = isLikeNone(B) ? 0 : passArrayJsValueToWasm0(B, t.__wbindgen_malloc),
        C = D;
      (getDataViewMemory0().setInt32(I + 4, C, !0), getDataViewMemory0().setInt32(I + 0, Q, !0));
    },
    __wbg_clockTolerance_fcdad66eac5b6e78: function (I, g) {
      const B = g.clockTolerance;
      (getDataViewMemory0().setFloat64(I + 8, isLikeNone(B) ? 0 : B, !0),
        getDataViewMemory0().setInt32(I + 0, !isLikeNone(B), !0));
    },
    __wbg_issuer_bca8b60a4c7256fd: function (I, g) {
      const B = g.issuer;
      var Q = isLikeNone(B) ? 0 : passArrayJsValueToWasm0(B, t.__wbindgen_malloc),
        C = D;
      (getDataViewMemory0().setInt32(I + 4, C, !0), getDataViewMemory0().setInt32(I + 0, Q, !0));
    },
    __wbg_jwtId_55a488cba0dfab35: function (I, g) {
      const B = g.jwtId;
      var Q = isLikeNone(B) ? 0 : passStringToWasm0(B, t.__wbindgen_malloc, t.__wbindgen_realloc),
        C = D;
      (getDataViewMemory0().setInt32(I + 4, C, !0), getDataViewMemory0().setInt32(I + 0, Q, !0));
    },
    __wbg_maxTokenAge_835f1ce0b2d57d3f: function (I, g) {
      const B = g.maxTokenAge;
      (getDataViewMemory0().setFloat64(I + 8, isLikeNone(B) ? 0 : B, !0),
        getDataViewMemory0().setInt32(I + 0, !isLikeNone(B), !0));
    },
    __wbg_maxTokenLength_3a21a55525505e57: function (I) {
      const g = I.maxTokenLength;
      return isLikeNone(g) ? Number.MAX_SAFE_INTEGER : g >>> 0;
    },
    __wbg_new_ee2291f50781bf1d: function () {
      return new Array();
    },
    __wbg_notBeforeTolerance_8b29db1b67bcb7a8: function (I, g) {
      const B = g.notBeforeTolerance;
      (getDataViewMemory0().setFloat64(I + 8, isLikeNone(B) ? 0 : B, !0),
        getDataViewMemory0().setInt32(I + 0, !isLikeNone(B), !0));
    },
    __wbg_numericSubject_8d124cb51b1c64ec: function (I) {
      return I.numericSubject;
    },
    __wbg_requiredClaims_3e3200b67df842ae: function (I, g) {
      const B = g.requiredClaims;
      var Q = isLikeNone(B) ? 0 : passArrayJsValueToWasm0(B, t.__wbindgen_malloc),
        C = D;
      (getDataViewMemory0().setInt32(I + 4, C, !0), getDataViewMemory0().setInt32(I + 0, Q, !0));
    },
    __wbg_set_bea140a88be9b277: function (I, g, B) {
      I[g >>> 0] = B;
    },
    __wbg_subject_ec0d8c40e1324de2: function (I, g) {
      const B = g.subject;
      var Q = isLikeNone(B) ? 0 : passStringToWasm0(B, t.__wbindgen_malloc, t.__wbindgen_realloc),
        C = D;
      (getDataViewMemory0().setInt32(I + 4, C, !0), getDataViewMemory0().setInt32(I + 0, Q, !0));
    },
    __wbg_typ_8122c26c2a59e56c: function (I, g) {
      const B = g.typ;
      var Q = isLikeNone(B) ? 0 : passStringToWasm0(B, t.__wbindgen_malloc, t.__wbindgen_realloc),
        C = D;
      (getDataViewMemory0().setInt32(I + 4, C, !0), getDataViewMemory0().setInt32(I + 0, Q, !0));
    },
    __wbindgen_generic_0000000000000001: function (I, g) {
      return getStringFromWasm0(I, g);
    },
    __wbindgen_init_externref_table: function () {
      const I = t.__wbindgen_externrefs,
        g = I.grow(4);
      (I.set(0, void 0), I.set(g + 0, void 0), I.set(g + 1, null), I.set(g + 2, !0), I.set(g + 3, !1));
    },
    __wbg_set_wasm: function (I) {
      t = I;
    },
  };
}
var gg,
  Bg,
  Qg = { maxMemory: 64 << 20, keptMemory: 1 / 0 };
function runtime() {
  if (!gg) throw new Error("edgeseal was not booted");
  return gg;
}
function boot(I, g = Qg) {
  return (gg || ((Bg = instantiate(I)), (gg = { module: I, platform: g })), (I) => I);
}
function core() {
  return void 0 === Bg || Bg.broken
    ? (function () {
        const { module: I } = runtime(),
          g = instantiate(I);
        Bg && new Uint8Array(Bg.memory.buffer).fill(0);
        return (Bg = g);
      })()
    : Bg;
}
function instantiate(I) {
  const g = createGlue(),
    B = { "./edgeseal_bg.js": g },
    Q = { ...new WebAssembly.Instance(I, B).exports },
    C = Q.memory,
    E = { ...g, memory: C, view: new Uint8Array(0), broken: !1 };
  for (const [I, g] of Object.entries(Q)) {
    I.startsWith("__wbg_") && I.endsWith("_free") && (Q[I] = (...I) => E.broken || g(...I));
  }
  return (g.__wbg_set_wasm(Q), Q.__wbindgen_start?.(), E);
}
var Cg = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)?.get;
function isBytes(I) {
  return "Uint8Array" === Cg?.call(I);
}
var Eg = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };
function misuse(I, g) {
  return new AI("ERR_OPTION_INVALID", `${I} must be ${g}`);
}
function isUndefined(I) {
  return new AI("ERR_OPTION_INVALID", `${I} is undefined: leave it out, or set the variable that it is read from`);
}
function isPlain(I) {
  if ("object" != typeof I || null === I) return !1;
  const g = Object.getPrototypeOf(I);
  return null === g || (null === Object.getPrototypeOf(g) && Object.hasOwn(g, "isPrototypeOf"));
}
var text = (I, g) => {
    if ("string" != typeof I || "" === I) throw misuse(g, "a non-empty string");
    return I;
  },
  texts = (I, g) => {
    if (!Array.isArray(I) || 0 === I.length || !I.every((I) => "string" == typeof I && "" !== I))
      throw misuse(g, "a non-empty array of non-empty strings");
    return [...I];
  },
  oneOrMore = (I, g) => {
    if ("string" == typeof I) return [text(I, g)];
    if (!Array.isArray(I)) throw misuse(g, "a non-empty string or an array of them");
    return texts(I, g);
  };
function seconds(I) {
  const g = 315576e4;
  return (B, Q) => {
    const C =
      "string" == typeof B
        ? (function (I) {
            const g = Eg[I.at(-1)],
              B = I.slice(0, -1);
            return void 0 !== g && /^\d{1,10}(?:\.\d{1,3})?$/.test(B) ? Number(B) * g : void 0;
          })(B)
        : B;
    if ("number" != typeof C || !(C >= I && C <= g))
      throw misuse(Q, `a number of seconds from ${I} to ${g}, or a text such as "15m"`);
    return C;
  };
}
var flag = (I, g) => {
  if ("boolean" != typeof I) throw misuse(g, "true or false");
  return I;
};
var ig = "a string or Uint8Array of at least 32 random bytes",
  isWholeNumber = (I) => Number.isSafeInteger(Number(I)) && String(Number(I)) === I,
  og = { EdgesealError: AI, JwtError: II, KeyError: gI, PasswordError: BI };
function ask(I, g = core()) {
  try {
    return I(g);
  } catch (I) {
    throw ((g.broken = !0), failed(I, g));
  }
}
function failed(I, g) {
  const B = thrown(I);
  return ((g.broken = !isEdgesealError(B)), B);
}
function thrown(I) {
  if (
    !(function (I) {
      return Array.isArray(I) && 4 === I.length;
    })(I)
  )
    return I;
  const [g, B, Q, C] = I;
  return new (0, og[g])(B, Q, C ?? void 0);
}
var eg = ["HS256"],
  sg = class {
    #B;
    #Q = !1;
    #C;
    constructor(I, g, B = "secret") {
      ((this.#B = g),
        (this.#C = (function (I, g = "secret") {
          if (void 0 === I)
            throw new AI(
              "ERR_OPTION_INVALID",
              `${g} is undefined: is ${"secret" === g ? "AUTH_SECRET" : "its variable"} set?`,
            );
          if ("string" == typeof I || isBytes(I)) return [[void 0, I]];
          const B = Array.isArray(I)
            ? I.map(function (I, B) {
                if (!isPlain(I) || "string" != typeof I.kid) throw misuse(`${g}[${B}]`, "{ kid, secret }");
                return [I.kid, I.secret];
              })
            : (function (I) {
                if (!isPlain(I)) throw misuse(g, `${ig}, or an array of { kid, secret }`);
                if ("kty" in I) throw misuse(g, `${ig}; of a JWK the bytes of its "k"`);
                const B = Object.entries(I);
                if (B.some(([I]) => isWholeNumber(I)))
                  throw misuse(
                    g,
                    'an array of { kid, secret }, as keyRing("2:<new>,1:<old>") makes it: an object does not keep the order of such ids',
                  );
                return B;
              })(I);
          for (const [I, Q] of B) {
            if (void 0 === Q) throw new AI("ERR_OPTION_INVALID", `${g} "${I}" is undefined: is its variable set?`);
            if ("string" != typeof Q && !isBytes(Q)) throw misuse(`${g} "${I}"`, ig);
          }
          return B;
        })(I, B).map(([I, g]) => [I, secretBytes(g, B)])));
    }
    keep() {
      (tg?.register(this, this.#C, this), (this.#Q = !0));
    }
    prepare(I) {
      return ask(() => {
        const g = new I.Secrets(Uint8Array.from(this.#B, (I) => eg.indexOf(I)));
        try {
          for (const [I, B] of this.#C) g.add(I, B);
          return g;
        } catch (I) {
          throw (g.free(), I);
        }
      }, I);
    }
    free() {
      (zeroise(this.#C), (this.#C = []), this.#Q && tg?.unregister(this));
    }
  };
function zeroise(I) {
  for (const [, g] of I) g.fill(0);
}
var tg = "undefined" == typeof FinalizationRegistry ? void 0 : new FinalizationRegistry(zeroise);
function secretBytes(I, g) {
  if ("string" == typeof I) {
    if (
      (function (I) {
        for (const g of I) {
          const I = g.codePointAt(0);
          if (I >= 55296 && I <= 57343) return !0;
        }
        return !1;
      })(I)
    )
      throw misuse(g, "well-formed text");
    return new Ag().encode(I);
  }
  return new Uint8Array(I);
}
var Dg = class {
    #E;
    #i;
    #o;
    #e;
    #s = !1;
    constructor(I, g, B) {
      ((this.#E = new sg(I, g)), (this.#i = B));
    }
    keep() {
      this.#E.keep();
    }
    of(I, g) {
      return this.#o === I ? this.#e : this.#t(I, g);
    }
    #t(I, g) {
      if (this.#s) throw misuse(g, "used before it is freed");
      const B = this.#E.prepare(I),
        Q = ask(() => {
          try {
            return this.#i(I, B);
          } finally {
            I.scrubStack();
          }
        }, I);
      return ((this.#o = I), (this.#e = Q));
    }
    free() {
      ((this.#s = !0), this.#E.free());
      const [I, g] = [this.#o, this.#e];
      ((this.#o = this.#e = void 0),
        I &&
          g &&
          !I.broken &&
          ask(() => {
            (g.free(), I.scrubStack());
          }, I));
    }
  },
  ag = new Ag(),
  wg = new Ig("utf-8", { ignoreBOM: !0 });
function take2(I, g) {
  const B = Math.max(g, 8196),
    Q = I.room(B);
  (Q !== I.view.byteOffset || I.view.length < B) && (I.view = new Uint8Array(I.memory.buffer, Q, B));
}
var rg,
  cg,
  ng = {
    issuer: oneOrMore,
    audience: (I, g) => (!1 === I ? [] : oneOrMore(I, g)),
    algorithms: (function (...I) {
      return (g, B) => {
        if (!(Array.isArray(g) && g.length > 0 && g.every((g) => I.includes(g))) || new Set(g).size !== g.length)
          throw misuse(B, `an array of ${I.map((I) => `"${I}"`).join(", ")}`);
        return [...g];
      };
    })(...eg),
    typ: text,
    subject: text,
    numericSubject: flag,
    jwtId: text,
    clockTolerance: seconds(0),
    notBeforeTolerance: seconds(0),
    maxTokenAge: seconds(0),
    requiredClaims: texts,
    maxTokenLength:
      ((rg = 1),
      (cg = 2 ** 30),
      (I, g) => {
        if (!Number.isSafeInteger(I) || I < rg || I > cg) throw misuse(g, `a whole number from ${rg} to ${cg}`);
        return I;
      }),
    currentDate: (I, g) => {
      const B = (function (I) {
        try {
          return Date.prototype.getTime.call(I);
        } catch {
          return Number.NaN;
        }
      })(I);
      if (Number.isNaN(B)) throw misuse(g, "a valid Date");
      return B / 1e3;
    },
    complete: flag,
  };
function verifyJwt(I, g, B) {
  const Q = new hg(
    g,
    (function (I, g, B = []) {
      const Q = Object.create(null);
      if (void 0 === I) return Q;
      if (!isPlain(I)) throw misuse("the options argument", "a plain object");
      for (const C of Object.getOwnPropertyNames(I)) {
        if (!Object.hasOwn(g, C)) {
          const I = Object.keys(g).join(", ");
          throw new AI("ERR_OPTION_INVALID", `unknown option "${C}"; there are ${I}`);
        }
        const E = I[C];
        if (void 0 !== E) Q[C] = g[C](E, C);
        else if (!B.includes(C)) throw isUndefined(C);
      }
      return Q;
    })(B, ng),
    void 0,
  );
  try {
    return Q.verify(I);
  } finally {
    Q.free();
  }
}
var hg = class {
  #D;
  #a;
  #w;
  #r;
  #c;
  constructor(I, g, B) {
    const Q = g.algorithms;
    ((this.#a = g.maxTokenLength ?? 8192),
      (this.#w = g.currentDate),
      (this.#r = !0 === g.complete),
      (this.#c = B),
      (this.#D = new Dg(I, Q ?? ["HS256"], (I, B) => new I.Verifier(B, g))),
      this.#D.of(core(), "a verifier"));
  }
  verify = (I) => {
    const g = core(),
      B = this.#D.of(g, "a verifier"),
      Q = this.#w ?? Date.now() / 1e3,
      C = this.#c?.get(I, Q);
    if (void 0 !== C) return this.#r ? { header: headerOf(I), claims: C } : C;
    let E, e;
    try {
      const C = B.verify(
        (function (I, g, B) {
          if ("string" != typeof g) throw new II("ERR_JWT_MALFORMED", "the token is not a string");
          if (g.length > B) return B + 1;
          const Q = Math.min(B, 3 * g.length) + 4;
          return (I.view.length < Q && take2(I, Q), ag.encodeInto(g, I.view).written);
        })(g, I, this.#a),
        Q,
      );
      C < 0
        ? (e = g.refusal())
        : (E = (function (I, g) {
            return (I.view.length < g && take2(I, g), wg.decode(I.view.subarray(0, g)));
          })(g, C));
    } catch (I) {
      throw ((g.broken = !0), failed(I, g));
    }
    if (void 0 === E) throw thrown(e);
    let s = JSON.parse(E);
    return (void 0 !== this.#c && (s = this.#c.add(I, s, g)), this.#r ? { header: headerOf(I), claims: s } : s);
  };
  keep() {
    this.#D.keep();
  }
  free() {
    (this.#c?.clear(), this.#D.free());
  }
  [Symbol.dispose]() {
    this.free();
  }
};
function headerOf(I) {
  const g = I.slice(0, I.indexOf(".")).replaceAll("-", "+").replaceAll("_", "/");
  return JSON.parse(new Ig().decode(Uint8Array.from(atob(g), (I) => I.charCodeAt(0))));
}
const yg = base64ToUint8Array(
  "AGFzbQEAAAAB3AEhYAN/f38Bf2ACf38Bf2ACf38AYAN/f38AYAV/f39/fwBgBH9/f38AYAF/AGACf28AYAZ/f39/f38AYAAAYAR/f39/AX9gAAFvYAF/AX9gBX9/f39/AX9gAAF8YANvf28AYAFvAX9gAW8BfGACf38Bb2AAAX9gA39/fAF/YAN/fn4AYAZ/f398f38AYAZ/f39+f38AYAZ/f399f38AYAV/f39/fwJ/f2ACf28Df39/YAZ/f39/f38Bf2AFf398f38AYAV/f35/fwBgBX9/fX9/AGAAAn9/YAADf39/Ao0HERAuL2VkZ2VzZWFsX2JnLmpzGl9fd2JnX3NldF9iZWExNDBhODhiZTliMjc3AA8QLi9lZGdlc2VhbF9iZy5qcx1fX3diZ19pc3N1ZXJfYmNhOGI2MGE0YzcyNTZmZAAHEC4vZWRnZXNlYWxfYmcuanMlX193YmdfbnVtZXJpY1N1YmplY3RfOGQxMjRjYjUxYjFjNjRlYwAQEC4vZWRnZXNlYWxfYmcuanMfX193YmdfYXVkaWVuY2VfZTc2ODFiMGY5NGI1MzE5YQAHEC4vZWRnZXNlYWxfYmcuanMeX193Ymdfc3ViamVjdF9lYzBkOGM0MGUxMzI0ZGUyAAcQLi9lZGdlc2VhbF9iZy5qcxxfX3diZ19qd3RJZF81NWE0ODhjYmEwZGZhYjM1AAcQLi9lZGdlc2VhbF9iZy5qcxpfX3diZ190eXBfODEyMmMyNmMyYTU5ZTU2YwAHEC4vZWRnZXNlYWxfYmcuanMlX193YmdfY2xvY2tUb2xlcmFuY2VfZmNkYWQ2NmVhYzViNmU3OAAHEC4vZWRnZXNlYWxfYmcuanMpX193Ymdfbm90QmVmb3JlVG9sZXJhbmNlXzhiMjlkYjFiNjdiY2I3YTgABxAuL2VkZ2VzZWFsX2JnLmpzIl9fd2JnX21heFRva2VuQWdlXzgzNWYxY2UwYjJkNTdkM2YABxAuL2VkZ2VzZWFsX2JnLmpzJV9fd2JnX21heFRva2VuTGVuZ3RoXzNhMjFhNTU1MjU1MDVlNTcAERAuL2VkZ2VzZWFsX2JnLmpzJV9fd2JnX3JlcXVpcmVkQ2xhaW1zXzNlMzIwMGI2N2RmODQyYWUABxAuL2VkZ2VzZWFsX2JnLmpzGl9fd2JnX25ld19lZTIyOTFmNTA3ODFiZjFkAAsQLi9lZGdlc2VhbF9iZy5qcyxfX3diZ19fX3diaW5kZ2VuX3N0cmluZ19nZXRfMDM4MGNjYWEyZjU3ZjBkOQAHEC4vZWRnZXNlYWxfYmcuanMnX193YmdfX193YmluZGdlbl90aHJvd180MWU5ZWU0ZjU0N2ZjNTlhAAIQLi9lZGdlc2VhbF9iZy5qcx9fX3diaW5kZ2VuX2luaXRfZXh0ZXJucmVmX3RhYmxlAAkQLi9lZGdlc2VhbF9iZy5qcyNfX3diaW5kZ2VuX2dlbmVyaWNfMDAwMDAwMDAwMDAwMDAwMQASA359DAMEAwMDAgUBCgkIBgIDAAMKAgUBAwYCDQICBRMIAQEBBgYCBgQMAgIEFAgIBAQDBhUCBAEIBgQEAgYFCBYXGAAEBQgIAAYCBgMBAQoGDg4KAQkCGRobHB0EHg0FCgABAgEDAQMCAgMBAQIBAAALAQEJAgkCAgEBAgIJCAkECQJwAUdHbwCACAUDAQARBh8EfwFBgIDAAAt/AEG0qcAAC38AQeiqwAALfwFBgAgLB94CFAZtZW1vcnkCABJfX3diZ19zZWNyZXRzX2ZyZWUAKhNfX3diZ192ZXJpZmllcl9mcmVlADgHcmVmdXNhbAB/BHJvb20ANwpzY3J1YlN0YWNrAIsBC3NlY3JldHNfYWRkAGULc2VjcmV0c19uZXcARQl2YWxpZEZyb20AXwp2YWxpZFVudGlsAGAMdmVyaWZpZXJfbmV3AGYPdmVyaWZpZXJfdmVyaWZ5ADsPX19hYm9ydF9oYW5kbGVyAwEVX19pbnN0YW5jZV90ZXJtaW5hdGVkAwIRX193YmluZGdlbl9tYWxsb2MAWxJfX3diaW5kZ2VuX3JlYWxsb2MAYRdfX2V4dGVybnJlZl90YWJsZV9hbGxvYwAtFV9fd2JpbmRnZW5fZXh0ZXJucmVmcwEBGV9fZXh0ZXJucmVmX3RhYmxlX2RlYWxsb2MARxBfX3diaW5kZ2VuX3N0YXJ0AA8JVgEAQQELRjBygQF6dEFRMX2AAVQuVRyMAYwBSWw8PmpSa2pNUG1NaU9qTlNNaEhsZ0ZvTG5EZEFBQRCNAYkBYkFRMX58WHuFAUFcOUOKAXd2hwGIAXl6DAEHCvvTA33UJQIJfwF+IwBBEGsiCCQAAkACQAJAIABB9QFPBEAgAEHM/3tLBEBBACEADAQLIABBC2oiAUF4cSEFQaSuwAAoAgAiCUUNAkEfIQYgAEH1//8HTw0BIAVBJiABQQh2ZyIAa3ZBAXEgAEEBdGtBPmohBgwBCwJAAkACQAJAAkBBoK7AACgCACIEQRAgAEELakH4A3EgAEELSRsiBUEDdiIAdiIBQQNxBEAgAUF/c0EBcSAAaiIHQQN0IgFBmKzAAGoiACABQaCswABqKAIAIgIoAggiA0YNASADIAA2AgwgACADNgIIDAILIAVBqK7AACgCAE0NBiABDQJBpK7AACgCACIARQ0GIABoQQJ0QYirwABqKAIAIgEoAgRBeHEgBWshAyABIQIDQAJAIAEoAhAiAA0AIAEoAhQiAA0AIAIoAhghBgJAAkAgAiACKAIMIgBGBEAgAkEUQRAgAigCFCIAG2ooAgAiAQ0BQQAhAAwCCyACKAIIIgEgADYCDCAAIAE2AggMAQsgAkEUaiACQRBqIAAbIQQDQCAEIQcgASIAQRRqIABBEGogACgCFCIBGyEEIABBFEEQIAEbaigCACIBDQALIAdBADYCAAsgBkUNBgJAIAIoAhxBAnRBiKvAAGoiASgCACACRwRAIAIgBigCEEcEQCAGIAA2AhQgAA0CDAkLIAYgADYCECAADQEMCAsgASAANgIAIABFDQYLIAAgBjYCGCACKAIQIgEEQCAAIAE2AhAgASAANgIYCyACKAIUIgFFDQYgACABNgIUIAEgADYCGAwGCyAAKAIEQXhxIAVrIgEgAyABIANJIgEbIQMgACACIAEbIQIgACEBDAALAAtBoK7AACAEQX4gB3dxNgIACyACQQhqIQAgAiABQQNyNgIEIAEgAmoiASABKAIEQQFyNgIEDAULAkBBAiAAdCICQQAgAmtyIAEgAHRxaCIHQQN0IgFBmKzAAGoiAiABQaCswABqKAIAIgAoAggiA0cEQCADIAI2AgwgAiADNgIIDAELQaCuwAAgBEF+IAd3cTYCAAsgACAFQQNyNgIEIAAgBWoiBiABIAVrIgdBAXI2AgQgACABaiAHNgIAQaiuwAAoAgAiAgRAQbCuwAAoAgAhAQJAQaCuwAAoAgAiBEEBIAJBA3Z0IgNxRQRAQaCuwAAgAyAEcjYCACACQXhxQZiswABqIgMhBAwBCyACQXhxIgJBmKzAAGohBCACQaCswABqKAIAIQMLIAQgATYCCCADIAE2AgwgASAENgIMIAEgAzYCCAsgAEEIaiEAQbCuwAAgBjYCAEGorsAAIAc2AgAMBAtBpK7AAEGkrsAAKAIAQX4gAigCHHdxNgIACwJAAkAgA0EQTwRAIAIgBUEDcjYCBCACIAVqIgcgA0EBcjYCBCADIAdqIAM2AgBBqK7AACgCACIBRQ0BQbCuwAAoAgAhAAJAQaCuwAAoAgAiBEEBIAFBA3Z0IgZxRQRAQaCuwAAgBCAGcjYCACABQXhxQZiswABqIgQhAQwBCyABQXhxIgRBmKzAAGohASAEQaCswABqKAIAIQQLIAEgADYCCCAEIAA2AgwgACABNgIMIAAgBDYCCAwBCyACIAMgBWoiAEEDcjYCBCAAIAJqIgAgACgCBEEBcjYCBAwBC0GwrsAAIAc2AgBBqK7AACADNgIACyACQQhqIgBFDQEMAgtBACAFayEDAkACQAJAIAZBAnRBiKvAAGooAgAiAkUEQEEAIQFBACEADAELQQAhASAFQRkgBkEBdmtBACAGQR9HG3QhBEEAIQADQAJAIAIoAgRBeHEiByAFSQ0AIAcgBWsiByADTw0AIAIhASAHIgMNAEEAIQMgASEADAMLIAIoAhQiByAAIAcgAiAEQR12QQRxaigCECICRxsgACAHGyEAIARBAXQhBCACDQALCyAAIAFyRQRAQQAhAUECIAZ0IgBBACAAa3IgCXEiAEUNAyAAaEECdEGIq8AAaigCACEACyAARQ0BCwNAIAMgACgCBEF4cSICIAVrIgQgAyADIARLIgQbIAIgBUkiAhshAyABIAAgASAEGyACGyEBIAAoAhAiAgR/IAIFIAAoAhQLIgANAAsLIAFFDQAgBUGorsAAKAIAIgBNIAMgACAFa09xDQAgASgCGCEGAkACQCABIAEoAgwiAEYEQCABQRRBECABKAIUIgAbaigCACICDQFBACEADAILIAEoAggiAiAANgIMIAAgAjYCCAwBCyABQRRqIAFBEGogABshBANAIAQhByACIgBBFGogAEEQaiAAKAIUIgIbIQQgAEEUQRAgAhtqKAIAIgINAAsgB0EANgIACwJAIAZFDQACQAJAIAEoAhxBAnRBiKvAAGoiAigCACABRwRAIAEgBigCEEcEQCAGIAA2AhQgAA0CDAQLIAYgADYCECAADQEMAwsgAiAANgIAIABFDQELIAAgBjYCGCABKAIQIgIEQCAAIAI2AhAgAiAANgIYCyABKAIUIgJFDQEgACACNgIUIAIgADYCGAwBC0GkrsAAQaSuwAAoAgBBfiABKAIcd3E2AgALAkAgA0EQTwRAIAEgBUEDcjYCBCABIAVqIgAgA0EBcjYCBCAAIANqIAM2AgAgA0GAAk8EQCAAIAMQKwwCCwJAQaCuwAAoAgAiAkEBIANBA3Z0IgRxRQRAQaCuwAAgAiAEcjYCACADQfgBcUGYrMAAaiIDIQIMAQsgA0H4AXEiBEGYrMAAaiECIARBoKzAAGooAgAhAwsgAiAANgIIIAMgADYCDCAAIAI2AgwgACADNgIIDAELIAEgAyAFaiIAQQNyNgIEIAAgAWoiACAAKAIEQQFyNgIECyABQQhqIgANAQsCQAJAAkACQAJAIAVBqK7AACgCACIBSwRAIAVBrK7AACgCACIATwRAIAhBBGohAAJ/IAVBr4AEakGAgHxxIgFBEHYgAUH//wNxQQBHaiIBQAAiBEF/RgRAQQAhAUEADAELIAFBEHQiAkEQayACIARBEHQiAUEAIAJrRhsLIQIgAEEANgIIIAAgAjYCBCAAIAE2AgAgCCgCBCIBRQRAQQAhAAwICyAIKAIMIQdBuK7AACAIKAIIIgRBuK7AACgCAGoiADYCAEG8rsAAIABBvK7AACgCACICIAAgAksbNgIAAkACQEG0rsAAKAIAIgIEQEGIrMAAIQADQCABIAAoAgAiAyAAKAIEIgZqRg0CIAAoAggiAA0ACwwCC0HErsAAKAIAIgBBACAAIAFNG0UEQEHErsAAIAE2AgALQciuwABB/x82AgBBlKzAACAHNgIAQYyswAAgBDYCAEGIrMAAIAE2AgBBpKzAAEGYrMAANgIAQayswABBoKzAADYCAEGgrMAAQZiswAA2AgBBtKzAAEGorMAANgIAQaiswABBoKzAADYCAEG8rMAAQbCswAA2AgBBsKzAAEGorMAANgIAQcSswABBuKzAADYCAEG4rMAAQbCswAA2AgBBzKzAAEHArMAANgIAQcCswABBuKzAADYCAEHUrMAAQciswAA2AgBByKzAAEHArMAANgIAQdyswABB0KzAADYCAEHQrMAAQciswAA2AgBB5KzAAEHYrMAANgIAQdiswABB0KzAADYCAEHgrMAAQdiswAA2AgBB7KzAAEHgrMAANgIAQeiswABB4KzAADYCAEH0rMAAQeiswAA2AgBB8KzAAEHorMAANgIAQfyswABB8KzAADYCAEH4rMAAQfCswAA2AgBBhK3AAEH4rMAANgIAQYCtwABB+KzAADYCAEGMrcAAQYCtwAA2AgBBiK3AAEGArcAANgIAQZStwABBiK3AADYCAEGQrcAAQYitwAA2AgBBnK3AAEGQrcAANgIAQZitwABBkK3AADYCAEGkrcAAQZitwAA2AgBBrK3AAEGgrcAANgIAQaCtwABBmK3AADYCAEG0rcAAQaitwAA2AgBBqK3AAEGgrcAANgIAQbytwABBsK3AADYCAEGwrcAAQaitwAA2AgBBxK3AAEG4rcAANgIAQbitwABBsK3AADYCAEHMrcAAQcCtwAA2AgBBwK3AAEG4rcAANgIAQdStwABByK3AADYCAEHIrcAAQcCtwAA2AgBB3K3AAEHQrcAANgIAQdCtwABByK3AADYCAEHkrcAAQditwAA2AgBB2K3AAEHQrcAANgIAQeytwABB4K3AADYCAEHgrcAAQditwAA2AgBB9K3AAEHorcAANgIAQeitwABB4K3AADYCAEH8rcAAQfCtwAA2AgBB8K3AAEHorcAANgIAQYSuwABB+K3AADYCAEH4rcAAQfCtwAA2AgBBjK7AAEGArsAANgIAQYCuwABB+K3AADYCAEGUrsAAQYiuwAA2AgBBiK7AAEGArsAANgIAQZyuwABBkK7AADYCAEGQrsAAQYiuwAA2AgBBtK7AACABQQ9qQXhxIgBBCGsiAjYCAEGYrsAAQZCuwAA2AgBBrK7AACAEQShrIgQgASAAa2pBCGoiADYCACACIABBAXI2AgQgASAEakEoNgIEQcCuwABBgICAATYCAAwICyABIAJNDQAgAiADSQ0AIAAoAgwiA0EBcQ0AIANBAXYgB0YNAwtBxK7AAEHErsAAKAIAIgAgASAAIAFJGzYCACABIARqIQNBiKzAACEAAkACQANAIAMgACgCACIGRwRAIAAoAggiAA0BDAILCyAAKAIMIgNBAXENACADQQF2IAdGDQELQYiswAAhAANAAkAgAiAAKAIAIgNPBEAgAiADIAAoAgRqIgZJDQELIAAoAgghAAwBCwtBtK7AACABQQ9qQXhxIgBBCGsiAzYCAEGsrsAAIARBKGsiCSABIABrakEIaiIANgIAIAMgAEEBcjYCBCABIAlqQSg2AgRBwK7AAEGAgIABNgIAIAIgBkEga0F4cUEIayIAIAAgAkEQakkbIgNBGzYCBEGIrMAAKQIAIQogA0EQakGQrMAAKQIANwIAIANBCGoiACAKNwIAQZSswAAgBzYCAEGMrMAAIAQ2AgBBiKzAACABNgIAQZCswAAgADYCACADQRxqIQADQCAAQQc2AgAgAEEEaiIAIAZJDQALIAIgA0YNByADIAMoAgRBfnE2AgQgAiADIAJrIgBBAXI2AgQgAyAANgIAIABBgAJPBEAgAiAAECsMCAsCQEGgrsAAKAIAIgFBASAAQQN2dCIEcUUEQEGgrsAAIAEgBHI2AgAgAEH4AXFBmKzAAGoiACEBDAELIABB+AFxIgBBmKzAAGohASAAQaCswABqKAIAIQALIAEgAjYCCCAAIAI2AgwgAiABNgIMIAIgADYCCAwHCyAAIAE2AgAgACAAKAIEIARqNgIEIAFBD2pBeHFBCGsiBCAFQQNyNgIEIAZBD2pBeHFBCGsiAyAEIAVqIgBrIQUgA0G0rsAAKAIARg0DIANBsK7AACgCAEYNBCADKAIEIgJBA3FBAUYEQCADIAJBeHEiARAoIAEgBWohBSABIANqIgMoAgQhAgsgAyACQX5xNgIEIAAgBUEBcjYCBCAAIAVqIAU2AgAgBUGAAk8EQCAAIAUQKwwGCwJAQaCuwAAoAgAiAUEBIAVBA3Z0IgJxRQRAQaCuwAAgASACcjYCACAFQfgBcUGYrMAAaiIFIQMMAQsgBUH4AXEiAUGYrMAAaiEDIAFBoKzAAGooAgAhBQsgAyAANgIIIAUgADYCDCAAIAM2AgwgACAFNgIIDAULQayuwAAgACAFayIBNgIAQbSuwABBtK7AACgCACIAIAVqIgI2AgAgAiABQQFyNgIEIAAgBUEDcjYCBCAAQQhqIQAMBgtBsK7AACgCACEAAkAgASAFayICQQ9NBEBBsK7AAEEANgIAQaiuwABBADYCACAAIAFBA3I2AgQgACABaiIBIAEoAgRBAXI2AgQMAQtBqK7AACACNgIAQbCuwAAgACAFaiIENgIAIAQgAkEBcjYCBCAAIAFqIAI2AgAgACAFQQNyNgIECyAAQQhqIQAMBQsgACAEIAZqNgIEQbSuwABBtK7AACgCACIAQQ9qQXhxIgFBCGsiAjYCAEGsrsAAQayuwAAoAgAgBGoiBCAAIAFrakEIaiIBNgIAIAIgAUEBcjYCBCAAIARqQSg2AgRBwK7AAEGAgIABNgIADAMLQbSuwAAgADYCAEGsrsAAQayuwAAoAgAgBWoiATYCACAAIAFBAXI2AgQMAQtBsK7AACAANgIAQaiuwABBqK7AACgCACAFaiIBNgIAIAAgAUEBcjYCBCAAIAFqIAE2AgALIARBCGohAAwBC0EAIQBBrK7AACgCACIBIAVNDQBBrK7AACABIAVrIgE2AgBBtK7AAEG0rsAAKAIAIgAgBWoiAjYCACACIAFBAXI2AgQgACAFQQNyNgIEIABBCGohAAsgCEEQaiQAIAAL+xgCC38FfiMAQUBqIggkAAJAAkACQAJAAkACQAJAAkACQAJAAkACQAJAIAEoAgwiCiABKAIEIgRJBEAgASAKQQFqIgM2AgwgASgCACIGIApqIgctAAAiBcAhCQJAAkAgBUHbAGsOIQkBAQEBAQEBAQEBBgEBAQEBAQEHAQEBAQEFAQEBAQEBCQALIAVBImsODAcAAAAAAAAAAAAAAwALIAlBMGtB/wFxQQpJDQELIABBBjoACCAAQQg2AgQgAEGUksAANgIADAwLIAEgCjYCDCAKIQMLQQYhDUEIIQsgAyAETwRAQZSSwAAhBwwKCyABIANBAWoiAjYCDCADIAZqLQAAIgNBMEYNBiADQTFrQf8BcUEISwRAQZSSwAAhBwwKCyACIARPDQYDQCACIAZqLQAAQTBrQf8BcUEJSw0HIAEgAkEBaiICNgIMIAIgBEcNAAsMBwsCQCAEIANrQQNPBEAgAyAGaiICLwAAQfLqAXMgAkECai0AAEHlAHNyRQ0BCyAAQQg2AgQgAEGUksAANgIAIABBBjoACAwKCyABIApBBGo2AgwgAEEFOgAIDAkLAkAgBCADa0EETwRAIAMgBmooAABB4djNqwZGDQELIABBCDYCBCAAQZSSwAA2AgAgAEEGOgAIDAkLIAEgCkEFajYCDCAAQQU6AAgMCAsCQCAEIANrQQNPBEAgAyAGaiICLwAAQfXYAXMgAkECai0AAEHsAHNyRQ0BCyAAQQg2AgQgAEGUksAANgIAIABBBjoACAwICyABIApBBGo2AgwgAEEFOgAIDAcLIAhBMGogARAXIAgtADhBAkYNASAAIAgoAjg2AgggACAIKQIwNwIADAYLIAJBIEcEQAJAAkACQAJAIAlB+wBGBEAgASgCCCIHKAIUIQMgBygCCCEHIAhBIGogASACQQFqIAhBP2pBsJLAABATIAgoAiAiAkUNASAIKAIkIQEgAEEGOgAIIAAgAjYCACAAIAE2AgQMCwsgAyAETw0CA0AgAyAGai0AACIFQQlrIgdBF0sNAkEBIAd0QZOAgARxRQ0CIAEgA0EBaiIDNgIMIAMgBEcNAAsgBCEDDAILIAEoAggiASgCCCAHTwRAIAEgBzYCCAsCQAJAIAFBDGoiAigCCCIBIANPBEACQCADRQ0AIAEgA00NACACKAIEIANqLAAAQb9/TA0CCyACIAM2AggLDAELQYCAwABBMEHEksAAEHMACyAAQQU6AAgMCQsgBUHdAEcNACABIANBAWo2AgwMAQsgAkEBaiEMA0ACQCADIARPDQADQCADIAZqLQAAQQlrIgJBF0sNAUEBIAJ0QZOAgARxRQ0BIAEgA0EBaiIDNgIMIAMgBEcNAAsLIAhBMGogASAMEBICQAJAAkAgCC0AOEEGRgRAIAgoAjQhByAIKAIwIQUMAQtBlJLAACEFQQghByABKAIMIgMgASgCBCIETw0AIAEoAgAhBgJAA0ACQAJAIAYgAyICai0AACIDQQlrDiQAAAMDAAMDAwMDAwMDAwMDAwMDAwMDAwADAwMDAwMDAwMDAwYBCyAEIAJBAWoiA0cNAQwCCwsgA0HdAEYNAgsgASACQQFqNgIMCyAAQQY6AAggACAHNgIEIAAgBTYCAAwKCyABIAJBAWo2AgwMAgsgASACQQFqIgM2AgwMAAsACyAIQShqIQNBACEFQQAhAgJAIAEoAgwiBCAKSQ0AIAEoAgQhByABKAIAIQECQCAKRQ0AIAcgCk0EQCAHIApHDQIMAQsgASAKaiwAAEG/f0wNAQsCQCAERQ0AIAQgB08EQCAEIAdGDQEMAgsgASAEaiwAAEFASA0BCyABIApqIQUgBCAKayECCyADIAJBACAFGzYCBCADIAVBASAFGzYCACAIKQMoIQ8gAEEEOgAIIAAgDzcCAAwGCyAAQQY6AAggAEERNgIEIABBnJLAADYCAAwFCyAAQQY6AAggACAIKQIwNwIADAQLAkAgAiAETw0AIAIgBmotAABBLkcNACABIAJBAWoiAjYCDCACIARPBEBBlJLAACEHDAQLIAIgBmotAABBMGtB/wFxQQlLBEBBlJLAACEHDAQLA0AgAiAGai0AAEEwa0H/AXFBCUsNASABIAJBAWoiAjYCDCACIARHDQALDAELIAIgBE8NASACIAZqLQAAQSByQeUARw0BIAEgAkEBaiIDNgIMAkAgAyAETw0AAkAgAyAGai0AAEEraw4DAAEAAQsgASACQQJqIgM2AgwLIAMgBE8EQEGUksAAIQcMAwsgAyAGai0AAEEwa0H/AXFBCUsEQEGUksAAIQcMAwsDQCADIAZqLQAAQTBrQf8BcUEJSwRAIAMhAgwDCyABIANBAWoiAzYCDCADIARHDQALCyAEIQILQQAhAUEBIQNBACELAkACQAJAAkACfwJAAkACQAJ/AkACQAJ/AkACQAJAAkAgAiAKSQ0AIApBACAJQUBIGw0AAkAgAkUNACACIARPBEAgAiAERg0BDAILIAIgBmosAABBQEgNAQsgByEDIAIgCmsiC0GrAksNAQsDQCABIAtGBEBBAiENIAMhBwwRCyABIANqIAFBAWohAS0AAEHFAGtB3wFxDQALIAtFDQEgAyEHCyALIQICQAJAIAciAS0AAEEtRgRAIAFBAWohAyACQQFrIgJFDQEgAyEBCyAHIAtqIQRBACEDA0AgASADaiIFLQAAQd8BcUHFAEYNAiABIANBAWoiA2ogBEcNAAsgASACaiEDQQAhCQwIC0EAIQlBASELIAMhAQwNCyADRQ0BIAIgA00EQEEAIAIgA0cNAxoMAgsgBSwAAEG/f0oNAUEBIQVBACEGDAMLQQAhCyADIgchAUEAIQkMCwsgAQshBUEAIQQgA0EAIAUbIQYgBUEBIAUbIQUgA0F/Rg0BCwJAIANBAWoiBCACTwRAIAIgBEcNASACIQQMAgsgASAEaiwAAEFATg0BC0EADAELIAIgBGshDSABIARqCyEJIAUgBmohAyAGRQ0BIAUhASAGIQILQQAhBAJAA0AgASAEaiIFLQAAQS5GDQEgASAEQQFqIgRqIANHDQALQQAhBCACIQYgASEFDAcLIARFDQEgAiAETQRAQQAgAiAERw0DGgwCCyAFLAAAQb9/Sg0BQQEhBUEAIQYMAwtBACEEIAUhAUEAIQYMBQsgAQshBSAEQQAgBRshBiAFQQEgBRshBSAEQX9GDQELAkAgBEEBaiIMIAJPBEAgAiAMRw0BIAIhDAwCCyABIAxqLAAAQUBODQELQQAhBAwCCyABIAxqIQQgAiAMayEMDAELQQAhBEEAIQYgAyEFCwJ+AkAgBkEBRgRAIAUtAABBMEYNAQsgBq0MAQtCACAMQQAgBBsiAgR+IARBASAEGyEFQQAhBAJAA0AgBCAFai0AAEEwRw0BIAIgBEEBaiIERw0ACyACIQQLIAStBUIAC30LIRIgDUEBIAkbIQIgCUHWk8AAIAkbIQkDQCABIANGIgpFBEAgAS0AACABQQFqIQFBLmtB/QFxRQ0BCwtCgICAgIAgIRACQAJAAkACQAJAAkAgAg4CBQABCyAJLQAAIgVBK2sOAwIBAgELIAktAAAhBQsgAiEBAkACQAJAAkAgBUH/AXFBK2sOAwECAAILIAJBAWshAyAJQQFqIQEgAkERTwRAA0AgCEEQaiAOIA5CP4cQQiAIKQMYIAgpAxAiEUI/h1INBCABLQAAQTBrIgRBCUsNBCAErSIPQgBSIBEgESAPfSIOVXMNBCABQQFqIQEgA0EBayIDDQALDAULIANFDQQDQCABLQAAQTBrIgRBCUsNAyABQQFqIQEgDkIKfiAErX0hDiADQQFrIgMNAAsMBAsgAkEBayEBIAlBAWohCQsgAUEQTwRAA0AgCCAOIA5CP4cQQiAIKQMIIAgpAwAiD0I/h1INAiAJLQAAQTBrIgNBCUsNAiADrSAPfCIOIA9TDQIgCUEBaiEJIAFBAWsiAQ0ACwwDCyABRQ0CA0AgCS0AAEEwayIDQQlLDQEgCUEBaiEJIAOtIA5CCn58IQ4gAUEBayIBDQALDAILIAJFDQILQoCAgICAYEKAgICAgCAgBUH/AXFBLUYbIRAMAQtCgICAgIAgQoCAgICAYCAOIA5CgICAgIBgVxsiDyAPQoCAgICAIFkbIRALQQIhDSAKDQAgECASfEK1AlMNAEEbIQtB5JLAACEHQQYhDQsgACANOgAIIAAgCzYCBCAAIAc2AgALIAhBQGskAAvlFgIVfwN+IwBBQGoiByQAIAEoAggoAgghEAJAAkAgASgCDCIFIAEoAgQiCE8NACABKAIAIQYCQANAIAUgBmotAAAiCkEJayIJQRdLDQFBASAJdEGTgIAEcUUNASABIAVBAWoiBTYCDCAFIAhHDQALIAghBQwBCyAKQf0ARw0AIAEgBUEBajYCDEEAIQQMAQsgAUEEaiEXIAQoAhAhGCAHQRFqIRIDQAJAAkAgBSAITw0AIAEoAgAhBgJAAn8CQAJAA0AgBSAGai0AAEEJayIEQRlLDQRBASAEdEGTgIAEcUUEQCAEQRlHDQUgASAFQQFqIg02AgwgB0EIaiABEBcgBygCDCEKIAcoAgghBCAHLQAQDgMDAgkCCyAFQQFqIgUgCEkNAAsgASAFNgIMDAQLIAEoAggiBSgCFCENIAdBCGogBCAKEBYgBygCDCEGAkACQCAHKAIQIgQgBSgCDCAFKAIUIghrSwRAIAVBDGogCCAEEEAgBSgCFCEIDAELIARFDQELIARFDQAgBSgCECAIaiAGIAT8CgAACyAFIAQgCGoiCzYCFCAHKAIIIgQEQCAGIAQQSiAFKAIUIQsLQQEMAQsgBSAKakEBaiELIAEoAgghBUEACyEJIAUoAggiBiAFKAIAIghGBEAjAEEQayIEJAAgBEEEaiAIIAUoAgRBBCAIQQF0IgggCEEETRsiCEEEQQwQPSAEKAIEQQFGBEAgBCgCCCAEKAIMEHEACyAEKAIIIQogBSAINgIAIAUgCjYCBCAEQRBqJAALIAUoAgQgBkEMbGoiBCAJOgAIIAQgCzYCBCAEIA02AgAgBSAGQQFqNgIIQZSSwAAhBEEIIQogASgCDCIFIAEoAgQiBk8NBCABKAIAIQgDQAJAAkACQCAIIAUiDGotAABBCWsOMgEBAgIBAgICAgICAgICAgICAgICAgICAQICAgICAgICAgICAgICAgICAgICAgICAgIAAgsgASAMQQFqIgU2AgwgBSAGTw0FA0AgBSAIai0AAEEJayIMQRdLDQZBASAMdEGTgIAEcUUNBiABIAVBAWoiBTYCDCAFIAZJDQALIAYhBQwFCyAMQQFqIgUgBkkNAQsLIAEgDEEBajYCDAwECyABIAVBAWo2AgwLQZSSwAAhBEEIIQoMAgsgB0EIaiABIAIQEiAHKAIMIQ8gBygCCCEOIActABAiGUEGRgRAIA8hCiAOIQQMAgsgByASLQACOgAGIAcgEi8AADsBBCABKAIIIhNBEGohFCATQRRqIRVBACEMQQAhBgJAIAsgDUkNACAUIAEgCRsoAgAhFiAVIBcgCRsoAgAhEQJAIA1FDQAgDSARTwRAIA0gEUcNAgwBCyANIBZqLAAAQb9/TA0BCwJAIAtFDQAgCyARTwRAIAsgEUYNAQwCCyALIBZqLAAAQUBIDQELIA0gFmohBiALIA1rIQgLIAhBACAGGyELIAZBASAGGyERIAEoAgQhCCABKAIAIQ0CQCAFIAEoAgwiBksNAAJAIAUgCE8EQCAFIAhGDQEMAgsgBSANaiwAAEFATg0ADAELAkAgBiAITwRAIAYgCEYNAQwCCyAGIA1qLAAAQUBIDQELIAUgDWohDCAGIAVrIQkLIBIgBy8BBDsAACASIActAAY6AAIgByALNgIYIAcgETYCFCAHIBk6ABAgByAPNgIMIAcgDjYCCCAHIAlBACAMGyIFNgIgIAcgDEEBIAwbIgk2AhwgAyARIAsgB0EIaiAJIAUgGBEIACAGIAhPDQECQAJAAkADQAJAAkAgDSAGIgVqLQAAIgZBCWsOJAAAAwMAAwMDAwMDAwMDAwMDAwMDAwMDAAMDAwMDAwMDAwMDBQELIAggBUEBaiIGRw0BDAILCyAGQf0ARg0BCyABIAVBAWo2AgwMAwsgASAFQQFqNgIMIBAgEygCCCIBTQRAIBMoAgQiCSAQQQxsIgZqIQMCQAJAAkACQAJAIAEgEGsiC0EQTQRAIAtFDQEgC0EBRg0BIBUoAgAhCiAUKAIAIQ8gAUEMbEEMayEMA0ACQCAKIAggAy0ACEEBcSIFGyEEIAMoAgQiASADKAIAIgJJDQAgASAESw0AIANBDGohAyABIAJrIQ4gDyANIAUbIAJqIRIgDCEEIAkhBQNAIAogCCAFIAZqIgJBFGotAAAiERshECACQRBqKAIAIgEgAkEMaigCACICTyABIBBNcUUEQCACIAEgEEH4kMAAECwACyABIAJrIA5GBEAgEiAPIA0gERsgAmogDhBWRQ0JCyAFQQxqIQUgBiAEQQxrIgRHDQALIAxBDGshDCAJQQxqIQkgC0EBayILQQFHDQEMAwsLIAIgASAEQfiQwAAQLAALIAtBDGwiAkEMbiIKQQR0IQFBACEGIAJB9P///wVLDQNBCCEGIAFBCBBwIgRFDQMgFSgCACEOIBQoAgAhC0EAIQIDQCAOIAggAyACQQxsaiIFLQAIIgkbIQYgBSgCBCIBIAUoAgAiBUkNAyABIAZLDQMgCyANIAkbIhAgBWohDyABIAVrIQlCpcaIocicp/lLIRoCQCABIAVGDQAgCUEDcSEGAkAgBSABa0F8SwRAQQAhAQwBCyAJQXxxIRJBACEBA0AgGiABIA9qIgwxAACFQrODgICAIH4gDEEBajEAAIVCs4OAgIAgfiAMQQJqMQAAhUKzg4CAgCB+IAxBA2oxAACFQrODgICAIH4hGiASIAFBBGoiAUcNAAsgBkUNAQsgECABIAVqaiEFA0AgGiAFMQAAhUKzg4CAgCB+IRogBUEBaiEFIAZBAWsiBg0ACwsgBCACQQR0aiIBIAk2AgwgASAPNgIIIAEgGjcDACACQQFqIgIgCkcNAAsgCkEBdiICBEAgCkECayIMQQAgCiAMTxshDwNAIAJBAWsiAkEBdCIGQQFyIQUgBCACQQR0aiIBKAIMIQggASgCCCEJIAEpAwAhGiACIQECQAJAIAYgD08NAANAAkACQCAEAn8gBCAFQQR0aiIDKQMAIhsgBkEEdCAEakEgaiIGKQMAIhxSBEAgGyAcWAwBCyADKAIIIAYoAgggAygCDCIDIAYoAgwiBiADIAZJGxBWIg4gAyAGayAOG0EATAsgBWoiA0EEdGoiBSkDACIbIBpSBEAgGiAbVA0BIAEhBQwFCyAJIAUoAgggCCAFKAIMIgYgBiAISxsQViIOIAggBmsgDhtBAE4NAQsgBCABQQR0aiAF/QADAP0LAwAgA0EBdCIGQQFyIQUgAyEBIAYgD0kNAQwCCwsgASEFDAELIAYgDEcEQCABIQUMAQsCQCAEIAVBBHRqIgMpAwAiGyAaUgRAIBogG1QNASABIQUMAgsgCSADKAIIIAggAygCDCIGIAYgCEsbEFYiDiAIIAZrIA4bQQBIDQAgASEFDAELIAQgAUEEdGogA/0AAwD9CwMACyAEIAVBBHRqIgEgCDYCDCABIAk2AgggASAaNwMAIAINAAsLIAcgCjYCLCAHIAQ2AiggByAKNgIkIAdBMGogB0EkaiIBEB4gB0EIaiABEB4DQCAHKAIQIgIEQCAHKQMwIRogByAHKQMIIhs3AzAgBygCPCEDIAcoAjghASAHIAcpAxA3AzgCQCABRQ0AIBogG1INACADIAcoAhQiBEcNACABIAIgBBBWRQ0ECyAHQQhqIAdBJGoQHgwBCwsgBygCJCIBRQ0AIAcoAiggAUEEdBBKC0EAIQRBGiEKDAcLIAcoAiQiAUUNAiAHKAIoIAFBBHQQSgwCCyAFIAEgBkH4kMAAECwACyAGIAEQcQALQbyTwAAhBEEaIQoMAwsgECABIAFBqJHAABAsAAsgASAFQQFqIgU2AgwMAAsACyAAIAo2AgQgACAENgIAIAdBQGskAAvPEQQIfwZ+AnwBewJAAnwCQCACLQAIIgVBBkcEQCAFQQJHDQMgAigCACEDIAIoAgQiB0ENSw0BQQAhAgNAIAIgB0cEQCACIANqIAJBAWohAi0AAEE6a0H/AXFB9gFPDQEMAwsLRAAAAAAAAAAAIAdFDQIaIAdBA3EhAgJAIAdBBE8EQCAHQQxxIQQDQCALQgp+IAMtAABBMGutQv8Bg3xCCn4gA0EBai0AAEEwa61C/wGDfEIKfiADQQJqLQAAQTBrrUL/AYN8Qgp+IANBA2otAABBMGutQv8Bg3whCyADQQRqIQMgBEEEayIEDQALIAJFDQELA0AgC0IKfiADLQAAQTBrrUL/AYN8IQsgA0EBaiEDIAJBAWsiAg0ACwsgC7oMAgsgAEIANwMIIABBADYCAA8LAn4CQANAIAMgBGoiAi0AAEHfAXFBxQBGDQEgByAEQQFqIgRHDQALIAMhAiAHIQhCAAwBCwJAAkAgBEEAAn8CQCAERQ0AIAQgB08EQEEAIAQgB0cNAhoMAQsgAiwAAEG/f0oNAEEBIQIMAgsgAwsiAhshCCACQQEgAhshAiAEQX9GDQELAkAgByAEQQFqIgZNBEAgBiAHRw0BIAchBgwCCyADIAZqLAAAQb9/Sg0BC0IADAELIAMgBmohBAJAAkACQCAHIAZrIgUOAgUAAQsgBC0AACIDQStrDgMEAQQBCyAELQAAIQMLAkACQAJAAkAgA0H/AXFBK2sOAwECAAILIARBAWohBCAFQQlPBEAgBiAHa0EBaiEGQQAhAwNAIAOsQgp+IgtCIIinIAunIgVBH3VHDQcgBC0AAEEwayIHQQlLDQcgBSAHayIDIAVIIAdBAEpzDQcgBEEBaiEEIAZBAWoiBg0ACwwDCyAFQQFGBEBBACEDDAMLIAYgB2tBAWohB0EAIQMDQCAELQAAQTBrIgVBCUsNBiAEQQFqIQQgA0EKbCAFayEDIAdBAWoiBw0ACwwCCyAFQQFrIQUgBEEBaiEECyAFQQhPBEBBACEDA0AgA6xCCn4iC0IgiKcgC6ciBkEfdUcNBSAELQAAQTBrIgNBCUsNBSADQQBIIAMgBmoiAyAGSHMNBSAEQQFqIQQgBUEBayIFDQALDAELIAVFBEBBACEDDAELIAQtAABBMGsiA0EJSw0DIAVBAUYNACAELQABQTBrIgZBCUsNAyAGIANBCmxqIQMgBUECRg0AIAQtAAJBMGsiBkEJSw0DIAYgA0EKbGohAyAFQQNGDQAgBC0AA0EwayIGQQlLDQMgBiADQQpsaiEDIAVBBEYNACAELQAEQTBrIgZBCUsNAyAGIANBCmxqIQMgBUEFRg0AIAQtAAVBMGsiBkEJSw0DIAYgA0EKbGohAyAFQQZGDQAgBC0ABkEwayIFQQlLDQMgBSADQQpsaiEDCyADrAshDAJAIAhFBEBBACEFQQEhAwwBCyAIIQUCQCACIgctAABBLUYiCUUNAEEBIQMgAkEBaiEHIAVBAWsiBQ0AQQAhBSAHIQJBASEJDAELIAIgCGohAkEAIQQCQANAIAQgB2oiBi0AAEEuRg0BQQEhAyAHIARBAWoiBGogAkcNAAsgByECDAELAkACQAJ/AkAgBEUNACAEIAVPBEBBACAEIAVHDQIaDAELIAYsAABBv39KDQBBASECQQAhBgwCCyAHCyECQQAhCCAEQQAgAhshBiACQQEgAhshAiAEQX9GDQELAkAgBSAEQQFqIghNBEAgBSAIRw0BIAUhCAwCCyAHIAhqLAAAQUBODQELIAYhBUEBIQMMAQsgByAIaiEDIAUgCGsiCEUEQCAGIQUMAQsgBSAHakEBayEEA0AgBC0AAEEwRwRAIAYhBSAIIQoMAgsgBEEBayEEIAhBAWsiCA0ACyAGIQULIAMgCmohBiACIAVqIQUgCq0iDyAMfSENQgAhCwNAAkACfwJAIAJFDQAgAiAFRg0AIAJBAWohBCADDAELIANFDQEgAyAGRg0BQQAhBCADIgJBAWoLIQMgCyACLQAAIgJBMEcgC0IAVXKtfCILQhNVDQMgDkIKfiACQTBrrUL/AYN8IQ4gBCECDAELC0QAAAAAAAAAgEQAAAAAAAAAACAJGyAOUA0AGiANQhJVDQEgCyANfUINVQ0BAkACQAJAIA1CAFMEQCAMIA99Ig9CAlQNAf0MAAAAAAAAAAABAAAAAAAAACAO/R4AIRMgDSAPQn6DIgx8IQ0gDCELA0AgE/0MCgAAAAAAAAAKAAAAAAAAAP3VASETIAtCAn0iC0IAUg0ACyATIBMgE/0NCAkKCwwNDg8AAQIDBAUGB/3VAf0dACEOIAwgD1INAUIBIQwMAwsgDVAEQEIBIQwMAwsgDachAkIKIQtCASEMA0ACQCACQQFxBEAgCyAMfiEMIAJBAUYNAQsgAkEBdiECIAsgC34hCwwBCwsgDFANAQwCCwNAIA5CCn4hDkIBIQwgDUIBfCINQgBSDQALDAELQeOowABBM0GIkcAAEFoACyAOIA4gDIAiCyAMfn0hDkEBIQIgC0L/////////D1gEQANAIA5CAYYiDiAMWq0gCyINQgGGhCELIAJBAWshAiAOIAyCIQ4gDUKAgICAgICACFQNAAsLIAtBCiALeadrIgWtIhCIIgxCAYMhDSAMQgGIIQ9CACEMAkAgDkIAUgRAIA0hDAwBCyANUA0AIA9CAYNCASALQn8gEIZCf4WDUBshDAtEAAAAAAAAAEAhEkQAAAAAAAAAQEQAAAAAAADwPyACIAVqIgVBH3UiAiAFcyACayICQQFxGyERIAJBAXYiAgRAA0AgESASIBKiIhKiIBEgAkEBcRshESACQQF2IgINAAsLRAAAAAAAAPA/IBGjIBEgBUEASBsgDCAPfLqiIhGaIBEgCRsLIhGZRACAvyD6f01CZUUNACAAIBE5AxAgAEIBNwMIIABBADYCAA8LIABBODYCECAAQdeTwAA2AgwgAEEDNgIIIAAgATYCBCAAQQE2AgALjgwCD38IeyMAQUBqIgwkACACBEAgASACQQZ0aiEPIAD9AAIQIRQgAP0AAgAhFQNAIAwgAf0AAAAgE/0NAwIBAAcGBQQLCgkIDw4NDCIX/QyYL4pCkUQ3cc/7wLWl27Xp/a4B/QsEACAMIAH9AAAQIBP9DQMCAQAHBgUECwoJCA8ODQwiGP0MW8JWOfER8Vmkgj+S1V4cq/2uAf0LBBAgDCAB/QAAICAT/Q0DAgEABwYFBAsKCQgPDg0MIhb9DJiqB9gBW4MSvoUxJMN9DFX9rgH9CwQgIAwgAf0AADAgE/0NAwIBAAcGBQQLCgkIDw4NDCIS/Qx0Xb5y/rHegKcG3Jt08ZvB/a4B/QsEMCABQUBrIQEgFf0bAyEDIBX9GwIhBCAV/RsBIQUgFf0bACEGIBT9GwMhCCAU/RsCIQkgFP0bASEKIBT9GwAhB0EAIQ5BECELA0ACQCALQTxNBEAgDkEBaiEOIAtBAnRB0J7AAGohEEEAIQ0gBiECIBchGSAYIRcgFiEYIBIhFiAFIQYgBCEFIAMhBANAIAwgDWoiA/0ABAAhEyADIBggFv0NBAUGBwgJCgsMDQ4PEBESEyAZ/a4BIBkgF/0NBAUGBwgJCgsMDQ4PEBESEyISQQP9rQEgEkEH/a0B/VEgEkES/a0B/VEgEkEO/asB/VEgEkEZ/asB/VH9rgEgFiAT/Q0ICQoLCAkKCwwNDg8MDQ4PIhJBEf3NASASQQr9rQH9USASQRP9zQH9Uf0MAAAAAAAAAAAAAAAAAAAAAP0NAAECAwgJCgscHR4fHB0eH/2uASIZIBP9DQABAgMAAQIDBAUGBwQFBgciEkER/c0BIBJBCv2tAf1RIBJBE/3NAf1R/QwAAAAAAAAAAAAAAAAAAAAA/Q0cHR4fHB0eHwABAgMICQoLIBn9rgEiEiANIBBq/QACAP2uAf0LBAAgB0EadyAHQRV3cyAHQQd3cyAIaiAJIApzIAdxIAlzaiAT/RsAaiIIIAUgBnMgAnEgBSAGcXMgAkEedyACQRN3cyACQQp3c2pqIgNBHncgA0ETd3MgA0EKd3MgAyACIAZzcSACIAZxc2ogE/0bASAJaiAEIAhqIgggByAKc3EgCnNqIAhBGncgCEEVd3MgCEEHd3NqIglqIgRBHncgBEETd3MgBEEKd3MgBCACIANzcSACIANxc2ogE/0bAiAKaiAFIAlqIgkgByAIc3EgB3NqIAlBGncgCUEVd3MgCUEHd3NqIgpqIgVBHncgBUETd3MgBUEKd3MgBSADIARzcSADIARxc2ogE/0bAyAHaiAGIApqIgogCCAJc3EgCHNqIApBGncgCkEVd3MgCkEHd3NqIgdqIQYgAiAHaiEHIA1BEGoiDUHAAEYNAiALQTlJIAYhAiAXIRkgC0EEaiELIBghFyAWIRggEiEWIAUhBiAEIQUgAyEEDQALC0EAQQRBwAAgC2tB0KDAABAsAAsgC0EEaiELIA5BA0cNAAtBACECA0AgAiAMaiILQQxqKAIAIAdqIAtBCGooAgAgCmogC0EEaigCACAJaiADIAsoAgAgB0EadyAHQRV3cyAHQQd3cyAIaiAJIApzIAdxIAlzamoiA2oiCCAHIApzcSAKc2ogCEEadyAIQRV3cyAIQQd3c2oiCyAEaiIJIAcgCHNxIAdzaiAJQRp3IAlBFXdzIAlBB3dzaiINIAVqIgogCCAJc3EgCHNqIApBGncgCkEVd3MgCkEHd3NqIg4gBmohByAEIAVzIAZxIAQgBXFzIAZBHncgBkETd3MgBkEKd3NqIANqIgNBHncgA0ETd3MgA0EKd3MgAyAFIAZzcSAFIAZxc2ogC2oiBEEedyAEQRN3cyAEQQp3cyAEIAMgBnNxIAMgBnFzaiANaiIFQR53IAVBE3dzIAVBCndzIAUgAyAEc3EgAyAEcXNqIA5qIQYgAkEQaiICQcAARw0ACyAAIAf9ESAK/RwBIAn9HAIgCP0cAyAU/a4BIhT9CwIQIAAgBv0RIAX9HAEgBP0cAiAD/RwDIBX9rgEiFf0LAgAgASAPRw0ACwsgDEFAayQAC+IRAQx/IwBBQGoiBCQAAkACQAJAAkAgAkEASA0AIAJFBEAgBEIBNwIgIAQgAjYCHEEAIQIMBAtBASEDIAJBARBwIgVFDQAgBEEANgIkIAQgBTYCICAEIAI2AhwgASACaiEFA0BBACEDA0AgASADaiIGLQAAQdwARwRAIAEgA0EBaiIDaiAFRw0BDAULCwJAAkACfwJAIANFDQAgAiADTQRAQQAgAiADRw0CGgwBCyAGLAAAQb9/Sg0AQQEhCEEAIQYMAgsgAQshB0EAIQUgA0EAIAcbIQYgB0EBIAcbIQggA0F/Rg0BCyADQQFqIgUgAk8EQCACIAVGIAIhBUUNBQwBCyABIAVqLAAAQUBIDQQLIAIgBWshBwJAAkAgBCgCHCAEKAIkIgJrIAZJBEAgBEEcaiACIAYQQCAEKAIkIQIMAQsgBkUNAQsgBkUNACAEKAIgIAJqIAggBvwKAAALIAEgBWohAyAEIAIgBmoiBTYCJAJ/AkACQCAHQQFNBEAgB0EBRg0BDAILIAMsAAFBQEgNAQsgB0EBayEGIANBAWoMAQtBACEDQQALIQEgBkEAIAEbIQIgA0EARyEGIAFBASABGyEBAkACQAJAAkACQCADBEACQAJAAkACQAJAAkAgAy0AAEHiAGsOFAAFBQUBBQUFBQUFBQIFBQUDBQQKBQsgBSAEKAIcRgR/IARBHGogBUEBEEAgBCgCJAUgBQsgBCgCIGpBCDoAACAEIAVBAWo2AiQMCgsgBSAEKAIcRgR/IARBHGogBUEBEEAgBCgCJAUgBQsgBCgCIGpBDDoAACAEIAVBAWo2AiQMCQsgBSAEKAIcRgR/IARBHGogBUEBEEAgBCgCJAUgBQsgBCgCIGpBCjoAACAEIAVBAWo2AiQMCAsgBSAEKAIcRgR/IARBHGogBUEBEEAgBCgCJAUgBQsgBCgCIGpBDToAACAEIAVBAWo2AiQMBwsgBSAEKAIcRgR/IARBHGogBUEBEEAgBCgCJAUgBQsgBCgCIGpBCToAACAEIAVBAWo2AiQMBgsgBCgCHCAFayAGSQ0BDAILIAQoAhwgBWsgBk8NAgsgBEEcaiAFIAYQQCAEKAIkIQULIAZFDQAgBCgCICAFaiADQQEgAxsgBvwKAAALIAQgBSAGajYCJAwBC0EAIQMgBAJ/QQAgAkEDTQ0AGiAEQRhqIAEQNCAELwEaQQAgBC8BGEEBcRshA0EAIAJBCkkNABogBEEQaiABQQZqEDQgBC8BEkEAIAQvARBBAXEbCzsBKiAEIAM7ASggBEEAOgA0IARBADYCLCAEIANBgPgDcUGAsANGIg42AjAgBEEIaiEHIARBKGohCCAEQSxqIgUoAgAhAwJAIAUoAgQiBkEBTQRAIAZBAWoiBiAGIAMgBS0ACBsiA08NAQsgAyAGQQJBmJHAABAsAAsgByAGIANrNgIEIAcgCCADQQF0ajYCACAEIAQoAggiAyAEKAIMQQF0ajYCPCAEIAM2AjggBEEAOwE0IARCgYDEgJCAwAg3AiwgBEEcaiEKAkAgBS8BCCIGQQJGDQAgBSgCECENIAUvAQohCCAFKAIMIQMDQAJAAkACfwJAAn8gBkEBcQRAIAMhBSAIDAELIAMgDUYNBiADQQJqIQUgAy8BAAsiB0GA8ANxQYCwA0cEQCAKKAIIIQZBASEJIAdB//8DcSIIQYABSQRAQQEhBwwECyAHQf//A3FBgBBPDQFBAgwCCyAHQf//A3FB/7cDSw0DIAUgDUYNAyAFQQJqIQNBASEGIAUvAQAiCEGAQGtB//8DcUGA+ANJDQQgCEH/B3EgB0H/B3FBCnRyQYCABGohCCAKKAIIIQYgAyEFC0EDQQQgCEGAgARJGwshB0EAIQkLIAooAgAgBmsgB0kEfyAKIAYgBxBAIAooAggFIAYLIAooAgRqIQMCQCAJRQRAIAhBP3FBgH9yIQkgCEEGdiELIAhBgBBPBEAgCEEMdiEMIAtBP3FBgH9yIQsgCEGAgARPBEAgAyAJOgADIAMgCzoAAiADIAxBP3FBgH9yOgABIAMgCEESdkFwcjoAAAwDCyADIAk6AAIgAyALOgABIAMgDEHgAXI6AAAMAgsgAyAJOgABIAMgC0HAAXI6AAAMAQsgAyAIOgAACyAKIAYgB2o2AggLA0AgBSANRg0CIAVBAmohAwJ/AkACQCAFLwEAIgdBgPADcUGAsANGBEAgAyEFIAdB/7cDSw0EIAMgDUYNBCADQQJqIQVBASEGIAMvAQAiCEGAQGtB//8DcUGA+ANPDQEgBSEDDAULIAooAgghBkEBIQkgB0GAAUkEQCADIQVBAQwDCyAHQYAQTwRAIAMhBQwCC0EAIQkgAyEFQQIMAgsgCEH/B3EgB0H/B3FBCnRyQYCABGohByAKKAIIIQYLQQAhCUEDQQQgB0GAgARJGwsiCyAKKAIAIAZrSwR/IAogBiALEEAgCigCCAUgBgsgCigCBGohAwJAIAlFBEAgB0E/cUGAf3IhCCAHQQZ2IQkgB0GAEEkEQCADIAg6AAEgAyAJQcABcjoAAAwCCyAHQQx2IQwgCUE/cUGAf3IhCSAHQf//A00EQCADIAg6AAIgAyAJOgABIAMgDEHgAXI6AAAMAgsgAyAIOgADIAMgCToAAiADIAxBP3FBgH9yOgABIAMgB0ESdkFwcjoAAAwBCyADIAc6AAALIAogBiALajYCCAwACwALAAsCfyAORQRAIAJBBE0EQEEEIQMgAkEERw0GQXwMAgsgASwABEG/f0wNBUEEIQNBfAwBCwJAIAJBCk0EQEEKIQMgAkEKRw0GDAELIAEsAApBQEgNBUEKIQMLQXYLIQUgASADaiEBIAIgBWohAgsgASACaiEFIAINAAsMAQsgAyACEHEAC0EAIQIgBCgCJCEDDAELIAQoAhwgBCgCJCIDayACSQRAIARBHGogAyACEEAgBCgCJCEDCyACRQ0AIAQoAiAgA2ogASAC/AoAAAsgACAEKQIcNwIAIAAgAiADajYCCCAEQUBrJAALvwsCDn8BfiMAQRBrIg0kACABKAIMIg4hAgJAA0ACQAJAIAEoAgQiCCACTQ0AIAEoAgAiCiACai0AACIFQSJHIAVB3ABHcQ0AIAIhAwwBCyACIAhNBEAgASgCACIKIAJqIQQgAQJ/AkAgCCACayIFQfj///8HcSIGBEBBACEDA0AgAyAEaikAACIQQn+FIBBCosSIkaLEiJEihUKBgoSIkKDAgAF9IBBC3Ljx4sWLl67cAIVCgYKEiJCgwIABfSAQQqDAgIGChIiQIH2EhINCgIGChIiQoMCAf4MiEEIAUg0CIAYgA0EIaiIDRw0ACwsgBiAFQQdxIgNFDQEaQQAhBQJAAkAgBCAGaiIHLQAAIgRBIkYNACAEQdwARg0AIARBIEkNACADQQFGDQFBASEFIActAAEiBEEiRg0AIARB3ABGDQAgBEEgSQ0AIANBAkYNAUECIQUgBy0AAiIEQSJGDQAgBEHcAEYNACAEQSBJDQAgA0EDRg0BQQMhBSAHLQADIgRBIkYNACAEQdwARg0AIARBIEkNACADQQRGDQFBBCEFIActAAQiBEEiRg0AIARB3ABGDQAgBEEgSQ0AIANBBUYNAUEFIQUgBy0ABSIEQSJGDQAgBEHcAEYNACAEQSBJDQAgA0EGRg0BQQYhBSAHLQAGIgRBIkYNACAEQdwARg0AIARBH0sNAQsgBSEDCyADIAZqDAELIBB6p0EDdiADagsgAmoiAzYCDAwBCyACIAggCEGsk8AAECwAC0ECIQRBKiEMQf+SwAAhBSADIAhPDQEgASADQQFqIgY2AgwgAyAKai0AACICQdwARwRAIAJBIkcNAgJ/QQAgAyAOSQ0AGiAOBEBBACAKIA5qLAAAQUBIDQEaCyADIA5rIQwgCiAOagshASAMQQAgARshDCAPIQQgAUEBIAEbIQUMAgtBCCEMQZSSwAAhBSAGIAhPDQEgASADQQJqIgI2AgxBASEPAkAgBiAKai0AAEEiaw5UAQICAgICAgICAgICAgECAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgECAgICAgECAgIBAgICAgICAgECAgIBAgEAAgsgA0EGaiEGAkAgA0F5Sw0AIAYgCEsNACABIAY2AgwgAiAKaiILLQAAIgJBwQBrQV9xQQpqIAJBMGsgAkE5SxsiB0EPSw0CIAstAAEiAkHBAGtBX3FBCmogAkEwayACQTlLGyICQQ9LDQIgCy0AAiIJQcEAa0FecUEKaiAJQTBrIAlBOUsbQQ9LDQIgCy0AAyIJQcEAa0FecUEKaiAJQTBrIAlBOUsbQQ9LDQJBECEMQdSSwAAhBSACQQh0QYAYcSAHQQx0ckGA+ANxIgdBgLADRwRAIAYhAiAHQYC4A0cNAgwDCyAGIAhPDQIgASADQQdqIgI2AgwgAiAITw0CIAYgCmotAABB3ABHDQIgASADQQhqNgIMIAIgCmotAABB9QBHDQIgDUEIaiELIAEoAgwiAkEEaiEDAkACQAJAIAJBe0sNACADIAEoAgRLDQAgASADNgIMIAEoAgAgAmoiCS0AACICQcEAa0FfcUEKaiACQTBrIAJBOUsbIgdBD0sNASAJLQABIgJBwQBrQV9xQQpqIAJBMGsgAkE5SxsiBkEPSw0BIAktAAIiAkHBAGtBX3FBCmogAkEwayACQTlLGyIDQQ9LDQEgCS0AAyICQcEAa0FfcUEKaiACQTBrIAJBOUsbIgJBD0sNASALQQA2AgAgCyAGQQR0IAdBCHRyIANyQQR0IAJyOwEEDAILIAEgAzYCDAsgC0EINgIEIAtBlJLAADYCAAsgDSgCCCICBEAgDSgCDCEMIAIhBQwDCyANLwEMQYD4A3FBgLgDRw0CIAEoAgwhAgwBCwsgASAGNgIMCyAAIAQ6AAggACAMNgIEIAAgBTYCACANQRBqJAAL8QsCC38GeyADQQA2AgggAkH8////B3EhDCACQQNxIQ0gAwJ/IAJBAnYiAkUEQCADKAIEIQZBAAwBCyACQQNsIgcgAygCAEsEQCADQQAgBxBAIAMoAgghBAsgAygCBCIGIARqIQkgB0EBayIFBEAgCUEAIAX8CwALIAUgCWpBADoAACAEIAdqCyIHNgIIAkAgB0EDbiIEIAIgAiAESxsiCEUEQEEAIQkMAQtBACEJIAhBBE8EQCAIQfz///8BcSEKIAhBAnZBDGwhCUEAIQUgASEEA0AgBSAGaiICQQlqIAT9AAAAIhBBCP2tAf0M/wAAAP8AAAD/AAAA/wAAAP1OIg/9GwNBiJfAAGogD/0bAkGIl8AAaiAP/RsBQYiXwABqIA/9GwD9BwCIl0D9VAAAAf1UAAAC/VQAAAMiEkEE/W0gEP0M/wAAAP8AAAD/AAAA/wAAAP1OIg/9GwNBiJfAAGogD/0bAkGIl8AAaiAP/RsBQYiXwABqIA/9GwD9BwCIl0D9VAAAAf1UAAAC/VQAAAMiFEEC/Wv9UCIP/VgAAAMgAkEGaiAP/VgAAAIgAkEDaiAP/VgAAAEgAiAP/VgAAAAgAkEKaiAQQRD9rQH9DP8AAAD/AAAA/wAAAP8AAAD9TiIP/RsDQYiXwABqIA/9GwJBiJfAAGogD/0bAUGIl8AAaiAP/RsA/QcAiJdA/VQAAAH9VAAAAv1UAAADIhNBAv1tIBJBBP1r/VAiD/1YAAADIAJBB2ogD/1YAAACIAJBBGogD/1YAAABIAJBAWogD/1YAAAAIAJBC2ogE0EG/WsgEEEY/a0BIhD9GwNBiJfAAGogEP0bAkGIl8AAaiAQ/RsBQYiXwABqIBD9GwD9BwCIl0D9VAAAAf1UAAAC/VQAAAMiD/1QIhD9WAAAAyACQQhqIBD9WAAAAiACQQVqIBD9WAAAASACQQJqIBD9WAAAACAPIBMgEiAUIBH9UP1Q/VD9UCERIARBEGohBCAJIAVBDGoiBUcNAAsgESARIBD9DQIDAAAAAAAAAAAAAAAAAAD9UCIQIBAgEP0NAQAAAAAAAAAAAAAAAAAAAP1Q/RYAIQkgCCAKRg0BCyAIIAprIQggASAKQQJ0aiEEIAYgCkEDbGohAgNAIAJBAmogBCgAACIFQRB2Qf8BcS0AiJdAIgpBBnQgBUEYdi0AiJdAIg5yOgAAIAJBAWogBUEIdkH/AXEtAIiXQCILQQR0IApBAnZyOgAAIAIgBUH/AXEtAIiXQCIFQQJ0IAtBBHZyOgAAIA4gCiALIAUgCXJycnIhCSAEQQRqIQQgAkEDaiECIAhBAWsiCA0ACwsgASAMaiEBAkACQAJAAkACQAJAIA1BAWsOAwUAAQILIAEtAAAtAIiXQCICQQJ0IAEtAAEtAIiXQCIIQQR2ciEKIAIgCHIhAiADKAIAIgEgB0YEfyMAQRBrIgQkACAEQQRqIQUgAygCBCELAn9BCCABQQF0IgYgBkEITRsiDCIGQQBIBEBBASEBQQAhBkEEDAELAn8CQAJ/IAEEQCALIAFBASAGEBoMAQsgBkUEQEEBIQEMAgsgBkEBEHALIgENACAFQQE2AgRBAQwBCyAFIAE2AgRBAAshAUEICyAFaiAGNgIAIAUgATYCACAEKAIEQQFGBEAgBCgCCCAEKAIMEHEACyAEKAIIIQEgAyAMNgIAIAMgATYCBCAEQRBqJAAgAygCBAUgBgsgB2ogCjoAACADIAdBAWo2AgggCEEEdCEFDAILIAEtAAItAIiXQCIEQQZ0IgVBgP4AcSABLQABLQCIl0AiAkEMdHIgAS0AAC0AiJdAIgFBAnQgAkEEdnJB/wFxciEIIAEgAnIgBHIhAiADKAIAIAdrQQFNBEAgAyAHQQIQQCADKAIEIQYgAygCCCEHCyADIAdBAmo2AgggBiAHaiAIOwAADAELIAnAQQBODQEMAgsgBUH/AXENASACIAlywEEASA0BCyAAQQw2AgAPCyAAQR42AgggAEHYlsAANgIEIABBADYCAAvBBgEHfwJAAkAgASAAQQNqQXxxIgQgAGsiBkkNACABIAZrIghBAnYiB0UNAEEAIQEgACAERwRAIAAgBGsiBEF8TQRAA0AgASAAIANqIgIsAABBv39KaiACQQFqLAAAQb9/SmogAkECaiwAAEG/f0pqIAJBA2osAABBv39KaiEBIANBBGoiAw0ACwsgACADaiECA0AgASACLAAAQb9/SmohASACQQFqIQIgBEEBaiIEDQALCyAAIAZqIQQCQCAIQQNxIgBFDQAgBCAIQfz///8HcWoiAywAAEG/f0ohBSAAQQFGDQAgBSADLAABQb9/SmohBSAAQQJGDQAgBSADLAACQb9/SmohBQsgASAFaiEDA0AgBCEAIAdFDQJBwAEgByAHQcABTxsiBUEDcSEGAkAgBUECdCIEQfAHcSIBRQRAQQAhAgwBCyAAIAFqIQhBACECIAAhAQNAIAIgASgCACICQX9zQQd2IAJBBnZyQYGChAhxaiABQQRqKAIAIgJBf3NBB3YgAkEGdnJBgYKECHFqIAFBCGooAgAiAkF/c0EHdiACQQZ2ckGBgoQIcWogAUEMaigCACICQX9zQQd2IAJBBnZyQYGChAhxaiECIAFBEGoiASAIRw0ACwsgByAFayEHIAAgBGohBCACQQh2Qf+B/AdxIAJB/4H8B3FqQYGABGxBEHYgA2ohAyAGRQ0ACwJ/IAAgBUH8AXFBAnRqIgAoAgAiAUF/c0EHdiABQQZ2ckGBgoQIcSIBIAZBAUYNABogASAAKAIEIgFBf3NBB3YgAUEGdnJBgYKECHFqIgEgBkECRg0AGiAAKAIIIgBBf3NBB3YgAEEGdnJBgYKECHEgAWoLIgFBCHZB/4EccSABQf+B/AdxakGBgARsQRB2IANqIQMMAQsgAUUEQEEADwsgAUEDcSECQQAhBCABQQRPBEAgAUF8cSEFA0AgAyAAIARqIgEsAABBv39KaiABQQFqLAAAQb9/SmogAUECaiwAAEG/f0pqIAFBA2osAABBv39KaiEDIAUgBEEEaiIERw0ACyACRQ0BCyAAIARqIQEDQCADIAEsAABBv39KaiEDIAFBAWohASACQQFrIgINAAsLIAML5QYBBX8CQAJAAkACQAJAAkACQCAAQQRrIgcoAgAiCEF4cSIEQQRBCCAIQQNxIgUbIAFqTwRAIAVBACABQSdqIgYgBEkbDQECQCACQQlPBEAgAiADECUiAg0BQQAPC0EAIQIgA0HM/3tLDQhBECADQQtqQXhxIANBC0kbIQEgAEEIayEGIAVFBEAgAUGAAkkNByAGRQ0HIAEgBE8NByAEIAFrQYCACEsNByAADwsgBCAGaiEFAkAgASAESwRAIAVBtK7AACgCAEYNAUGwrsAAKAIAIAVHBEAgBSgCBCIIQQJxDQkgCEF4cSIIIARqIgQgAUkNCSAFIAgQKCAEIAFrIgVBEE8EQCAHIAEgBygCAEEBcXJBAnI2AgAgASAGaiIBIAVBA3I2AgQgBCAGaiIEIAQoAgRBAXI2AgQgASAFECMMCQsgByAEIAcoAgBBAXFyQQJyNgIAIAQgBmoiASABKAIEQQFyNgIEDAgLQaiuwAAoAgAgBGoiBCABSQ0IAkAgBCABayIFQQ9NBEAgByAIQQFxIARyQQJyNgIAIAQgBmoiASABKAIEQQFyNgIEQQAhBUEAIQEMAQsgByABIAhBAXFyQQJyNgIAIAEgBmoiASAFQQFyNgIEIAQgBmoiBCAFNgIAIAQgBCgCBEF+cTYCBAtBsK7AACABNgIAQaiuwAAgBTYCAAwHCyAEIAFrIgRBD00NBiAHIAEgCEEBcXJBAnI2AgAgASAGaiIBIARBA3I2AgQgBSAFKAIEQQFyNgIEIAEgBBAjDAYLQayuwAAoAgAgBGoiBCABSw0EDAYLIAMgASABIANLGyIDBEAgAiAAIAP8CgAACyAHKAIAIgNBeHEiByABQQRBCCADQQNxIgEbakkNAiABRQ0GIAYgB08NBkGIpMAAQS5BuKTAABBzAAtByKPAAEEuQfijwAAQcwALQYikwABBLkG4pMAAEHMAC0HIo8AAQS5B+KPAABBzAAsgByABIAhBAXFyQQJyNgIAIAEgBmoiBSAEIAFrIgFBAXI2AgRBrK7AACABNgIAQbSuwAAgBTYCAAsgBkUNACAADwsgAxARIgFFDQEgA0F8QXggBygCACICQQNxGyACQXhxaiICIAIgA0sbIgIEQCABIAAgAvwKAAALIAEhAgsgABAdCyACC6AEAQJ/IwBBIGsiASQAAkACQAJAQcCqwAAtAABBAWsOAgACAQtBwKrAAEECOgAAQfSpwAAoAgAiAARAQfipwAAoAgAgABBKC0GAqsAAKAIAIgAEQEGEqsAAKAIAIAAQSgtBjKrAACgCACIABEBBkKrAACgCACAAEEoLQZiqwAAoAgAiAARAQZyqwAAoAgAgABBKC0GkqsAAKAIAIgAEQEGoqsAAKAIAIABBDGwQSgtBsKrAACgCACIABEBBtKrAACgCACAAEEoLQeCpwAAoAgAiAEEMRg0AIABBCUcNAEHkqcAAKAIAIgBBAEwNAEHoqcAAKAIAIAAQSgtByKnAAEIANwMAQcSpwABBADYCAEHAqcAAQQA2AgBB0KnAACAB/QADEP0LAwBB4KnAAEEMNgIAQeSpwAAgAf0AAwD9CwIAQcCqwABBAToAAEG8qsAAQQA2AgBBuKrAAEEANgIAQbSqwABBATYCAEGwqsAAQQA2AgBBrKrAAEEANgIAQaiqwABBBDYCAEGkqsAAQQA2AgBBoKrAAEEANgIAQZyqwABBATYCAEGYqsAAQQA2AgBBlKrAAEEANgIAQZCqwABBATYCAEGMqsAAQQA2AgBBiKrAAEEANgIAQYSqwABBATYCAEGAqsAAQQA2AgBB/KnAAEEANgIAQfipwABBATYCAEH0qcAAQQA2AgAgAUEgaiQADwtBtYDAAEH9AEHkisAAEFoAC4IGAQJ/IwBBEGsiBCQAAn9BgYCAgHggAy0ACCIFQQFLDQAaIAMoAgQhByADKAIAIQZBgICAgHggBUEBcUUNABogBEEEaiAGIAcQFiAEKAIMIQcgBCgCCCEGIAQoAgQLIQMCQAJAAkACQAJAAn8CQAJAAkACQAJAIAJBA2sOAgABCAsgAS8AAEHh2AFzIAFBAmoiAi0AAEHnAHNyRQRAQQMhASADQYGAgIB4Rg0GIAdBBUcNBiAGKAAAIgFB/4H8B3FBCHggAUEYeEH/gfwHcXIiAUG15MzCBEYNBEF/QQEgAUG15MzCBEsbDAULIAEvAABB9PIBcyACLQAAQfAAc3JFBEAgA0GBgICAeEcNAwwJCyABLwAAQevSAXMgAUECaiIFLQAAQeQAc3INASADQYGAgIB4Rg0IIAAoAggiACgCACIBQQBKBEAgAEEEaigCACABEEoLIAAgBzYCCCAAIAM2AgAgAEEEaiAGNgIADAkLIAEoAABB4+SlowdHDQYgACgCEEEBOgAADAYLIAEvAAAiAkHi7ABzIAUtAABBNHNyRQ0EIAJB+tIBcyABQQJqIgEtAABB8ABzckUNBCACQeXcAXMgAS0AAEHjAHNyRQ0EDAULIAAoAgQiACgCACIBQQBKBEAgAEEEaigCACABEEoLIAAgBzYCCCAAIAM2AgAgAEEEaiAGNgIADAYLQTYgBkEEai0AAGsLRQRAQQAhAQwBCwJ/IAYoAAAiAUH/gfwHcUEIeCABQRh4Qf+B/AdxciIBQbjmzMIERwRAQX9BASABQbjmzMIESxsMAQtBNCAGQQRqLQAAawtFBEBBASEBDAELQQNBAgJ/IAYoAAAiAUH/gfwHcUEIeCABQRh4Qf+B/AdxciIBQbHqzMIERwRAQX9BASABQbHqzMIESxsMAQtBMiAGQQRqLQAAawsbIQELIAAoAgAgAToAAAwBCyAAKAIUQQE6AAALIANBgoCAgHhIDQEgA0UNASAGIAMQSgwBCyAAKAIMQQE6AAALIARBEGokAAuiBgEEfyAAQQhrIgEgAEEEaygCACIDQXhxIgBqIQICQAJAIANBAXENACADQQJxRQ0BIAEoAgAiAyAAaiEAIAEgA2siAUGwrsAAKAIARgRAIAIoAgRBA3FBA0cNAUGorsAAIAA2AgAgAiACKAIEQX5xNgIEIAEgAEEBcjYCBCACIAA2AgAPCyABIAMQKAsCQAJAQciuwAACfwJAAkACQAJAIAIoAgQiA0ECcUUEQCACQbSuwAAoAgBGDQIgAkGwrsAAKAIARg0DIAIgA0F4cSICECggASAAIAJqIgBBAXI2AgQgACABaiAANgIAIAFBsK7AACgCAEcNAUGorsAAIAA2AgAPCyACIANBfnE2AgQgASAAQQFyNgIEIAAgAWogADYCAAsgAEGAAkkNBCABIAAQK0HIrsAAQciuwAAoAgBBAWsiADYCACAADQZBkKzAACgCACIADQJB/x8MAwtBtK7AACABNgIAQayuwABBrK7AACgCACAAaiIANgIAIAEgAEEBcjYCBEGwrsAAKAIAIAFGBEBBqK7AAEEANgIAQbCuwABBADYCAAsgAEHArsAAKAIAIgJNDQVBtK7AACgCACIARQ0FQayuwAAoAgAiA0EpSQ0EQYiswAAhAQNAIAAgASgCACIETwRAIAAgBCABKAIEakkNBgsgASgCCCEBDAALAAtBsK7AACABNgIAQaiuwABBqK7AACgCACAAaiIANgIAIAEgAEEBcjYCBCAAIAFqIAA2AgAPC0EAIQEDQCABQQFqIQEgACgCCCIADQALQf8fIAEgAUH/H00bCzYCAA8LAkBBoK7AACgCACICQQEgAEEDdnQiA3FFBEBBoK7AACACIANyNgIAIABB+AFxQZiswABqIgAhAgwBCyAAQfgBcSIAQZiswABqIQIgAEGgrMAAaigCACEACyACIAE2AgggACABNgIMIAEgAjYCDCABIAA2AggPC0HIrsAAQZCswAAoAgAiAAR/QQAhAQNAIAFBAWohASAAKAIIIgANAAtB/x8gASABQf8fTRsFQf8fCzYCACACIANPDQBBwK7AAEF/NgIACwuEBQINfwJ+IwBBEGsiCSQAAkAgASgCCCIGRQRAIABBADYCCAwBCyABIAZBAWsiBDYCCCABKAIEIgIgBEEEdGoiBygCCCEBIAcoAgwhAyAHKQMAIg+nIQcgD0IgiKchCAJAIARFBEAgCCEMIAchDSADIQcgASEIDAELIAIoAAAhDSACIAc2AAAgAigABCEMIAIgCDYABCACKAAIIQggAiABNgAIIAIoAAwhByACIAM2AAwgCSAC/QADAP0LAwBBACEDQQEhASAGQQRPBEAgBEECayIBQQAgASAETRshCkEBIQEDQCACIANBBHRqIAICfyACIAFBBHRqIgQpAwAiDyAEQRBqIgUpAwAiEFIEQCAPIBBYDAELIAQoAgggBSgCCCAEKAIMIgQgBSgCDCIFIAQgBUkbEFYiCyAEIAVrIAsbQQBMCyABaiIDQQR0av0AAwD9CwMAIANBAXQiBEEBciEBIAQgCkkNAAsLAkAgBkECayABRwRAIAMhAQwBCyACIANBBHRqIAIgAUEEdGr9AAMA/QsDAAsgAiABQQR0aiIDIAkpAwgiEDcDCCADIAkpAwAiDzcDACADKAIMIQYgEKchCkEAIQMCQCABRQ0AA0ACQCACIAFBAWtBAXYiBEEEdGoiBSkDACIQIA9SBEAgDyAQVg0BIAEhAwwDCyAKIAUoAgggBiAFKAIMIgsgBiALSRsQViIOIAYgC2sgDhtBAEoNACABIQMMAgsgAiABQQR0aiAF/QADAP0LAwAgBCIBDQALCyACIANBBHRqIgEgBjYCDCABIAo2AgggASAPNwMACyAAIAc2AgwgACAINgIIIAAgDa0gDK1CIIaENwMACyAJQRBqJAALrAUCBn8BfgJAIAJFDQAgAkEHayIDQQAgAiADTxshByABQQNqQXxxIAFrIQhBACEDA0ACQAJAAkAgASADai0AACIFwCIGQQBOBEAgCCADa0EDcQ0BIAMgB08NAgNAIAEgA2oiBEEEaigCACAEKAIAckGAgYKEeHENAyADQQhqIgMgB0kNAAsMAgtCgICAgJAgIQkCQAJAAkACQAJAAkACQAJAAkAgBS0A46ZAQQJrDgMAAQIHCyADQQFqIgQgAkkNAkIAIQkMBgsgA0EBaiIEIAJJDQJCACEJDAULIANBAWoiBCACSQ0CQgAhCQwECyABIARqLAAAQb9/Sg0DDAQLIAEgBGosAAAhBAJAAkACQCAFQeABaw4OAAICAgICAgICAgICAgECCyAEQWBxQaB/Rg0DDAQLIARBn39KDQMMAgsgBkEfakH/AXFBDE8EQCAGQX5xQW5HDQMgBEFASA0CDAMLIARBQEgNAQwCCyABIARqLAAAIQQCQAJAAkACQCAFQfABaw4FAQAAAAIACyAGQQ9qQf8BcUECSw0EIARBQEgNAgwECyAEQfAAakH/AXFBMEkNAQwDCyAEQY9/Sg0CCyACIANBAmoiBE0EQEIAIQkMAgsgASAEaiwAAEG/f0oEQEKAgICAkMAAIQkMAgtCACEJIANBA2oiBCACTw0BIAEgBGosAABBQEgNAkKAgICAkOAAIQkMAQtCACEJIANBAmoiBCACTw0AIAEgBGosAABBv39MDQFCgICAgJDAACEJCyAAIAkgA62ENwIEIABBATYCAA8LIARBAWohAwwCCyADQQFqIQMMAQsgAiADTQ0AA0AgASADaiwAAEEASA0BIAIgA0EBaiIDRw0ACwwCCyACIANLDQALCyAAIAI2AgggACABNgIEIABBADYCAAvRBAEGfwJAAkAgACgCCCIHQYCAgMABcUUNAAJAAkACQAJAIAdBgICAgAFxBEAgAC8BDiIEDQFBACECDAILIAJBEE8EQCABIAIQGSEEDAQLIAJFBEAMBAsgAkEDcSEFIAJBBE8EQCACQQxxIQgDQCAEIAEgA2oiBiwAAEG/f0pqIAZBAWosAABBv39KaiAGQQJqLAAAQb9/SmogBkEDaiwAAEG/f0pqIQQgCCADQQRqIgNHDQALIAVFDQQLIAEgA2ohAwNAIAQgAywAAEG/f0pqIQQgA0EBaiEDIAVBAWsiBQ0ACwwDCyABIAJqIQhBACECIAEhAyAEIQUDQCADIgYgCEYNAgJ/IAZBAWogBiwAACIDQQBODQAaIAZBAmogA0FgSQ0AGiAGQQRBAyADQW9LG2oLIgMgBmsgAmohAiAFQQFrIgUNAAsLQQAhBQsgBCAFayEECyAEIAAvAQwiA08NACADIARrIQZBACEEQQAhBQJAAkACQCAHQR12QQNxQQFrDgIAAQILIAYhBQwBCyAGQf7/A3FBAXYhBQsgB0H///8AcSEIIAAoAgQhByAAKAIAIQADQCAEQf//A3EgBUH//wNxSQRAQQEhAyAEQQFqIQQgACAIIAcoAhARAQBFDQEMAwsLQQEhAyAAIAEgAiAHKAIMEQAADQFBACEEIAYgBWtB//8DcSEBA0AgBEH//wNxIgIgAUkhAyABIAJNDQIgBEEBaiEEIAAgCCAHKAIQEQEARQ0ACwwBCyAAKAIAIAEgAiAAKAIEKAIMEQAAIQMLIAMLnQQBBH8CQAJAIAJBDE0EQCACQQxGDQEMAgsgASwADEFASA0BC0EgQQAgAS0AACIDQcEAa0H/AXFBGkkbIANyQf8BcUHhAEcNAEEgQQAgAS0AASIDQcEAa0H/AXFBGkkbIANyQf8BcUHwAEcNAEEgQQAgAS0AAiIDQcEAa0H/AXFBGkkbIANyQf8BcUHwAEcNAEEgQQAgAS0AAyIDQcEAa0H/AXFBGkkbIANyQf8BcUHsAEcNAEEgQQAgAS0ABCIDQcEAa0H/AXFBGkkbIANyQf8BcUHpAEcNAEEgQQAgAS0ABSIDQcEAa0H/AXFBGkkbIANyQf8BcUHjAEcNAEEgQQAgAS0ABiIDQcEAa0H/AXFBGkkbIANyQf8BcUHhAEcNAEEgQQAgAS0AByIDQcEAa0H/AXFBGkkbIANyQf8BcUH0AEcNAEEgQQAgAS0ACCIDQcEAa0H/AXFBGkkbIANyQf8BcUHpAEcNAEEgQQAgAS0ACSIDQcEAa0H/AXFBGkkbIANyQf8BcUHvAEcNAEEgQQAgAS0ACiIDQcEAa0H/AXFBGkkbIANyQf8BcUHuAEcNAEEgQQAgAS0ACyIDQcEAa0H/AXFBGkkbIANyQf8BcUEvRw0AIAFBDGohAyACQQxrIQVBDCEEA0AgAiAERgRAIAMhASAFIQIMAgsgASAEaiAEQQFqIQQtAABBL0cNAAsLIAAgAjYCBCAAIAE2AgAL+wMBCH8jAEEQayIGJAACfwJAIANBAXFFBEAgAi0AACIFDQFBAAwCCyAAIAIgA0EBdiABKAIMEQAADAELIAEoAgwhCgNAIAJBAWohBAJAAkACQAJAIAXAQQBIBEAgBUH/AXEiCEGAAUYNASAIQcABRw0DIAYgATYCBCAGIAA2AgAgBkKggICABjcCCCADIAdBA3RqIgIoAgAgBiACKAIEEQEARQ0CQQEMBgsgACAEIAVB/wFxIgIgChEAAEUEQCACIARqIQIMBAtBAQwFCyAAIAJBA2oiBCACLwABIgIgChEAAEUEQCACIARqIQIMAwtBAQwECyAHQQFqIQcgBCECDAELQaCAgIAGIQsgBUEBcQRAIAIoAAEhCyACQQVqIQQLQQAhCAJ/IAVBAnFFBEBBACEJIAQMAQsgBC8AACEJIARBAmoLIQIgBUEEcQR/IAIvAAAhCCACQQJqBSACCyEEIAVBCHEEfyAELwAAIQcgBEECagUgBAshAiAFQRBxBEAgAyAJQQN0ai8BBCEJCyAGIAVBIHEEfyADIAhBA3RqLwEEBSAICzsBDiAGIAk7AQwgBiALNgIIIAYgATYCBCAGIAA2AgBBASADIAdBA3RqIgQoAgAgBiAEKAIEEQEADQIaIAdBAWohBwsgAi0AACIFDQALQQALIAZBEGokAAuPBAECfyAAIAFqIQICQAJAIAAoAgQiA0EBcQ0AIANBAnFFDQEgACgCACIDIAFqIQEgACADayIAQbCuwAAoAgBGBEAgAigCBEEDcUEDRw0BQaiuwAAgATYCACACIAIoAgRBfnE2AgQgACABQQFyNgIEIAIgATYCAAwCCyAAIAMQKAsCQAJAAkAgAigCBCIDQQJxRQRAIAJBtK7AACgCAEYNAiACQbCuwAAoAgBGDQMgAiADQXhxIgIQKCAAIAEgAmoiAUEBcjYCBCAAIAFqIAE2AgAgAEGwrsAAKAIARw0BQaiuwAAgATYCAA8LIAIgA0F+cTYCBCAAIAFBAXI2AgQgACABaiABNgIACyABQYACTwRAIAAgARArDwsCQEGgrsAAKAIAIgJBASABQQN2dCIDcUUEQEGgrsAAIAIgA3I2AgAgAUH4AXFBmKzAAGoiASECDAELIAFB+AFxIgFBmKzAAGohAiABQaCswABqKAIAIQELIAIgADYCCCABIAA2AgwgACACNgIMIAAgATYCCA8LQbSuwAAgADYCAEGsrsAAQayuwAAoAgAgAWoiATYCACAAIAFBAXI2AgQgAEGwrsAAKAIARw0BQaiuwABBADYCAEGwrsAAQQA2AgAPC0GwrsAAIAA2AgBBqK7AAEGorsAAKAIAIAFqIgE2AgAgACABQQFyNgIEIAAgAWogATYCAAsL+Q0CCn8DfiMAQaACayIEJAAgBCAB/QADgAH9CwNAIAQgAf0AA3D9CwMwIAQgAf0AA2D9CwMgIAQgAf0AA0D9CwMAIAQgAf0AA1D9CwMQIARB0AFqIgYgBEHQAPwKAAAgBCAB/QADMP0LA8ABIAQgAf0AAyD9CwOwASAEIAH9AAMQ/QsDoAEgBCAB/QADAP0LA5ABAkBBwAAgBC0AzwEiB2siASADTQRAIAcEQCABBEAgBEGQAWogB2ogAiAB/AoAAAsgBCAEKQPwAUIBfDcD8AEgBiAEQZABakEBEBUgBEEAOgDPASADIAFrIQMgASACaiECCyADQQZ2IgEEQCAEIAQpA/ABIAGtfDcD8AEgBiACIAEQFQsgBCADQT9xIgE6AM8BIAFFDQEgBEGQAWogAiADQcD///8HcWogAfwKAAAMAQsgAwRAIARBkAFqIAdqIAIgA/wKAAALIAQgAyAHajoAzwELIAQgBEGQAWoiAUGQAfwKAAAjAEFAaiIFJAAgBCAELQA/IgZqIgJBgAE6AAAgBCkDYCEOIAZBP3MiAwRAIAJBAWpBACAD/AsACyAEQUBrIQggA0EHTQRAIAUgBP0AADD9CwMwIAUgBP0AACD9CwMgIAUgBP0AABD9CwMQIAUgBP0AAAD9CwMAIAggBUEBEBUgBEIANwMwIAT9DAAAAAAAAAAAAAAAAAAAAAD9CwMgIAT9DAAAAAAAAAAAAAAAAAAAAAD9CwMQIAT9DAAAAAAAAAAAAAAAAAAAAAD9CwMACyAEIAatIg9CO4YgDkIJhiIQIA9CA4aEIg9CgP4Dg0IohoQgD0KAgPwHg0IYhiAPQoCAgPgPg0IIhoSEIA5CAYZCgICA+A+DIA5CD4hCgID8B4OEIA5CH4hCgP4DgyAQQjiIhISENwM4IAUgBP0AADD9CwMwIAUgBP0AACD9CwMgIAUgBP0AABD9CwMQIAUgBP0AAAD9CwMAIAggBUEBEBUgBEGAAToAICAE/QwAAAAAAAAAAAAAAAAAAAAA/QsAISAEQgA3ADAgBCAEKAJcIgJB/4H8B3FBCHggAkEYeEH/gfwHcXI2AhwgBCAEKAJYIgJB/4H8B3FBCHggAkEYeEH/gfwHcXI2AhggBCAEKAJUIgJB/4H8B3FBCHggAkEYeEH/gfwHcXI2AhQgBCAEKAJQIgJB/4H8B3FBCHggAkEYeEH/gfwHcXI2AhAgBCAEKAJMIgJB/4H8B3FBCHggAkEYeEH/gfwHcXI2AgwgBCAEKAJIIgJB/4H8B3FBCHggAkEYeEH/gfwHcXI2AgggBCAEKAJEIgJB/4H8B3FBCHggAkEYeEH/gfwHcXI2AgQgBCAEKAJAIgJB/4H8B3FBCHggAkEYeEH/gfwHcXI2AgAgBCAEKQOIASIOQgmGIhBCgAKEIg9CgP4Dg0IohiAPQoCA/AeDQhiGIA9CgICA+A+DQgiGhIQgDkIBhkKAgID4D4MgDkIPiEKAgPwHg4QgDkIfiEKA/gODIBBCOIiEhIQ3AzggBSAE/QAAMP0LAzAgBSAE/QAAIP0LAyAgBSAE/QAAEP0LAxAgBSAE/QAAAP0LAwAgBEHoAGoiAiAFQQEQFSAEQQA6AD8gBCgCaCEJIAQoAmwhCiAEKAJwIQsgBCgCdCEMIAQoAnghDSAEKAJ8IQcgBCgCgAEhBiAEKAKEASEDIAgQWSACEFkgBf0MAAAAAAAAAAAAAAAAAAAAAP0LAwAgBCAFKQMANwAAIAQgBSkDCDcACCAF/QwAAAAAAAAAAAAAAAAAAAAA/QsDECAEIAUpAxA3ABAgBCAFKQMYNwAYIAX9DAAAAAAAAAAAAAAAAAAAAAD9CwMgIAQgBSkDIDcAICAEIAUpAyg3ACggBf0MAAAAAAAAAAAAAAAAAAAAAP0LAzAgBCAFKQMwNwAwIAQgBSkDODcAOCABIANBGHhB/4H8B3EgA0H/gfwHcUEIeHI2ABwgASAGQRh4Qf+B/AdxIAZB/4H8B3FBCHhyNgAYIAEgB0EYeEH/gfwHcSAHQf+B/AdxQQh4cjYAFCABIA1BGHhB/4H8B3EgDUH/gfwHcUEIeHI2ABAgASAMQRh4Qf+B/AdxIAxB/4H8B3FBCHhyNgAMIAEgC0EYeEH/gfwHcSALQf+B/AdxQQh4cjYACCABIApBGHhB/4H8B3EgCkH/gfwHcUEIeHI2AAQgASAJQRh4Qf+B/AdxIAlB/4H8B3FBCHhyNgAAIAVBQGskACAAIAT9AAOgAf0LABAgACAE/QADkAH9CwAAIAT9DAAAAAAAAAAAAAAAAAAAAAD9CwMAIAQgBCkDCDcDmAEgBCAEKQMANwOQASAEIAQpAwg3A6gBIAQgBCkDADcDoAEgBEGgAmokAAvnAgEFfwJAIAFBzf97QRAgACAAQRBNGyIAa08NACAAQRAgAUELakF4cSABQQtJGyIEakEMahARIgJFDQAgAkEIayEBAkAgAEEBayIDIAJxRQRAIAEhAAwBCyACQQRrIgUoAgAiBkF4cSACIANqQQAgAGtxQQhrIgIgAEEAIAIgAWtBEE0baiIAIAFrIgJrIQMgBkEDcQRAIAAgAyAAKAIEQQFxckECcjYCBCAAIANqIgMgAygCBEEBcjYCBCAFIAIgBSgCAEEBcXJBAnI2AgAgASACaiIDIAMoAgRBAXI2AgQgASACECMMAQsgASgCACEBIAAgAzYCBCAAIAEgAmo2AgALAkAgACgCBCIBQQNxRQ0AIAFBeHEiAiAEQRBqTQ0AIAAgBCABQQFxckECcjYCBCAAIARqIgEgAiAEayIEQQNyNgIEIAAgAmoiAiACKAIEQQFyNgIEIAEgBBAjCyAAQQhqIQMLIAML9AIBCH8jAEEgayIDJAAgAkEMbCEFAkAgAkGq1arVAEsNAAJ/IAVFBEBBBCEEQQAMAQtBBCEGIAVBBBBwIgRFDQEgAgshBiADQQA2AhQgAyAENgIQIAMgBjYCDAJAAkAgAgRAIAJBAnQhCEEAIQJBACEGQQAhBQNAIANBGGogASAGaigCACIHJQEQDSADKAIYIgpFDQMgAygCHCEJIAdBhAhPBEAgBxBHCyADKAIMIAJGBEAgA0EMahBXIAMoAhAhBAsgBCAFaiIHIAk2AgAgB0EIaiAJNgIAIAdBBGogCjYCACADIAJBAWoiAjYCFCAFQQxqIQUgCCAGQQRqIgZHDQALIAEgCBBKIAMoAhAhBCADKAIMIgEgAk0NASAEIAFBDGxBBCAFEBoiBA0BQQQgBRBxAAtBACECIAZFDQAgBCAGQQxsEEpBBCEECyAAIAI2AgQgACAENgIAIANBIGokAA8LQa6iwABBKBCDAQALIAYgBRBxAAvLAgEFfyAAQfAAahAyIAAoAiQhAiAAKAIoIgMEQCACIQEDQCABKAIAIgQEQCABQQRqKAIAIAQQSgsgAUEMaiEBIANBAWsiAw0ACwsgACgCICIBBEAgAiABQQxsEEoLAkAgACgCXCIEQQBIDQAgACgCYCECIAAoAmQiAwRAIAIhAQNAIAEoAgAiBQRAIAFBBGooAgAgBRBKCyABQQxqIQEgA0EBayIDDQALCyAERQ0AIAIgBEEMbBBKCyAAKAI4IgFBAEoEQCAAKAI8IAEQSgsgACgCRCIBQQBKBEAgACgCSCABEEoLIAAoAlAiAUEASgRAIAAoAlQgARBKCyAAKAIwIQIgACgCNCIDBEAgAiEBA0AgASgCACIEBEAgAUEEaigCACAEEEoLIAFBDGohASADQQFrIgMNAAsLIAAoAiwiAARAIAIgAEEMbBBKCwuCAwEEfyAAKAIMIQICQAJAAkAgAUGAAk8EQCAAKAIYIQMCQAJAIAAgAkYEQCAAQRRBECAAKAIUIgIbaigCACIBDQFBACECDAILIAAoAggiASACNgIMIAIgATYCCAwBCyAAQRRqIABBEGogAhshBANAIAQhBSABIgJBFGogAkEQaiACKAIUIgEbIQQgAkEUQRAgARtqKAIAIgENAAsgBUEANgIACyADRQ0CAkAgACgCHEECdEGIq8AAaiIBKAIAIABHBEAgAygCECAARg0BIAMgAjYCFCACDQMMBAsgASACNgIAIAJFDQQMAgsgAyACNgIQIAINAQwCCyAAKAIIIgAgAkcEQCAAIAI2AgwgAiAANgIIDwtBoK7AAEGgrsAAKAIAQX4gAUEDdndxNgIADwsgAiADNgIYIAAoAhAiAQRAIAIgATYCECABIAI2AhgLIAAoAhQiAEUNACACIAA2AhQgACACNgIYDwsPC0GkrsAAQaSuwAAoAgBBfiAAKAIcd3E2AgAL/AICCH8BbyMAQTBrIgUkACACKAIIIQkgAigCBCEHIAIoAgAhCCAFQYGCgAg2ACAQDCENEC0iBiANJgEgBUEkaiICQQA2AgggAiAGNgIEIAIgBUEgajYCACAFKAIoIQICQAJAIAUoAiQiCgRAIAFB/wFxQQJ0IgEoAoCeQCELIAEoArydQCEMIAUoAiwhBiAFQRhqIABBCBB1IAUoAhwhAQJAIAUoAhhBAXENACACIAYgARB4IAVBEGogCyAMEHUgBSgCFCEBIAUoAhBBAXENACACIAZBAWogARB4IAVBCGogByAJEHUgBSgCDCEBIAUoAghBAXENACACIAZBAmogARB4An8gAwRAIAUgAyAEEHUgBSgCBCEBIAUoAgAMAQtBgQhBgAggCi0AABshAUEAC0EBRw0CCyACQYQITwRAIAIQRwsgASECCyACQYQITwRAIAIQRwtBgQghAgwBCyACIAZBA2ogARB4CyAIBEAgByAIEEoLIAVBMGokACACC7gDAgF/AnsjAEHgAGsiAiQAAkACQAJAIAFFBEAgAEUNASAAQQhrIgEoAgBBAUcNAiAA/QACBCEDIAD9AAIUIQQgAUEANgIAIAIgBP0LAxAgAiAD/QsDAAJAIAFBf0YNACAAQQRrIgAgACgCAEEBayIANgIAIAANACABQSwQSgsgAigCACIABEAgAigCBCAAEEoLIAItAB1BAkcEQCACKAIYIgBBQGsQWSAAQegAahBZIAL9DAAAAAAAAAAAAAAAAAAAAAD9CwNQIAL9DAAAAAAAAAAAAAAAAAAAAAD9CwNAIAL9DAAAAAAAAAAAAAAAAAAAAAD9CwMwIAL9DAAAAAAAAAAAAAAAAAAAAAD9CwMgIAAgAikDWDcAOCAAIAIpA1A3ADAgACACKQNINwAoIAAgAikDQDcAICAAIAIpAzg3ABggACACKQMwNwAQIAAgAikDKDcACCAAIAIpAyA3AAAgAEGQARBKCyACQQxqEDMMAwsgAEUNACAAQQhrIgAgACgCAEEBayIBNgIAIAIgADYCICABDQIgAkEgahA1DAILEIIBAAtB8ZzAAEE/EIMBAAsgAkHgAGokAAvDAgEEfyAAQgA3AhAgAAJ/QQAgAUEIdiIDRQ0AGkEfIAFBgICACE8NABogAUEmIANnIgNrdkEBcSADQQF0ckE+cwsiAjYCHCACQQJ0QYirwABqIQRBASACdCIDQaSuwAAoAgBxRQRAIAQgADYCACAAIAQ2AhggACAANgIMIAAgADYCCEGkrsAAQaSuwAAoAgAgA3I2AgAPCwJAAkAgASAEKAIAIgMoAgRBeHFGBEAgAyECDAELIAFBGSACQQF2a0EAIAJBH0cbdCEFA0AgAyAFQR12QQRxaiIEKAIQIgJFDQIgBUEBdCEFIAIhAyACKAIEQXhxIAFHDQALCyACKAIIIgEgADYCDCACIAA2AgggAEEANgIYIAAgAjYCDCAAIAE2AggPCyAEQRBqIAA2AgAgACADNgIYIAAgADYCDCAAIAA2AggLkQIBAX8jAEEgayIEJAACQAJAAkAgACACTQRAIAEgAksNASAAIAFNDQIgBCAANgIIIAQgATYCDCAEIARBDGqtQoCAgIAQhDcDGCAEIARBCGqtQoCAgIAQhDcDEEHzgMAAIARBEGogAxBaAAsgBCAANgIIIAQgAjYCDCAEIARBDGqtQoCAgIAQhDcDGCAEIARBCGqtQoCAgIAQhDcDEEG1gcAAIARBEGogAxBaAAsgBCABNgIIIAQgAjYCDCAEIARBDGqtQoCAgIAQhDcDGAwBCyAEIAE2AgggBCACNgIMIAQgBEEMaq1CgICAgBCENwMYCyAEIARBCGqtQoCAgIAQhDcDEEHugcAAIARBEGogAxBaAAvZAgEFfyMAQRBrIgMkAAJAQdSqwAAoAgANAEHUqsAAQX82AgACfwJAAkACQEHgqsAAKAIAIgFB3KrAACgCACIARgRAIAFB2KrAACgCACIARw0B0G9BgAEgASABQYABTRsiAvwPASIAQX9HDQIMBQsgACABTQ0EQbipwAAoAgAgAUECdGooAgAhAEEADAMLIAAgAU0NA0G4qcAAKAIAIQAMAQsCQEHkqsAAKAIAIgRFBEBB5KrAACAANgIADAELIAEgBGogAEcNAwsgA0EEaiABQbipwAAoAgAgASACaiICQQQQPyADKAIEQQFGDQJBuKnAACADKAIIIgA2AgBB2KrAACACNgIACyAAIAFBAnRqIAFBAWoiADYCAEHcqsAAIAA2AgBB1KrAACgCAEEBagshAkHgqsAAIAA2AgBB1KrAACACNgIAQeSqwAAoAgAgA0EQaiQAIAFqDwsAC5ICAAJAIAJBA0cNAAJAIAEvAAAiBEHl8AFzIAFBAmoiAi0AAEHwAHNyRQ0AIARB7sQBcyACLQAAQeYAc3JFBEAgAEEEaiEADAELIAEvAABB6cIBcyABQQJqIgItAABB9ABzckUEQCAAQQhqIQAMAQsgAS8AAEHp5gFzIAItAABB8wBzckUEQCAAQQxqIQAMAQsgAS8AAEHz6gFzIAFBAmoiAi0AAEHiAHNyRQRAIABBEGohAAwBCyABLwAAQeHqAXMgAi0AAEHkAHNyRQRAIABBFGohAAwBCyABLwAAQeroAXMgAUECai0AAEHpAHNyDQEgAEEYaiEACyAAKAIAIgAgAykCADcCACAAIAMoAgg2AggLC8YCAQF/IwBBMGsiAiQAAn8CQAJAAkACQAJAIAAtAABBAWsOBAECAwQACyACIABBBGo2AgggAiAAQQFqNgIMIAIgAC0AAUEEdEEgakHwAHE2AiggAiACQShqrUKAgICAEIQ3AyAgAiACQQxqrUKAgICAIIQ3AxggAiACQQhqrUKAgICAMIQ3AxAgASgCACABKAIEQbyIwAAgAkEQahAiDAQLIAIgACkCBDcCKCACIAJBKGqtQoCAgIDAAIQ3AxAgASgCACABKAIEQaKKwAAgAkEQahAiDAMLIAEoAgBBqIzAAEHFACABKAIEKAIMEQAADAILIAEoAgBB7YzAAEEiIAEoAgQoAgwRAAAMAQsgAiAAKQIENwIoIAIgAkEoaq1CgICAgMAAhDcDECABKAIAIAEoAgRBpYLAACACQRBqECILIAJBMGokAAvoBQIKfwF+IwBBEGsiBiQAQQohAiAAKAIAIgQhACAEQegHTwRAA0AgBkEGaiACaiIDQQRrIAAiBSAAQZDOAG4iAEGQzgBsayIHQf//A3FB5ABuIghBAXQvAJulQDsAACADQQJrIAcgCEHkAGxrQf//A3FBAXQvAJulQDsAACACQQRrIQIgBUH/rOIESw0ACwsgAEEJSwRAIAJBAmsiAiAGQQZqaiAAIABB//8DcUHkAG4iAEHkAGxrQf//A3FBAXQvAJulQDsAAAtBACAEIAAbRQRAIAJBAWsiAiAGQQZqaiAAQQF0LQCcpUA6AAALAn8gBkEGaiACaiEHQQAhBEErQYCAxAAgASgCCCIDQYCAgAFxIgAbIQggA0GAgIAEcUEARyEKAkBBCiACayILIABBFXZqIgAgAS8BDCIFSQRAAkACQCADQYCAgAhxRQRAIAUgAGshBUEAIQACQAJAAkAgA0EddkEDcUEBaw4DAAEAAgsgBSEADAELIAVB/v8DcUEBdiEACyADQf///wBxIQkgASgCBCEDIAEoAgAhAQNAIARB//8DcSAAQf//A3FPDQJBASECIARBAWohBCABIAkgAygCEBEBAEUNAAsMBAsgASABKQIIIgynQYCAgP95cUGwgICAAnI2AghBASECIAEoAgAiAyABKAIEIgkgCCAKEF0NAyAFIABrQf//A3EhAANAIARB//8DcSAATw0CIARBAWohBCADQTAgCSgCEBEBAEUNAAsMAwtBASECIAEgAyAIIAoQXQ0CIAEgByALIAMoAgwRAAANAkEAIQQgBSAAa0H//wNxIQADQCAEQf//A3EiBSAASSECIAAgBU0NAyAEQQFqIQQgASAJIAMoAhARAQBFDQALDAILIAMgByALIAkoAgwRAAANASABIAw3AghBAAwCC0EBIQIgASgCACIAIAEoAgQiASAIIAoQXQ0AIAAgByALIAEoAgwRAAAhAgsgAgsgBkEQaiQAC4gCAQZ/IAAoAggiBCECAn9BASABQYABSQ0AGkECIAFBgBBJDQAaQQNBBCABQYCABEkbCyIGIAAoAgAgBGtLBH8gACAEIAYQQCAAKAIIBSACCyAAKAIEaiECAkAgAUGAAU8EQCABQT9xQYB/ciEFIAFBBnYhAyABQYAQSQRAIAIgBToAASACIANBwAFyOgAADAILIAFBDHYhByADQT9xQYB/ciEDIAFB//8DTQRAIAIgBToAAiACIAM6AAEgAiAHQeABcjoAAAwCCyACIAU6AAMgAiADOgACIAIgB0E/cUGAf3I6AAEgAiABQRJ2QXByOgAADAELIAIgAToAAAsgACAEIAZqNgIIQQALtgIBBX8jAEFAaiIBJAAgACgCBCEEIAAoAggiBQRAIAQhAwNAIAMoAgAiAkEASgRAIANBBGooAgAgAhBKCyADQQxqKAIAIgJBQGsQWSACQegAahBZIAH9DAAAAAAAAAAAAAAAAAAAAAD9CwMwIAH9DAAAAAAAAAAAAAAAAAAAAAD9CwMgIAH9DAAAAAAAAAAAAAAAAAAAAAD9CwMQIAH9DAAAAAAAAAAAAAAAAAAAAAD9CwMAIAIgASkDODcAOCACIAEpAzA3ADAgAiABKQMoNwAoIAIgASkDIDcAICACIAEpAxg3ABggAiABKQMQNwAQIAIgASkDCDcACCACIAEpAwA3AAAgAkGQARBKIANBFGohAyAFQQFrIgUNAAsLIAAoAgAiAARAIAQgAEEUbBBKCyABQUBrJAALswIBBX8jAEFAaiIBJAAgACgCBCEEIAAoAggiBQRAIAQhAwNAIAMoAgAiAgRAIANBBGooAgAgAhBKCyADQQxqKAIAIgJBQGsQWSACQegAahBZIAH9DAAAAAAAAAAAAAAAAAAAAAD9CwMwIAH9DAAAAAAAAAAAAAAAAAAAAAD9CwMgIAH9DAAAAAAAAAAAAAAAAAAAAAD9CwMQIAH9DAAAAAAAAAAAAAAAAAAAAAD9CwMAIAIgASkDODcAOCACIAEpAzA3ADAgAiABKQMoNwAoIAIgASkDIDcAICACIAEpAxg3ABggAiABKQMQNwAQIAIgASkDCDcACCACIAEpAwA3AAAgAkGQARBKIANBFGohAyAFQQFrIgUNAAsLIAAoAgAiAARAIAQgAEEUbBBKCyABQUBrJAALuwEBBX8CQCABLQAAIgJBwQBrQV9xQQpqIAJBMGsgAkE5SxsiBEEPSw0AIAEtAAEiAkHBAGtBX3FBCmogAkEwayACQTlLGyIFQQ9LDQAgAS0AAiICQcEAa0FfcUEKaiACQTBrIAJBOUsbIgZBD0sNACABLQADIgFBwQBrQV9xQQpqIAFBMGsgAUE5SxsiAUEPSw0AIARBCHQgBUEEdHIgBnJBBHQgAXIhAkEBIQMLIAAgAjsBAiAAIAM7AQALrAIBAn8jAEFAaiIBJAAgACgCACICKAIMIgAEQCACKAIQIAAQSgsgAi0AKUECRwRAIAIoAiQiAEFAaxBZIABB6ABqEFkgAf0MAAAAAAAAAAAAAAAAAAAAAP0LAzAgAf0MAAAAAAAAAAAAAAAAAAAAAP0LAyAgAf0MAAAAAAAAAAAAAAAAAAAAAP0LAxAgAf0MAAAAAAAAAAAAAAAAAAAAAP0LAwAgACABKQM4NwA4IAAgASkDMDcAMCAAIAEpAyg3ACggACABKQMgNwAgIAAgASkDGDcAGCAAIAEpAxA3ABAgACABKQMINwAIIAAgASkDADcAACAAQZABEEoLIAJBGGoQMwJAIAJBf0YNACACIAIoAgRBAWsiADYCBCAADQAgAkEsEEoLIAFBQGskAAv3AQEDfwJAAkAgBEUEQCAAQQw2AgAgAigCACEFDAELIAIoAgAiBUGBgICAeEcEQCADQQRqIQMgBEEMbCEEIAIoAgQhBiACKAIIIQcCQANAIAcgA0EEaigCAEYEQCADKAIAIAYgBxBWRQ0CCyADQQxqIQMgBEEMayIEDQALIABBFzYCECAAQdWQwAA2AgwgAEEDNgIIIAAgATYCBCAAQQo2AgAMAgsgAEEMNgIAIAVBgICAgHhyQYCAgIB4Rg0CIAYgBRBKDAILIABBAzYCDCAAIAE2AgggAEKJgICAgICAgIB/NwIADwsgBUEATA0AIAIoAgQgBRBKCwvaAQEDf0HAqsAALQAAQQFHBEAQGwtBwKnAACgCAEUEQEHAqcAAQX82AgACQEH8qcAAKAIAIgEgAE8EQEH4qcAAKAIAIQAMAQsgACABayICQfSpwAAoAgAgAWtLBEBB9KnAACABIAIQQEH8qcAAKAIAIQELQfipwAAoAgAiACABaiEDIAJBAk8EfyACQQFrIgIEQCADQQAgAvwLAAsgACABIAJqIgFqBSADC0EAOgAAQfypwAAgAUEBajYCAEHAqcAAKAIAQQFqIQMLQcCpwAAgAzYCACAADwsQYwAL0AEBAX8jAEGQAmsiAiQAAkACQAJAIAFFBEAgAEUNASAAQQhrIgEoAgBBAUcNAiACQYgBaiAAQYgB/AoAACABQQA2AgACQCABQX9GDQAgAEEEayIAIAAoAgBBAWsiADYCACAADQAgAUGQARBKCyACQQhqIgAgAkGQAWpBgAH8CgAAIAAQJwwDCyAARQ0AIABBCGsiACAAKAIAQQFrIgE2AgAgAiAANgKIASABDQIgAkGIAWoQXgwCCxCCAQALQfGcwABBPxCDAQALIAJBkAJqJAAL5wECAn8BfiMAQTBrIgIkACABKAIAQYCAgIB4RgRAIAEoAgwhAyACQQA2AiwgAkKAgICAEDcCJCACQSRqQdiiwAAgAygCACIDKAIAIAMoAgQQIhogAiACKAIsIgM2AiAgAiACKQIkIgQ3AxggASADNgIIIAEgBDcCAAsgASgCCCEDIAFBADYCCCABKQIAIQQgAUKAgICAEDcCACACIAM2AhAgAiAENwMIQQxBBBBwIgFFBEBBBEEMEIYBAAsgASACKAIQNgIIIAEgAikDCDcCACAAQeSkwAA2AgQgACABNgIAIAJBMGokAAuVAgECfyMAQSBrIgUkAEGEq8AAQYSrwAAoAgAiBkEBajYCAAJAAkACQAJAAn9BACAGQQBIDQAaQQFB8KrAAC0AAA0AGkHwqsAAQQE6AABB7KrAAEHsqsAAKAIAQQFqNgIAQQILQf8BcQ4DAwEAAQtB+KrAACgCACIGQQBIDQJB+KrAACAGQQFqNgIAQfyqwAAoAgBFDQEgBUEIaiAAIAEoAhQRAgAgBSAEOgAdIAUgAzoAHCAFIAI2AhggBSAFKQMINwIQQfyqwAAoAgAgBUEQakGAq8AAKAIAKAIUEQIADAELIAUgACABKAIYEQIADAELQfiqwABB+KrAACgCAEEBazYCAEHwqsAAQQA6AAAgA0UNAAALAAu5QgMVfwV8An4jAEEQayITJAACQAJAIAAEQCAAQQhrIhQgFCgCAEEBaiIDNgIAIANFDQEgACgCACIDQf////8HTw0CIAAgA0EBajYCACATIBQ2AgwgEyAANgIIIBMgAEEIaiIINgIEIwBBgANrIgQkAEHAqsAALQAAQQFHBEAQGwsCfwJAAkACQAJAQcCpwAAoAgBFBEBBwKnAAEF/NgIAQfypwAAoAgAgAUkEQCAEQQE2AgQgBCAIKAJoNgIIDAULIAEgCCgCaCIDSw0BAkACQCABRQ0AIAgoAnghDiAIKAJ0IQtB+KnAACgCACIJIAFqIQMgCSEGA0AgBi0AAEEuRwRAIApBAWohCiAGQQFqIgYgA0cNAQwCCwtBfyEGA0AgAUUNASAGQQFqIQYgAUEBayIBIAlqIhAtAABBLkcNAAsgASAKSw0BCyAEQS82AgwgBEGplsAANgIIIARBADYCBAwFCyAEQeABaiAJIApBgKrAABAYIAQoAuABQQxHBEAgBCAEKALwATYCFCAEIAT9AALgAf0LAgQMBQsgBEHgAWohDEGEqsAAKAIAIQNBiKrAACgCACEFIwBB0ABrIgckACAHQYGAgIB4NgIUIAdBgYCAgHg2AgggB0EDOgAgIAdBADoAJSAHQQA6ACYgB0EAOgAnIAcgB0EUajYCMCAHIAdBIGo2AiggByAHQSZqNgI8IAcgB0EnajYCOCAHIAdBJWo2AjQgByAHQQhqNgIsIAdBQGsgAyAFEB8CQAJAAkACQCAHKAJAQQFGDQAgBygCRCEFIAcoAkghD0G4qsAAQQA2AgBBrKrAAEEANgIAIAdBpKrAADYCSCAHIA82AkQgByAFNgJAIA9FDQBBACEDA0ACQCADIAVqLQAAIhFBCWsiEkEXSw0AQQEgEnRBk4CABHFFDQAgDyADQQFqIgNHDQEMAgsLIAcgA0EBajYCTCARQfsARw0AIAcgB0FAa0EBIAdBKGpBgJLAABATIAcoAgANAAJAIAcoAkwiAyAHKAJEIgVPDQAgBygCQCERA0AgAyARai0AAEEJayISQRdLDQFBASASdEGTgIAEcUUNASAFIANBAWoiA0cNAAsgBSEDCyADIA9GDQELIAxB/JXAACgCADYCFCAMQeyVwAD9AAIA/QsCBAwBCwJAAkACQCAHLQAgQQNHBEAgBy0AJw0BIActACYNAiAHLQAlDQMgDCAHKAIgNgIYIAwgBykCGDcCECAMIAf9AAII/QsCAAwFCyAMQQI2AgQMAwsgDEEDNgIEDAILIAxBKTYCDCAMQYCWwAA2AgggDEEANgIEDAELIAxB/JXAACgCADYCFCAMQeyVwAD9AAIA/QsCBAsgDEGCgICAeDYCACAHKAIIIgNBAEoEQCAHKAIMIAMQSgsgBygCFCIDQQBMDQAgBygCGCADEEoLIAdB0ABqJAAgBCAE/QAC5AH9CwOAASAEIAQoAvQBNgKQASAEKALgASIHQYKAgIB4RgRAIAQgBP0AA4AB/QsCBCAEIAQoApABNgIUDAULIAQgBP0AA4AB/QsCHCAEIAQoApABNgIsIAQgBCgC+AEiAzYCMCAEIAc2AhgCQAJAIANB/wFxIgNBA0YNACADDQAgEEEBaiERIAkgCmpBAWohEiAKQX9zIAFqIRUgDkEUbCEKIAshAwNAIApFDQEgCkEUayEKIANBEWogA0EUaiEDLQAAQQFxRQ0AC0EAIQogBEEAOgA3IAdBgYCAgHhHBEAgBCgCHCEKIAQoAiAhAwsjAEEQayIFJAACQAJ/AkAgCCgCUEGAgICAeEcEQCAKDQEMAwsgCgRAQZiQwAAhDUEDDAILQQEhDQwCCyAIKAJUIQ0gCCgCWAshDCAFQQhqIAogAxAhIAUoAgghAyAFIA0gDBAhIAUoAgwiDCAFKAIERwRAQQAhDQwBCyAFKAIAIQoDQCAMRSINDQEgCi0AACEPIAMtAAAhECAKQQFqIQogDEEBayEMIANBAWohAyAQQSBBACAQQcEAa0H/AXFBGkkbckH/AXEgD0EgQQAgD0HBAGtB/wFxQRpJG3JB/wFxRg0ACwsgBUEQaiQAIA0NASAEQQQ2AgQMBQsgBEECNgIEDAQLIARB4AFqIBIgFUGMqsAAEBggBCgC4AFBDEcEQCAEIAQoAvABNgIUIAQgBP0AAuAB/QsCBAwECyAEQeABaiARIAZBmKrAABAYIAQoAuABQQxHBEAgBCAEKALwATYCFCAEIAT9AALgAf0LAgQMBAtBACEGAkACQEGgqsAAKAIAQSBGBEBBnKrAACgCACIKKQAAIR0gCikAGCEeIAQgCv0AAAj9CwNAIAT9DAAAAAAAAAAAAAAAAAAAAAD9CwNYIAT9DAAAAAAAAAAAAAAAAAAAAAD9CwNoIAQgHjcDUCAEIB03AzggBEEgNgJ4IAQoAiRB/////wdqDQEMAgsgBEEGNgIEDAULIAQoAiwhCiAEKAIoIQYLIAQgATYC6AEgBCAJNgLkASAEIARBOGo2AuwBIAQgBEE3ajYC4AECQAJAAkACfyAEQeABaiEJQQAhBSMAQZABayIBJAACQAJAAkACQAJAAkACQCAGBEBBAiEFIA4OAgYBAgsgDkUNBSALIA5BFGxqIQ0gCSgCDCEMIAFB8ABqIQogCSgCCCEOIAkoAgQhDyAJKAIAIQkDQAJAIAktAAANACALQRFqLQAAQQFxRQ0AIAFB0ABqIAtBDGooAgAgDyAOECQgCkIANwIAIApCADcCCCAKQgA3AhggCkIANwIQIAFBIDYCSCABIAH9AAJQ/QsDCCABIAH9AAJg/QsDGCABIAEpAnA3AyggASABKQJ4NwMwIAEgAf0AAoAB/QsDOCAMKAJAIgNBwQBPDQZBACEGIANBIEYEQEEAIQNBASEGA0AjAEEQayIQIAFBCGogA2otAAAgAyAMai0AAEY6AA8gBiAQLQAPcSEGIANBAWoiA0EgRw0ACwsjAEEQayIDIAY6AA8gAy0AD0UNAEEBIQUMBwsgC0EUaiILIA1HDQALDAULIAsoAgBBgICAgHhGDQELIA5BFGwhAwNAAkAgCygCAEGAgICAeEYNACALQQhqKAIAIApHDQAgC0EEaigCACAGIAoQVkUNAwsgC0EUaiELIANBFGsiAw0ACwwDC0EAIQUgCSgCAC0AAA0CIAtBEWotAABBAXFFDQIgAUHQAGogCygCDCAJKAIEIAkoAggQJCAB/QwAAAAAAAAAAAAAAAAAAAAA/QsDKCAB/QwAAAAAAAAAAAAAAAAAAAAA/QsDOCABQSA2AkggASAB/QACUP0LAwggASAB/QACYP0LAxggCSgCDCIJKAJAIgtBwQBPDQNBACEGIAtBIEYEQEEAIQNBASEGA0AjAEEQayILIAFBCGogA2otAAAgAyAJai0AAEY6AA8gBiALLQAPcSEGIANBAWoiA0EgRw0ACwsjAEEQayIDIAY6AA8gAy0AD0EARyEFDAILQQAhBSAJKAIALQAADQEgC0ERai0AAEEBcUUNASAJKAIMIQUgAUHQAGogC0EMaigCACAJKAIEIAkoAggQJCAB/QwAAAAAAAAAAAAAAAAAAAAA/QsDKCAB/QwAAAAAAAAAAAAAAAAAAAAA/QsDOCABQSA2AkggASAB/QACUP0LAwggASAB/QACYP0LAxggBSgCQCILQcEATw0CQQAhBiALQSBGBEBBACEDQQEhBgNAIwBBEGsiCyABQQhqIANqLQAAIAMgBWotAABGOgAPIAYgCy0AD3EhBiADQQFqIgNBIEcNAAsLIwBBEGsiAyAGOgAPIAMtAA9BAEchBQwBC0EAIANBwABB+JbAABAsAAsgAUGQAWokACAFDAELQQAgC0HAAEH4lsAAECwAC0H/AXEOAwECAAILIARBBTYCBAwFCyAEQQY2AgQMBAsgBEHgAWohCUGQqsAAKAIAIQxBlKrAACgCACENQQAhASMAQZABayIGJAAgBkEGOgAYIAZBBjoAJCAGQQY6ADAgBkEGOgA8IAZBBjoASCAGQQY6AFQgBkEGOgBgIAYgBkHYAGo2AnwgBiAGQcwAajYCeCAGIAZBQGs2AnQgBiAGQTRqNgJwIAYgBkEoajYCbCAGIAZBHGo2AmggBiAGQRBqNgJkIAZBgAFqIAwgDRAfAkACQAJAIAYoAoABQQFGBEBB45HAACEFQQkhCwwBCyAGKAKEASEDIAYoAogBIQpBuKrAAEEANgIAQayqwABBADYCACAGQaSqwAA2AogBIAYgCjYChAEgBiADNgKAAUHSkcAAIQVBESELIApFDQADQAJAIAEgA2otAAAiDkEJayIPQRdLDQBBASAPdEGTgIAEcUUNACAKIAFBAWoiAUcNAQwCCwsgBiABQQFqNgKMASAOQfsARw0AIAZBCGogBkGAAWpBASAGQeQAakHskcAAEBMCQCAGKAIIIgVFBEAgBigCjAEiASAGKAKEASIDTw0BIAYoAoABIQsDQCABIAtqLQAAQQlrIgVBF0sNAkEBIAV0QZOAgARxRQ0CIAMgAUEBaiIBRw0ACyADIQEMAQsgBigCDCELDAELIAEgCkYNAUG4kcAAIQVBGiELCyAJQQc6AFwgCSALNgIEIAkgBTYCAAwBCyAJIAYoAhg2AhQgCSAGKQIQNwIMIAkgBikCHDcCGCAJIAYoAiQ2AiAgCSAGKQIoNwIkIAkgBigCMDYCLCAJIAYpAjQ3AjAgCSAGKAI8NgI4IAkgBigCSDYCRCAJIAYpAkA3AjwgCUGkqsAANgIIIAkgDTYCBCAJIAw2AgAgCSAGKAJUNgJQIAkgBikCTDcCSCAJIAYoAmA2AlwgCSAGKQJYNwJUCyAGQZABaiQAIAQtALwCIgFBB0YEQCAEIAQpAuABNwMIIARBADYCBAwECyAEKQLgASEdIAQoAugBIQMgBCkC7AEhHiAEQZQBaiAEQfQBakHIAPwKAAAgBCAELQC/AjoA3wEgBCAELwC9AjsA3QEgBCABOgDcASAEIB43AowBIAQgAzYCiAEgBCAdNwKAASAIIQtBACEOIwBBgAFrIgUkACAFQThqIgFBm5DAACAEQYABaiIKQQxqEBQCQAJAAkAgBSgCOEEBRg0AIAUpA0ghHSAFKQNAIR4gAUGekMAAIApBGGoQFCAFKAI4QQFGDQAgBSsDSCEbIAUoAkQhAyAFKAJAIQggAUGhkMAAIApBJGoQFCAFKAI4QQFHDQELIAUpA0AhHSAFKAI8IQEgBCAFKAJINgIUIAQgHT4CDCAEIAE2AgggBEKBgICAoAE3AwAgBCAdQiCIPgIQDAELIAUgHTcDGAJAAn8CQAJAAkACQCAeQgBSBEAgBSsDGCALKwMQIhmgIhogAmUNASAFKwNIIRwgBSkDQCEdIAsrAxghGCAFIAM2AkQgBSAINgJAIAVBAzYCdCAFQaGQwAA2AnAgBSAcOQNoIAUgGCAYIBkgGCAZZBsgGSAZYhsiGDkDWCAFQQM2AlQgBUGekMAANgJQIAUgGzkDSCAFRAAAAAAAAE5ARAAAAAAAAE5AIBggGEQAAAAAAABOQGMbIBggGGIbOQN4IAUpA0AhHiAFIB03A2BEAAAAAAAA8P8hGCAeQgJRDQIgHqciASAdp3JBAXFFDQIgBSAFQUBrIAVB4ABqIAFBAXEiAxsiASsDCCABKwMYoSIYIAJkBH8gAQVEAAAAAAAA8P9EAAAAAAAA8P8gGCAYRAAAAAAAAPD/YxsgGCAYYhshGCADRQ0DIAUpA2AiHkICUQ0DIB6nQQFxRQ0DIAUrA2ggBSsDeKEiGyACZEUEQCAbIBsgGCAYIBtjGyAYIBhiGyEYDAQLIAVB4ABqCykDEDcDAEEIIQgMAwsgBUGAgICAeDYCOCAFQZuQwAA2AjwgBSAFKwM4OQMAQQkhCAwCCyAFQQM2AgQgBUGbkMAANgIAQQchCAwBCwJAAkACQAJ/AkACQAJAAkAgCykDAEIBUQRAIB1QDQYgAiAZIBwgCysDCKCgIhlmDQEgGiAaIBkgGSAaZBsgGSAZYhshGgsgCi0AOCIDQQZGDQIgA0EBSw0GIAooAjQhASAKKAIwIQYgA0EBcUUNASAFQThqIAYgARAWIAUoAjwhBiAFKAI4IQggCygCKCIJDQNBDCEDQQEhCQwJCyAFQQM2AgQgBUGhkMAANgIAQQchCAwHCyALKAIoIglFDQlBgICAgHghCCALKAIkDAILIAsoAihFDQgMBAsgCEGBgICAeEYNAyAFKAJAIQEgCygCJAtBBGohAyAJQQxsIQkCQANAIAEgA0EEaigCAEYEQCADKAIAIAYgARBWRQ0CCyADQQxqIQMgCUEMayIJDQALQQohA0EAIQkMBQsgCEGAgICAeHJBgICAgHhGDQYgBiAIEEoMBgsgBUGAgICAeDYCOCAFQaGQwAA2AjwgBSAFKwM4OQMAQQkhCAwCCyAEQRA2AhQgBEGIlcAANgIQIARBAzYCDCAEQeyQwAA2AgggBEKBgICAoAE3AwAMBQtBCSEDQYCAgIB4IQhBAyEJQeyQwAAMAgsgBSsDACECIARCAzcDECAEIAI5AwggBCAINgIEIARBATYCAAwDCyAIQQBKBEAgBiAIEEoLIAkNAUHskMAAIQhB1ZDAACEJQQMLIQEgBEEXNgIUIAQgCTYCECAEIAE2AgwgBCAINgIIIAQgAzYCBCAEQQE2AgAMAQsgBUE4aiEGIAstAGwhASMAQRBrIg0kAAJAAkACQAJAIAotAEQiA0EGRg0AIAooAjwhCAJAIANBAkcNACABRQ0AAn8gCigCQCIJRQRAQQAhASAIDAELIAkgCC0AAEEtRiIHayIBQQ9LDQEgByAIagshBwNAIAEEQCABQQFrIQEgBy0AACAHQQFqIQdBOmtB/wFxQfYBTw0BDAILCyAGIAk2AgwgBiAINgIIIAZCgICAgICAgICAfzcCAAwECwJAAkAgA0EBTQRAIAooAkAhDCADQQFxDQFBgICAgHghDwwCCyAGQRA2AgwgBkGIlcAANgIIIAZBAzYCBCAGQe+QwAA2AgAMBQsgDUEEaiAIIAwQFiANKAIEIg9BgYCAgHhGDQEgDSgCDCEMIA0oAgghCAsgDA0BQREhCUGPlMAAIQMMAgsgBkKAgICAkICAgIB/NwIADAILAkAgDEGACE0NAAJ/IAxBEE8EQCAIIAwQGQwBCwJ/QQAhA0EAIQFBACAMRQ0AGiAMQQNxIQkCQCAMQQRPBEAgDEH8////B3EhEANAIAMgASAIaiIHLAAAQb9/SmogB0EBaiwAAEG/f0pqIAdBAmosAABBv39KaiAHQQNqLAAAQb9/SmohAyAQIAFBBGoiAUcNAAsgCUUNAQsgASAIaiEBA0AgAyABLAAAQb9/SmohAyABQQFqIQEgCUEBayIJDQALCyADCwtBgAhNDQBBISEJQcCUwAAhAwwBCyAIIAxqIRAgCCEBA0ACQCABIBBGDQACfyABLAAAIgNBAE4EQCADQf8BcSEHIAFBAWoMAQsgAS0AAUE/cSEHIANBH3EhCSADQV9NBEAgCUEGdCAHciEHIAFBAmoMAQsgAS0AAkE/cSAHQQZ0ciEHIANBcEkEQCAHIAlBDHRyIQcgAUEDagwBCyAJQRJ0QYCA8ABxIAEtAANBP3EgB0EGdHJyIgdBgIDEAEYNASABQQRqCyEBQSAhCUGglMAAIQMgB0EgSQ0CIAdB/wBrQSFPDQEMAgsLIAYgDDYCDCAGIAg2AgggBiAPNgIEIAZBADYCAAwBCyAGIAk2AgwgBiADNgIIIAZBAzYCBCAGQe+QwAA2AgAgD0GAgICAeHJBgICAgHhGDQAgCCAPEEoLIA1BEGokACAFKAJEIQEgBSgCQCEDIAUoAjwhCCAFKAI4IgYEQCAEIAE2AhQgBCADNgIQIAQgCDYCDCAEIAY2AgggBEKBgICAoAE3AwAMAQsgBSABNgIUIAUgAzYCECAFIAg2AgwgBUE4akHvkMAAIAVBDGogC0E4aiALKAI4QYCAgIB4RxA2IAUoAjhBDEcEQCAEIAUoAkg2AhQgBCAF/QACOP0LAgQgBEEBNgIADAELIAVBGGohASMAQRBrIgMkAAJAIAotAFwiCEEGRwRAIAhBAkkEQCAKKAJYIQYgCigCVCEJAkAgCEEBcUUEQCADIAY2AgwgAyAJNgIIIANBgICAgHg2AgQMAQsgA0EEaiAJIAYQFgsgASADKAIMNgIMIAEgAykCBDcCBCABQQA2AgAMAgsgAUEQNgIMIAFBiJXAADYCCCABQQM2AgQgAUHykMAANgIADAELIAFCgICAgJCAgICAfzcCAAsgA0EQaiQAIAUoAiQhASAFKAIgIQMgBSgCHCEIIAUoAhgiBgRAIAQgATYCFCAEIAM2AhAgBCAINgIMIAQgBjYCCCAEQoGAgICgATcDAAwBCyAFIAE2AjQgBSADNgIwIAUgCDYCLCAFQThqQfKQwAAgBUEsaiALQcQAaiALKAJEQYCAgIB4RxA2IAUoAjhBDEcEQCAEIAUoAkg2AhQgBCAF/QACOP0LAgQgBEEBNgIADAELIAVBOGohDUEAIQ8jAEHQAGsiByQAAkACQCAKLQBQIgFBBkYEQCALKAJcIRBBAiEODAELAkACQAJAQQEgAUECayABQQFNG0H/AXFBAWsOAgABAgsgCigCTCEIIAooAkghD0GAgICAeCEMIAFBAXEEQCAHQQxqIA8gCBAWIAcoAhAhDyAHKAIMIQwgBygCFCEICwJAIAsoAlwiEEEASA0AIAsoAmQiAUUNACABQQxsIQMgCygCYEEEaiEBA0ACQCABQQRqKAIAIAhHDQAgASgCACAPIAgQVg0AQQEhDgwCCyABQQxqIQEgA0EMayIDDQALCyAMQYCAgIB4ckGAgICAeEYNAiAPIAwQSgwCCyAKKAJIIQ4gCigCTCEIIAdBATYCLCAHIAg2AiggByAONgIkIAdCATcCHCAHQgA3AhQgB0KAgICAwAA3AgwgCygCYEEEaiEGIAsoAmQiAUEMbCEJIAFFIAsoAlwiEEEASHIhEkEBIQEDQCAHIA42AjAgByAINgI0IAcgB0EMajYCOAJAAkAgASAITw0AAkADQCABIA5qLQAAIgNBCWsiDEEXSw0BQQEgDHRBk4CABHFFDQEgCCABQQFqIgFHDQALIAghAQwBCyAHIAE2AjwgA0EsRw0BIAFBAWoiASAITw0AA0AgASAOai0AAEEJayIDQRdLDQFBASADdEGTgIAEcUUNASABQQFqIgEgCEkNAAsgCCEBCyAHIAE2AjwLAkAgASAISQRAIAEgDmotAABB3QBHDQELIAcoAgwiAQRAIAcoAhAgAUEMbBBKCyAHKAIYIgEEQCAHKAIcIAEQSgsgD0EBcSEODAMLIAdBQGsgB0EwakEAEBICQCAHLQBIIgFBBkYEQCAHIAcoAjw2AiwMAQsgByAHKAI8NgIsIAcpA0AiHUIgiKchCCAdpyEOAn8CQAJAQQIgASABQQJPGw4DAAEDAQsgByAONgI0QYCAgIB4DAELIAdBMGogDiAIEBYgBygCOCEIIAcoAjQhDiAHKAIwCyERQQAhDAJAIBINACAJIQMgBiEBA0ACQCABQQRqKAIAIAhHDQAgASgCACAOIAgQVg0AQQEhDAwCCyABQQxqIQEgA0EMayIDDQALCyARQYCAgIB4ckGAgICAeEcEQCAOIBEQSgsgDCAPciEPIAcoAiwhASAHKAIoIQggBygCJCEODAELCyAHKAIMIgEEQCAHKAIQIAFBDGwQSgsgBygCGCIBRQ0AIAcoAhwgARBKCyANQSc2AhAgDUHhlMAANgIMIA1BAzYCCCANQaSQwAA2AgQgDUEKNgIADAELAkACQAJAAkACQAJAQQEgEEGAgICAeHMgEEEAThtBAWsOAgACAQsgDg4DBAEDAQsgDkECRw0BCyANQQw2AgAMAwsgDUEuNgIQIA1Bp5DAADYCDCANQQM2AgggDUGkkMAANgIEIA1BCjYCAAwCCyANQQM2AgwgDUGkkMAANgIIIA1CiYCAgICAgICAfzcCAAwBCyANQRc2AhAgDUHVkMAANgIMIA1BAzYCCCANQaSQwAA2AgQgDUEKNgIACyAHQdAAaiQAIAUoAjhBDEcEQCAEIAUoAkg2AhQgBCAF/QACOP0LAgQgBEEBNgIADAELIAUgCygCMCIBNgI4IAUgASALKAI0QQxsajYCPCAEAn8Cf0EAIAVBOGoiBygCACIDIAcoAgQiD0YNABogCigCCCIBKAIIIghFBEAgByADQQxqNgIAIAMMAQsgCEEMbCELIAooAgQhECAKKAIAIREgASgCBCEJIAEoAhQhEiABKAIQIRUDQCADIgFBDGohAyABKAIIIQ0gASgCBCEWIAshCCAJIQYCQAJAA0ACQCASIBAgBkEIai0AACIXGyEOIAZBBGooAgAiCiAGKAIAIgxJDQAgCiAOSw0AIA0gCiAMa0YEQCAVIBEgFxsgDGogFiANEFZFDQMLIAZBDGohBiAIQQxrIggNAQwDCwsgByADNgIAIAwgCiAOQfiQwAAQLAALQQAhASADIA9HDQELCyAHIAM2AgAgAQsiCARAIARBCGohAwJAAkACQCAIKAIIIgFFBEBBASEIDAELIAgoAgQhBiABQQEQcCIIRQ0BIAFFDQAgCCAGIAH8CgAACyADIAE2AgggAyAINgIEIAMgATYCAAwBC0EBIAEQcQALIARBCTYCBEEBDAELIAQgGjkDECAEIBg5AwhBAAs2AgALIAVBgAFqJAAgBEEYaiIBKAIAIgNBAEoEQCABKAIEIAMQSgsgASgCDCIDQQBKBEAgASgCECADEEoLIAQoAgBBAUYNBEHQqcAAIAT9AAMI/QsDAEHIqcAAQgE3AwBBlKrAACgCACIBQfypwAAoAgAiA0sNAiABBEBB+KnAACgCAEGQqsAAKAIAIAH8CgAAC0GUqsAAKAIADAULEGMACyAEIAM2AgggBEEBNgIEDAILQQAgASADQYiQwAAQLAALIAdBAEoEQCAEKAIcIAcQSgsgBCgCJCIBQQBMDQAgBCgCKCABEEoLIARBBHIhAQJAQeCpwAAoAgAiA0EMRg0AIANBCUcNAEHkqcAAKAIAIgNBAEwNAEHoqcAAKAIAIAMQSgtB8KnAACABKAIQNgIAQeCpwAAgAf0AAgD9CwMAQX8LQcCpwABBwKnAACgCAEEBajYCACAEQYADaiQAIAAgACgCAEEBazYCACAUIBQoAgBBAWsiADYCACAARQRAIBNBDGoQXgsgE0EQaiQADwsQggELAAsQhAEAC6QBAQF/IwBBEGsiBiQAAkAgAQRAIAZBBGogASADIAQgBSACKAIQEQQAAkAgBigCBCICIAYoAgwiAU0EQCAGKAIIIQUMAQsgAkECdCECIAYoAgghAyABRQRAQQQhBSADIAIQSgwBCyADIAJBBCABQQJ0IgIQGiIFRQ0CCyAAIAE2AgQgACAFNgIAIAZBEGokAA8LQeCgwABBMhCDAQALQQQgAhBxAAudAQICfwF+QQEhB0EEIQYCQCAFrSADrX4iCEIgiEIAUgRAQQAhAwwBCyAIpyIDQYCAgIB4IARrSwRAQQAhAwwBCwJAAkACfyABBEAgAiABIAVsIAQgAxAaDAELIANFBEAgBCEGDAILIAMgBBBwCyIGDQAgACAENgIEDAELIAAgBjYCBEEAIQcLQQghBgsgACAGaiADNgIAIAAgBzYCAAuiAQEBfyMAQRBrIgUkAAJAIAEEQCAFQQRqIAEgAyAEIAIoAhARBQACQCAFKAIEIgIgBSgCDCIBTQRAIAUoAgghBAwBCyACQQJ0IQIgBSgCCCEDIAFFBEBBBCEEIAMgAhBKDAELIAMgAkEEIAFBAnQiAhAaIgRFDQILIAAgATYCBCAAIAQ2AgAgBUEQaiQADwtB4KDAAEEyEIMBAAtBBCACEHEAC5MBAgJ/AX5BASEGQQQhBQJAIAStIAOtfiIHQiCIQgBSBEBBACEDDAELIAenIgNB/P///wdLBEBBACEDDAELAkACQAJ/IAEEQCACIAEgBGxBBCADEBoMAQsgA0UNASADQQQQcAsiBQ0AIABBBDYCBAwBCyAAIAU2AgRBACEGC0EIIQULIAAgBWogAzYCACAAIAY2AgALhwEBAX8jAEEQayIDJAAgAiABIAJqIgFLBEBBAEEAEHEACyADQQRqIAAoAgAiAiAAKAIEQQggASACQQF0IgIgASACSxsiASABQQhNGyIBQQFBARA9IAMoAgRBAUYEQCADKAIIIAMoAgwQcQALIAMoAgghAiAAIAE2AgAgACACNgIEIANBEGokAAsDAAALTwEDfiAAIAFC/////w+DIgNCCn4iBEIAIgMgAUIgiEIKfnwiAUIghnwiBTcDACAAIAQgBVatIAEgA1StQiCGIAFCIIiEfCACQgp+fDcDCAuRAQICfwF+IwBBIGsiAiQAIAEoAgBBgICAgHhGBEAgASgCDCEDIAJBADYCHCACQoCAgIAQNwIUIAJBFGpB2KLAACADKAIAIgMoAgAgAygCBBAiGiACIAIoAhwiAzYCECACIAIpAhQiBDcDCCABIAM2AgggASAENwIACyAAQeSkwAA2AgQgACABNgIAIAJBIGokAAtvAQF/IwBBEGsiBSQAIAFFBEBB4KDAAEEyEIMBAAsgBUEIaiABIAMgBCACKAIQEQUAIAAgBSgCCCICQQJGIgE2AgggACAFKAIMIgNBACABGzYCBCAAQQAgA0GACCACQQFxGyABGzYCACAFQRBqJAALjwMBB38jAEEgayIEJAAjAEEQayIDJAAgACIFIAEiAmohCEEBIQYCQAJAAn8DQCACRQRAQQAhAkEADAILIAJBAWshAiAFLQAAIQcgBUEBaiEFIAdBAksNAAsgBy0A9I9AIQJBCEEBEHAiBkUNASAGIAI6AAAgA0EBNgIMIAMgBjYCCCADQQg2AgRBASECA0AgBSAIRwRAIAUtAAAhByAFQQFqIQUgB0ECSw0BIActAPSPQCEHIAMoAgQgAkYEQCADQQRqIAJBARBAIAMoAgghBgsgAiAGaiAHOgAAIAMgAkEBaiICNgIMDAELCyADKAIIIQYgAygCBAshBSAEQQI6AB0gBCACNgIIIAQgBjYCBCAEIAU2AgAgBEEANgIUIARCgICAgMAANwIMIANBEGokAAwBC0EBQQgQcQALIAEEQCAAIAEQSgtBLEEEEHAiAEUEQEEEQSwQhgEACyAAQQA2AgggAEKBgICAEDcCACAAIAT9AAIA/QsCDCAAIAT9AAIQ/QsCHCAEQSBqJAAgAEEIagtqAQF/IwBBEGsiBiQAIAFFBEBB4KDAAEEyEIMBAAsgBkEIaiABIAMgBCAFIAIoAhARBAAgBigCDCEBIAAgBigCCCICNgIIIAAgAUEAIAJBAXEiAhs2AgQgAEEAIAEgAhs2AgAgBkEQaiQAC4MBAQF/AkAgAEGECE8EQCAA0G8mAUHUqsAAKAIADQFB1KrAAEF/NgIAIABB5KrAACgCACIBSQ0BIAAgAWsiAEHcqsAAKAIATw0BQbipwAAoAgAgAEECdGpB4KrAACgCADYCAEHgqsAAIAA2AgBB1KrAAEHUqsAAKAIAQQFqNgIACw8LAAtoAQF/IwBBEGsiBSQAIAFFBEBB4KDAAEEyEIMBAAsgBUEIaiABIAMgBCACKAIQEQUAIAUoAgwhASAAIAUoAggiAjYCCCAAIAFBACACQQFxIgIbNgIEIABBACABIAIbNgIAIAVBEGokAAtiAQF/IwBBEGsiBSQAIAFFBEBB4KDAAEEyEIMBAAsgBUEIaiABIAMgBCACKAIQEQUAIAAgBS0ACCIBNgIIIAAgBSgCDEEAIAEbNgIEIABBACAFLQAJIAEbNgIAIAVBEGokAAtbAQJ/AkAgAEEEaygCACICQXhxIgNBBEEIIAJBA3EiAhsgAWpPBEAgAkEAIAMgAUEnaksbDQEgABAdDwtByKPAAEEuQfijwAAQcwALQYikwABBLkG4pMAAEHMAC2QBAX8jAEEgayIBJAAgAUE3NgIEIAFBvIvAADYCACABQayLwAA2AgwgASAANgIIIAEgAUEIaq1CgICAgNAIhDcDGCABIAGtQoCAgIDgCIQ3AxBBmYPAACABQRBqQfSLwAAQWgALYAEBfyMAQRBrIgQkACABRQRAQeCgwABBMhCDAQALIARBCGogASADIAIoAhARAwAgACAELQAIIgE2AgggACAEKAIMQQAgARs2AgQgAEEAIAQtAAkgARs2AgAgBEEQaiQAC1wBAX8jAEEQayIGJAAgAUUEQEHgoMAAQTIQgwEACyAGQQhqIAEgAyAEIAUgAigCEBEEACAGKAIMIQEgACAGKAIIIgI2AgQgACABQQAgAkEBcRs2AgAgBkEQaiQACwMAAAsDAAALAwAAC1QBAX8CQAJAIAAoAgAgACgCCCIDayACSQRAIAAgAyACEEAgACgCCCEDDAELIAJFDQELIAJFDQAgACgCBCADaiABIAL8CgAACyAAIAIgA2o2AghBAAtaAQF/IwBBEGsiBSQAIAFFBEBB4KDAAEEyEIMBAAsgBUEIaiABIAMgBCACKAIQEQUAIAUoAgwhASAAIAUoAggiAjYCBCAAIAFBACACQQFxGzYCACAFQRBqJAALWAEBfyMAQRBrIgQkACABRQRAQeCgwABBMhCDAQALIARBCGogASADIAIoAhARAwAgBCgCDCEBIAAgBCgCCCICNgIEIAAgAUEAIAJBAXEbNgIAIARBEGokAAtSAQF/IwBBIGsiBiQAIAYgAjYCECAGIAE2AgwgBiAFNgIYIAYgBDYCFCAGIAMpAgA3AwAgBiADKAIINgIIIAAgASACIAYgBiAGEC4gBkEgaiQAC1IBAX8jAEEgayIGJAAgBiACNgIQIAYgATYCDCAGIAU2AhggBiAENgIUIAYgAykCADcDACAGIAMoAgg2AgggACABIAIgBiAGIAYQHCAGQSBqJAALQwEDfwJAIAJFDQADQCAALQAAIgQgAS0AACIFRgRAIABBAWohACABQQFqIQEgAkEBayICDQEMAgsLIAQgBWshAwsgAwvDAQEFfyMAQRBrIgQkACAEQQhqIQUgACgCACICIQEjAEEQayIDJAAgA0EEaiACIAAoAgRBBCABQQFqIgEgAkEBdCICIAEgAksbIgEgAUEETRsiAUEMED8CfyADKAIEBEAgAygCDCEAIAMoAggMAQsgAygCCCECIAAgATYCACAAIAI2AgRBgYCAgHgLIQEgBSAANgIEIAUgATYCACADQRBqJAAgBCgCCCIAQYGAgIB4RwRAIAAgBCgCDBBxAAsgBEEQaiQAC0UBAn8gASgCBCECIAEoAgAhA0EIQQQQcCIBRQRAQQRBCBCGAQALIAEgAjYCBCABIAM2AgAgAEHIpMAANgIEIAAgATYCAAtBACAAQQA2AgAgAEEANgIEIABBADYCCCAAQQA2AgwgAEEANgIQIABBADYCFCAAQQA2AhggAEEANgIcIABCADcDIAveAQIBfwF+IwBBIGsiAyQAIAMgATYCECADIAA2AgwgA0EBOwEcIAMgAjYCGCADIANBDGo2AhQjAEEQayIBJAAgA0EUaiIAKQIAIQQgASAANgIMIAEgBDcCBCMAQRBrIgAkACABQQRqIgEoAgAiAigCBCIDQQFxBEAgAigCACECIAAgA0EBdjYCBCAAIAI2AgAgAEHwosAAIAEoAgQgASgCCCIALQAIIAAtAAkQOgALIABBgICAgHg2AgAgACABNgIMIABBjKPAACABKAIEIAEoAggiAC0ACCAALQAJEDoACy8AAkAgAWlBAUcNACAAQYCAgIB4IAFrSw0AIAAEQCAAIAEQcCIBRQ0BCyABDwsAC0oAIAAoAgBBgICAgHhHBEAgASgCACAAKAIEIAAoAgggASgCBCgCDBEAAA8LIAEoAgAgASgCBCAAKAIMKAIAIgAoAgAgACgCBBAiCzgAAkAgAkGAgMQARg0AIAAgAiABKAIQEQEARQ0AQQEPCyADRQRAQQAPCyAAIANBACABKAIMEQAACzQBAX8gACgCACIAQRBqECcCQCAAQX9GDQAgACAAKAIEQQFrIgE2AgQgAQ0AIABBkAEQSgsLPQBBwKrAAC0AAEEBRwRAEBsLQcCpwAAoAgAEQBBjAAtB0KnAACsDAEQAAAAAAADwf0HIqcAAKAIAQQFxGws9AEHAqsAALQAAQQFHBEAQGwtBwKnAACgCAARAEGMAC0HYqcAAKwMARAAAAAAAAPD/QcipwAAoAgBBAXEbCy4AAkAgA2lBAUcNACABQYCAgIB4IANrSw0AIAAgASADIAIQGiIARQ0AIAAPCwALswEBAn8jAEEQayIAJAAgASgCAEHYpMAAQQsgASgCBCgCDBEAACEDIABBCGoiAkEAOgAFIAIgAzoABCACIAE2AgAgAiIBLQAEIQIgAS0ABQRAIAECf0EBIAJBAXENABogASgCACIBLQAKQYABcUUEQCABKAIAQZmlwABBAiABKAIEKAIMEQAADAELIAEoAgBBmKXAAEEBIAEoAgQoAgwRAAALIgI6AAQLIAJBAXEgAEEQaiQACy8BAX8jAEEQayIAJAAgACAAQQ9qrUKAgICAsAiENwMAQZ2DwAAgAEGEi8AAEFoACzABAX8gAUEIayICIAIoAgBBAWoiAjYCACACRQRAAAsgACABNgIEIABBlKHAADYCAAukKQIVfwN+IwBBEGsiFiQAIwBBMGsiDiQAAkACQAJAIAAEQCAAQQhrIhkgGSgCAEEBaiIKNgIAIApFDQEgACgCAA0CIABBfzYCACAOIBk2AhQgDiAANgIQIA4gAEEEaiIINgIMAkAgAUUEQEGAgICAeCECDAELIA4gAjYCICAOIAE2AhwLIA4gBDYCLCAOIAM2AiggDiAENgIkIA4gAjYCGCAOQRhqIRdBACECIwBBgAFrIgYkACAOQSRqIgEoAgAhEyAGQQRqIRQgASgCBCEDIAEoAgghCiAIIhEoAgQhDyAIKAIIIQkjAEHQAGsiCyQAAkAgCUUEQCAUQQM6AAAMAQsgDy0AACIVIQECQCAJQQFGDQAgFUEEdEEgakHwAXEhBCAJQQJHBEAgCUEBayIBQQFxIAFBfnEhEiAVIQEDQCAEIAIgD2oiDUEBai0AACIQQQR0QSBqQfABcSIIIAQgCEsiDBsiCCANQQJqLQAAIg1BBHRBIGpB8AFxIgQgBCAISSIIGyEEIAEgECAMGyANIAgbIQEgEiACQQJqIgJHDQALRQ0BCyABIA9BAWogAmotAAAiASAEIAFBBHRBIGpB8AFxSxshAQsgC0EQaiESIAEhDSAKIQEgAyECAkACfwJAAkADQCACIQQgASIMRQ0BIAEgBGohCEEAIQECfwJAA0AgASAEaiICLQAAQQlrIhBBF0sNAUEBIBB0QZuAgARxRQ0BIAwgAUEBaiIBRw0AC0EAIRAgCCECQQAMAQtBACAMIAFrIggiEEEDSQ0AGiAIQQNrIQFBACACQQNqIAIvAABB7/cCcyACQQJqLQAAQb8Bc3IbCyIIIAIgCBshAiABIBAgCBsiASAMRw0ACwJAAkACQAJAIAxBCk8EQEGDmsAAIQhBGCECIAQpAAAiGkKt2rTp0sXQoscAhSAEQQhqIgEzAABCyZwBhYRQDQYgGkKt2rTpgsTQoscAhSABMwAAQsmcAYWEQgBSDQEMBgsgDEEESQ0BC0H5mcAAIQhBCiECIAQoAABB8+ah6wJGDQQCQCAMQQtPBEAgBCkAAELlxpGbl6zLuegAhSAEQQNqKQAAQvPCtZmHrZiZLYWEUA0GDAELIAxBB0kNAgsgBCgAAEHz1rWZB3MgBEEDaigAAEHz5qHrAnNyRQ0EIAxBCUkNASAEKQAAQvPWtam2jNm54QCFIARBCGoxAABCLYWEUA0EDAELIAxBAUYNAQsgBC8AAEGwhAJHDQBB4ZnAACEIQRghAkEBDAMLIAQtAABBIHJB+wBHDQAgDEEFSQ0AIAxBAWohECAEIQEDQEHUmcAAIQhBDSECIAEoAABBotbRywdzIAFBBGotAABBInNyRQ0CIAFBAWohASAQQQFrIhBBBUsNAAsgDEEFRg0AIAxBAWohAQNAIAQoAABBotaVywdzIARBBGovAABB88QAc3JFDQIgBEEBaiEEIAFBAWsiAUEHTw0ACwsgDUEEdEEgakHwAXEgCksEQCAKIQhBAAwCC0EAIQECQANAIAEgCkYNASABIANqIAFBAWohAS0AACADLQAARg0ACyASQQU6AAAMAwsgEkECOgAADAILQQELIQEgEiACNgIIIBIgCDYCBCASIA06AAEgEiABOgAACyALLQAQQQVHBEAgFCALKAIYNgIIIBQgCykCEDcCAAwBCyMAQeABayIHJAAjAEHQAmsiBSQAIAX9DAAAAAAAAAAAAAAAAAAAAAD9CwMwIAX9DAAAAAAAAAAAAAAAAAAAAAD9CwMgIAX9DAAAAAAAAAAAAAAAAAAAAAD9CwMQIAX9DAAAAAAAAAAAAAAAAAAAAAD9CwMAAkAgCkHBAE8EQCAFQQA6AH8gBUGYjMAA/QADAP0LA5ABIAVBiIzAAP0AAwD9CwOAASAFIApBBnYiAa03A6ABIAVBgAFqIAMgARAVIAUgCkE/cSIBOgB/IAEEQCAFQUBrIAMgCkHA////B3FqIAH8CgAACyAFQagBaiIBIAVBQGtB6AD8CgAAIAEgBS0A5wEiBGoiAUGAAToAACAFKQOIAiEbIARBP3MiAgRAIAFBAWpBACAC/AsACyAFQegBaiEYIAJBB00EQCAFIAX9AAPYAf0LA8ACIAUgBf0AA8gB/QsDsAIgBSAF/QADuAH9CwOgAiAFIAX9AAOoAf0LA5ACIBggBUGQAmpBARAVIAVCADcDqAEgBf0MAAAAAAAAAAAAAAAAAAAAAP0LA7ABIAX9DAAAAAAAAAAAAAAAAAAAAAD9CwPAASAF/QwAAAAAAAAAAAAAAAAAAAAA/QsD0AELIAUgBK0iHEI7hiAbQgmGIhogHEIDhoQiHEKA/gODQiiGhCAcQoCA/AeDQhiGIBxCgICA+A+DQgiGhIQgG0IBhkKAgID4D4MgG0IPiEKAgPwHg4QgG0IfiEKA/gODIBpCOIiEhIQ3A+ABIAUgBf0AA9gB/QsDwAIgBSAF/QADyAH9CwOwAiAFIAX9AAO4Af0LA6ACIAUgBf0AA6gB/QsDkAIgGCAFQZACakEBEBUgBUEAOgDnASAFKALoASESIAUoAuwBIRAgBSgC8AEhDCAFKAL0ASENIAUoAvgBIQggBSgC/AEhBCAFKAKAAiECIAUoAoQCIQEgGBBZIAX9DAAAAAAAAAAAAAAAAAAAAAD9CwOQAiAF/QwAAAAAAAAAAAAAAAAAAAAA/QsDoAIgBf0MAAAAAAAAAAAAAAAAAAAAAP0LA7ACIAX9DAAAAAAAAAAAAAAAAAAAAAD9CwPAAiAFIAUpA5ACNwOoASAFIAUpA5gCNwOwASAFIAUpA6ACNwO4ASAFIAUpA6gCNwPAASAFIAUpA7ACNwPIASAFIAUpA7gCNwPQASAFIAUpA8ACNwPYASAFIAUpA8gCNwPgASAFIAFBGHhB/4H8B3EgAUH/gfwHcUEIeHI2AhwgBSACQRh4Qf+B/AdxIAJB/4H8B3FBCHhyNgIYIAUgBEEYeEH/gfwHcSAEQf+B/AdxQQh4cjYCFCAFIAhBGHhB/4H8B3EgCEH/gfwHcUEIeHI2AhAgBSANQRh4Qf+B/AdxIA1B/4H8B3FBCHhyNgIMIAUgDEEYeEH/gfwHcSAMQf+B/AdxQQh4cjYCCCAFIBBBGHhB/4H8B3EgEEH/gfwHcUEIeHI2AgQgBSASQRh4Qf+B/AdxIBJB/4H8B3FBCHhyNgIADAELIApFDQAgBSADIAr8CgAACyAHIAX9AAMw/QsAMCAHIAX9AAMg/QsAICAHIAX9AAMQ/QsAECAHIAX9AAMA/QsAACAFQdACaiQAIAcgB/0ABAD9DDY2NjY2NjY2NjY2NjY2Njb9Uf0LBAAgByAH/QAEEP0MNjY2NjY2NjY2NjY2NjY2Nv1R/QsEECAHIAf9AAQg/Qw2NjY2NjY2NjY2NjY2NjY2/VH9CwQgIAcgB/0ABDD9DDY2NjY2NjY2NjY2NjY2Njb9Uf0LBDAgB0GYjMAA/QADAP0LA1AgB0GIjMAA/QADAP0LA0AgB0IBNwNgIAdBQGsgB0EBEBUgByAH/QAEAP0Mampqampqampqampqampqav1R/QsEACAHIAf9AAQQ/Qxqampqampqampqampqampq/VH9CwQQIAcgB/0ABCD9DGpqampqampqampqampqamr9Uf0LBCAgByAH/QAEMP0Mampqampqampqampqampqav1R/QsEMCAHQZiMwAD9AAMA/QsDeCAHQYiMwAD9AAMA/QsDaCAHQgE3A4gBIAdB6ABqIAdBARAVIAcgBykDiAE3A9gBIAcgB/0AA3j9CwPIASAHIAf9AANo/QsDuAEgByAHKQNANwOQASAHIAf9AANI/QsDmAEgByAH/QADWP0LA6gBQZABQQgQcCICRQRAQQhBkAEQhgEACyACQQA6AD8gAkFAayAHQZABakHQAPwKAAAgC0EIaiIBIAI2AgAgAUGAAjsBBCAHQeABaiQAIAsgFToADCAJIQIgDyEEAkACQANAIAJFDQEgAkEBayECIAQtAAAgBEEBaiEEDQALIAtBAToADQNAIAlFDQIgCUEBayEJIA8tAAAgD0EBaiEPRQ0ACwsgFEEDOgAAIAsoAggiAUFAaxBZIAFB6ABqEFkgC/0MAAAAAAAAAAAAAAAAAAAAAP0LA0AgC/0MAAAAAAAAAAAAAAAAAAAAAP0LAzAgC/0MAAAAAAAAAAAAAAAAAAAAAP0LAyAgC/0MAAAAAAAAAAAAAAAAAAAAAP0LAxAgASALKQNINwA4IAEgCykDQDcAMCABIAspAzg3ACggASALKQMwNwAgIAEgCykDKDcAGCABIAspAyA3ABAgASALKQMYNwAIIAEgCykDEDcAACABQZABEEoMAQsgFCALKQMINwIEIBRBBToAAAsgC0HQAGokAAJAAkACQAJAIAYtAARBBUcEQCAGIAYoAgw2AhggBiAGKQIEIho3AxAgBkEANgI0IAZCgICAgBA3AiwgBkGUi8AANgI8IAZCoICAgAY3AkAgBiAGQSxqNgI4IAZBEGogBkE4ahAvDQEgBiAGKAI0NgIoIAYgBikCLDcDICADIApqIQIgEyAKayINQQ9xIQhB94/AAEEKQRAgGqdB/wFxQQNJGyAGQSBqQQAgBhApIQ8gDUEPTQ0DIAb9DAAAAAAAAAAAAAAAAAAAAAD9CwM4IAIhASANQRBrIgRBMHFBMEcEQEEAIARBBHZBAWpBA3FrIQkDQCABIAYpA0A3AAggASAGKQM4NwAAIAFBEGohASAJQQFqIgkNAAsLIARBMEkNAyACIA1BcHFqIQQDQCABIAYpA0A3AAggASAGKQM4NwAAIAFBGGogBikDQDcAACABQRBqIAYpAzg3AAAgAUEoaiAGKQNANwAAIAFBIGogBikDODcAACABQThqIAYpA0A3AAAgAUEwaiAGKQM4NwAAIAFBQGsiASAERw0ACwwDCyAGLwEOIQwgBi0ADSEVIAYtAAwhDSAGKAIIIQgCQCAXKAIAQYCAgIB4RwRAIBEoAhQiBCARKAIMRgRAIwBBEGsiCSQAIAlBBGogEUEMaiIPKAIAIgEgDygCBEEEIAFBAXQiASABQQRNGyICQQRBFBA9IAkoAgRBAUYEQCAJKAIIIAkoAgwQcQALIAkoAgghASAPIAI2AgAgDyABNgIEIAlBEGokAAsgESAEQQFqNgIUIBEoAhAgBEEUbGoiASAXKQIANwIAIAEgFygCCDYCCCABIAw7ARIgASAVOgARIAEgDToAECABIAg2AgwMAQsgES0AHUECRwRAIBEoAhgiAUFAaxBZIAFB6ABqEFkgBv0MAAAAAAAAAAAAAAAAAAAAAP0LA2ggBv0MAAAAAAAAAAAAAAAAAAAAAP0LA1ggBv0MAAAAAAAAAAAAAAAAAAAAAP0LA0ggBv0MAAAAAAAAAAAAAAAAAAAAAP0LAzggASAGKQNwNwA4IAEgBikDaDcAMCABIAYpA2A3ACggASAGKQNYNwAgIAEgBikDUDcAGCABIAYpA0g3ABAgASAGKQNANwAIIAEgBikDODcAACABQZABEEoLIBEgDDsBHiARIBU6AB0gESANOgAcIBEgCDYCGAsgAyAKaiECIBMgCmsiCEEPcSEPIAhBD00NASAG/QwAAAAAAAAAAAAAAAAAAAAA/QsDOCACIQEgCEEQayIEQTBxQTBHBEBBACAEQQR2QQFqQQNxayEJA0AgASAGKQNANwAIIAEgBikDODcAACABQRBqIQEgCUEBaiIJDQALCyAEQTBJDQEgAiAIQXBxaiEEA0AgASAGKQNANwAIIAEgBikDODcAACABQRhqIAYpA0A3AAAgAUEQaiAGKQM4NwAAIAFBKGogBikDQDcAACABQSBqIAYpAzg3AAAgAUE4aiAGKQNANwAAIAFBMGogBikDODcAACABQUBrIgEgBEcNAAsMAQsgBkH/AGoQSwALAkAgD0UNACACIAhB8P///wdxaiIEIQEgCEEHcSIJBEADQCABQQA6AAAgAUEBaiEBIAlBAWsiCQ0ACwsgD0EISQ0AIAQgD2ohBANAIAFBADoAACABQQFqQQA6AAAgAUECakEAOgAAIAFBA2pBADoAACABQQRqQQA6AAAgAUEFakEAOgAAIAFBBmpBADoAACABQQdqQQA6AAAgAUEIaiIBIARHDQALCwJAIApFDQAgAyEBIApBB3EiCQRAA0AgAUEAOgAAIAFBAWohASAJQQFrIgkNAAsLIApBCEkNAANAIAFBADoAACABQQFqQQA6AAAgAUECakEAOgAAIAFBA2pBADoAACABQQRqQQA6AAAgAUEFakEAOgAAIAFBBmpBADoAACABQQdqQQA6AAAgAUEIaiIBIAJHDQALC0EAIQEgEwRAIAMgExBKCwwBCwJAIAhFDQAgAiANQfD///8HcWoiBCEBIA1BB3EiCQRAA0AgAUEAOgAAIAFBAWohASAJQQFrIgkNAAsLIAhBCEkNACAEIAhqIQQDQCABQQA6AAAgAUEBakEAOgAAIAFBAmpBADoAACABQQNqQQA6AAAgAUEEakEAOgAAIAFBBWpBADoAACABQQZqQQA6AAAgAUEHakEAOgAAIAFBCGoiASAERw0ACwsCQCAKRQ0AIAMhASAKQQdxIgkEQANAIAFBADoAACABQQFqIQEgCUEBayIJDQALCyAKQQhJDQADQCABQQA6AAAgAUEBakEAOgAAIAFBAmpBADoAACABQQNqQQA6AAAgAUEEakEAOgAAIAFBBWpBADoAACABQQZqQQA6AAAgAUEHakEAOgAAIAFBCGoiASACRw0ACwsgEwRAIAMgExBKC0EBIQEgFygCACICQQBMDQAgFygCBCACEEoLIA4gDzYCBCAOIAE2AgAgBkGAAWokACAOKAIEIQIgDigCACEBIAAgACgCAEEBajYCACAZIBkoAgBBAWsiADYCACAARQRAIA5BFGoQNQsgFiABQQFxIgA2AgQgFiACQQAgABs2AgAgDkEwaiQADAMLEIIBCwALEIQBAAsgFigCACAWKAIEIBZBEGokAAubHwQjfwF+BXwCeyMAQRBrIiEkACMDQQFrIiQkAyAkIAEmASMAQZACayIDJAACQAJAAkAgAARAIABBCGsiCigCAEEBRw0BIAD9AAIEISsgAP0AAhQhLCAKQQA2AgAgAyAs/QsDmAEgAyAr/QsDiAECQCAKQX9GDQAgAEEEayIAIAAoAgBBAWsiADYCACAADQAgCkEsEEoLIAMgJDYChAEgA0GEAWohCCMAQcACayICJAACQAJAAkACQAJAAkACQAJAAkAgA0GIAWoiBS0AHUECRwRAIAUpAhghJUEUQQQQcCIKRQ0BIAogJTcCDCAKQYCAgIB4NgIAIAUoAgAiAARAIAUoAgQgABBKCyAFQQxqEDNBASEjQQEhIgwGCyAFKAIMISMgBSgCECEKIAIgBSgCFCIiNgLAASACIAo2ArwBIAIgIzYCuAEgIkEJa0F4SQRAQREhDkGwmcAAIQ8MAwsgCiAiQRRsaiEYICJBAWohFCAKIQcDQEEoIQ5BiJnAACEPIAcoAgBBgICAgHhGIgAgBygCCCILckUNAyANIBRGDQICQCANRQ0AIABFBEAgBygCBCEAIAkhEiAKIQQDQAJAIAQoAgBBgICAgHhGDQAgBEEIaigCACALRw0AIARBBGooAgAgACALEFZFDQcLIARBFGohBCASQRRrIhINAAsMAQsgCigCAEGAgICAeEYNBEEUIQQDQCAEIAlGDQEgBCAKaiAEQRRqIQQoAgBBgICAgHhHDQALDAQLIAlBFGohCSANQQFqIQ0gB0EUaiIHIBhHDQALDAMLQQRBFBCGAQALQQAgFCAiQcSZwAAQLAALIAJBuAFqIgAQMiACIA42AiQgAiAPNgIgIAJBBDoAHCACQQA2AkAgAkKAgICAEDcCOCACQZSLwAA2ArwBIAJCoICAgAY3AsABIAIgAkE4ajYCuAEgAkEcaiAAEC8NASACIAIoAkA2AjAgAiACKQI4NwMoQfePwABBECACQShqQQAgAhApIQpBgICAgHghIwsgBSgCACIABEAgBSgCBCAAEEoLICNBgICAgHhHDQEgA0ICNwMAIAMgCjYCCAwCCyACQb8CahBLAAsgAkG4AWogCCgCACIMJQEQAUGAgICAeCEIIAIoArgBIgAEfyACQRBqIAAgAigCvAEQJiACKAIQIQkgAigCFAVBgICAgHgLIQtBBCEfQQQgCSALQYCAgIB4RiIAGyEgQQAgCyAAGyIAIRcCQCAARQRAQgAhJUGAwAAhHEGAgICAeCEaQYCAgIB4IQ5BgICAgHghD0EAIQRBACESQQQhCUEAIQ0MAQsgAEEMbCEVIAJBpQJqIRAgAkHYAWohCyACQagCaiETQgAhJUGAwAAhHEEAIQRBgICAgHghGkGAgICAeCEOQYCAgIB4IQ9BACESQQQhCUEAIQ0DQCACIAY6AKQCIAIgHDYCoAIgAiAFNgKcAiACIAc2ApgCIAIgCDYClAIgAiAUNgKQAiACIBY2AowCIAIgGjYCiAIgAiAYNgKEAiACIBk2AoACIAIgDjYC/AEgAiAdNgL4ASACIBE2AvQBIAIgDzYC8AEgAiAENgLsASACIB82AugBIAIgHjYC5AEgAiAJNgLcASACICc5A9ABIAIgKDkDyAEgAiApOQPAASACICU3A7gBIAIgEjYC4AEgAiANNgLYASAQIAItADo6AAIgECACLwA4OwAAIBMgGyAgaiIAKQIANwIAIBMgACgCCDYCCCANIBJGBH8gCxBXIAIoAtwBBSAJCyAbaiIAIBMoAgg2AgggACATKQIANwIAIAIgEkEBaiISNgLgASACKQO4ASElIAIrA8ABISkgAisDyAEhKCACKwPQASEnIAIoAtgBIQ0gAigC3AEhCSACKALkASEeIAIoAugBIR8gAigC7AEhBCACKALwASEPIAIoAvQBIREgAigC+AEhHSACKAL8ASEOIAIoAoACIRkgAigChAIhGCACKAKIAiEaIAIoAowCIRYgAigCkAIhFCACKAKUAiEIIAIoApgCIQcgAigCnAIhBSACKAKgAiEcIAItAKQCIQYgAiAQLQACOgA6IAIgEC8AADsBOCAVIBtBDGoiG0cNAAsLIAIgAi0AOjoAKiACIAIvATg7ASggFwRAICAgF0EMbBBKCyAMJQEQAiEAIAJBuAFqIAwlARADQQEgBiAAGyEbAkAgAigCuAEiAARAIAJBCGogACACKAK8ARAmIAIoAgwiAEUEQEGCgICAeCELIAhBAEgNAiAFBEAgByEGIAUhAANAIAYoAgAiFwRAIAZBBGooAgAgFxBKCyAGQQxqIQYgAEEBayIADQALCyAIRQ0CIAcgCEEMbBBKDAILIAIoAgghICAAQQxsIRcgAkGlAmohECACQZQCaiEGIAJBqAJqIRMgAkGoAWohFUEAIQsDQCAVIAsgIGoiACgCCDYCCCAVIAApAgA3AgAgAiAbOgCkAiACIBw2AqACIAIgBTYCnAIgAiAHNgKYAiACIBQ2ApACIAIgFjYCjAIgAiAaNgKIAiACIBg2AoQCIAIgGTYCgAIgAiAONgL8ASACIB02AvgBIAIgETYC9AEgAiAPNgLwASACIAQ2AuwBIAIgHzYC6AEgAiAeNgLkASACIBI2AuABIAIgCTYC3AEgAiANNgLYASACICc5A9ABIAIgKDkDyAEgAiApOQPAASACICU3A7gBIAIgCDYClAIgECACLQAqOgACIBAgAi8BKDsAACATIAApAgA3AgAgEyAAKAIINgIIAn8gCEEATgRAIAUgCEYEfyAGEFcgAigCmAIFIAcLIAVBDGxqIgAgEygCCDYCCCAAIBMpAgA3AgAgAi0ApAIhGyACKAKgAiEcIAIoApgCIQcgAigClAIhCCACKAKQAiEUIAIoAowCIRYgAigCiAIhGiACKAKEAiEYIAIoAoACIRkgAigC/AEhDiACKAL4ASEdIAIoAvQBIREgAigC8AEhDyACKALsASEEIAIoAugBIR8gAigC5AEhHiACKALgASESIAIoAtwBIQkgAigC2AEhDSACKwPQASEnIAIrA8gBISggAisDwAEhKSACKQO4ASElIAVBAWoMAQtBDEEEEHAiB0UNBSAHIBUoAgg2AgggByAVKQIANwIAQQEhCEEBCyEFIAIgEC0AAjoAKiACIBAvAAA7ASggFyALQQxqIgtHDQALICAgFxBKCyAIIQsLIAJBuAFqIAwlARAEAkAgAigCuAEiBkUEQCARIQYMAQsgAigCvAEhHSAPQQBKBEAgESAPEEoLIB0hDwsgAkG4AWogDCUBEAUCQCACKAK4ASIRRQRAIBkhEQwBCyACKAK8ASEYIA5BAEoEQCAZIA4QSgsgGCEOCyACQbgBaiAMJQEQBgJAIAIoArgBIhlFBEAgFiEZDAELIAIoArwBIRQgGkEASgRAIBYgGhBKCyAUIRoLIAJBuAFqIAwlARAHIAIoArgBBEBEAAAAAAAAAABEAAAAAAAAAAAgAisDwAEiJiAmRAAAAAAAAAAAYxsgJiAmYhtEAAAAAAAAAAAgJr1C////////////AINCgICAgICAgPj/AFQbISgLIAJBuAFqIAwlARAIIAIoArgBBEBEAAAAAAAAAABEAAAAAAAAAAAgAisDwAEiJiAmRAAAAAAAAAAAYxsgJiAmYhtEAAAAAAAAAAAgJr1C////////////AINCgICAgICAgPj/AFQbIScLIAJBuAFqIgAgDCUBEAkgAisDwAEgAigCuAEhFyAMJQEQCiEqIAAgDCUBEAsgKkT///////8/Q2IhFiAq/AMhCCACKAK4ASIABH8gAiAAIAIoArwBECYgAigCACEVIAIoAgQFQYCAgIB4CyETQgEgJSAXGyElICkgFxshKSAIIBwgFhshFkEEIBUgE0GAgICAeEYiIBshCEEAIBMgIBsiAARAIABBDGwhFSAEQQxsIRwgAkGlAmohDCACQeQBaiEXIAJBqAJqIRAgCCEAA0AgAiAbOgCkAiACIBY2AqACIAIgBTYCnAIgAiAHNgKYAiACIAs2ApQCIAIgFDYCkAIgAiAZNgKMAiACIBo2AogCIAIgGDYChAIgAiARNgKAAiACIA42AvwBIAIgHTYC+AEgAiAGNgL0ASACIA82AvABIAIgHzYC6AEgAiASNgLgASACIAk2AtwBIAIgDTYC2AEgAiAnOQPQASACICg5A8gBIAIgKTkDwAEgAiAlNwO4ASACIAQ2AuwBIAIgHjYC5AEgDCACLQAqOgACIAwgAi8BKDsAACAQIAApAgA3AgAgECAAKAIINgIIIABBDGohACAEIB5GBH8gFxBXIAIoAugBBSAfCyAcaiIRIBAoAgg2AgggESAQKQIANwIAIAIgBEEBaiIENgLsASACKQO4ASElIAIrA8ABISkgAisDyAEhKCACKwPQASEnIAIoAtgBIQ0gAigC3AEhCSACKALgASESIAIoAuQBIR4gAigC6AEhHyACKALwASEPIAIoAvQBIQYgAigC+AEhHSACKAL8ASEOIAIoAoACIREgAigChAIhGCACKAKIAiEaIAIoAowCIRkgAigCkAIhFCACKAKUAiELIAIoApgCIQcgAigCnAIhBSACKAKgAiEWIAItAKQCIRsgAiAMLQACOgAqIAIgDC8AADsBKCAcQQxqIRwgFUEMayIVDQALCyACIAItACo6ABogAiACLwEoOwEYQQAgEyAgGyIABEAgCCAAQQxsEEoLIAMgGzoAbCADIBY2AmggAyAFNgJkIAMgBzYCYCADIAs2AlwgAyAUNgJYIAMgGTYCVCADIBo2AlAgAyAYNgJMIAMgETYCSCADIA42AkQgAyAdNgJAIAMgBjYCPCADIA82AjggAyAENgI0IAMgHzYCMCADIB42AiwgAyASNgIoIAMgCTYCJCADIA02AiAgAyAnOQMYIAMgKDkDECADICk5AwggAyAlNwMAIAMgIjYCeCADIAo2AnQgAyAjNgJwIAMgAi0AGjoAbyADIAIvARg7AG0LIAJBwAJqJAAMAQtBBEEMEIYBAAsgIQJ/IAMpAwBCAlEEQCADKAIIIQZBAQwBCyADQYwBaiADQYAB/AoAAEGQAUEIEHAiAEUNAyAAQQA2AgggAEKBgICAEDcDACAAQQxqIANBiAFqQYQB/AoAACAAQQhqIQZBAAsiADYCCCAhIAZBACAAGzYCBCAhQQAgBiAAGzYCACADQZACaiQADAMLEIIBAAtB8ZzAAEE/EIMBAAtBCEGQARCGAQALICTQb0EB/BEBICRBAWokAyAhKAIAICEoAgQgISgCCCAhQRBqJAALAwAACwMAAAsDAAALIwAgAEUEQEHgoMAAQTIQgwEACyAAIAIgAyAEIAEoAhARBQALAwAACwMAAAshACAARQRAQeCgwABBMhCDAQALIAAgAiADIAEoAhARAwALAwAACx8AIABFBEBB4KDAAEEyEIMBAAsgACACIAEoAhARAQALFQAgAUEJTwRAIAEgABAlDwsgABARCx4AIAAEQCAAIAEQhgEAC0H0pMAAQSNBiKXAABBaAAskACABKAIAIAAoAgAtAABBAnQoArCdQEEFIAEoAgQoAgwRAAALEQAgACABQQF0QQFyIAIQWgALFQAgASAAKAIAIgAoAgQgACgCCBAgCyIBAW8gASACEBAhAxAtIgEgAyYBIAAgATYCBCAAQQA2AgALHAAgAEHAo8AAKQIANwIIIABBuKPAACkCADcCAAscACAAQbCjwAApAgA3AgggAEGoo8AAKQIANwIACxQBAW8gACUBIAEgAiUBIAIQRxAACxQAIAAoAgAgASAAKAIEKAIMEQEACxAAIAEgACgCACAAKAIEECALEwAgAEHIpMAANgIEIAAgATYCAAscACABKAIAIAAoAgAgACgCBCABKAIEKAIMEQAACw8AIABBlIvAACABIAIQIgsPACAAQdiiwAAgASACECILzQcDB38BfgFvIwBB0ABrIgIkAEHAqsAALQAAQQFHBEAQGwsCQAJAAkACQEHAqcAAKAIARQRAQeCpwAAoAgAhBEHgqcAAQQw2AgBBgAghAAJAAkAgBEEMaw4CBgABCyMAQRBrIgAkACAAIABBD2qtQoCAgICwBoQ3AwBBs4LAACAAQfSKwAAQWgALIAJB5KnAAP0AAgD9CwIQIAIgBDYCDCACQQA2AjggAkKAgICAEDcCMCACQZSLwAA2AkAgAkKggICABjcCRCAEQcSewABqLQAAIQYgAiACQTBqNgI8IAJBPGohASMAQSBrIgAkAAJ/AkACQAJAAkACQAJAAkACQAJAAkACQAJAIAJBDGoiAygCAEEBaw4LAQIDBAUGBwgJCgsACyAAIAMpAgQ3AgggACAAQQhqrUKAgICAwACENwMQIAEoAgAgASgCBEH+gsAAIABBEGoQIgwLCyAAIANBBGo2AgggACAAQQhqrUKAgICAMIQ3AxAgASgCACABKAIEQfiIwAAgAEEQahAiDAoLIAEoAgBBj43AAEE2IAEoAgQoAgwRAAAMCQsgASgCAEHFjcAAQcIAIAEoAgQoAgwRAAAMCAsgASgCAEGHjsAAQTsgASgCBCgCDBEAAAwHCyABKAIAQcKOwABBNCABKAIEKAIMEQAADAYLIAEoAgBB9o7AAEEyIAEoAgQoAgwRAAAMBQsgACADKQIENwIIIAAgAEEIaq1CgICAgMAAhDcDECABKAIAIAEoAgRByYnAACAAQRBqECIMBAsgACADKQIENwIIIAAgAEEIaq1CgICAgMAAhDcDECABKAIAIAEoAgRBm4nAACAAQRBqECIMAwsgACADQQRqNgIIIAAgAEEIaq1CgICAgNAAhDcDECABKAIAIAEoAgRB8onAACAAQRBqECIMAgsgAykCDCEHIAAgAykCBDcCACAAIAc3AgggACAAQQhqrUKAgICAwACENwMYIAAgAK1CgICAgMAAhDcDECABKAIAIAEoAgRBm4HAACAAQRBqECIMAQsgASgCAEGoj8AAQTwgASgCBCgCDBEAAAsgAEEgaiQADQEgAiACKAI4NgIoIAIgAikCMDcDIEH/j8AAIAYgAkEgakEBIAR0IgBB/xBxBH9BAAUgAEGAC3FFDQMgAigCFCEFIAIoAhALIAUQKSEAIARBCUcNBAwDCxBjAAsgAkHPAGoQSwALQf+PwAAgBiACQSBqIAIoAhQgAigCGBApIQALIAIoAhAiAUEATA0AIAIoAhQgARBKCyACQdAAaiQAIAAlASAAEEcLGQAgASgCAEGwgMAAQQUgASgCBCgCDBEAAAsLACAAKAIAIAEQMAsNAEHEocAAQRsQgwEACwkAIAAgARAOAAsOAEHfocAAQc8AEIMBAAsMACAAIAEpAgA3AwALPQEBfyMAQRBrIgIkACACIAE2AgwgAiAANgIIIAJBCGoiACgCACAAKAIEQfSqwAAoAgAiAEEyIAAbEQIAAAsNACABQZypwABBGBAgCw0AIAFB/KjAAEEgECALDABBzK7AAEEBOgAACwkAIABBADYCAAsxAQJ/IwBBkIABayIAJAAgAEEMaiIBQQBBgIAB/AsAIAAgATYCjIABIABBkIABaiQACwIACwMAAAsLiCkHAEGAgMAAC6kLYXNzZXJ0aW9uIGZhaWxlZDogc2VsZi5pc19jaGFyX2JvdW5kYXJ5KG5ld19sZW4pRXJyb3JBdHRlbXB0ZWQgdG8gaW5pdGlhbGl6ZSB0aHJlYWQtbG9jYWwgd2hpbGUgaXQgaXMgYmVpbmcgZHJvcHBlZBZzbGljZSBpbmRleCBzdGFydHMgYXQgwA0gYnV0IGVuZHMgYXQgwAANdGhlIHRva2VuJ3MgIsAIIiBjbGFpbSDAABJyYW5nZSBzdGFydCBpbmRleCDAIiBvdXQgb2YgcmFuZ2UgZm9yIHNsaWNlIG9mIGxlbmd0aCDAABByYW5nZSBlbmQgaW5kZXggwCIgb3V0IG9mIHJhbmdlIGZvciBzbGljZSBvZiBsZW5ndGggwAALYSBrZXkgcmluZyDAAEhjYW5ub3QgYWNjZXNzIGEgVGhyZWFkIExvY2FsIFN0b3JhZ2UgdmFsdWUgZHVyaW5nIG9yIGFmdGVyIGRlc3RydWN0aW9uOiDAABh0aGUgdG9rZW4gaXMgbWFsZm9ybWVkOiDAAMACOiDAAHNyYy9qcy92ZXJpZnkucnMAc3JjL2p3dC9qc29uL3RleHQucnMAL3J1c3RjLzU5ODA3NjE2ZTFmYTI1NDA3MjRiZmJhYzE0ZDc5NzZkN2U0YTM4NjAvbGlicmFyeS9zdGQvc3JjL3N5cy90aHJlYWRfbG9jYWwvbm9fdGhyZWFkcy5ycwBzcmMvand0L2pzb24vcmVhZGVyLnJzAHNyYy9qd3QvanNvbi5ycwBzcmMvand0L2FsZ29yaXRobS5ycwAvcnVzdGMvNTk4MDc2MTZlMWZhMjU0MDcyNGJmYmFjMTRkNzk3NmQ3ZTRhMzg2MC9saWJyYXJ5L3N0ZC9zcmMvdGhyZWFkL2xvY2FsLnJzAGNhcmdvL3JlZ2lzdHJ5L3NyYy9pbmRleC5jcmF0ZXMuaW8tMTk0OWNmOGM2YjViNTU3Zi9qcy1zeXMtMC4zLjEwNi9zcmMvZnV0dXJlcy9qc3BpLnJzAC9ydXN0Yy81OTgwNzYxNmUxZmEyNTQwNzI0YmZiYWMxNGQ3OTc2ZDdlNGEzODYwL2xpYnJhcnkvYWxsb2Mvc3JjL3N0cmluZy5ycwBzcmMva2V5L3JpbmcucnMAL3J1c3RjLzU5ODA3NjE2ZTFmYTI1NDA3MjRiZmJhYzE0ZDc5NzZkN2U0YTM4NjAvbGlicmFyeS9hbGxvYy9zcmMvcmF3X3ZlYy9tb2QucnMAL3J1c3QvZGVwcy9kbG1hbGxvYy0wLjIuMTEvc3JjL2RsbWFsbG9jLnJzAGNhcmdvL3JlZ2lzdHJ5L3NyYy9pbmRleC5jcmF0ZXMuaW8tMTk0OWNmOGM2YjViNTU3Zi9zaGEyLTAuMTEuMS9zcmMvc2hhMjU2L3dhc20zMl9zaW1kMTI4LnJzAA90aGUgc2VjcmV0IGhhcyDACCBieXRlczsgwBAgbmVlZHMgYXQgbGVhc3QgwA0gcmFuZG9tIGJ5dGVzABl0aGUgdG9rZW4gaXMgbG9uZ2VyIHRoYW4gwAYgYnl0ZXMAI3RoZSB0b2tlbiBpcyBub3QgdmFsaWQgeWV0IGJ5IGl0cyAiwAciIGNsYWltAB50aGUgdG9rZW4gaGFzIGV4cGlyZWQgYnkgaXRzICLAByIgY2xhaW0AEnRoZSB0b2tlbiBoYXMgbm8gIsAaIiBjbGFpbSwgd2hpY2ggaXMgcmVxdWlyZWQAFnRoZSBzZWNyZXQgbG9va3MgbGlrZSDAJjsgdXNlIGF0IGxlYXN0IDMyIHJhbmRvbSBieXRlcyBpbnN0ZWFkAAAAxQEQAF4AAABrAAAADQAAAGACEABPAAAA3wEAABkAAABgAhAATwAAAPUCAAAmAAAABgAAAAwAAAAEAAAABwAAAAgAAAAJAEG0i8AAC/kGAQAAAAoAAABhIERpc3BsYXkgaW1wbGVtZW50YXRpb24gcmV0dXJuZWQgYW4gZXJyb3IgdW5leHBlY3RlZGx5AAcDEABLAAAAZAsAAA4AAAAAAAAAZ+YJaoWuZ7ty8248OvVPpX9SDlGMaAWbq9mDHxnN4Ft0aGUgc2VjcmV0IGlzIG9uZSByZXBlYXRlZCBieXRlOyB1c2UgYXQgbGVhc3QgMzIgcmFuZG9tIGJ5dGVzIGluc3RlYWRhIGtleSBuZWVkcyBhdCBsZWFzdCBvbmUgYWxnb3JpdGhtdGhlIHRva2VuJ3MgImFsZyIgaXMgbm90IG9uZSB0aGF0IHRoaXMgdmVyaWZpZXIgYWxsb3dzdGhlIHRva2VuJ3MgaGVhZGVyIGhhcyAiY3JpdCI7IG5vIGNyaXRpY2FsIGV4dGVuc2lvbiBpcyB1bmRlcnN0b29kdGhlIHRva2VuJ3MgInR5cCIgaXMgbm90IHRoZSBvbmUgdGhhdCB0aGlzIHZlcmlmaWVyIGV4cGVjdHN0aGUgdG9rZW4ncyAia2lkIiBuYW1lcyBub25lIG9mIHRoaXMgdmVyaWZpZXIncyBrZXlzdGhlIHRva2VuJ3Mgc2lnbmF0dXJlIGRvZXMgbm90IGhvbGQgdW5kZXIgdGhpcyBrZXl0aGUgdG9rZW4ncyBjbGFpbXMgZG8gbm90IGZpdCB0aGUgdHlwZSB0aGF0IHRoZXkgYXJlIHJlYWQgYXNIUzI1NkhTMzg0SFM1MTIAAAECS2V5RXJyb3JKd3RFcnJvcgCfARAAEAAAAHMAAAAeAAAASldUZXhwbmJmaWF0YXVkaXMgcHJlc2VudCBhbmQgdGhpcyB2ZXJpZmllciBuYW1lcyBubyBhdWRpZW5jZWlzIG5vdCB0aGUgZXhwZWN0ZWQgb25laXNzc3VianRpAAAAOwIQAA8AAABtAAAANwAAALABEAAUAAAAVwAAABgAAACwARAAFAAAAI4AAAAjAAAAOwIQAA8AAABHAAAAGwAAAGRhdGEgYWZ0ZXIgdGhlIEpTT04gb2JqZWN0bm90IGEgSlNPTiBvYmplY3Rub3QgVVRGLTgAAAAAHAAAAAQAAAALAAAADAAAAAAAAAAYAAAABAAAAA0AAAAOAAAAbm90IEpTT05uZXN0ZWQgdG9vIGRlZXBseQBBuJLAAAu9AwEAAAAPAAAAEAAAACQCEAAWAAAAfwAAACoAAABhIGxvbmUgc3Vycm9nYXRlYSBudW1iZXIgaXMgYmV5b25kIGEgZG91YmxlYSBzdHJpbmcgaGFzIG5vIGVuZCBvciBhIGNvbnRyb2wgY2hhcmFjdGVyAAAAJAIQABYAAADWAAAANwAAAGEgbWVtYmVyIG5hbWUgc3RhbmRzIHR3aWNlMG11c3QgYmUgYSBudW1iZXIgb2Ygc2Vjb25kcyBiZXR3ZWVuIHRoZSB5ZWFycyAwIGFuZCA5OTk5bXVzdCBub3QgYmUgZW1wdHltdXN0IG5vdCBoYXZlIGNvbnRyb2wgY2hhcmFjdGVyc211c3QgaGF2ZSBhdCBtb3N0IDEwMjQgY2hhcmFjdGVyc211c3QgYmUgYSBzdHJpbmcgb3IgYW4gYXJyYXkgb2Ygc3RyaW5nc211c3QgYmUgYSBzdHJpbmd0aGUgaGVhZGVyIGlzIG5vdCBhIEpTT04gb2JqZWN0IG9mIHVuaXF1ZSBuYW1lcywgd2l0aCBhbGcsIHR5cCBhbmQga2lkIGFzIHN0cmluZ3MAAAAAAAAAmAoQAFEAQYCWwAAL4xF0aGUgaGVhZGVyIGFza3MgZm9yIGFub3RoZXIgc2VyaWFsaXphdGlvbmEgdG9rZW4gaGFzIHRocmVlIHBhcnRzIHdpdGggYSBkb3QgYmV0d2VlbiB0aGVtYSBwYXJ0IGlzIG5vdCBzdHJpY3QgYmFzZTY0dXJsAABLAhAAFAAAAFkAAAAUAAAAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAPoCANDU2Nzg5Ojs8PYCAgICAgIAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGYCAgIA/gBobHB0eHyAhIiMkJSYnKCkqKywtLi8wMTIzgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgG5hbWVzIGVhY2gga2V5IGJ5IGl0cyBvd24sIG5vbi1lbXB0eSBraWRob2xkcyAxIHRvIDgga2V5cwAAAFMDEAAPAAAAMAAAAC8AAABhIEpXSyBvciBKV0tTYSBERVIga2V5IG9yIGNlcnRpZmljYXRlYW4gU1NIIGtleWEgUEVNIGtleSBvciBjZXJ0aWZpY2F0ZUVSUl9KV1RfTUFMRk9STUVERVJSX0pXVF9UT09fTEFSR0VFUlJfSldUX0FMR19OT1RfQUxMT1dFREVSUl9KV1RfQ1JJVF9VTlNVUFBPUlRFREVSUl9KV1RfVFlQX01JU01BVENIRVJSX0pXVF9TSUdOQVRVUkVfSU5WQUxJREVSUl9KV1RfRVhQSVJFREVSUl9KV1RfTk9UX1lFVF9WQUxJREVSUl9KV1RfQ0xBSU1fTUlTU0lOR0VSUl9KV1RfQ0xBSU1fSU5WQUxJREVSUl9LRVlfV0VBS0VSUl9LRVlfVU5LTk9XTkVSUl9QQVNTV09SRF9UT09fTE9OR0VSUl9QQVNTV09SRF9JTlZBTElERVJSX1BBU1NXT1JEX0hBU0hfSU5WQUxJREVSUl9QQVNTV09SRF9QQVJBTVNfUkVGVVNFREVSUl9PUFRJT05fSU5WQUxJRGF0dGVtcHRlZCB0byB0YWtlIG93bmVyc2hpcCBvZiBSdXN0IHZhbHVlIHdoaWxlIGl0IHdhcyBib3Jyb3dlZOQHEADpBxAA7gcQABEAAAARAAAAFwAAABgAAAAUAAAAGQAAAA8AAAAVAAAAFQAAABUAAAAMAAAADwAAABUAAAAUAAAAGQAAABsAAAASAAAAGw0QACwNEAA9DRAAVA0QAGwNEACADRAAmQ0QAKgNEAC9DRAA0g0QAOcNEADzDRAAAg4QABcOEAArDhAARA4QAF8OEAAAAQIDBAsFBgcICQmYL4pCkUQ3cc/7wLWl27XpW8JWOfER8Vmkgj+S1V4cq5iqB9gBW4MSvoUxJMN9DFV0Xb5y/rHegKcG3Jt08ZvBwWmb5IZHvu/GncEPzKEMJG8s6S2qhHRK3KmwXNqI+XZSUT6YbcYxqMgnA7DHf1m/8wvgxkeRp9VRY8oGZykpFIUKtyc4IRsu/G0sTRMNOFNUcwpluwpqdi7JwoGFLHKSoei/oktmGqhwi0vCo1FsxxnoktEkBpnWhTUO9HCgahAWwaQZCGw3Hkx3SCe1vLA0swwcOUqq2E5Pypxb828uaO6Cj3RvY6V4FHjIhAgCx4z6/76Q62xQpPej+b7yeHHG3wMQAFwAAAC5AAAAKQAAAGNsb3N1cmUgaW52b2tlZCByZWN1cnNpdmVseSBvciBhZnRlciBiZWluZyBkcm9wcGVkAAAsAAAALQAAAC4AAAAvAAAAsAIQAFYAAADCAAAALAAAALACEABWAAAAtQAAACAAAABudWxsIHBvaW50ZXIgcGFzc2VkIHRvIHJ1c3RyZWN1cnNpdmUgdXNlIG9mIGFuIG9iamVjdCBkZXRlY3RlZCB3aGljaCB3b3VsZCBsZWFkIHRvIHVuc2FmZSBhbGlhc2luZyBpbiBydXN0YXJyYXkgY29udGFpbnMgYSB2YWx1ZSBvZiB0aGUgd3JvbmcgdHlwZQAANAAAAAwAAAAEAAAANQAAADYAAAA3AAAAAAAAAAgAAAAEAAAAOAAAADkAAAA6AAAAOwAAADwAAAAQAAAABAAAAD0AAAA+AAAAPwAAAEAAAABtXcvWLFDrY3hBpldxG4u5FaJcVTRVB9RTeK2BUfCj92Fzc2VydGlvbiBmYWlsZWQ6IHBzaXplID49IHNpemUgKyBtaW5fb3ZlcmhlYWQAALQDEAAqAAAAsQQAAAkAAABhc3NlcnRpb24gZmFpbGVkOiBwc2l6ZSA8PSBzaXplICsgbWF4X292ZXJoZWFkAAC0AxAAKgAAALcEAAANAAAAAAAAAAgAAAAEAAAAQQAAAEFjY2Vzc0Vycm9yADQAAAAMAAAABAAAAEIAAABjYXBhY2l0eSBvdmVyZmxvdwAAAGMDEABQAAAAHAAAAAUAAAB9IH0wMDAxMDIwMzA0MDUwNjA3MDgwOTEwMTExMjEzMTQxNTE2MTcxODE5MjAyMTIyMjMyNDI1MjYyNzI4MjkzMDMxMzIzMzM0MzUzNjM3MzgzOTQwNDE0MjQzNDQ0NTQ2NDc0ODQ5NTA1MTUyNTM1NDU1NTY1NzU4NTk2MDYxNjI2MzY0NjU2NjY3Njg2OTcwNzE3MjczNzQ3NTc2Nzc3ODc5ODA4MTgyODM4NDg1ODY4Nzg4ODk5MDkxOTI5Mzk0OTU5Njk3OTg5OQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAEGlqMAACzMCAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIDAwMDAwMDAwMDAwMDAwMDBAQEBAQAQeOowAALUWF0dGVtcHQgdG8gZGl2aWRlIGJ5IHplcm9SZWZDZWxsIGFscmVhZHkgbXV0YWJseSBib3Jyb3dlZFJlZkNlbGwgYWxyZWFkeSBib3Jyb3dlZABBtKnAAAsFMQAAAAQAcAlwcm9kdWNlcnMCCGxhbmd1YWdlAQRSdXN0AAxwcm9jZXNzZWQtYnkDBXJ1c3RjHTEuOTUuMCAoNTk4MDc2MTZlIDIwMjYtMDQtMTQpBndhbHJ1cwYwLjI3LjIMd2FzbS1iaW5kZ2VuBzAuMi4xMjkAnQEPdGFyZ2V0X2ZlYXR1cmVzCSsPbXV0YWJsZS1nbG9iYWxzKxNub250cmFwcGluZy1mcHRvaW50KwdzaW1kMTI4KwtidWxrLW1lbW9yeSsIc2lnbi1leHQrD3JlZmVyZW5jZS10eXBlcysKbXVsdGl2YWx1ZSsPYnVsay1tZW1vcnktb3B0KxZjYWxsLWluZGlyZWN0LW92ZXJsb25n",
);
var Ng = boot(new WebAssembly.Module(yg))(verifyJwt);
const Gg = "0123456789abcdef0123456789abcdef",
  Fg = new Date(18e11),
  Sg =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2F1dGguZXhhbXBsZS50ZXN0IiwiYXVkIjoiaHR0cHM6Ly9hcGkuZXhhbXBsZS50ZXN0Iiwic3ViIjoidXNlcl8wMSIsImlhdCI6MTc5OTk5OTk0MCwiZXhwIjoxODAwMDAwODQwfQ.LpIMMNjQu3we2klqfIrGfnNCRYcbPZBnw4AASk3-E2M",
  Rg = { issuer: "https://auth.example.test", audience: "https://api.example.test" },
  same = (I, g, B) => {
    if (I !== g) throw new Error(`${B}: ${String(I)} instead of ${String(g)}`);
  };
async function runCases(I) {
  const { createVerifier: g, createSigner: B, verifyJwt: Q, signJwt: C, decodeJwt: E, decodeProtectedHeader: e } = I,
    { hashPassword: s, hashPasswordSync: t, verifyPassword: D, verifyPasswordSync: a, needsRehash: r } = I,
    { passwordPresets: c, generateSecret: h, isEdgesealError: N, keyRing: G } = I,
    codeOf = async (I) => {
      try {
        await I();
      } catch (I) {
        if (!N(I)) throw I;
        return I.code;
      }
      return "none";
    },
    F = {
      "a token of another implementation verifies": () => {
        const I = Q(Sg, Gg, { ...Rg, currentDate: Fg });
        same(I.sub, "user_01", "sub");
      },
      "a signed token verifies with a prepared verifier": () => {
        const I = h(),
          B = C({ sub: "me", nested: { a: [1, null, "ü"] } }, I, { ...Rg, expiresIn: 900 }),
          Q = g({ secret: I, ...Rg }).verify(B);
        (same(Q.exp - Q.iat, 900, "life"), same(JSON.stringify(Q.nested), '{"a":[1,null,"ü"]}', "nested"));
      },
      "a wrong signature is refused": async () => {
        const I = Sg.slice(0, -2) + ("A" === Sg.at(-2) ? "B" : "A") + Sg.at(-1),
          g = { ...Rg, currentDate: Fg };
        same(await codeOf(() => Q(I, Gg, g)), "ERR_JWT_SIGNATURE_INVALID", "code");
      },
      "an expired token is refused by claim": async () => {
        const I = new Date(Fg.getTime() + 9e5);
        try {
          Q(Sg, Gg, { ...Rg, currentDate: I });
        } catch (I) {
          return void same(`${I.name} ${I.code} ${I.claim}`, "JwtError ERR_JWT_EXPIRED exp", "error");
        }
        throw new Error("an expired token was taken");
      },
      "what is missing or not a token is refused": async () => {
        const I = g({ secret: Gg });
        for (const g of [void 0, null, "", "..", "\ud800", 5, {}, "é".repeat(9)])
          same(await codeOf(() => I.verify(g)), "ERR_JWT_MALFORMED", `code for ${String(g)}`);
        (same(await codeOf(() => I.verify("x".repeat(1 << 20))), "ERR_JWT_TOO_LARGE", "code"),
          I.verify(C({}, Gg, { expiresIn: 1 })));
      },
      "misuse names the option": async () => {
        for (const I of [{ isuer: "x" }, { issuer: "" }, { audience: [] }, { clockTolerance: "60" }, [], "x"])
          same(await codeOf(() => Q(Sg, Gg, I)), "ERR_OPTION_INVALID", JSON.stringify(I));
        (same(await codeOf(() => g({ secret: "short" })), "ERR_KEY_WEAK", "code"),
          same(await codeOf(() => g({})), "ERR_OPTION_INVALID", "code"));
        const I = { kty: "oct", k: "x".repeat(43) };
        for (const g of [I, { toString: () => Gg }, [Gg], new String(Gg), null, Symbol("s"), "", new Uint8Array()])
          same(/^ERR_(KEY_WEAK|OPTION_INVALID)$/.test(await codeOf(() => Q(Sg, g))), !0, "a secret");
        for (const I of [Number.NaN, 1 / 0, -1, "60", 1e12])
          same(await codeOf(() => Q(Sg, Gg, { clockTolerance: I })), "ERR_OPTION_INVALID", "code");
      },
      "a polluted prototype sets nothing": async () => {
        const I = { secret: Gg, cacheSize: 9, clockTolerance: 1e9, audience: !1, expiresIn: 9, toJSON: "x" };
        Object.assign(Object.prototype, I);
        try {
          (same(await codeOf(() => g({})), "ERR_OPTION_INVALID", "secret"),
            same(await codeOf(() => Q(Sg, Gg, { currentDate: Fg })), "ERR_JWT_CLAIM_INVALID", "audience"),
            same(await codeOf(() => C({}, Gg, {})), "ERR_JWT_CLAIM_MISSING", "expiresIn"));
          const I = g({ secret: Gg, ...Rg, currentDate: Fg });
          same(Object.isFrozen(I.verify(Sg)), !1, "cacheSize");
          const B = new Date(Fg.getTime() + 9e5),
            E = await codeOf(() => Q(Sg, Gg, { ...Rg, currentDate: B }));
          same(E, "ERR_JWT_EXPIRED", "clockTolerance");
        } finally {
          for (const g of Object.keys(I)) delete Object.prototype[g];
        }
      },
      "many verifiers at once do not mix": async () => {
        const I = [h(), h()],
          B = I.map((I) => g({ secret: I, cacheSize: 4 })),
          Q = I.map((I, g) => C({ n: g }, I, { expiresIn: 60 }));
        await Promise.all(
          Array.from({ length: 400 }, (I, g) =>
            (async (I) => {
              await void 0;
              const [g, C] = [I % 2, (I + 1) % 2];
              (same(B[g].verify(Q[g]).n, g, "claim"),
                same(await codeOf(() => B[g].verify(Q[C])), "ERR_JWT_SIGNATURE_INVALID", "code"));
            })(g),
          ),
        );
        const { verify: E } = B[0];
        same(E(Q[0]).n, 0, "handed on alone");
      },
      "keys rotate by kid": async () => {
        const [I, B] = [h(), h()],
          E = [
            { kid: "2026", secret: B },
            { kid: "1", secret: I },
          ],
          s = g({ secret: { new: B, old: I } }),
          t = C({ n: 1 }, { new: B, old: I }, { expiresIn: 60 });
        (same(e(t).kid, "new", "kid of the signing key"),
          same(s.verify(t).n, 1, "by the first"),
          same(s.verify(C({ n: 2 }, I, { expiresIn: 60, keyId: "old" })).n, 2, "by kid"),
          same(s.verify(C({ n: 3 }, I, { expiresIn: 60 })).n, 3, "without kid"));
        const code = (I) => codeOf(() => s.verify(I));
        (same(await code(C({}, I, { expiresIn: 60, keyId: "other" })), "ERR_KEY_UNKNOWN", "code"),
          same(await code(C({}, I, { expiresIn: 60, keyId: "new" })), "ERR_JWT_SIGNATURE_INVALID", "code"),
          same(Q(C({ n: 4 }, I, { expiresIn: 60, keyId: "any" }), I).n, 4, "a single secret"));
        for (const B of [{}, [], { "": I }, [I], new Map(), { a: "short" }, { a: 5 }])
          same(/OPTION|WEAK/.test(await codeOf(() => g({ secret: B }))), !0, JSON.stringify(B));
        const D = C({ n: 5 }, E, { expiresIn: 9 });
        (same(e(D).kid, "2026", "the first signs"),
          same(g({ secret: E }).verify(D).n, 5, "a numeric kid"),
          same(JSON.stringify(G(`2026:${B}, 1:${I}`)), JSON.stringify(E), "the Worker's text"));
        const a = await codeOf(() => g({ secret: { 2: B, 1: I } }));
        same(a, "ERR_OPTION_INVALID", "numeric kids");
      },
      "other algorithms are taken where they are named": async () => {
        const I = "x1".repeat(32);
        for (const g of ["HS256", "HS384", "HS512"]) {
          const B = C({ a: g }, I, { algorithm: g, expiresIn: 60 });
          (same(e(B).alg, g, "alg"),
            same(Q(B, I, { algorithms: [g] }).a, g, "claim"),
            same(Q(B, I, { algorithms: ["HS512", "HS384", "HS256"] }).a, g, "claim"));
          const E = ["HS256", "HS384", "HS512"].filter((I) => I !== g),
            s = await codeOf(() => Q(B, I, { algorithms: E }));
          same(s, "ERR_JWT_ALG_NOT_ALLOWED", "code");
        }
        same(await codeOf(() => C({}, I.slice(1), { algorithm: "HS512", expiresIn: 9 })), "ERR_KEY_WEAK", "code");
        for (const B of [[], ["none"], ["RS256"], ["HS256", "HS256"], "HS256", [["HS256"]]])
          same(await codeOf(() => g({ secret: I, algorithms: B })), "ERR_OPTION_INVALID", String(B));
      },
      "a cached token still meets every check of time": async () => {
        const I = C({ roles: [{ a: 1 }] }, Gg, { expiresIn: 60, currentDate: Fg }),
          B = ((I, B) => {
            const Q = new Date(Fg.getTime() + 1e3 * I);
            return g({ secret: Gg, cacheSize: 2, currentDate: Q, ...B });
          })(0),
          E = B.verify(I);
        (same(B.verify(I), E, "the same object"),
          same(Object.isFrozen(E) && Object.isFrozen(E.roles[0]), !0, "deeply frozen"),
          same(Q(I, Gg, { currentDate: Fg }) === E, !1, "not shared"));
        const e = new Date(Fg),
          s = g({ secret: Gg, cacheSize: 2, currentDate: e });
        (s.verify(I), e.setTime(0), same(s.verify(I).exp, E.exp, "copied date"));
        for (let I = 0; I < 5; I++) B.verify(C({ i: I }, Gg, { expiresIn: 60, currentDate: Fg }));
        (same(B.verify(I) === E, !1, "the oldest made room"),
          B.free(),
          same(await codeOf(() => B.verify(I)), "ERR_OPTION_INVALID", "code after free"));
        const t = g({ secret: Gg, cacheSize: 2 }),
          D = C({}, Gg, { expiresIn: 1.2 });
        (t.verify(D), t.verify(D));
        const a = Date.now() + 1300;
        for (; Date.now() < a;) await new Promise((I) => setTimeout(I, 50));
        same(await codeOf(() => t.verify(D)), "ERR_JWT_EXPIRED", "code after exp");
        for (const I of [-1, 0.5, "5", 1 / 0])
          same(await codeOf(() => g({ secret: Gg, cacheSize: I })), "ERR_OPTION_INVALID", "code");
      },
      "a prepared signer signs as signJwt does": async () => {
        const I = { ...Rg, subject: "s", jwtId: "j", notBefore: 0, expiresIn: 90.5, currentDate: Fg },
          g = B({ secret: Gg, ...I }),
          Q = g.sign({ b: 1, a: "ü", none: void 0 });
        same(Q, C({ b: 1, a: "ü" }, Gg, I), "token");
        const e = E(Q);
        (same(Object.keys(e).join(), "b,a,iat,exp,nbf,iss,aud,sub,jti", "members in order"),
          same(e.exp, 1800000090.5, "exp"));
        for (const I of [
          { f: Number.NaN },
          { f: 1n },
          { f: () => 1 },
          { f: [void 0] },
          { f: new Date() },
          "x",
          null,
          [],
        ])
          same(await codeOf(() => g.sign(I)), "ERR_JWT_CLAIM_INVALID", "code");
        (same(await codeOf(() => g.sign({ f: "\ud800" })), "ERR_JWT_CLAIM_INVALID", "a lone surrogate"),
          same(await codeOf(() => g.sign({ iss: "x" })), "ERR_OPTION_INVALID", "set twice"),
          g.sign({ big: "x".repeat(2e4) }),
          g.free(),
          same(await codeOf(() => g.sign({})), "ERR_OPTION_INVALID", "code after free"));
      },
      "an untrusted token is read, strictly": async () => {
        const [I, g] = [e(Sg), E(Sg)];
        same(`${I.typ} ${g.sub}`, "JWT user_01", "members");
        for (const I of ["", "a.b", "..", `${Sg}=`, Sg.replace(".", ".."), null, "é".repeat(20)])
          same(await codeOf(() => E(I)), "ERR_JWT_MALFORMED", "code");
        (same(await codeOf(() => E("x".repeat(8193))), "ERR_JWT_TOO_LARGE", "code"),
          same(await codeOf(() => E(Sg, { maxTokenLength: 10 })), "ERR_JWT_TOO_LARGE", "code"));
      },
      "a password verifies against its hash only": async () => {
        const I = { cost: 4, allowWeakParams: !0 },
          g = await s("pässword ", I);
        (same(g.slice(0, 7), "$2b$04$", "prefix"),
          same(await D("pässword ", g), !0, "right password"),
          same(await D("pässword", g), !1, "wrong password"),
          same(await codeOf(() => s("\ud800", I)), "ERR_PASSWORD_INVALID", "code"),
          same(await codeOf(() => s("", I)), "ERR_PASSWORD_INVALID", "code"),
          same(await codeOf(() => s("x".repeat(73), I)), "ERR_PASSWORD_TOO_LONG", "code"),
          same(await codeOf(() => s("x", { cost: 9 })), "ERR_PASSWORD_PARAMS_REFUSED", "code"),
          same(await codeOf(() => D("x", "$9$")), "ERR_PASSWORD_HASH_INVALID", "code"));
      },
      "each algorithm hashes, verifies, and knows what is its own": async () => {
        const I = {
          bcrypt: ["$2b$04$", { cost: 4 }],
          argon2id: ["$argon2id$v=19$m=64,t=2,p=1$", { memoryCost: 64 }],
          scrypt: ["$scrypt$ln=4,r=8,p=1$", { N: 16 }],
          "pbkdf2-sha256": ["$pbkdf2-sha256$i=2,l=32$", { iterations: 2 }],
          "pbkdf2-sha512": ["$pbkdf2-sha512$i=2,l=64$", { iterations: 2 }],
        };
        for (const [g, [B, Q]] of Object.entries(I)) {
          const I = { algorithm: g, ...Q, allowWeakParams: !0 };
          for (const Q of [await s("x\0y", I), t("x\0y", I)])
            (same(Q.slice(0, B.length), B, "start"),
              same(await D("x\0y", Q), !0, g),
              same(a("x\0z", Q), !1, g),
              same(r(Q, I), !1, `${g} of these costs`),
              same(r(Q), !0, `${g} below the default`),
              same(await codeOf(() => D("x", Q.slice(0, -2))), "ERR_PASSWORD_HASH_INVALID", "cut off"));
          same(await codeOf(() => s("x", { algorithm: g, ...Q })), "ERR_PASSWORD_PARAMS_REFUSED", "floor");
        }
        const g = await s("x", c.argon2id);
        same(await D("x", g), !0, "19 MiB");
        const B = g.replace("m=19456", "m=4194304");
        same(await codeOf(() => D("x", B)), "ERR_PASSWORD_PARAMS_REFUSED", "4 GiB");
      },
      "Better Auth's format is normalised, in text and in bytes": async () => {
        const I =
          "00000000000000000000000000000000:8d2e74318789fbb1188cff20abc02e469eb036462cbec44c80b6da1a834660cd04b02e806062b3bb4a8dac2f662e700e813466b3f45899ef930838f90bbd9ba0";
        for (const g of ["café", "café"])
          (same(await D(g, I), !0, "text"), same(await D(new TextEncoder().encode(g), I), !0, "bytes"));
        (same(await D("cafe", I), !1, "another"), same(r(I), !0, "another system's"));
      },
      "a pepper is needed, marked and rotated; misuse is named": async () => {
        const I = { cost: 4, allowWeakParams: !0 },
          [g, B] = [h(), h()],
          Q = await s("x", { ...I, pepper: { a: g } });
        (same(Q.startsWith("$hmac-sha256$keyid=a$2b$04$"), !0, "mark"),
          same(await D("x", Q, { pepper: { b: B, a: g } }), !0, "rotated"),
          same(await D("y", Q, { pepper: { a: g } }), !1, "wrong password"),
          same(await codeOf(() => D("x", Q)), "ERR_KEY_UNKNOWN", "no pepper"),
          same(await codeOf(() => D("x", Q, { pepper: { b: B } })), "ERR_KEY_UNKNOWN", "another"),
          same(r(Q, { ...I, pepper: { b: B, a: g } }), !0, "behind"),
          same(r(Q, { ...I, pepper: { a: g } }), !1, "current"),
          same(await codeOf(() => s("x", { pepper: { a: "short" } })), "ERR_KEY_WEAK", "short"));
        for (const I of [
          { algorithm: "argon2" },
          { algorithm: "argon2id", cost: 12 },
          { saltLength: 16 },
          { cost: "12" },
          { cost: 0 },
          { cost: 10.5 },
          { algorithm: "scrypt", N: 1e3 },
          { algorithm: "scrypt", N: 1 },
          { pepper: g },
          { pepper: {} },
          { pepper: { "a b": g } },
          { pepper: [g] },
          { pepper: { 2: B, 1: g } },
          { maxMemory: 1 },
          { rounds: 10 },
          null,
          12,
        ])
          same(await codeOf(() => s("x", I)), "ERR_OPTION_INVALID", JSON.stringify(I));
        for (const I of [void 0, null, 1, [1], new ArrayBuffer(2)])
          same(await codeOf(() => D(I, Q, { pepper: { a: g } })), "ERR_OPTION_INVALID", "type");
        const C = "x".repeat(2 ** 24);
        (same(await codeOf(() => D(C, Q)), "ERR_PASSWORD_TOO_LONG", "before it is copied"),
          same(await codeOf(() => D("x", C)), "ERR_PASSWORD_HASH_INVALID", "before it is copied"),
          same(await codeOf(() => r(C)), "ERR_PASSWORD_HASH_INVALID", "before it is copied"),
          same(await codeOf(() => D("x", void 0)), "ERR_OPTION_INVALID", "no stored hash"));
      },
      "claims reach no prototype": () => {
        const I = JSON.parse('{"__proto__":{"admin":true},"constructor":1}'),
          g = Q(C(I, Gg, { expiresIn: 9 }), Gg);
        (same(g.admin, void 0, "inherited claim"), same(Object.hasOwn(g, "__proto__"), !0, "own member"));
      },
    };
  for (const [I, g] of Object.entries(F))
    try {
      await g();
    } catch (g) {
      throw new Error(`${I}: ${g.message}`, { cause: g });
    }
  return Object.keys(F);
}
const Mg = defineEventHandler(async () => {
    const I = bI();
    return (Ng(vI({}, I, { expiresIn: 60 }), I), { cases: (await runCases(_I)).length });
  }),
  kg = Object.freeze(Object.defineProperty({ __proto__: null, default: Mg }, Symbol.toStringTag, { value: "Module" }));
export { netlifyEdge as default };
//# sourceMappingURL=server.js.map
