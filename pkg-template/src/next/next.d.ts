// The few Next.js types that this package uses. They are declared here because the package doesn't depend on Next.js.

declare module "next/server.js" {
  interface NextURL extends URL {
    basePath: string;
    clone(): NextURL;
  }
  interface RequestCookies {
    getAll(): { name: string; value: string }[];
    set(name: string, value: string): unknown;
    delete(name: string): unknown;
  }
  export class NextRequest extends Request {
    readonly nextUrl: NextURL;
    readonly cookies: RequestCookies;
  }
  export class NextFetchEvent {
    waitUntil(promise: Promise<unknown>): void;
  }
  export class NextResponse extends Response {
    static next(init: { request: { headers: Headers } }): NextResponse;
  }
}

declare module "next/headers.js" {
  export function headers(): Promise<Headers>;
  export function cookies(): Promise<{
    getAll(): { name: string; value: string }[];
    set(cookie: Record<string, unknown> & { name: string; value: string }): unknown;
  }>;
}

declare module "next/navigation.js" {
  export function redirect(path: string): never;
}
