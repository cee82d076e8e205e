"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useTranslations } from "next-intl";
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import * as Y from "yjs";
import { saveText } from "@/app/_graphs/save-text";
import { useAccess, useMay } from "@/app/_shell/access";
import { Versions } from "@/app/_versions/versions";
import { useTRPC, useTRPCClient } from "@/app/trpc/provider";
import { checkGraph, errorsOf } from "@/graph/checks";
import { formatGraph, type GraphFile } from "@/graph/document";
import type { Problem } from "@/graph/problems";
import { subgraph } from "@/graph/topology";
import { catalogue } from "@/nodes/index";
import { Empty, Skeleton } from "@/ui/empty";
import { PreviewSourceContext } from "@/ui/preview/source";
import { toast } from "@/ui/toast";
import { fromBase64, toBase64 } from "./base64";
import { EDITOR_VIEWS, type Editor, EditorProvider, type EditorView, type RunRequest } from "./context";
import { EditorFrame } from "./editor-frame";
import { keepLocally } from "./local-copy";
import { createModel } from "./model";
import { previewSource } from "./preview-hooks";
import { ServerHooksContext } from "./server-hooks";
import { createStatusStore, isActive } from "./status-store";
import { createSync, REMOTE } from "./sync";
import { trpcHooks } from "./trpc-hooks";
import { useRunState } from "./use-run-state";
import { createViewStore } from "./view-store";
import { useErrorText, useProblemText } from "./words";
import { WorkerContext } from "./worker-context";

type SessionProps = { graphId: string; draft: Loaded | undefined };

const never = () => () => {};

/** Loads the draft, then opens it. */
export function EditorSession({ graphId, draft }: SessionProps) {
  const trpc = useTRPC();
  const t = useTranslations("app.editor");
  const errorText = useErrorText();
  const graph = useQuery(
    trpc.graphs.get.queryOptions(
      { id: graphId },
      { enabled: !draft, staleTime: Number.POSITIVE_INFINITY, gcTime: 0, refetchOnWindowFocus: false },
    ),
  );
  // The server sends the shape alone: a canvas has no size there.
  const inBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const [again, setAgain] = useState(0);
  const client = useTRPCClient();
  const [fresh, setFresh] = useState<Loaded>();
  const loaded = inBrowser ? (fresh ?? draft ?? graph.data) : undefined;
  /** The edits of this tab cannot be saved: it goes on with what is, and offers what it had as a file. */
  const refused = useCallback(
    async (problem: Error | undefined, had: GraphFile) => {
      setFresh(await client.graphs.get.query({ id: graphId }));
      setAgain((times) => times + 1);
      toast(t("refused.title"), {
        description: problem && errorText(problem as Parameters<typeof errorText>[0]),
        duration: Number.POSITIVE_INFINITY,
        action: {
          label: t("refused.keep"),
          onClick: () => saveText(`${had.name || "graph"}.json`, formatGraph(had), "application/json"),
        },
      });
    },
    [client, graphId, t, errorText],
  );
  if (graph.error) return <Empty title={t("notOpened")}>{errorText(graph.error)}</Empty>;
  if (!loaded) return <Shape />;
  return <Opened key={`${loaded.id} ${again}`} graph={loaded} onRefused={refused} />;
}

type Loaded = { id: string; state: string; seq: number };

type OpenedProps = {
  graph: Loaded;
  onRefused: (problem: Error | undefined, had: GraphFile) => Promise<void>;
};

