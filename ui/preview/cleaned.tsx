"use client";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useFormat } from "@/ui/use-format";
import { DataTable } from "./data-table";
import { LedgerSummary } from "./ledger";
import type { PreviewProps } from "./props";
import { rowsPutBack, withRows } from "./put-back";

/** What every cleaning kind shows: what it did and why first, then the rows that went on. */
export function Cleaned({
  kind,
  outputs,
  metrics,
  params,
  edit,
  narrow,
  children,
}: PreviewProps & { children?: ReactNode }) {
  const t = useTranslations("app.preview");
  const format = useFormat();
  const { data, ledger } = outputs;
  const kept = data?.facts.type === "dataset" ? data.facts.rows : undefined;
  const { removed, changed = 0 } = metrics;
  const rows = rowsPutBack(params);
  const set = edit && ((ids: readonly string[], on: boolean) => edit("putBack", withRows(rows, ids, on)));
  return (
    <div className="flex flex-col gap-3">
      {children}
      {ledger && (
        <section>
          <h5 className="text-11 font-medium text-ink-2">
            {kept !== undefined && removed !== undefined
              ? t("ledger.title", {
                  ...{ kept: format.count(kept), removed: format.count(removed) },
                  ...{ changed, changedShown: format.count(changed) },
                })
              : t("ledger.why")}
          </h5>
          <LedgerSummary
            output={ledger}
            kind={kind}
            narrow={narrow}
            putBack={{ rows, ...(set ? { set } : {}) }}
          />
        </section>
      )}
      {data && <DataTable output={data} narrow={narrow} rows={3} />}
    </div>
  );
}
