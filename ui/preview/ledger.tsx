"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { OutputView } from "@/graph/run-view";
import { Table, Th } from "@/ui/table";
import { Lines } from "./data-table";
import { LedgerRule } from "./ledger-rule";
import type { PutBack, Rule } from "./rule";
import { type Row, usePreviewSource } from "./source";

/** So many entries are looked at to learn which rules there are. */
const LOOKED_AT = 200;

type LedgerProps = { output: OutputView; kind: string; narrow: boolean; putBack: PutBack };

/** Why rows were dropped or changed: one line a rule with its count and an example, and the rows themselves. */
export function LedgerSummary({ output, kind, narrow, putBack }: LedgerProps) {
  const t = useTranslations("app.preview.ledger");
  const [open, setOpen] = useState<string>();
  const { data } = usePreviewSource().usePreview(output.digest, { limit: LOOKED_AT });
  const page = data?.show === "table" ? data.page : undefined;
  if (!page) return <Lines count={2} />;
  if (page.total === 0) return <p className="text-11 text-ink-3">{t("nothing")}</p>;
  return (
    <Table dense className="mt-1 table-fixed">
      <thead>
        <tr>
          <Th className={narrow ? "w-[40%]" : "w-[30%]"}>{t("why")}</Th>
          <Th num className="w-[56px]">
            {t("rows")}
          </Th>
          {!narrow && <Th>{t("example")}</Th>}
          <Th className={narrow ? "" : "w-[172px]"}>
            <span className="sr-only">{t("show")}</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {rulesOf(page.rows).map((rule) => (
          <LedgerRule
            key={rule.rule}
            output={output}
            kind={kind}
            rule={rule}
            narrow={narrow}
            putBack={putBack}
            count={page.total <= LOOKED_AT ? page.rows.filter((r) => r.rule === rule.rule).length : undefined}
            open={open === rule.rule}
            onToggle={() => setOpen(open === rule.rule ? undefined : rule.rule)}
          />
        ))}
      </tbody>
    </Table>
  );
}

/** Rules in order of how often they were met. */
export function rulesOf(rows: readonly Row[]): Rule[] {
  const counts = new Map<string, number>();
  const first = new Map<string, Row>();
  for (const row of rows) {
    const rule = String(row.rule);
    counts.set(rule, (counts.get(rule) ?? 0) + 1);
    if (!first.has(rule)) first.set(rule, row);
  }
  return [...first]
    .sort(([a], [b]) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0))
    .map(([rule, example]) => ({ rule, action: String(example.action), example }));
}
