import { type NextRequest, NextResponse } from "next/server";
import { currentPerson } from "@/server/auth/current-member";
import { Refusal } from "@/server/errors";
import { openRoute } from "@/server/route";
import { web, webOrigin } from "@/server/web";

/** A path of this app, or the dashboard: a link must not lead to another site. */
const pathOf = (to: string | null) => (to && /^\/[a-z][\w/-]*$/i.test(to) ? to : "/");

/** The link that `npm start` prints. */
export const GET = openRoute("session.open", async (request: NextRequest) => {
  const { auth, prisma, env } = await web();
  const to = (path: string) =>
    new URL(
      path,
      request.headers.get("host")
        ? `${request.nextUrl.protocol}//${request.headers.get("host")}`
        : webOrigin(env),
    );
  const token = request.nextUrl.searchParams.get("token");
  const next = pathOf(request.nextUrl.searchParams.get("to"));
  if (!token) return NextResponse.redirect(to("/signed-out"));
  try {
    const { headers } = await auth.api.signInWithLink({ body: { token }, returnHeaders: true });
    const response = NextResponse.redirect(to(next));
    for (const cookie of headers.getSetCookie()) response.headers.append("set-cookie", cookie);
    return response;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Opening the link twice in a browser that is signed in does no harm.
    if (await currentPerson({ auth, prisma }, request.headers)) return NextResponse.redirect(to(next));
    return NextResponse.redirect(to(`/signed-out?why=${error.reason}`));
  }
});
