import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import type { Asking } from "@/server/auth/current-member";
import { guardApi } from "@/server/auth/guard-api";
import { createContext } from "@/server/context";
import { Refusal } from "@/server/errors";
import { limitBody } from "@/server/limit-body";
import { REQUESTS } from "@/server/limits";
import { isLong, refuseInJson } from "@/server/route";
import { appRouter } from "@/server/router";

/**
 * Each procedure asks who may call it. A stream can send no header, so its page's team comes as a connection parameter; it
 * ends with the session that it was opened under.
 */
async function answer(req: Request): Promise<Response> {
  let asked: { asking: Asking; context: Awaited<ReturnType<typeof createContext>> } | undefined;
  const response = await fetchRequestHandler({
    endpoint: "/api/trpc",
    req,
    router: appRouter,
    createContext: async ({ info }) => {
      const asking = { headers: req.headers, team: info.connectionParams?.team };
      const context = await createContext(asking);
      asked = { asking, context };
      return context;
    },
  });
  if (!asked || asked.context.member instanceof Refusal || !isLong(response)) return response;
  return asked.context.streams.hold(response, asked.asking, asked.context.member);
}

const handler = (request: Request) => guardApi(request, () => answerAll(request));

async function answerAll(request: Request): Promise<Response> {
  try {
    const count = new URL(request.url).pathname.split(",").length;
    const limit = REQUESTS.maxCalls;
    if (count > limit) throw new Refusal("BAD_REQUEST", "request-too-many", { count, limit });
    return await answer(await limitBody(request, REQUESTS.maxBytes));
  } catch (error) {
    if (error instanceof Refusal) return refuseInJson(error);
    throw error;
  }
}

export { handler as GET, handler as POST };
