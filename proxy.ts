import { type NextRequest, NextResponse } from "next/server";
import { refuseForeign } from "@/server/auth/refuse-foreign";
import { env } from "@/server/env";
import { BODIES } from "@/server/limits";

/**
 * Stands before every page. Routes below `/api/` do without: Next keeps a copy of each body for what stands here, and cuts it at
 * 10 MB without a word. They ask `refuseForeign` themselves (`server/route.ts`), and read bodies within limits of their own.
 */
export function proxy(request: NextRequest) {
  const refused = refuseForeign(request, env());
  if (refused) return refused;
  const { headers } = request;
  if (Number(headers.get("content-length") ?? 0) > BODIES.maxPageBytes || headers.has("transfer-encoding"))
    return new NextResponse("A page takes no such body. Send files to /api/data.\n", { status: 413 });
  return NextResponse.next();
}

export const config = { matcher: ["/((?!api/|_next/static|_next/image|icon.svg).*)"] };
