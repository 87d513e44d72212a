// The entry point of the Worker that `password-worker.mjs` bundles.
import { edgeseal, linearMemory } from "./watched.mjs";

export default {
  async fetch(request) {
    const asked = await request.json();
    let value;
    try {
      for (let time = 0; time < (asked.count ?? 1); time++) value = await edgeseal[asked.call]?.(...asked.with);
    } catch (cause) {
      if (!edgeseal.isEdgesealError(cause)) throw cause;
      value = cause.code;
    }
    return Response.json({ value, memory: linearMemory() });
  },
};
