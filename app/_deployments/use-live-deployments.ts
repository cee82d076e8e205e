"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useTRPC } from "../trpc/provider";
import { useVisible } from "../trpc/use-visible";

/** Keeps the list as the gateway sees it. */
export function useLiveDeployments(): void {
  const trpc = useTRPC();
  const queries = useQueryClient();
  useSubscription(
    trpc.deployments.watch.subscriptionOptions(
      {},
      {
        enabled: useVisible(),
        onData: ({ data }) => {
          queries.setQueryData(trpc.deployments.list.queryKey(), data);
          // Another version served is another list of them.
          void queries.invalidateQueries(trpc.deployments.versions.pathFilter());
        },
      },
    ),
  );
}
