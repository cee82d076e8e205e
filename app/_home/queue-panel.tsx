"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type DragEvent, useState } from "react";
import { useErrorText } from "@/app/_editor/words";
import { Button } from "../../ui/button";
import { NoteBox, Panel } from "../../ui/card";
import { Icon } from "../../ui/icon";
import { toast } from "../../ui/toast";
import { useFormat } from "../../ui/use-format";
import { useMay } from "../_shell/access";
import { useTRPC } from "../trpc/provider";
import { QueueRow } from "./queue-row";

/** What the team has waiting, in the order in which it is served: moved by buttons or by dragging, paused as a whole. */
export function QueuePanel() {
  const t = useTranslations("app.queue");
  const trpc = useTRPC();
  const queries = useQueryClient();
  const format = useFormat();
  const errorText = useErrorText();
  const { data } = useQuery(trpc.queue.list.queryOptions(undefined, { refetchInterval: 10_000 }));
  const settled = {
    onError: (error: unknown) => toast(errorText(error as Error)),
    onSettled: () => queries.invalidateQueries({ queryKey: trpc.queue.list.pathKey() }),
  };
  const pause = useMutation(trpc.queue.pause.mutationOptions(settled));
  const move = useMutation(trpc.queue.move.mutationOptions(settled));
  const prioritise = useMutation(trpc.queue.setPriority.mutationOptions(settled));
  const [dragged, setDragged] = useState<string>();
  const [over, setOver] = useState<string>();
  const mayEdit = useMay()("queue.change");
  if (!data || (!data.runs.length && !data.pausedAt && !data.others)) return null;
  const { runs, pausedAt, others } = data;
  const drop = (before: string | null) => (event: DragEvent) => {
    event.preventDefault();
    if (dragged && dragged !== before) move.mutate({ id: dragged, before });
    setDragged(undefined);
    setOver(undefined);
  };
  return (
    <Panel
      title={t("title")}
      id="queue"
      hint={t("hint", { count: runs.length, others })}
      actions={
        mayEdit && (
          <Button
            size="sm"
            icon={pausedAt ? "play" : "pause"}
            disabled={pause.isPending}
            onClick={() => pause.mutate({ paused: !pausedAt })}
          >
            {pausedAt ? t("resume") : t("pause")}
          </Button>
        )
      }
    >
      {pausedAt && (
        <NoteBox tone="stale" className="m-2" mark={<Icon name="pause" size={14} />}>
          {t("paused", { time: format.moment(pausedAt) })}
        </NoteBox>
      )}
      {runs.length ? (
        <ol className="py-1" aria-label={t("title")}>
          {runs.map((run, i) => (
            <QueueRow
              key={run.id}
              run={run}
              paused={pausedAt !== null}
              marked={over === run.id && dragged !== run.id}
              actions={
                mayEdit
                  ? {
                      up: i > 0 ? () => move.mutate({ id: run.id, before: runs[i - 1]!.id }) : undefined,
                      down:
                        i < runs.length - 1
                          ? () => move.mutate({ id: run.id, before: runs[i + 2]?.id ?? null })
                          : undefined,
                      prioritise: (priority) => prioritise.mutate({ id: run.id, priority }),
                      drag: () => setDragged(run.id),
                      over: (event) => {
                        event.preventDefault();
                        setOver(run.id);
                      },
                      drop: drop(run.id),
                    }
                  : undefined
              }
            />
          ))}
        </ol>
      ) : (
        <p className="px-3 py-2.5 text-11 text-ink-3">{t("empty")}</p>
      )}
    </Panel>
  );
}
