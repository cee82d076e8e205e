import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { createContext } from "@/server/context";
import { Refusal } from "@/server/errors";
import { limitBody } from "@/server/limit-body";
import { REQUESTS } from "@/server/limits";
import { refuseInJson } from "@/server/route";
import { appRouter } from "@/server/router";

/** Each procedure asks who may call it. A stream can send no header, so its page's team comes as a connection parameter. */
async function handler(request: Request): Promise<Response> {
  try {
    const calls = new URL(request.url).pathname.split(",").length;
    if (calls > REQUESTS.maxCalls)
      throw new Refusal("BAD_REQUEST", "request-too-many", { count: calls, limit: REQUESTS.maxCalls });
    const req = await limitBody(request, REQUESTS.maxBytes);
    return await fetchRequestHandler({
      endpoint: "/api/trpc",
      req,
      router: appRouter,
      createContext: ({ info }) => createContext({ headers: req.headers, team: info.connectionParams?.team }),
    });
  } catch (error) {
    if (error instanceof Refusal) return refuseInJson(error);
    throw error;
  }
}

export { handler as GET, handler as POST };
