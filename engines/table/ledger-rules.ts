/** The rules of a whole ledger with their counts: what a view of it begins with. */
import type { Row } from "./cells";
import { describeTable } from "./describe";
import { MAX_RULES } from "./limits";
import { parquet } from "./quote";
import { queryRows } from "./read-rows";

/** `example` is the first entry of the rule. */
export type LedgerRule = { rule: string; rows: number; example: Row };
/** The rules met most often first, at most `MAX_RULES`; `more` counts the others. */
export type LedgerRules = { entries: number; rules: LedgerRule[]; more: number };

/** Undefined for a table that is no ledger. */
export async function ledgerRules(path: string, signal?: AbortSignal): Promise<LedgerRules | undefined> {
  const { columns, rows: entries } = await describeTable(path, signal);
  const names = new Set(columns.map(({ name }) => name));
  if (!["_row", "action", "rule"].every((name) => names.has(name))) return undefined;
  const found = await queryRows<LedgerRule & { all: number }>(
    `SELECT coalesce(CAST(entry.rule AS VARCHAR), '') AS rule, count(*)::INTEGER AS rows,
       arg_min(entry, entry.file_row_number) AS example, (count(*) OVER ())::INTEGER AS all
     FROM ${parquet(path, { rowNumber: true })} entry
     GROUP BY 1 ORDER BY rows DESC, min(entry.file_row_number) LIMIT ${MAX_RULES}`,
    signal,
  );
  return {
    entries,
    rules: found.map(({ rule, rows, example: { file_row_number: _, ...example } }) => ({
      rule,
      rows,
      example,
    })),
    more: (found[0]?.all ?? 0) - found.length,
  };
}
