import { instanceId } from "@/server/instance";
import { web } from "@/server/web";

/** Answers when the web app and its database do; says nothing else, so it needs no session. */
export async function GET() {
  const { pool, env } = await web();
  await pool.query("SELECT 1");
  return Response.json({ ok: true, instance: instanceId(env) });
}
