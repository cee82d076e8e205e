import { type NextRequest, NextResponse } from "next/server";
import { openRoute } from "@/server/route";
import { web } from "@/server/web";

export const POST = openRoute("session.close", async (request: NextRequest) => {
  const { auth } = await web();
  const { headers } = await auth.api.signOut({ headers: request.headers, returnHeaders: true });
  const response = new NextResponse(null, { status: 303, headers: { location: "/signed-out" } });
  for (const cookie of headers.getSetCookie()) response.headers.append("set-cookie", cookie);
  return response;
});
