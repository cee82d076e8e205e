"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useTRPC } from "../trpc/provider";
import { useVisible } from "../trpc/use-visible";

/** Reads the lists again when a run changed anywhere in the team. */
export function useLiveLists(): { connected: boolean } {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { status } = useSubscription(
    trpc.runs.changes.subscriptionOptions(
      {},
      {
        enabled: useVisible(),
        onData: () => {
          for (const queryKey of [
            trpc.runs.list.pathKey(),
            trpc.runs.active.pathKey(),
            trpc.queue.list.pathKey(),
            trpc.workers.list.pathKey(),
            trpc.deployments.list.pathKey(),
            trpc.graphs.list.pathKey(),
          ]) {
            void queries.invalidateQueries({ queryKey });
          }
        },
      },
    ),
  );
  return { connected: status === "pending" || status === "connecting" };
}
