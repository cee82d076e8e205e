"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { namesRow } from "@/graph/row-ids";
import type { OutputView } from "@/graph/run-view";
import { Button } from "@/ui/button";
import { Chip } from "@/ui/chips";
import { Change } from "./change";
import { Lines, RowId } from "./data-table";
import { useLedgerText } from "./ledger-words";
import { Pager } from "./pager";
import { canPutBack } from "./put-back";
import type { PutBack } from "./rule";
import { type Row, usePreviewSource } from "./source";

const PAGE = 8;

/** The rows of one rule, each with its reason, and the way back. */
export function LedgerEntries({
  output,
  kind,
  rule,
  putBack,
}: {
  output: OutputView;
  kind: string;
  rule: string;
  putBack: PutBack;
}) {
  const [offset, setOffset] = useState(0);
  const { data } = usePreviewSource().usePreview(output.digest, {
    offset,
    limit: PAGE,
    where: [{ column: "rule", op: "=", value: rule }],
  });
  const page = data?.show === "table" ? data.page : undefined;
  if (!page) return <Lines count={3} />;
  return (
    <div className="pt-1">
      <ul>
        {page.rows.map((row) => (
          <Entry key={String(row._row)} row={row} kind={kind} putBack={putBack} />
        ))}
      </ul>
      {page.total > PAGE && <Pager offset={offset} size={PAGE} total={page.total} onChange={setOffset} />}
    </div>
  );
}

function Entry({ row, kind, putBack: { rows, set } }: { row: Row; kind: string; putBack: PutBack }) {
  const t = useTranslations("app.preview.ledger");
  const why = useLedgerText(kind);
  const id = String(row._row);
  const back = rows.some((given) => namesRow(given, id));
  // What the stored ledger says against what the graph says by now: the next run brings them together.
  const waits = canPutBack(row) && back !== (row.action === "kept");
  return (
    <li className="grid grid-cols-[84px_1fr_auto] items-start gap-2 py-1">
      <RowId id={id} />
      <span className="min-w-0">
        <span className="line-clamp-3 break-words">
          <Change row={row} />
        </span>
        <span className="block text-11 text-ink-3">{why(row)}</span>
      </span>
      <span className="flex items-center gap-1.5">
        {waits && <Chip tone="stale">{back ? t("backNext") : t("dropNext")}</Chip>}
        {back && !waits && <Chip>{t("isBack")}</Chip>}
        {set && canPutBack(row) && (
          <Button
            size="sm"
            variant="ghost"
            icon={back ? "x" : "undo"}
            aria-label={back ? t("dropRow", { row: id }) : t("putBackRow", { row: id })}
            onClick={() => set([id], !back)}
          >
            {back ? t("drop") : t("putBack")}
          </Button>
        )}
      </span>
    </li>
  );
}
