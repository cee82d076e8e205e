"use client";
import { keepPreviousData, skipToken, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
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
    useHistory() {
      const trpc = useTRPC();
      const { data } = useQuery(
        trpc.runs.list.queryOptions({ graphId }, { placeholderData: keepPreviousData }),
      );
      return useMemo(
        () =>
          data?.runs.map((run) => ({
            id: run.id,
            number: run.number,
            status: run.status,
            createdAt: run.createdAt,
            seconds:
              run.startedAt && run.finishedAt
                ? (run.finishedAt.getTime() - run.startedAt.getTime()) / 1000
                : null,
            who: run.who,
          })),
        [data],
      );
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
