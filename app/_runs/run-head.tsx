"use client";
import { useMutation } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useErrorText } from "@/app/_editor/words";
import { Button, IconButton } from "../../ui/button";
import { Chip } from "../../ui/chips";
import { Icon } from "../../ui/icon";
import { StatusMark, statusOfRun } from "../../ui/status";
import { toast } from "../../ui/toast";
import { useFormat } from "../../ui/use-format";
import { Took } from "../_home/runs-table";
import { useMay } from "../_shell/access";
import { useTRPC } from "../trpc/provider";
import { isOver, type LiveNode, type Run } from "./use-run";

export function RunHead({ run, live }: { run: Run; live: Record<string, LiveNode> }) {
  const t = useTranslations("app.run");
  const router = useRouter();
  const may = useMay();
  const trpc = useTRPC();
  const format = useFormat();
  const errorText = useErrorText();
  const onError = (error: Parameters<typeof errorText>[0]) => void toast(errorText(error));
  const cancel = useMutation(trpc.runs.cancel.mutationOptions({ onError: (error) => onError(error) }));
  const retry = useMutation(
    trpc.runs.retry.mutationOptions({
      onSuccess: ({ runId }) => router.push(`/runs/${runId}`),
      onError: (error) => onError(error),
    }),
  );
  const running = run.nodes.find((node) => node.status === "RUNNING");
  const progress = running && (live[running.id]?.progress ?? running.progress);
  const share = progress?.total ? Math.min(1, progress.done / progress.total) : undefined;
  const resume = run.nodes.find((node) => node.resume)?.resume;
  const stopping = run.about.cancelRequested || cancel.isSuccess;
  return (
    <>
      <header className="mb-1.5 flex flex-wrap items-center gap-3">
        <IconButton icon="left" size="sm" label={t("back")} onClick={() => router.push("/")} />
        <h1 className="text-18 leading-tight font-semibold tracking-[-0.015em]">
          {t("title", { number: run.number })}
        </h1>
        <Chip>
          <StatusMark
            status={statusOfRun(run.status)}
            share={share}
            word
            {...(share === undefined ? {} : { text: t("running", { percent: format.percent(share) }) })}
          />
        </Chip>
        <span className="min-w-0 truncate text-ink-2">
          {run.graph.name}, {t("draft", { number: run.about.version })}
        </span>
        <span className="flex-1" />
        <Button asChild>
          <Link href={`/g/${run.graph.id}`}>{t("openGraph")}</Link>
        </Button>
        {isOver(run)
          ? may("run.retry", run.about.mine) && (
              <Button icon="retry" disabled={retry.isPending} onClick={() => retry.mutate({ id: run.run })}>
                {resume
                  ? t("resume", { step: resume.step })
                  : t(run.status === "SUCCEEDED" ? "again" : "retry")}
              </Button>
            )
          : may("run.cancel", run.about.mine) && (
              <Button
                variant="danger"
                icon="stop"
                disabled={stopping || cancel.isPending}
                onClick={() => cancel.mutate({ id: run.run })}
              >
                {stopping ? t("stopping") : t("stop")}
              </Button>
            )}
      </header>
      <Facts run={run} />
    </>
  );
}

function Facts({ run }: { run: Run }) {
  const t = useTranslations("app.run");
  const triggers = useTranslations("app.trigger");
  const workers = useTranslations("app.workers");
  const format = useFormat();
  const { about } = run;
  const times = {
    createdAt: new Date(run.createdAt),
    startedAt: run.startedAt ? new Date(run.startedAt) : null,
    finishedAt: run.finishedAt ? new Date(run.finishedAt) : null,
  };
  return (
    <p className="mb-3 ml-9 flex flex-wrap items-center gap-x-[18px] gap-y-1 text-11 text-ink-2">
      <span className="flex items-center gap-1">
        <Icon name="user" size={14} />
        {about.who ? t("who", { trigger: triggers(run.trigger), who: about.who }) : triggers(run.trigger)}
      </span>
      <span>{run.startedAt ? t("startedAt", { time: format.clock(run.startedAt) }) : t("notStarted")}</span>
      {run.startedAt && (
        <span>
          <Took run={times} />
        </span>
      )}
      {about.worker && (
        <span>
          {about.worker.name}, {workers("coresOnly", { count: about.worker.threads })}
        </span>
      )}
      {about.peakBytes ? <span>{t("peak", { size: format.bytes(about.peakBytes) })}</span> : null}
      {about.smoke && <Chip tone="line">{t("smoke")}</Chip>}
      {about.retryOf && (
        <Link href={`/runs/${about.retryOf.id}`} className="underline">
          {t("retryOf", { number: about.retryOf.number })}
        </Link>
      )}
    </p>
  );
}
