// Measures an isolate's memory through V8's inspector in workerd.
import { once } from "node:events";
import WebSocket from "ws";

/**
 * Returns the bytes in use in a Worker's isolate: V8's heap after a full garbage collection, and the wasm's memory.
 * `inspector` is the result of Miniflare's `getInspectorURL`; the inspector's client is connected only during the
 * measurement.
 */
export async function isolateMemory(inspector) {
  const { call, context, close } = await attach(inspector);
  try {
    const contextId = await context();
    const objectGroup = "memories";
    const prototype = await call("Runtime.evaluate", {
      ...{ expression: "WebAssembly.Memory.prototype", contextId, objectGroup },
    });
    // V8 runs a full GC before replying to this command; workerd never replies to HeapProfiler.collectGarbage.
    const { objects } = await call("Runtime.queryObjects", {
      ...{ prototypeObjectId: prototype.result.objectId, objectGroup },
    });
    const { result } = await call("Runtime.callFunctionOn", {
      ...{ objectId: objects.objectId, returnByValue: true, objectGroup },
      functionDeclaration: "function () { return this.reduce((sum, { buffer }) => sum + buffer.byteLength, 0); }",
    });
    await call("Runtime.releaseObjectGroup", { objectGroup });
    const { usedSize: heap } = await call("Runtime.getHeapUsage");
    return { heap, wasm: result.value };
  } finally {
    close();
  }
}

/** Connects an inspector client to the only Worker that is not Miniflare's own. */
async function attach(inspector) {
  const targets = await (await fetch(new URL("/json", String(inspector).replace("ws:", "http:")))).json();
  const { webSocketDebuggerUrl } = targets.find(({ id }) => id.startsWith("core:user:"));
  const socket = new WebSocket(webSocketDebuggerUrl, { perMessageDeflate: false });
  await once(socket, "open");
  const waiting = [];
  let contextId;
  socket.on("message", (text) => {
    const { id, method, params, result, error } = JSON.parse(text);
    if (method === "Runtime.executionContextCreated") contextId = params.context.id;
    if (id === undefined) return;
    if (error) waiting[id].reject(new Error(error.message));
    else waiting[id].resolve(result);
  });
  const call = (method, params = {}) =>
    new Promise((resolve, reject) => {
      const id = waiting.push({ resolve, reject }) - 1;
      socket.send(JSON.stringify({ id, method, params }));
    });
  const context = async () => {
    await call("Runtime.enable");
    return contextId;
  };
  return { call, context, close: () => socket.close() };
}
