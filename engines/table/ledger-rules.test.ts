import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { copyParquet } from "./copy";
import { closeTables } from "./database";
import { LEDGER_COLUMNS, ledgerRow } from "./ledger";
import { ledgerRules } from "./ledger-rules";
import { MAX_RULES } from "./limits";
import { previewTable } from "./preview-table";
import { TableWriter } from "./table-writer";

afterAll(closeTables);

/** A ledger of 10,000 entries whose last rule comes first at entry 9,000. */
async function longLedger(): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), "telar-ledger-")), "data.parquet");
  const writer = await TableWriter.open(path, LEDGER_COLUMNS);
  const ruleOf = (i: number) => (i >= 9_000 && i % 10 === 0 ? "late" : i % 3 === 0 ? "third" : "common");
  await writer.append(
    Array.from({ length: 10_000 }, (_, i) =>
      ledgerRow({ _row: `r${i}` }, "removed", { rule: ruleOf(i), values: { value: i }, before: `row ${i}` }),
    ),
  );
  await writer.close();
  return path;
}

describe("ledgerRules", () => {
  test("knows every rule of the ledger with its count, also one that comes late", async () => {
    const path = await longLedger();
    const found = await ledgerRules(path);
    expect(found).toMatchObject({ entries: 10_000, more: 0 });
    expect(found!.rules.map(({ rule, rows, example }) => [rule, rows, example._row])).toEqual([
      ["common", 6_600, "r1"],
      ["third", 3_300, "r0"],
      ["late", 100, "r9000"],
    ]);
    expect(found!.rules[2]!.example).toEqual({
      _row: "r9000",
      action: "removed",
      rule: "late",
      values: { value: 9000 },
      score: null,
      before: "row 9000",
      after: null,
    });
    const page = await previewTable(path, {
      where: [{ column: "rule", op: "=", value: "late" }],
      offset: 96,
      limit: 8,
    });
    expect(page.total).toBe(100);
    expect(page.rows.map(({ _row }) => _row)).toEqual(["r9960", "r9970", "r9980", "r9990"]);
  });

  test("an empty ledger has no rules; a table that is no ledger has none to tell", async () => {
    const dir = await mkdtemp(join(tmpdir(), "telar-ledger-"));
    const empty = join(dir, "empty.parquet");
    await (await TableWriter.open(empty, LEDGER_COLUMNS)).close();
    expect(await ledgerRules(empty)).toEqual({ entries: 0, rules: [], more: 0 });
    const other = join(dir, "other.parquet");
    await copyParquet("SELECT 1 AS rule", other);
    expect(await ledgerRules(other)).toBeUndefined();
  });

  test("more rules than a view can show are counted", async () => {
    const path = join(await mkdtemp(join(tmpdir(), "telar-ledger-")), "data.parquet");
    await copyParquet(
      `SELECT 'r' || range AS _row, 'removed' AS action, 'rule ' || range AS rule FROM range(${MAX_RULES + 5})`,
      path,
    );
    expect(await ledgerRules(path)).toMatchObject({ more: 5, rules: { length: MAX_RULES } });
  });
});
