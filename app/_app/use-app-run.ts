"use client";
import { skipToken, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useEditor } from "@/app/_editor/context";
import { useErrorText, useProblemText } from "@/app/_editor/words";
import { isOver, type LiveNode, type Run } from "@/app/_runs/use-run";
import { toast } from "@/app/_ui/toast";
import { useTRPC } from "@/app/trpc/provider";
import type { Problem } from "@/graph/problems";
import type { AppValues } from "./app-view";

export type AppRun = {
  run: Run | undefined;
  live: Readonly<Record<string, LiveNode>>;
  /** What the run was started with. */
  used: AppValues | undefined;
  busy: boolean;
  start(values: AppValues): void;
  stop(): void;
};

/** The run that this person started from the App view, and how it goes. */
export function useAppRun(): AppRun {
  const { graphId, model } = useEditor();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const t = useTranslations("app.editor");
  const errorText = useErrorText();
  const problemText = useProblemText();
  const [started, setStarted] = useState<{ id: string; used: AppValues }>();
  const [live, setLive] = useState<Record<string, LiveNode>>({});
  const start = useMutation(
    trpc.runs.startApp.mutationOptions({
      onError: (error) => {
        const first = error.data?.problems?.find((p: Problem) => p.severity === "error");
        const kind = model.store.getState().file.nodes.find((n) => n.id === first?.node)?.kind;
        toast(t("failedToRun"), { description: first ? problemText(first, kind) : errorText(error) });
      },
    }),
  );
  const cancel = useMutation(trpc.runs.cancel.mutationOptions());
  const run = useQuery(trpc.runs.get.queryOptions(started ? { id: started.id } : skipToken)).data;
  const busy = start.isPending || (started !== undefined && (!run || !isOver(run)));
  const watch = started && run && !isOver(run) ? { id: started.id } : skipToken;
  const reread = () => void queries.invalidateQueries(trpc.runs.get.queryFilter({ id: started?.id ?? "" }));
  useSubscription(trpc.runs.events.subscriptionOptions(watch, { onData: reread }));
  useSubscription(
    trpc.runs.live.subscriptionOptions(watch, {
      onData: ({ data }) => setLive((before) => ({ ...before, ...data.nodes })),
    }),
  );
  return {
    run,
    live,
    used: started?.used,
    busy,
    start: (values) =>
      start.mutate(
        { graphId, overrides: { ...values } },
        {
          onSuccess: ({ runId }) => {
            setLive({});
            setStarted({ id: runId, used: values });
          },
        },
      ),
    stop: () => started && cancel.mutate({ id: started.id }, { onSettled: reread }),
  };
}
