import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import type { Asking } from "@/server/auth/current-member";
import { createContext } from "@/server/context";
import { Refusal } from "@/server/errors";
import { isLong } from "@/server/route";
import { appRouter } from "@/server/router";

/**
 * Each procedure asks who may call it. A stream can send no header, so its page's team comes as a connection parameter; it
 * ends with the session that it was opened under.
 */
const handler = async (req: Request) => {
  let asked: { asking: Asking; context: Awaited<ReturnType<typeof createContext>> } | undefined;
  const answer = await fetchRequestHandler({
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
  if (!asked || asked.context.member instanceof Refusal || !isLong(answer)) return answer;
  return asked.context.streams.hold(answer, asked.asking, asked.context.member);
};

export { handler as GET, handler as POST };
