"use client";
import { keepPreviousData, skipToken, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";
import { useChat } from "@/app/_chat/use-chat";
import { useMay } from "@/app/_shell/access";
import { useTRPC } from "@/app/trpc/provider";
import { teamHeaders } from "@/app/trpc/team";
import { graphAround } from "@/graph/around";
import type { EndpointVersion, Preview, PreviewSource } from "@/ui/preview/source";
import { useModel, useStatus } from "./context";
import { useErrorText } from "./words";

/** Artifacts never change: what was read once is kept. */
const FOR_EVER = { staleTime: Number.POSITIVE_INFINITY, placeholderData: keepPreviousData };

async function readJson(digest: string, path: string, signal: AbortSignal): Promise<unknown> {
  const answer = await fetch(`/api/artifacts/${encodeURIComponent(digest)}/${path}`, {
    signal,
    headers: teamHeaders(),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

/** What previews in the editor of one graph read. */
export const previewSource = (graphId: string): PreviewSource => ({
  useChat,
  useVersions(slug) {
    const trpc = useTRPC();
    const run = useStatus((s) => s.run && `${s.run.run} ${s.run.status}`);
    const { data, refetch } = useQuery(trpc.deployments.versions.queryOptions({ slug }));
    // A run that ends may have changed them.
    // biome-ignore lint/correctness/useExhaustiveDependencies: the run is why it is read again
    useEffect(() => {
      void refetch();
    }, [run, refetch]);
    return data as EndpointVersion[] | undefined;
  },
  useMayAsk: () => useMay()("model.use"),
  askChain: (slug, input) =>
    fetch(`/api/gateway/chains/${encodeURIComponent(slug)}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...teamHeaders() },
      body: JSON.stringify({ input }),
    }),
  usePreview(digest, ask = {}) {
    const trpc = useTRPC();
    const errorText = useErrorText();
    const query = useQuery(
      trpc.artifacts.preview.queryOptions(
        digest ? ({ digest, ...ask } as never) : skipToken,
        FOR_EVER as never,
      ),
    );
    return {
      data: query.data as Preview | undefined,
      loading: query.isFetching,
      error: query.error ? errorText(query.error) : undefined,
    };
  },
  useReadPage() {
    const trpc = useTRPC();
    const queries = useQueryClient();
    return useCallback(
      (digest, ask) =>
        queries.fetchQuery(
          trpc.artifacts.preview.queryOptions({ digest, ...ask } as never, FOR_EVER as never),
        ) as Promise<Preview>,
      [trpc, queries],
    );
  },
  useHistogram(table, column) {
    const trpc = useTRPC();
    const errorText = useErrorText();
    const query = useQuery(trpc.artifacts.histogram.queryOptions({ ...table, column }, FOR_EVER as never));
    return {
      data: query.data,
      loading: query.isFetching,
      error: query.error ? errorText(query.error) : undefined,
    };
  },
  useLedgerRules(digest) {
    const trpc = useTRPC();
    const errorText = useErrorText();
    const query = useQuery(trpc.artifacts.ledgerRules.queryOptions({ digest }, FOR_EVER as never));
    return {
      data: query.data,
      loading: query.isFetching,
      error: query.error ? errorText(query.error) : undefined,
    };
  },
  useSelection(table, bounds, putBack) {
    const trpc = useTRPC();
    const errorText = useErrorText();
    const query = useQuery(
      trpc.artifacts.select.queryOptions(
        { ...table, bounds: [...bounds], putBack: [...putBack] },
        FOR_EVER as never,
      ),
    );
    return {
      data: query.data,
      loading: query.isFetching,
      error: query.error ? errorText(query.error) : undefined,
    };
  },
  useJson(digest, path) {
    const query = useQuery({
      queryKey: ["artifact-json", digest, path],
      queryFn: digest ? ({ signal }) => readJson(digest, path, signal) : skipToken,
      staleTime: Number.POSITIVE_INFINITY,
    });
    return { data: query.data, loading: query.isFetching, error: query.error?.message };
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
  useNodeRuns(nodeId, runId) {
    const trpc = useTRPC();
    return useQuery(
      trpc.runs.ofNode.queryOptions({ graphId, node: nodeId, ...(runId ? { not: runId } : {}) }),
    ).data;
  },
  useManyCurves(runIds, nodeId) {
    const trpc = useTRPC();
    return useQueries({
      queries: runIds.map((id) =>
        trpc.runs.metrics.queryOptions({ id, node: nodeId }, { staleTime: Number.POSITIVE_INFINITY }),
      ),
      combine: (results) =>
        Object.fromEntries(results.flatMap(({ data }, k) => (data ? [[runIds[k]!, data] as const] : []))),
    });
  },
  useAround() {
    const file = useModel((m) => m.file);
    const states = useStatus((s) => s.nodes);
    return useMemo(() => graphAround(file, states), [file, states]);
  },
  useSamples(runId, nodeId, live) {
    const trpc = useTRPC();
    const { data } = useQuery(
      trpc.runs.samples.queryOptions(runId ? { id: runId, node: nodeId } : skipToken, {
        refetchInterval: live ? 5000 : false,
      }),
    );
    return data;
  },
});
