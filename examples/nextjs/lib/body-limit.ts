/** The size of the largest request body that Next.js forwards to the Worker. Next.js buffers each body in memory. */
export const MAX_BODY_BYTES = 50 * 1024 * 1024;
