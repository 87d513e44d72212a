// Records the package's WebAssembly instances as they are created, because the package doesn't expose its memory.
const { Instance } = WebAssembly;
const memories = [];
WebAssembly.Instance = class extends Instance {
  constructor(...given) {
    super(...given);
    memories.push(new WeakRef(this.exports.memory));
  }
};

export const edgeseal = await import("edgeseal");

/**
 * The size in bytes of this thread's linear memory, including the memory of the temporary instances for large hashes.
 */
export const linearMemory = () => memories.reduce((sum, memory) => sum + (memory.deref()?.buffer.byteLength ?? 0), 0);

/** Whether this thread's linear memory contains these bytes. */
export const inMemory = (bytes) =>
  memories.some((memory) => Buffer.from(memory.deref()?.buffer ?? new ArrayBuffer(0)).includes(bytes));
