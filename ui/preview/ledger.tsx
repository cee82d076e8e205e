"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { OutputView } from "@/graph/run-view";
import { Table, Th } from "@/ui/table";
import { useFormat } from "@/ui/use-format";
import { Lines } from "./data-table";
import { LedgerRule } from "./ledger-rule";
import type { PutBack } from "./rule";
import { usePreviewSource } from "./source";

type LedgerProps = { output: OutputView; kind: string; narrow: boolean; putBack: PutBack };

/** Why rows were dropped or changed: one line a rule with its count and an example, and the rows themselves. */
export function LedgerSummary({ output, kind, narrow, putBack }: LedgerProps) {
  const t = useTranslations("app.preview.ledger");
  const [open, setOpen] = useState<string>();
  const format = useFormat();
  const { data: ledger, error } = usePreviewSource().useLedgerRules(output.digest);
  if (error !== undefined) return <p className="text-11 text-failed">{error}</p>;
  if (!ledger) return <Lines count={2} />;
  if (ledger.entries === 0) return <p className="text-11 text-ink-3">{t("nothing")}</p>;
  return (
    <>
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
          {ledger.rules.map((rule) => (
            <LedgerRule
              key={rule.rule}
              output={output}
              kind={kind}
              rule={rule}
              narrow={narrow}
              putBack={putBack}
              open={open === rule.rule}
              onToggle={() => setOpen(open === rule.rule ? undefined : rule.rule)}
            />
          ))}
        </tbody>
      </Table>
      {ledger.more > 0 && (
        <p className="text-11 text-ink-3">
          {t("moreRules", { count: ledger.more, shown: format.count(ledger.more) })}
        </p>
      )}
    </>
  );
}
