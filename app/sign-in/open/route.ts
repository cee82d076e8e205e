import { currentPerson } from "@/server/auth/current-member";
import { isPrefetch } from "@/server/auth/prefetch";
import { Refusal } from "@/server/errors";
import { openRoute } from "@/server/route";
import { web } from "@/server/web";

/** A path of this app, or the dashboard: a link must not lead to another site. */
const pathOf = (to: unknown) => (typeof to === "string" && /^\/[a-z][\w/-]*$/i.test(to) ? to : "/");

/** What the page of a sign-in link sends when a person opens it. A look at the link alone uses nothing up. */
export const POST = openRoute("session.open", async (request: Request) => {
  if (isPrefetch(request.headers)) return new Response("Not ahead of time.\n", { status: 403 });
  const form = await request.formData().catch(() => undefined);
  const token = form?.get("token");
  if (typeof token !== "string" || !token) return away("/signed-out");
  const next = pathOf(form?.get("to"));
  const { auth, prisma } = await web();
  try {
    const { headers } = await auth.api.signInWithLink({ body: { token }, returnHeaders: true });
    const response = away(next);
    for (const cookie of headers.getSetCookie()) response.headers.append("set-cookie", cookie);
    return response;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Opening the link twice in a browser that is signed in does no harm.
    if (await currentPerson({ auth, prisma }, request.headers)) return away(next);
    return away(`/signed-out?why=${error.reason}`);
  }
});

const away = (location: string) =>
  new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
