"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { inferRouterOutputs } from "@trpc/server";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useState } from "react";
import type { Progress } from "@/graph/run-view";
import type { AppRouter } from "@/server/router";
import { useTRPC } from "../trpc/provider";
import { useVisible } from "../trpc/use-visible";
import { mergePoints } from "./merge-points";

export type Run = inferRouterOutputs<AppRouter>["runs"]["get"];
export type RunNode = Run["nodes"][number];
export type LiveNode = { progress: Progress | null; log: number };

const OVER = ["SUCCEEDED", "FAILED", "CANCELLED"];
export const isOver = (run: Pick<Run, "status">) => OVER.includes(run.status);

/** A run and how it changes: its stream brings new states, progress, points and log marks. */
export function useRun(id: string) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const query = useQuery(trpc.runs.get.queryOptions({ id }));
  const [live, setLive] = useState<Record<string, LiveNode>>({});
  const open = query.data !== undefined && !isOver(query.data);
  const enabled = useVisible() && open;
  const stream = useSubscription(
    trpc.runs.follow.subscriptionOptions(
      { id },
      {
        enabled,
        onData: ({ data: { events, live: news } }) => {
          if (events.length) void queries.invalidateQueries({ queryKey: trpc.runs.get.queryKey({ id }) });
          // A node that ended has its whole curve in the database: what the stream left out is filled in.
          if (events.some((event) => event.type !== "node.started")) {
            void queries.invalidateQueries({ queryKey: trpc.runs.metrics.pathKey() });
          }
          if (!news) return;
          setLive((before) => ({ ...before, ...news.nodes }));
          for (const [node, { points }] of Object.entries(news.nodes)) {
            if (!points.length) continue;
            queries.setQueryData(
              trpc.runs.metrics.queryKey({ id, node }),
              (known) => known && mergePoints(known, points),
            );
          }
        },
      },
    ),
  );
  const offline = enabled && stream.status === "error";
  return { run: query.data, error: query.error, live, offline };
}
