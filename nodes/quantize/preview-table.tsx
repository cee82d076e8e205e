"use client";
import { useTranslations } from "next-intl";
import { Chip } from "@/ui/chips";
import { Table, Td, Th } from "@/ui/table";
import { useFormat } from "@/ui/use-format";
import type { Quantisation } from "./compare";

/** Format, size, perplexity and what the smaller size costs. */
export function QuantisationTable({ rows }: { rows: readonly Quantisation[] }) {
  const t = useTranslations("app.preview.quantisation");
  const format = useFormat();
  const worst = Math.max(...rows.map(({ change }) => Math.abs(change ?? 0)), Number.MIN_VALUE);
  return (
    <Table dense aria-label={t("title")}>
      <thead>
        <tr>
          <Th>{t("format")}</Th>
          <Th num>{t("size")}</Th>
          <Th num>{t("perplexity")}</Th>
          <Th num>{t("change")}</Th>
          <Th className="w-[26%]">
            <span className="sr-only">{t("change")}</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ id, title, precision, bytes, perplexity, change, part }) => (
          <tr key={id} className={part === "chosen" ? "bg-sunken" : ""}>
            <Td>
              <b className="font-mono text-11 font-semibold">{precision ?? "–"}</b>{" "}
              {part === "chosen" ? (
                <Chip>{t("chosen")}</Chip>
              ) : (
                <span className="text-11 text-ink-3">{title}</span>
              )}
            </Td>
            <Td num>{bytes === undefined ? "–" : format.bytes(bytes)}</Td>
            <Td num>{perplexity === undefined ? "–" : format.metric(perplexity)}</Td>
            <Td num>
              {part === "reference"
                ? t("reference")
                : change === undefined
                  ? "–"
                  : `${change < 0 ? "−" : "+"}${format.metric(Math.abs(change))}`}
            </Td>
            <Td>
              {change !== undefined && (
                <i
                  className={`block h-1 rounded-full ${change > 0 ? "bg-report" : "bg-[var(--s-ok)]"}`}
                  style={{ width: `${Math.max(2, (Math.abs(change) / worst) * 100)}%` }}
                />
              )}
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
