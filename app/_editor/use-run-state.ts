"use client";
/** Keeps the status store true: plan and results from the server, the run under way from its streams. */
import { skipToken, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useStore } from "zustand";
import { useTRPC } from "@/app/trpc/provider";
import type { RunView } from "@/graph/run-view";
import { foldCurves, foldProgress } from "./live-fold";
import { errorsByNode } from "./lookup";
import type { DraftModel } from "./model";
import type { NodeResult } from "./node-state";
import { isActive, type StatusStore } from "./status-store";
import type { Sync } from "./sync";

type Parts = { model: DraftModel; status: StatusStore; sync: Sync };

const NONE = {};

export function useRunState(graphId: string, { model, status, sync }: Parts) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [followed, setFollowed] = useState<string>();

  const plan = useQuery(
    trpc.graphs.plan.queryOptions(
      { id: graphId },
      { staleTime: 0, refetchOnWindowFocus: true, placeholderData: (old) => old },
    ),
  );
  const results = useQuery(trpc.graphs.results.queryOptions({ id: graphId }, { staleTime: 0 }));
  const list = useQuery(trpc.runs.list.queryOptions({ graphId, limit: 1 }, { staleTime: 0 }));
  const newest = list.data?.runs[0];
  const runId = followed ?? newest?.id;
  const run = useQuery(
    trpc.runs.get.queryOptions(runId ? { id: runId } : skipToken, {
      staleTime: 0,
      placeholderData: (old) => old,
    }),
  );
  const version = run.data?.about.version;
  const runFile = useQuery(
    trpc.graphs.version.queryOptions(version === undefined ? skipToken : { id: graphId, number: version }, {
      staleTime: Number.POSITIVE_INFINITY,
    }),
  );
  const active = isActive(run.data);

  const replan = useCallback(
    () => queries.invalidateQueries(trpc.graphs.plan.queryFilter({ id: graphId })),
    [queries, trpc, graphId],
  );
  const reread = useCallback(
    () =>
      Promise.all([
        queries.invalidateQueries(trpc.runs.get.queryFilter()),
        queries.invalidateQueries(trpc.graphs.results.queryFilter({ id: graphId })),
        replan(),
      ]),
    [queries, trpc, graphId, replan],
  );

  // A saved edit that means something asks for a new plan; moving nodes does not.
  useEffect(() => {
    const meaning = () => {
      const { nodes, wires } = model.store.getState().file;
      return { nodes, wires };
    };
    let planned = meaning();
    return sync.store.subscribe((now) => {
      if (now.phase !== "saved") return;
      const next = meaning();
      if (next.nodes === planned.nodes && next.wires === planned.wires) return;
      planned = next;
      void replan();
    });
  }, [model, sync, replan]);

  // Runs that others start, also from the command line.
  useSubscription(
    trpc.runs.changes.subscriptionOptions(
      {},
      { onData: () => void queries.invalidateQueries(trpc.runs.list.queryFilter({ graphId })) },
    ),
  );
  useEffect(() => {
    if (newest && newest.id !== followed && run.data?.run === followed && !active) setFollowed(undefined);
  }, [newest, followed, active, run.data?.run]);

  const watch = active && run.data ? { id: run.data.run } : skipToken;
  useSubscription(
    trpc.runs.follow.subscriptionOptions(watch, {
      onData: ({ data: { events, live } }) => {
        if (events.length) void reread();
        if (!live) return;
        const now = status.getState();
        const { file } = model.store.getState();
        status.update(
          { curves: foldCurves(now.curves, live), ...(now.run ? { run: foldProgress(now.run, live) } : {}) },
          file,
        );
      },
    }),
  );

  // A run may be over before anyone could watch it: what it changed is read all the same.
  const over = active ? undefined : run.data?.run;
  const known = useRef<string>(undefined);
  useEffect(() => {
    if (!list.data) return;
    known.current ??= newest?.id ?? "";
    if (!over || over === known.current) return;
    known.current = over;
    void reread();
  }, [list.data, newest, over, reread]);

  const last = useMemo(() => toResults(results.data, "last"), [results.data]);
  const smoke = useMemo(() => toResults(results.data, "smoke"), [results.data]);
  const file = useStore(model.store, (m) => m.file);
  const problems = useStore(model.store, (m) => m.problems);
  useEffect(
    () => status.update({ plan: plan.data?.plan, results: last, smoke }, model.store.getState().file),
    [status, model, plan.data, last, smoke],
  );
  useEffect(() => {
    const now = status.getState();
    const next = run.data as RunView | undefined;
    const fresh = now.run?.run !== next?.run;
    status.update(
      {
        run: fresh ? next : withProgress(next, now.run),
        mine: run.data?.about.mine ?? false,
        ...(fresh ? { curves: NONE } : {}),
      },
      model.store.getState().file,
    );
  }, [status, model, run.data]);
  useEffect(
    () => status.update({ runFile: runFile.data }, model.store.getState().file),
    [status, model, runFile.data],
  );
  useEffect(() => status.update({ errors: errorsByNode(problems) }, file), [status, file, problems]);
  useEffect(() => {
    if (!plan.data) return;
    model.setProbes(plan.data.probes, plan.data.problems);
  }, [model, plan.data]);

  return {
    follow: useCallback(
      (id: string) => {
        setFollowed(id);
        void queries.invalidateQueries(trpc.runs.list.queryFilter({ graphId }));
      },
      [queries, trpc, graphId],
    ),
  };
}

/** A run read again a moment later must not step back behind what the live stream told. */
function withProgress(next: RunView | undefined, before: RunView | undefined): RunView | undefined {
  if (!next || !before) return next;
  const known = new Map(before.nodes.map((n) => [n.id, n.progress]));
  return {
    ...next,
    nodes: next.nodes.map((n) => {
      const progress = known.get(n.id);
      return n.status === "RUNNING" && progress && progress.done >= (n.progress?.done ?? 0)
        ? { ...n, progress }
        : n;
    }),
  };
}

type ServerResult = {
  madeBy: { id: string; number: number };
  finishedAt: string;
  seconds: number | null;
  memoryBytes: number | null;
  params: Record<string, unknown>;
  outputs: NodeResult["outputs"];
  metrics: Record<string, number>;
};
type ServerResults = Record<string, Record<"last" | "smoke", ServerResult | null>>;

function toResults(results: ServerResults | undefined, layer: "last" | "smoke"): Record<string, NodeResult> {
  return Object.fromEntries(
    Object.entries(results ?? {}).flatMap(([id, { [layer]: last }]) =>
      last
        ? [
            [
              id,
              {
                status: "SUCCEEDED" as const,
                run: last.madeBy.number,
                runId: last.madeBy.id,
                finishedAt: last.finishedAt,
                seconds: last.seconds,
                params: last.params,
                outputs: last.outputs,
                metrics: last.metrics,
                ...(last.memoryBytes === null ? {} : { memoryBytes: last.memoryBytes }),
              },
            ],
          ]
        : [],
    ),
  );
}
