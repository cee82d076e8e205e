"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useKindTexts } from "@/app/_editor/kind-text";
import { useErrorText } from "@/app/_editor/words";
import { catalogue } from "@/nodes/index";
import { NoteBox } from "../../ui/card";
import { Empty, Skeleton } from "../../ui/empty";
import { StatusMark } from "../../ui/status";
import { ArtifactsPanel } from "./artifacts-panel";
import { ComparePanel } from "./compare-panel";
import { FailureNote } from "./failure-note";
import { LineagePanel } from "./lineage-panel";
import { LogPanel } from "./log-panel";
import { MetricsPanel } from "./metrics-panel";
import { ReportPanel } from "./report-panel";
import { RunHead } from "./run-head";
import { SamplesPanel } from "./samples-panel";
import { TimelinePanel } from "./timeline-panel";
import { type Run, type RunNode, useRun } from "./use-run";

export function RunPage({ id }: { id: string }) {
  const t = useTranslations("app.run");
  const { run, error, live, offline } = useRun(id);
  const errorText = useErrorText();
  const texts = useKindTexts();
  const [chosen, setChosen] = useState<string>();
  if (error) return <Empty title={errorText(error)} className="mt-[16vh]" />;
  if (!run) return <Loading />;
  const titleOf = (node: Pick<RunNode, "kind" | "title">) => node.title ?? texts(node.kind).title;
  const node = run.nodes.find((one) => one.id === chosen) ?? nodeToShow(run);
  return (
    <>
      <RunHead run={run} live={live} />
      {offline && (
        <NoteBox tone="stale" className="mb-3" mark={<StatusMark status="stale" />}>
          {t("offline")}
        </NoteBox>
      )}
      <FailureNote run={run} titleOf={titleOf} />
      <div className="grid grid-cols-1 items-start gap-3.5 md:grid-cols-2">
        <div className="min-w-0 md:col-span-2">
          <TimelinePanel run={run} live={live} titleOf={titleOf} selected={node?.id} onSelect={setChosen} />
        </div>
        {node && (
          <>
            <MetricsPanel run={run} node={node} title={titleOf(node)} />
            <LogPanel run={run} node={node} title={titleOf(node)} mark={live[node.id]?.log ?? 0} />
          </>
        )}
        {node && <ReportPanel node={node} title={titleOf(node)} />}
        {node && <LineagePanel run={run} node={node} title={titleOf(node)} />}
        <ComparePanel run={run} titleOf={titleOf} />
        <ArtifactsPanel run={run} titleOf={titleOf} />
        {node && <SamplesPanel run={run} node={node} mark={live[node.id]?.progress?.done ?? 0} />}
      </div>
    </>
  );
}

const measured = (node: RunNode) => Object.keys(node.metrics).length;

/** What runs; else what failed; else what trained; else what measured most. */
function nodeToShow(run: Run): RunNode | undefined {
  const { nodes } = run;
  return (
    nodes.find((node) => node.status === "RUNNING") ??
    nodes.find((node) => node.status === "FAILED") ??
    nodes.find((node) => catalogue[node.kind]?.category === "train" && measured(node)) ??
    [...nodes].sort((a, b) => measured(b) - measured(a))[0]
  );
}

function Loading() {
  return (
    <div aria-hidden="true" className="space-y-3.5">
      <Skeleton className="h-7 w-72" />
      <Skeleton className="h-64 rounded-[10px]" />
      <div className="grid gap-3.5 md:grid-cols-2">
        <Skeleton className="h-72 rounded-[10px]" />
        <Skeleton className="h-72 rounded-[10px]" />
      </div>
    </div>
  );
}
