import { type NextRequest, NextResponse } from "next/server";
import { isAllowedHost, isAllowedOrigin } from "@/server/auth/allowed-host";
import { env } from "@/server/env";

/** Stands before every page and every call: no page of another site, and no name that merely points here, gets through. */
export function proxy(request: NextRequest) {
  const host = request.headers.get("host") ?? "";
  const settings = env();
  if (!isAllowedHost(host, settings)) return new NextResponse("Unknown host.\n", { status: 403 });
  const origin = request.headers.get("origin");
  if (!isAllowedOrigin(origin, host, request.method, settings)) {
    return new NextResponse("Requests from other sites are refused.\n", { status: 403 });
  }
  return NextResponse.next();
}

export const config = { matcher: ["/((?!_next/static|_next/image|icon.svg).*)"] };
