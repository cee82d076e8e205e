"use client";
import { skipToken, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useEditor, useStatus } from "@/app/_editor/context";
import { useErrorText, useProblemText } from "@/app/_editor/words";
import { isOver } from "@/app/_runs/use-run";
import { useTRPC } from "@/app/trpc/provider";
import type { Problem } from "@/graph/problems";
import { toast } from "@/ui/toast";
import type { AppRun, AppValues } from "./app-run";

/** The run that this person started from the App view, and how it goes. */
export function useAppRun(): AppRun {
  const { graphId, model, actions } = useEditor();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const t = useTranslations("app.editor");
  const errorText = useErrorText();
  const problemText = useProblemText();
  const [started, setStarted] = useState<{ id: string; used: AppValues }>();
  const start = useMutation(
    trpc.runs.startApp.mutationOptions({
      // What was just offered in the App must have reached the server, which checks it.
      onMutate: () => actions.saved(),
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
  // The page follows the run as any other of this graph: one stream for all of it.
  const shown = useStatus((s) => s.run);
  const progress = shown?.run === started?.id ? shown?.nodes : undefined;
  const reread = () => void queries.invalidateQueries(trpc.runs.get.queryFilter({ id: started?.id ?? "" }));
  // But for when somebody has started a newer one since: then that is what the page shows.
  const overtaken = run && !isOver(run) && shown && shown.number > run.number;
  useSubscription(
    trpc.runs.follow.subscriptionOptions(overtaken ? { id: run.run } : skipToken, { onData: reread }),
  );
  return {
    run,
    progress: Object.fromEntries(progress?.map((node) => [node.id, node.progress]) ?? []),
    used: started?.used,
    busy,
    start: (values) =>
      start.mutate(
        { graphId, overrides: { ...values } },
        {
          onSuccess: ({ runId }) => {
            setStarted({ id: runId, used: values });
            void queries.invalidateQueries(trpc.runs.list.queryFilter({ graphId }));
          },
        },
      ),
    stop: () => started && cancel.mutate({ id: started.id }, { onSettled: reread }),
  };
}
