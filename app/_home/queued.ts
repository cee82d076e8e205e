import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/router";

/** A run that waits, as the queue lists it. */
export type Queued = inferRouterOutputs<AppRouter>["queue"]["list"]["runs"][number];
