"use client";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/app/trpc/provider";

/** Whether a run waits because the team's queue is paused. Asked only while something waits. */
export function useQueuePaused(waits: boolean): boolean {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.queue.list.queryOptions(undefined, { enabled: waits, refetchInterval: 10_000 }),
  );
  return waits && data?.pausedAt != null;
}
