import { createContext } from "@/server/context";
import { GATEWAY } from "@/server/limits";

type Params = { params: Promise<{ path: string[] }> };

const PATHS = ["v1/chat/completions", "v1/completions", "v1/embeddings"];
const CHAIN = /^chains\/([a-z0-9-]+)$/;
const refuse = (status: number, reason: string, values = {}) => Response.json({ reason, values }, { status });

/** The gateway for pages of this app: same origin, for whoever is signed in, for deployments of their team. */
export async function POST(request: Request, { params }: Params) {
  const path = (await params).path.join("/");
  const { member, env, prisma } = await createContext(request.headers);
  if (!member) return refuse(401, "not-signed-in");
  const chain = CHAIN.exec(path)?.[1];
  if (!chain && !PATHS.includes(path)) return refuse(404, "not-found");
  const body = await request.text();
  if (body.length > GATEWAY.maxChars) return refuse(413, "bad-request");
  const slug = chain ?? modelOf(body);
  const where = { teamId_slug: { teamId: member.teamId, slug } };
  const known =
    (await prisma.deployment.findUnique({ where, select: { id: true } })) ??
    (await prisma.chain.findUnique({ where, select: { id: true } }));
  if (!known) return refuse(404, "deployment-not-found", { slug });
  try {
    const answer = await fetch(`http://127.0.0.1:${env.gatewayPort}/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      // The person closed the page or pressed Stop: the model stops too.
      signal: request.signal,
    });
    return new Response(answer.body, {
      status: answer.status,
      headers: {
        "content-type": answer.headers.get("content-type") ?? "application/json",
        "cache-control": "no-store, no-transform",
      },
    });
  } catch (error) {
    if (request.signal.aborted) return new Response(null, { status: 499 });
    if (error instanceof TypeError) return refuse(503, "gateway-away");
    throw error;
  }
}

function modelOf(body: string): string {
  try {
    const { model } = JSON.parse(body) as { model?: unknown };
    return typeof model === "string" ? model : "";
  } catch {
    return "";
  }
}
