import { type NextRequest, NextResponse } from "next/server";
import { web } from "@/server/web";

export async function POST(request: NextRequest) {
  const { auth } = await web();
  const { headers } = await auth.api.signOut({ headers: request.headers, returnHeaders: true });
  const response = new NextResponse(null, { status: 303, headers: { location: "/signed-out" } });
  for (const cookie of headers.getSetCookie()) response.headers.append("set-cookie", cookie);
  return response;
}
