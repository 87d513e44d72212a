import { auth } from "@/lib/auth";

export const proxy = auth.proxy;

// Not what is under /api: next.config.ts hands that on to the Worker, which verifies for itself.
export const config = { matcher: "/((?!api/|_next/static/).*)" };
