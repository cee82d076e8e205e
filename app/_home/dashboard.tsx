"use client";
import { useQuery } from "@tanstack/react-query";
import { useMay } from "../_shell/access";
import { useTRPC } from "../trpc/provider";
import { DeploymentsPanel } from "./deployments-panel";
import { FirstGraph } from "./first-graph";
import { QueuePanel } from "./queue-panel";
import { RunsSection } from "./runs-section";
import { useLiveLists } from "./use-live-lists";
import { WorkersPanel } from "./workers-panel";

export function Dashboard() {
  const trpc = useTRPC();
  useLiveLists();
  const runs = useQuery(trpc.runs.list.queryOptions({}));
  // Who may not make a graph is not asked to.
  const first = useMay()("graph.create") && runs.data?.counts.all === 0;
  return (
    <div className="grid grid-cols-1 items-start gap-[18px] md:grid-cols-[minmax(0,1fr)_388px]">
      {first ? <FirstGraph /> : <RunsSection />}
      <div className="flex min-w-0 flex-col gap-3.5">
        <QueuePanel />
        <WorkersPanel />
        <DeploymentsPanel />
      </div>
    </div>
  );
}