function Opened({ graph, onRefused }: OpenedProps) {
  const { team } = useAccess();
  const may = useMay();
  const readOnly = !may("graph.edit");
  const client = useTRPCClient();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const t = useTranslations("app.editor");
  const errorText = useErrorText();
  const problemText = useProblemText();
  const [view, setView] = useView();
  const [parts] = useState(() => {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, fromBase64(graph.state), REMOTE);
    const push = (update: Uint8Array) =>
      client.graphs.push.mutate({ id: graph.id, update: toBase64(update), clientId: String(doc.clientID) });
    return {
      model: createModel(doc, catalogue),
      sync: createSync(doc, push),
      status: createStatusStore(),
      view: createViewStore(),
    };
  });
  const { sync, model } = parts;
  useEffect(() => {
    const stop = sync.start();
    const copy = readOnly ? undefined : keepLocally(graph.id, model.doc);
    const send = () => void sync.flush().catch(() => {});
    const leave = (event: BeforeUnloadEvent) => {
      if (sync.store.getState().phase !== "saved" && !copy?.safe()) event.preventDefault();
    };
    const watch = sync.store.subscribe(({ phase, problem }, before) => {
      if (phase !== "refused" || before.phase === "refused") return;
      const had = model.store.getState().file;
      void (copy?.forget() ?? Promise.resolve()).then(() => onRefused(problem, had));
    });
    window.addEventListener("online", send);
    window.addEventListener("beforeunload", leave);
    return () => {
      window.removeEventListener("online", send);
      window.removeEventListener("beforeunload", leave);
      watch();
      copy?.stop();
      stop();
    };
  }, [sync, model, graph.id, readOnly, onRefused]);

  useSubscription(
    trpc.graphs.updates.subscriptionOptions(
      { id: graph.id, since: graph.seq },
      { onData: ({ data }) => sync.receive(fromBase64(data.update)) },
    ),
  );
  const runs = useRunState(graph.id, parts);

  const start = useMutation(trpc.runs.start.mutationOptions());
  const cancel = useMutation(trpc.runs.cancel.mutationOptions());
  const refused = useCallback(
    (problems: readonly Problem[]) => {
      const first = problems.find((p) => p.severity === "error");
      const node = model.store.getState().file.nodes.find((n) => n.id === first?.node);
      if (first) toast(t("failedToRun"), { description: problemText(first, node?.kind) });
      if (node) parts.view.setState({ selected: [node.id], tab: "settings" });
    },
    [model, parts, t, problemText],
  );
  const { follow } = runs;
  const run = useCallback(
    async (request: RunRequest) => {
      const errors = errorsAnywhere(model.store.getState().file, request);
      if (errors.length) return refused(errors);
      try {
        await sync.flush();
        const { runId } = await start.mutateAsync({ graphId: graph.id, ...request });
        follow(runId);
      } catch (error) {
        const problems = (error as { data?: { problems?: Problem[] } }).data?.problems;
        if (problems) refused(problems);
        else toast(t("failedToRun"), { description: errorText(error as Error) });
      }
    },
    [model, sync, start.mutateAsync, graph.id, follow, refused, t, errorText],
  );
  const stop = useCallback(() => {
    const now = parts.status.getState().run;
    if (now && isActive(now))
      cancel.mutate(
        { id: now.run },
        { onSettled: () => queries.invalidateQueries(trpc.runs.get.queryFilter({ id: now.run })) },
      );
  }, [parts, cancel.mutate, queries, trpc]);

  const latest = useRef({ run, stop, setView });
  useEffect(() => {
    latest.current = { run, stop, setView };
  });
  const editor = useMemo<Editor>(
    () => ({
      graphId: graph.id,
      may,
      readOnly,
      catalogue,
      model,
      status: parts.status,
      view: parts.view,
      actions: {
        run: (request) => void latest.current.run(request),
        saved: () => sync.flush(),
        cancel: () => latest.current.stop(),
        show: (next) => latest.current.setView(next),
      },
    }),
    [graph.id, may, readOnly, model, parts, sync],
  );
  const hooks = useMemo(() => trpcHooks(graph.id), [graph.id]);
  const previews = useMemo(() => previewSource(graph.id), [graph.id]);
  const memory = useWorkerMemory();
  return (
    <EditorProvider editor={editor}>
      <ServerHooksContext.Provider value={hooks}>
        <PreviewSourceContext.Provider value={previews}>
          <WorkerContext.Provider value={memory}>
            <EditorFrame
              team={team.name}
              sync={sync}
              view={view}
              onView={setView}
              versions={<Versions sync={sync} onCompare={() => setView("canvas")} />}
            />
          </WorkerContext.Provider>
        </PreviewSourceContext.Provider>
      </ServerHooksContext.Provider>
    </EditorProvider>
  );
}

/** What stands in the way of a run whatever lies in the files it reads: the server need not be asked. */
function errorsAnywhere(file: GraphFile, { targets = [], only }: RunRequest): Problem[] {
  return only ? [] : errorsOf(checkGraph(subgraph(file, targets), catalogue, {}).problems);
}

/** Canvas, notebook or App, kept in the address. */
function useView(): [EditorView, (view: EditorView) => void] {
  const [view, setView] = useState<EditorView>(() => {
    const asked = typeof location === "undefined" ? null : new URLSearchParams(location.search).get("view");
    return EDITOR_VIEWS.find((one) => one === asked) ?? "canvas";
  });
  return [
    view,
    (next) => {
      setView(next);
      const url = new URL(location.href);
      if (next !== "canvas") url.searchParams.set("view", next);
      else url.searchParams.delete("view");
      history.replaceState(null, "", url);
    },
  ];
}

/** The worker with the most free memory: the one a run would go to. */
function useWorkerMemory() {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.workers.list.queryOptions(undefined, { refetchInterval: 30_000 }));
  const up = data?.filter((w) => w.up) ?? [];
  const best = up.sort((a, b) => b.memoryBytes - b.usedBytes - (a.memoryBytes - a.usedBytes))[0];
  const [memoryBytes, usedBytes] = [best?.memoryBytes ?? 0, best?.usedBytes ?? 0];
  return useMemo(() => (memoryBytes ? { memoryBytes, usedBytes } : undefined), [memoryBytes, usedBytes]);
}

/** The frame while the draft loads. */
function Shape() {
  return (
    <div className="grid h-screen grid-rows-[48px_1fr_46px]" aria-busy="true">
      <div className="flex items-center gap-3 border-b border-line bg-surface px-3">
        <Skeleton className="h-5 w-5" />
        <Skeleton className="h-3.5 w-56" />
      </div>
      <div className="grid grid-cols-[192px_1fr_320px]">
        <div className="border-r border-line bg-surface" />
        <div className="bg-canvas" />
        <div className="border-l border-line bg-surface" />
      </div>
      <div className="border-t border-line bg-surface" />
    </div>
  );
}
