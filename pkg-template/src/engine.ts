/** @internal Does the work that a message from the core describes, zeroises the message, and returns the result. */
export type Engine = (message: Uint8Array) => Uint8Array;

/**
 * @internal Creates a separate instance that only derives keys. It doesn't need any glue, because its functions accept
 * and return only numbers. `thread.ts` runs it in a worker thread.
 */
export function createEngine(module: WebAssembly.Module): Engine {
  const imports: Record<string, WebAssembly.ModuleImports> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    const functions = (imports[from] ??= {});
    functions[name] = () => {
      throw new Error("edgeseal: deriving a key must not call JavaScript");
    };
  }
  const core = new WebAssembly.Instance(module, imports).exports;
  const memory = core["memory"] as WebAssembly.Memory;
  const reserve = core["room"] as (length: number) => number;
  const derive = core["derive"] as (length: number) => number;

  return (message) => {
    // Reserving may grow the memory, which then gets a new ArrayBuffer.
    const start = reserve(message.length);
    new Uint8Array(memory.buffer, start).set(message);
    message.fill(0);
    const length = derive(message.length);
    const answer = new Uint8Array(memory.buffer, reserve(length), length);
    const copy = answer.slice();
    answer.fill(0);
    return copy;
  };
}
