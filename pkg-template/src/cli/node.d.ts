// The few Node types that the command line uses.

declare module "node:util" {
  interface Token {
    kind: "option" | "positional" | "option-terminator";
    index: number;
    name?: string;
    rawName?: string;
    value?: string;
    inlineValue?: boolean;
  }
  export function parseArgs(config: {
    args: readonly string[];
    options: Record<string, { type: "string" | "boolean"; short?: string; multiple?: boolean }>;
    strict: false;
    allowPositionals: true;
    tokens: true;
  }): { tokens: Token[] };
}

declare module "node:buffer" {
  export const Buffer: { from(text: string, encoding: "base64" | "base64url" | "hex"): Uint8Array<ArrayBuffer> };
}

declare module "node:fs" {
  export function readFileSync(path: string | URL | 0): Uint8Array<ArrayBuffer>;
  export function createReadStream(path: string): AsyncIterable<Uint8Array>;
  export function openSync(path: string, flags: string): number;
  export function fstatSync(descriptor: number): { isFIFO(): boolean; isFile(): boolean; isSocket(): boolean };
}

declare module "node:tty" {
  export class ReadStream {
    constructor(descriptor: number);
    isTTY: boolean;
    setRawMode(raw: boolean): void;
    on(event: "data", listener: (bytes: Uint8Array) => void): void;
    on(event: "end", listener: () => void): void;
    destroy(): void;
  }
}

declare module "node:process" {
  interface Output {
    isTTY?: boolean;
    /** Returns whether more can be written immediately. */
    write(text: string): boolean;
    once(event: "drain", listener: () => void): void;
    on(event: "error", listener: (error: { code?: string }) => void): void;
  }
  const process: {
    argv: string[];
    env: Record<string, string | undefined>;
    exitCode: number | undefined;
    exit(code?: number): never;
    stdin: { isTTY?: boolean; [Symbol.asyncIterator](): AsyncIterator<Uint8Array> };
    stdout: Output;
    stderr: Output;
  };
  export default process;
}
