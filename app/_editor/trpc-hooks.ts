"use client";
import { keepPreviousData, skipToken, useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/app/trpc/provider";
import type { ServerHooks } from "./server-hooks";

const LIVE_MS = 1500;

/** What panels read about one node, over tRPC. */
export function trpcHooks(graphId: string): ServerHooks {
  return {
    useLog(runId, nodeId, live) {
      const trpc = useTRPC();
      const { data } = useQuery(
        trpc.runs.logs.queryOptions(runId ? { id: runId, node: nodeId } : skipToken, {
          refetchInterval: live ? LIVE_MS : false,
        }),
      );
      return data?.lines;
    },
    useHistory(node) {
      const trpc = useTRPC();
      return useQuery(
        trpc.runs.nodeHistory.queryOptions({ graphId, node }, { placeholderData: keepPreviousData }),
      ).data;
    },
    useCurves(runId, nodeId, live) {
      const trpc = useTRPC();
      const { data } = useQuery(
        trpc.runs.metrics.queryOptions(runId && !live ? { id: runId, node: nodeId } : skipToken, {
          staleTime: 60_000,
        }),
      );
      return data;
    },
  };
}
