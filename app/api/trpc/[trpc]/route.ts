import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { refuseForeign } from "@/server/auth/refuse-foreign";
import { createContext } from "@/server/context";
import { env } from "@/server/env";
import { Refusal } from "@/server/errors";
import { BODIES } from "@/server/limits";
import { readBody } from "@/server/read-body";
import { appRouter } from "@/server/router";
import { answerInTrpc } from "@/server/trpc";

/** Each procedure asks who may call it. A stream can send no header, so its page's team comes as a connection parameter. */
async function handler(request: Request): Promise<Response> {
  const foreign = refuseForeign(request, env());
  if (foreign) return foreign;
  let req = request;
  if (request.body) {
    try {
      const { url, method, headers, signal } = request;
      req = new Request(url, { method, headers, signal, body: await readBody(request, BODIES.maxBytes) });
    } catch (error) {
      if (error instanceof Refusal) return answerInTrpc(error);
      if (request.signal.aborted) return new Response(null, { status: 499 });
      throw error;
    }
  }
  return fetchRequestHandler({
    endpoint: "/api/trpc",
    req,
    router: appRouter,
    createContext: ({ info }) => createContext({ headers: req.headers, team: info.connectionParams?.team }),
  });
}

export { handler as GET, handler as POST };
