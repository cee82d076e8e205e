import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { createContext } from "@/server/context";
import { appRouter } from "@/server/router";

/** Each procedure asks who may call it. A stream can send no header, so its page's team comes as a connection parameter. */
const handler = (req: Request) =>
  fetchRequestHandler({
    endpoint: "/api/trpc",
    req,
    router: appRouter,
    createContext: ({ info }) => createContext({ headers: req.headers, team: info.connectionParams?.team }),
  });

export { handler as GET, handler as POST };
