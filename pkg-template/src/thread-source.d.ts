/** The source of `thread.ts`, bundled as a CommonJS script. */
export declare const source: string;
