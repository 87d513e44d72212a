// The few Node types that this package uses. They are declared here because the package doesn't depend on @types/node.

declare module "node:worker_threads" {
  interface Port {
    on(event: "message", listener: (message: never) => void): void;
    on(event: "error" | "exit", listener: () => void): void;
    postMessage(message: unknown, transfer?: unknown[]): void;
  }
  export const parentPort: Port;
  export const workerData: unknown;
  export class Worker implements Port {
    constructor(source: string, options: Record<string, unknown>);
    on: Port["on"];
    postMessage(message: unknown): void;
    ref(): void;
    unref(): void;
  }
}

declare module "node:util" {
  export const TextEncoder: typeof globalThis.TextEncoder;
  export const TextDecoder: typeof globalThis.TextDecoder;
}

declare module "node:os" {
  export function availableParallelism(): number;
}

declare var process:
  | {
      env: {
        NODE_ENV?: string;
        NEXT_PHASE?: string;
        PORT?: string;
        __NEXT_ROUTER_BASEPATH?: string;
        __NEXT_ASSET_PREFIX?: string;
      };
      getBuiltinModule?: {
        (name: "node:worker_threads"): typeof import("node:worker_threads") | undefined;
        (name: "node:util"): typeof import("node:util") | undefined;
        (name: "node:os"): typeof import("node:os") | undefined;
      };
    }
  | undefined;
