import { isStorableText } from "@/graph/storable";
import { signGatewayToken } from "@/server/auth/gateway-token";
import { findChain, findDeployment } from "@/server/deployments/served";
import { gatewayOrigin } from "@/server/env";
import { Refusal } from "@/server/errors";
import { limitBody } from "@/server/limit-body";
import { GATEWAY } from "@/server/limits";
import { route } from "@/server/route";

type Params = { path: string[] };

const PATHS = ["v1/chat/completions", "v1/completions", "v1/embeddings"];
const CHAIN = /^chains\/([a-z0-9-]+)$/;

/** The gateway for pages of this app: same origin, for a signed-in person, for what their team serves. */
export const POST = route<Params>("model.use", async (request, { member, env, pool, params }) => {
  const path = params.path.join("/");
  const chain = CHAIN.exec(path)?.[1];
  if (!chain && !PATHS.includes(path)) throw new Refusal("NOT_FOUND", "not-found");
  const body = await (await limitBody(request, GATEWAY.maxBytes)).text();
  const named = { teamId: member.teamId, name: chain ?? modelOf(body) };
  if (!isStorableText(named.name)) throw new Refusal("NOT_FOUND", "not-found");
  const found = chain ? await findChain(pool, named) : await findDeployment(pool, named);
  if (!found) throw new Refusal("NOT_FOUND", "deployment-not-found", { slug: named.name });
  const token = await signGatewayToken(env.home, {
    userId: member.userId,
    teamId: member.teamId,
    target: { kind: chain ? "chains" : "deployments", id: found.id },
  });
  try {
    const answer = await fetch(`${gatewayOrigin(env)}/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body,
      // The person closed the page or pressed Stop: the model stops too.
      signal: request.signal,
    });
    const version = answer.headers.get("x-telar-version");
    return new Response(answer.body, {
      status: answer.status,
      headers: {
        ...(version && { "x-telar-version": version }),
        "content-type": answer.headers.get("content-type") ?? "application/json",
        "cache-control": "no-store, no-transform",
      },
    });
  } catch (error) {
    if (request.signal.aborted) return new Response(null, { status: 499 });
    if (error instanceof TypeError) throw new Refusal("SERVICE_UNAVAILABLE", "gateway-away");
    throw error;
  }
});

function modelOf(body: string): string {
  try {
    const { model } = JSON.parse(body) as { model?: unknown };
    return typeof model === "string" ? model : "";
  } catch {
    return "";
  }
}
