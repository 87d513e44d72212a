// The package keeps its memory to itself: its instances are caught as they are made.
const { Instance } = WebAssembly;
const memories = [];
WebAssembly.Instance = class extends Instance {
  constructor(...given) {
    super(...given);
    memories.push(new WeakRef(this.exports.memory));
  }
};

export const edgeseal = await import("edgeseal");

/** Bytes of linear memory of this thread's instances, large hashes' own ones too while they are there. */
export const linearMemory = () => memories.reduce((sum, memory) => sum + (memory.deref()?.buffer.byteLength ?? 0), 0);

/** Whether linear memory of this thread holds these bytes. */
export const inMemory = (bytes) =>
  memories.some((memory) => Buffer.from(memory.deref()?.buffer ?? new ArrayBuffer(0)).includes(bytes));
