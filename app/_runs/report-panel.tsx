"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Report } from "@/graph/report";
import { useMetricName } from "@/ui/metric-name";
import { Button } from "../../ui/button";
import { Panel } from "../../ui/card";
import { Table, Td, Th } from "../../ui/table";
import { useFormat } from "../../ui/use-format";
import { useTRPC } from "../trpc/provider";
import type { RunNode } from "./use-run";

/** Samples shown before someone asks for all. */
const FIRST = 4;

/** What a node measured: its numbers, and its samples side by side. Nothing for nodes without a report. */
export function ReportPanel({ node, title }: { node: RunNode; title: string }) {
  const t = useTranslations("app.run");
  const trpc = useTRPC();
  const digest = Object.values(node.outputs).find((output) => output.type === "report")?.digest;
  const { data } = useQuery(
    trpc.artifacts.preview.queryOptions(
      { digest: digest ?? "" },
      { enabled: digest !== undefined, staleTime: Number.POSITIVE_INFINITY },
    ),
  );
  if (!digest || data?.show !== "report") return null;
  const { report } = data;
  return (
    <Panel title={t("report")} hint={t("reportOf", { node: title })} className="md:col-span-2">
      <Numbers report={report} />
      {report.samples.length > 0 && <Samples samples={report.samples} />}
    </Panel>
  );
}

function Numbers({ report }: { report: Report }) {
  const name = useMetricName();
  const format = useFormat();
  const { primary } = report;
  const entries = Object.entries(report.metrics).sort(
    ([a], [b]) => Number(b === primary) - Number(a === primary),
  );
  return (
    <dl className="flex flex-wrap gap-x-7 gap-y-2 px-3 py-2.5">
      {entries.map(([metric, value]) => (
        <div key={metric}>
          <dt className="text-11 text-ink-3">{name(metric)}</dt>
          <dd className={metric === primary ? "text-15 font-semibold" : "text-13 font-medium"}>
            {Number.isInteger(value) ? format.count(value) : format.metric(value)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Samples({ samples }: { samples: Report["samples"] }) {
  const t = useTranslations("app.run");
  const [all, setAll] = useState(false);
  const shown = all ? samples : samples.slice(0, FIRST);
  const has = (column: "before" | "reference") => samples.some((sample) => sample[column] !== undefined);
  const cell = "max-w-[38ch] align-top whitespace-pre-wrap";
  return (
    <div className="overflow-x-auto border-t border-line">
      <Table aria-label={t("samples")}>
        <thead>
          <tr>
            <Th>{t("prompt")}</Th>
            {has("reference") && <Th>{t("reference")}</Th>}
            {has("before") && <Th>{t("before")}</Th>}
            <Th>{t("after")}</Th>
          </tr>
        </thead>
        <tbody>
          {shown.map((sample, i) => (
            <tr key={sample.row ?? `${i} ${sample.prompt}`}>
              <Td className={`${cell} font-medium`}>{sample.prompt}</Td>
              {has("reference") && <Td className={`${cell} text-ink-2`}>{sample.reference}</Td>}
              {has("before") && <Td className={`${cell} text-ink-2`}>{sample.before}</Td>}
              <Td className={cell}>{sample.after}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
      {samples.length > FIRST && !all && (
        <div className="border-t border-line p-1.5 text-center">
          <Button variant="ghost" size="sm" onClick={() => setAll(true)}>
            {t("showAll", { count: samples.length })}
          </Button>
        </div>
      )}
    </div>
  );
}
