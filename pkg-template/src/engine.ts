/** @internal Does the work of a message that the core wrote, and zeroises the message. Gives the answer. */
export type Engine = (message: Uint8Array) => Uint8Array;

/**
 * @internal An instance of its own that only derives keys: without the glue, as only numbers go in
 * and out. `thread.ts` runs it in a worker thread.
 */
export function createEngine(module: WebAssembly.Module): Engine {
  const imports: Record<string, WebAssembly.ModuleImports> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    const functions = (imports[from] ??= {});
    functions[name] = () => {
      throw new Error("edgeseal: deriving a key needs nothing of JavaScript");
    };
  }
  const core = new WebAssembly.Instance(module, imports).exports;
  const memory = core["memory"] as WebAssembly.Memory;
  const room = core["room"] as (length: number) => number;
  const derive = core["derive"] as (length: number) => number;

  return (message) => {
    // `room` may grow the memory, and so give it another buffer.
    const start = room(message.length);
    new Uint8Array(memory.buffer, start).set(message);
    message.fill(0);
    const length = derive(message.length);
    const left = new Uint8Array(memory.buffer, room(length), length);
    const answer = left.slice();
    left.fill(0);
    return answer;
  };
}
