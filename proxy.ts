import { type NextRequest, NextResponse } from "next/server";
import { dataPolicy, pagePolicy } from "@/server/auth/content-policy";
import { isReadable, UNREADABLE } from "@/server/auth/readable-address";
import { whyForeign } from "@/server/auth/why-foreign";
import { env } from "@/server/env";

/**
 * Stands before every page. Routes below `/api/` do without: Next keeps a copy of each body for what stands here, and cuts it at
 * 10 MB without a word. They begin with `guardApi` (`server/route.ts`), and read bodies within limits of their own.
 */
export function proxy(request: NextRequest) {
  const foreign = whyForeign(request, env());
  if (foreign) return refuse(foreign, 403);
  if (!isReadable(request.nextUrl.pathname)) return refuse(UNREADABLE, 400);
  if (
    Number(request.headers.get("content-length") ?? 0) > MAX_PAGE_BYTES ||
    request.headers.has("transfer-encoding")
  )
    return refuse("A page takes no such body. Send files to /api/data.\n", 413);
  const policy = pagePolicy(crypto.randomUUID().replaceAll("-", ""), {
    dev: process.env.NODE_ENV === "development",
  });
  // Next gives the nonce that it finds in the request to its own scripts; so does the layout.
  const headers = new Headers(request.headers);
  headers.set(POLICY, policy);
  return withPolicy(NextResponse.next({ request: { headers } }), policy);
}

/** Pages take a few fields of a form. */
const MAX_PAGE_BYTES = 1_000_000;

const POLICY = "content-security-policy";

function withPolicy(response: NextResponse, policy: string): NextResponse {
  response.headers.set(POLICY, policy);
  return response;
}

const refuse = (text: string, status: number) => withPolicy(new NextResponse(text, { status }), dataPolicy());

/** Below `/api/` only addresses with letters beyond ASCII: Next fails at those that cannot be read before a route is asked. */
export const config = {
  matcher: ["/((?!api/|_next/static/|_next/image/).*)", "/api/(.*%(?![0-7][0-9a-fA-F]).*)"],
};
