"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useTRPC } from "../trpc/provider";

/** Reads the lists again when a run changed anywhere in the team. */
export function useLiveLists(): { connected: boolean } {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { status } = useSubscription(
    trpc.runs.changes.subscriptionOptions(
      {},
      {
        onData: () => {
          for (const filter of [
            trpc.runs.list.queryFilter(),
            trpc.runs.active.queryFilter(),
            trpc.workers.list.queryFilter(),
            trpc.deployments.list.queryFilter(),
            trpc.graphs.list.queryFilter(),
          ]) {
            void queries.invalidateQueries(filter);
          }
        },
      },
    ),
  );
  return { connected: status === "pending" || status === "connecting" };
}
