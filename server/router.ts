import { grantsOf } from "./access";
import { artifactsRouter } from "./artifacts/router";
import { storageRouter } from "./artifacts/storage-router";
import { deploymentsRouter } from "./deployments/router";
import { listExamples } from "./examples/list-examples";
import { graphsRouter } from "./graphs/router";
import { listWorkers } from "./overview/list-workers";
import { queueRouter } from "./queue/router";
import { runsRouter } from "./runs/router";
import { procedure, router } from "./trpc";

export const appRouter = router({
  me: procedure("team.read").query(({ ctx }) => ({
    user: { id: ctx.userId, name: ctx.userName },
    team: { id: ctx.teamId, name: ctx.teamName },
    role: ctx.role,
    may: grantsOf(ctx.role),
  })),
  graphs: graphsRouter,
  runs: runsRouter,
  queue: queueRouter,
  artifacts: artifactsRouter,
  storage: storageRouter,
  deployments: deploymentsRouter,
  workers: router({ list: procedure("worker.read").query(({ ctx }) => listWorkers(ctx.pool, ctx.teamId)) }),
  examples: router({ list: procedure("graph.read").query(() => listExamples()) }),
});

export type AppRouter = typeof appRouter;
