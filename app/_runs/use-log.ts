"use client";
import type { inferRouterOutputs } from "@trpc/server";
import { useEffect, useState } from "react";
import type { AppRouter } from "@/server/router";
import { useTRPCClient } from "../trpc/provider";

export type LogLine = inferRouterOutputs<AppRouter>["runs"]["logs"]["lines"][number];

/** All lines of a node, read on from the last one whenever `mark` moves. */
export function useLog(id: string, node: string, mark: unknown): LogLine[] | undefined {
  const client = useTRPCClient();
  const [held, setHeld] = useState<{ key: string; lines: LogLine[] }>();
  const key = `${id} ${node}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `mark` says that there is more; what is held is read when it does
  useEffect(() => {
    const stop = new AbortController();
    void (async () => {
      let lines = held?.key === key ? held.lines : [];
      for (;;) {
        const last = lines.at(-1);
        const after = last && { attempt: last.attempt, seq: last.seq };
        const page = await client.runs.logs.query(
          { id, node, ...(after ? { after } : {}) },
          { signal: stop.signal },
        );
        if (stop.signal.aborted) return;
        lines = [...lines, ...page.lines];
        setHeld({ key, lines });
        if (!page.lines.length || !page.next) return;
      }
    })().catch(() => {});
    return () => stop.abort();
  }, [key, mark]);
  return held?.key === key ? held.lines : undefined;
}
