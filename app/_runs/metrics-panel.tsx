"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { useMetricName } from "@/ui/metric-name";
import { Panel } from "../../ui/card";
import { Empty } from "../../ui/empty";
import { useFormat } from "../../ui/use-format";
import { useTRPC } from "../trpc/provider";
import { Curve } from "./curve";
import { sortMetrics } from "./sort-metrics";
import type { Run, RunNode } from "./use-run";

export function MetricsPanel({ run, node, title }: { run: Run; node: RunNode; title: string }) {
  const t = useTranslations("app.run");
  const trpc = useTRPC();
  const { previous } = run.about;
  const { data } = useQuery(
    trpc.runs.metrics.queryOptions({ id: run.run, node: node.id }, { staleTime: Number.POSITIVE_INFINITY }),
  );
  const before = useQuery(
    trpc.runs.metrics.queryOptions(
      { id: previous?.id ?? "", node: node.id },
      { enabled: previous !== null, staleTime: Number.POSITIVE_INFINITY },
    ),
  );
  const names = sortMetrics(Object.keys(data ?? {}));
  const curves = names.filter((name) => data![name]!.length > 1);
  const numbers = names.filter((name) => data![name]!.length === 1);
  const compared = names.some((name) => before.data?.[name]?.length);
  const steps = data && Math.max(0, ...Object.values(data).flatMap((points) => points.at(-1)?.step ?? 0));
  return (
    <Panel
      title={title}
      hint={steps ? t("step", { step: steps }) : undefined}
      actions={
        names.length > 0 && (
          <span className="flex items-center gap-3 text-11 text-ink-3" aria-hidden="true">
            <span className="flex items-center gap-[5px]">
              <i className="w-3.5 border-t-2 border-report" />
              {t("runN", { number: run.number })}
            </span>
            {compared && previous && (
              <span className="flex items-center gap-[5px]">
                <i className="w-3.5 border-t-2 border-dashed border-line-3" />
                {t("runN", { number: previous.number })}
              </span>
            )}
          </span>
        )
      }
    >
      {numbers.length > 0 && <Numbers values={numbers.map((name) => [name, data![name]![0]!.value])} />}
      {curves.length > 0 && (
        <div className="grid grid-cols-1 gap-x-1.5 gap-y-2 px-1.5 pt-2.5 pb-2 sm:grid-cols-2">
          {curves.map((name) => (
            <Metric
              key={name}
              name={name}
              points={data![name]!}
              previous={before.data?.[name]}
              labels={[
                t("runN", { number: run.number }),
                previous ? t("runN", { number: previous.number }) : "",
              ]}
            />
          ))}
        </div>
      )}
      {names.length === 0 && <Empty title={t("noMetrics")}>{t("noMetricsText")}</Empty>}
    </Panel>
  );
}

/** What was measured once: no curve to draw. */
function Numbers({ values }: { values: [name: string, value: number][] }) {
  const metricName = useMetricName();
  const format = useFormat();
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-2 px-3 py-2.5">
      {values.map(([name, value]) => (
        <div key={name}>
          <dt className="text-11 text-ink-3">{metricName(name)}</dt>
          <dd className="text-13 font-semibold">
            {name.toLowerCase().endsWith("bytes") ? format.bytes(value) : format.metric(value)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

type Points = { step: number; value: number }[];
type MetricProps = { name: string; points: Points; previous: Points | undefined; labels: [string, string] };

function Metric({ name, points, previous, labels: [now, then] }: MetricProps) {
  const metricName = useMetricName();
  const format = useFormat();
  const label = metricName(name);
  const series = useMemo(
    () => [
      { label: now, points },
      ...(previous?.length ? [{ label: then, points: previous, dashed: true }] : []),
    ],
    [points, previous, now, then],
  );
  const last = points.at(-1);
  return (
    <figure className="min-w-0">
      <figcaption className="flex items-baseline gap-2 pr-2.5 pl-9">
        <span className="truncate text-11 font-medium text-ink-2">{label}</span>
        {last && <b className="ml-auto font-semibold">{format.metric(last.value)}</b>}
      </figcaption>
      <Curve label={label} series={series} format={format.axis} />
    </figure>
  );
}
