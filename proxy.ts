import { type NextRequest, NextResponse } from "next/server";
import { isAllowedHost, isAllowedOrigin, isFromElsewhere } from "@/server/auth/allowed-host";
import { dataPolicy, pagePolicy } from "@/server/auth/content-policy";
import { env } from "@/server/env";

/** Stands before every page and every call: no page of another site, and no name that merely points here, gets through. */
export function proxy(request: NextRequest) {
  const host = request.headers.get("host") ?? "";
  const settings = env();
  if (!isAllowedHost(host, settings)) return refuse("Unknown host.\n");
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  if (!isAllowedOrigin(origin, host, request.method, settings) || isFromElsewhere(site, request.method))
    return refuse("Requests from other sites are refused.\n");
  if (request.nextUrl.pathname.startsWith("/api/")) return withPolicy(NextResponse.next(), dataPolicy());
  const policy = pagePolicy(crypto.randomUUID().replaceAll("-", ""), {
    dev: process.env.NODE_ENV === "development",
  });
  // Next gives the nonce that it finds in the request to its own scripts; so does the layout.
  const headers = new Headers(request.headers);
  headers.set(POLICY, policy);
  return withPolicy(NextResponse.next({ request: { headers } }), policy);
}

const POLICY = "content-security-policy";

function withPolicy(response: NextResponse, policy: string): NextResponse {
  response.headers.set(POLICY, policy);
  return response;
}

const refuse = (text: string) => withPolicy(new NextResponse(text, { status: 403 }), dataPolicy());

export const config = { matcher: ["/((?!_next/static/|_next/image/).*)"] };
