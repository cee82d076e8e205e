"use client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useErrorText } from "@/app/_editor/words";
import { Dialog } from "../../ui/dialog";
import { Empty } from "../../ui/empty";
import { Icon } from "../../ui/icon";
import { StatusMark, statusOfRun } from "../../ui/status";
import { toast } from "../../ui/toast";
import { useFormat } from "../../ui/use-format";
import { useTRPC } from "../trpc/provider";

export function RunGraphDialog({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const t = useTranslations("app.runs");
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("pickTitle")} description={t("pickText")}>
      <Picker done={() => onOpenChange(false)} />
    </Dialog>
  );
}

function Picker({ done }: { done: () => void }) {
  const t = useTranslations("app");
  const router = useRouter();
  const trpc = useTRPC();
  const format = useFormat();
  const errorText = useErrorText();
  const graphs = useQuery(trpc.graphs.list.queryOptions());
  const start = useMutation(
    trpc.runs.start.mutationOptions({
      onSuccess: ({ runId }) => {
        done();
        router.push(`/runs/${runId}`);
      },
      onError: (error) => toast(errorText(error)),
    }),
  );
  return (
    <Command label={t("runs.pickTitle")} loop>
      <div className="mx-4 mb-2 flex h-7 items-center gap-2 rounded-2 border border-line-2 px-2">
        <Icon name="search" size={14} className="text-ink-3" />
        <Command.Input
          autoFocus
          placeholder={t("runs.pickSearch")}
          className="w-full bg-transparent outline-none"
        />
      </div>
      <Command.List className="max-h-[46vh] overflow-y-auto px-2 pb-2">
        <Command.Empty>
          <Empty title={t("runs.pickNone")} />
        </Command.Empty>
        {graphs.data
          ?.filter((graph) => !graph.path)
          .map((graph) => (
            <Command.Item
              key={graph.id}
              value={`${graph.name} ${graph.id}`}
              disabled={start.isPending}
              onSelect={() => start.mutate({ graphId: graph.id })}
              className="flex h-9 items-center gap-2.5 rounded-[5px] px-2 data-[selected=true]:bg-press"
            >
              <StatusMark status={graph.lastRun ? statusOfRun(graph.lastRun.status) : "idle"} />
              <span className="min-w-0 flex-1 truncate font-medium">{graph.name}</span>
              <span className="text-11 text-ink-3">
                {graph.lastRun
                  ? `${t("run.runN", { number: graph.lastRun.number })}, ${format.moment(graph.lastRun.createdAt)}`
                  : t("graphs.runs", { count: 0 })}
              </span>
            </Command.Item>
          ))}
      </Command.List>
    </Command>
  );
}
