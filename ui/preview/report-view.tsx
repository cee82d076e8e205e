"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Report } from "@/graph/report";
import type { OutputView } from "@/graph/run-view";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { spacedOut, useMetricName } from "@/ui/metric-name";
import { Table, Td, Th } from "@/ui/table";
import { useFormat } from "@/ui/use-format";
import { Caption } from "./caption";
import { Lines } from "./data-table";
import { usePreviewSource } from "./source";

const METRICS_SHOWN = 6;
const SAMPLES_SHOWN = 3;
const ROWS_SHOWN = 8;

/** A report: its numbers, the samples side by side, its tables. */
export function ReportView({ output, narrow }: { output: OutputView; narrow: boolean }) {
  const t = useTranslations("app.preview");
  const { data, error } = usePreviewSource().usePreview(output.digest);
  if (error) return <Empty title={t("unreadable")}>{error}</Empty>;
  if (!data) return <Lines count={3} />;
  if (data.show !== "report") return <Caption output={output} />;
  const { report } = data;
  return (
    <div className="flex flex-col gap-3">
      <Numbers report={report} narrow={narrow} />
      {report.samples.length > 0 && <Samples samples={report.samples} narrow={narrow} />}
      {report.tables.map((table) => (
        <ReportTable key={table.name} table={table} />
      ))}
    </div>
  );
}

function Numbers({ report, narrow }: { report: Report; narrow: boolean }) {
  const t = useTranslations("app.preview.report");
  const metricName = useMetricName();
  const format = useFormat();
  const [all, setAll] = useState(false);
  const entries = Object.entries(report.metrics).sort(
    ([a], [b]) => Number(b === report.primary) - Number(a === report.primary),
  );
  const shown = all ? entries : entries.slice(0, narrow ? 4 : METRICS_SHOWN);
  return (
    <div className="flex flex-wrap items-end gap-x-6 gap-y-2">
      <dl className="contents">
        {shown.map(([name, value], k) => (
          <div key={name}>
            <dt className="text-11 text-ink-3">{metricName(name)}</dt>
            <dd
              className={
                k === 0 ? "text-18 leading-tight font-semibold tracking-[-0.015em]" : "text-13 font-semibold"
              }
            >
              {/bytes$/i.test(name)
                ? format.bytes(value)
                : Number.isInteger(value)
                  ? format.count(value)
                  : format.metric(value)}
            </dd>
          </div>
        ))}
      </dl>
      {entries.length > shown.length && (
        <Button size="sm" variant="ghost" onClick={() => setAll(true)}>
          {t("more", { count: entries.length - shown.length })}
        </Button>
      )}
    </div>
  );
}

function Samples({ samples, narrow }: { samples: Report["samples"]; narrow: boolean }) {
  const t = useTranslations("app.preview.report");
  const [all, setAll] = useState(false);
  const shown = all ? samples : samples.slice(0, narrow ? 2 : SAMPLES_SHOWN);
  const before = samples.some((s) => s.before !== undefined);
  if (narrow) {
    return (
      <ul className="flex flex-col gap-3">
        {shown.map((s, k) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: samples have no id of their own and never move
          <li key={k} className="flex flex-col gap-1">
            <p className="font-medium">{s.prompt}</p>
            {s.before !== undefined && <p className="line-clamp-4 text-ink-3">{s.before}</p>}
            <p className="line-clamp-6">{s.after}</p>
          </li>
        ))}
        {samples.length > shown.length && <More count={samples.length} onClick={() => setAll(true)} />}
      </ul>
    );
  }
  return (
    <div>
      <Table dense className="table-fixed">
        <thead>
          <tr>
            <Th className="w-[26%]">{t("prompt")}</Th>
            {before && <Th>{t("before")}</Th>}
            <Th>{t("after")}</Th>
            {samples.some((s) => s.reference !== undefined) && <Th>{t("reference")}</Th>}
          </tr>
        </thead>
        <tbody>
          {shown.map((s, k) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <tr key={k} className="align-top">
              <Td className="!py-2 align-top font-medium break-words">{s.prompt}</Td>
              {before && (
                <Td className="!py-2 align-top break-words text-ink-2">
                  <span className="line-clamp-6">{s.before}</span>
                </Td>
              )}
              <Td className="!py-2 align-top break-words">
                <span className="line-clamp-6">{s.after}</span>
              </Td>
              {s.reference !== undefined && (
                <Td className="!py-2 align-top break-words text-ink-3">
                  <span className="line-clamp-6">{s.reference}</span>
                </Td>
              )}
            </tr>
          ))}
        </tbody>
      </Table>
      {samples.length > shown.length && <More count={samples.length} onClick={() => setAll(true)} />}
    </div>
  );
}

function More({ count, onClick }: { count: number; onClick: () => void }) {
  const t = useTranslations("app.preview.report");
  return (
    <Button size="sm" variant="ghost" className="mt-1" onClick={onClick}>
      {t("allSamples", { count })}
    </Button>
  );
}

function ReportTable({ table }: { table: Report["tables"][number] }) {
  const t = useTranslations("app.preview.report");
  const format = useFormat();
  const [all, setAll] = useState(false);
  const rows = all ? table.rows : table.rows.slice(0, ROWS_SHOWN);
  const numeric = table.columns.map((_, k) =>
    table.rows.every((r) => typeof r[k] === "number" || r[k] === null),
  );
  return (
    <section>
      <h5 className="mb-0.5 text-11 font-medium text-ink-2">{spacedOut(table.name)}</h5>
      <Table dense>
        <thead>
          <tr>
            {table.columns.map((c, k) => (
              <Th key={c} num={numeric[k] ?? false}>
                {spacedOut(c)}
              </Th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, r) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no id of their own and never move
            <tr key={r}>
              {row.map((cell, k) => (
                <Td key={table.columns[k]} num={numeric[k] ?? false} className="max-w-72">
                  <span className="line-clamp-2 break-words">
                    {typeof cell === "number"
                      ? Number.isInteger(cell)
                        ? format.count(cell)
                        : format.metric(cell)
                      : String(cell ?? "–")}
                  </span>
                </Td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
      {table.rows.length > rows.length && (
        <Button size="sm" variant="ghost" className="mt-1" onClick={() => setAll(true)}>
          {t("allRows", { count: table.rows.length })}
        </Button>
      )}
    </section>
  );
}
