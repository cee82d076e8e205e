"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Table, Td, Th } from "@/app/_ui/table";
import { useFormat } from "@/app/_ui/use-format";
import type { OutputView } from "@/graph/run-view";
import { Lines, RowId } from "./data-table";
import { Pager } from "./pager";
import { type Row, usePreviewSource } from "./source";

/** So many entries are looked at to learn which rules there are. */
const LOOKED_AT = 200;

type Rule = { rule: string; action: string; example: Row };

/** Why rows were dropped or changed: one line a rule with its count and an example, and the rows themselves. */
export function LedgerSummary({ output, narrow }: { output: OutputView; narrow: boolean }) {
  const t = useTranslations("app.preview.ledger");
  const [open, setOpen] = useState<string>();
  const { data } = usePreviewSource().usePreview(output.digest, { limit: LOOKED_AT });
  const page = data?.show === "table" ? data.page : undefined;
  if (!page) return <Lines count={2} />;
  if (page.total === 0) return <p className="text-11 text-ink-3">{t("nothing")}</p>;
  const rules = rulesOf(page.rows);
  return (
    <Table dense className="mt-1 table-fixed">
      <thead>
        <tr>
          <Th className={narrow ? "w-[46%]" : "w-[30%]"}>{t("why")}</Th>
          <Th num className="w-[56px]">
            {t("rows")}
          </Th>
          {!narrow && <Th>{t("example")}</Th>}
          <Th className="w-[92px]">
            <span className="sr-only">{t("show")}</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {rules.map((rule) => (
          <RuleRows
            key={rule.rule}
            output={output}
            rule={rule}
            narrow={narrow}
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

type RuleProps = {
  output: OutputView;
  rule: Rule;
  narrow: boolean;
  count: number | undefined;
  open: boolean;
  onToggle: () => void;
};

function RuleRows({ output, rule, narrow, count, open, onToggle }: RuleProps) {
  const t = useTranslations("app.preview.ledger");
  const format = useFormat();
  const counted = usePreviewSource().usePreview(count === undefined ? output.digest : undefined, {
    limit: 1,
    where: [{ column: "rule", op: "=", value: rule.rule }],
  });
  const total = count ?? (counted.data?.show === "table" ? counted.data.page.total : undefined);
  return (
    <>
      <tr>
        <Td>
          <span className="block truncate" title={String(rule.example.reason)}>
            {rule.action === "changed" ? t("changed", { rule: words(rule.rule) }) : words(rule.rule)}
          </span>
        </Td>
        <Td num>{total === undefined ? "" : format.count(total)}</Td>
        {!narrow && (
          <Td>
            <span className="block truncate text-ink-2">
              <Change row={rule.example} />
            </span>
          </Td>
        )}
        <Td className="!px-0 text-right">
          <Button size="sm" variant="ghost" aria-expanded={open} onClick={onToggle}>
            {open ? t("hide") : t("show")}
          </Button>
        </Td>
      </tr>
      {open && (
        <tr>
          <td colSpan={narrow ? 3 : 4} className="border-b border-line px-2.5 pb-2">
            <Entries output={output} rule={rule.rule} />
          </td>
        </tr>
      )}
    </>
  );
}

const PAGE = 8;

function Entries({ output, rule }: { output: OutputView; rule: string }) {
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
          <li key={String(row._row)} className="grid grid-cols-[84px_1fr] gap-2 py-1">
            <RowId id={String(row._row)} />
            <span className="min-w-0">
              <span className="line-clamp-3 break-words">
                <Change row={row} />
              </span>
              <span className="block text-11 text-ink-3">{String(row.reason ?? "")}</span>
            </span>
          </li>
        ))}
      </ul>
      {page.total > PAGE && <Pager offset={offset} size={PAGE} total={page.total} onChange={setOffset} />}
    </div>
  );
}

const AROUND = 28;

/** What stood there and what stands there now: only the part that differs, with a little around it. */
export function Change({ row }: { row: Row }) {
  const before = typeof row.before === "string" ? row.before : "";
  const after = typeof row.after === "string" ? row.after : undefined;
  if (after === undefined || after === "") return <>“{before}”</>;
  const { head, old, now, tail } = difference(before, after);
  return (
    <>
      {head.length > AROUND ? `…${head.slice(-AROUND)}` : head}
      {old && <del>{old}</del>} {now && <mark className="font-mono text-11">{now}</mark>}
      {tail.slice(0, AROUND)}
    </>
  );
}

export function difference(
  before: string,
  after: string,
): { head: string; old: string; now: string; tail: string } {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end++;
  return {
    head: before.slice(0, start),
    old: before.slice(start, before.length - end),
    now: after.slice(start, after.length - end),
    tail: before.slice(before.length - end),
  };
}

/** `answer-words` and `minAnswerWords` read as words. */
const words = (rule: string) => {
  const spaced = rule
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[-_]/g, " ")
    .replace(/\+/g, ", ")
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
};
