"use client";
import { useTranslations } from "next-intl";
import type { OutputView } from "@/graph/run-view";
import { useFormat } from "@/ui/use-format";
import { LedgerSummary } from "./ledger";

/** Below what a kind shows: the rows that it could not take as they came, and why. Nothing where there are none. */
export function LeftOut({
  ledger,
  kind,
  narrow,
}: {
  ledger: OutputView | undefined;
  kind: string;
  narrow: boolean;
}) {
  const t = useTranslations("app.preview.ledger");
  const format = useFormat();
  const rows = ledger?.facts.type === "dataset" ? (ledger.facts.rows ?? 0) : 0;
  if (!ledger || rows === 0) return null;
  return (
    <section className="mt-3">
      <h5 className="text-11 font-medium text-ink-2">
        {t("listed", { count: rows, shown: format.count(rows) })}
      </h5>
      <LedgerSummary output={ledger} kind={kind} narrow={narrow} putBack={{ rows: [] }} />
    </section>
  );
}
