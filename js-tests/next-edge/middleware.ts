// In Next.js's edge runtime, runs the shared cases, a row from the corpus, or a typical app's token check.
import * as edgeseal from "edgeseal";
import { type NextRequest, NextResponse } from "next/server";
import { answer } from "../corpus/judge.mjs";
import { runCases } from "../package/cases.mjs";

export async function middleware(request: NextRequest): Promise<NextResponse> {
  if (request.nextUrl.pathname === "/cases") return NextResponse.json(await runCases(edgeseal));
  if (request.nextUrl.pathname === "/corpus") return NextResponse.json(answer(edgeseal, await request.json()));
  try {
    edgeseal.verifyJwt(request.cookies.get("token")?.value ?? "", request.headers.get("x-test-secret") ?? "");
    return NextResponse.next();
  } catch (error) {
    if (!edgeseal.isEdgesealError(error)) throw error;
    return NextResponse.json({ code: error.code }, { status: 401 });
  }
}
