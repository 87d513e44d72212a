/** The longest request body that Next.js hands on to the Worker. It keeps each in memory until the Worker has it. */
export const MAX_BODY_BYTES = 50 * 1024 * 1024;
