"use client";
import type { inferRouterOutputs } from "@trpc/server";
import Link from "next/link";
import { useNow, useTranslations } from "next-intl";
import type { AppRouter } from "@/server/router";
import { useMetricName } from "@/ui/metric-name";
import { Chip } from "../../ui/chips";
import { Icon, type IconName } from "../../ui/icon";
import { Sparkline } from "../../ui/sparkline";
import { StatusMark, statusOfRun } from "../../ui/status";
import { Table, Td, Th } from "../../ui/table";
import { useFormat } from "../../ui/use-format";
import { useQueuePaused } from "../_editor/use-queue-paused";
import { useRunLine } from "./use-run-line";

export type Run = inferRouterOutputs<AppRouter>["runs"]["list"]["runs"][number];

const TRIGGER_ICON: Record<Run["trigger"], IconName> = {
  manual: "user",
  cli: "term",
  api: "key",
  retry: "retry",
};

export function RunsTable({ runs }: { runs: readonly Run[] }) {
  const t = useTranslations("app.runs");
  return (
    <Table aria-label={t("title")}>
      <thead>
        <tr>
          <Th>{t("status")}</Th>
          <Th>{t("graphAndRun")}</Th>
          <Th>{t("trigger")}</Th>
          <Th>{t("started")}</Th>
          <Th num>{t("took")}</Th>
          <Th num>{t("metric")}</Th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <Row key={run.id} run={run} />
        ))}
      </tbody>
    </Table>
  );
}

function Row({ run }: { run: Run }) {
  const triggers = useTranslations("app.trigger");
  const statuses = useTranslations("app.status");
  const format = useFormat();
  const line = useRunLine(useQueuePaused(run.line.says === "queued"));
  return (
    <tr>
      <Td className="w-[92px]">
        <StatusMark
          status={statusOfRun(run.status)}
          word
          {...(run.line.says === "working" ? { share: run.line.share } : {})}
        />
      </Td>
      <Td className="relative w-[38%] max-w-0">
        <div className="truncate">
          <Link href={`/runs/${run.id}`} className="font-medium hover:underline">
            {run.graph.name} <span className="font-normal text-ink-3">{run.number}</span>
          </Link>
          {run.smoke && (
            <>
              {" "}
              <Chip tone="line">{statuses("smoke")}</Chip>
            </>
          )}
        </div>
        <div className={`truncate text-11 ${run.line.says === "failed" ? "text-failed" : "text-ink-3"}`}>
          {line(run.line)}
        </div>
      </Td>
      <Td>
        <span className="flex items-center gap-1.5">
          <Icon name={TRIGGER_ICON[run.trigger]} size={14} className="text-ink-3" />
          <span className="min-w-0">
            <span className="block whitespace-nowrap">{triggers(run.trigger)}</span>
            {run.who && <span className="block max-w-28 truncate text-11 text-ink-3">{run.who}</span>}
          </span>
        </span>
      </Td>
      <Td className="whitespace-nowrap text-ink-2">
        <time dateTime={run.createdAt.toISOString()}>{format.moment(run.createdAt)}</time>
      </Td>
      <Td num>
        <Took run={run} />
      </Td>
      <Td className="w-[196px]">
        <Metric run={run} />
      </Td>
    </tr>
  );
}

export function Took({ run }: { run: Pick<Run, "startedAt" | "finishedAt" | "createdAt"> }) {
  const format = useFormat();
  if (!run.startedAt) return null;
  if (run.finishedAt) return format.seconds((run.finishedAt.getTime() - run.startedAt.getTime()) / 1000);
  return <Ticking since={run.startedAt} />;
}

function Ticking({ since }: { since: Date }) {
  const format = useFormat();
  const now = useNow({ updateInterval: 1000 });
  return <>{format.seconds(Math.max(0, Math.floor((now.getTime() - since.getTime()) / 1000)))}</>;
}

function Metric({ run }: { run: Run }) {
  const name = useMetricName();
  const format = useFormat();
  const { metric, change } = run;
  if (!metric) return null;
  return (
    <span className="flex items-center justify-end gap-2">
      <Sparkline values={metric.series} />
      <span className="text-right">
        <span className="block whitespace-nowrap">
          <span className="text-11 text-ink-3">{name(metric.name)}</span>{" "}
          <span className="font-medium">{format.metric(metric.value)}</span>
        </span>
        {change !== null && (
          <span className="block whitespace-nowrap text-11 text-ink-3">{format.change(change)}</span>
        )}
      </span>
    </span>
  );
}
