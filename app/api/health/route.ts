import { guardApi } from "@/server/auth/guard-api";
import { instanceId } from "@/server/instance";
import { openRoute } from "@/server/route";
import { web } from "@/server/web";

/** Answers when the web app and its database do; says nothing else, so it needs no session. */
export const GET = openRoute("health.read", (request: Request) =>
  guardApi(request, async () => {
    const { pool, env } = await web();
    await pool.query("SELECT 1");
    return Response.json({ ok: true, instance: instanceId(env) });
  }),
);
