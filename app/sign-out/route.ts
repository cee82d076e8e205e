import { type NextRequest, NextResponse } from "next/server";
import { SESSION_CHANNEL } from "@/server/auth/open-streams";
import { openRoute } from "@/server/route";
import { web } from "@/server/web";

export const POST = openRoute("session.close", async (request: NextRequest) => {
  const { auth, pool } = await web();
  const { headers } = await auth.api.signOut({ headers: request.headers, returnHeaders: true });
  await pool.query("SELECT pg_notify($1, '')", [SESSION_CHANNEL]);
  const response = new NextResponse(null, { status: 303, headers: { location: "/signed-out" } });
  for (const cookie of headers.getSetCookie()) response.headers.append("set-cookie", cookie);
  return response;
});
