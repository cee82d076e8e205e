import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import {
  closeTables,
  describeTable,
  MESSAGES_SQL,
  type Row,
  readRows,
  TableWriter,
  withConnection,
} from "@/engines/table";
import { labelOutputs } from "@/graph/labels";
import type { InputArtifact } from "@/graph/runner";
import { fakeContext, runKind } from "../_testing/context";
import { pii } from "./definition";
import run from "./run";

afterAll(closeTables);

async function clean(given: Row[], over: object = {}, context: object = {}) {
  const made = await fakeContext(pii, context);
  const path = join(made.root, "data.parquet");
  const writer = await TableWriter.open(path, [
    { name: "_row", sql: "VARCHAR" },
    { name: "messages", sql: MESSAGES_SQL },
    { name: "note", sql: "VARCHAR" },
    { name: "extra", sql: "JSON" },
    { name: "n", sql: "BIGINT" },
  ]);
  await writer.append(
    given.map((row, i) => ({ _row: `r${i + 1}`, messages: [], note: null, extra: null, n: 7, ...row })),
  );
  await writer.close();
  const facts = {
    shape: "chat" as const,
    columns: (await describeTable(path)).columns,
    labels: { pii: "unknown" as const, origins: ["x"] },
  };
  const input: InputArtifact<"dataset"> = { type: "dataset", digest: "sha256:0", facts, dir: made.root };
  const params = pii.params.parse(over);
  const { data, ledger } = await runKind(pii, run, { inputs: { data: input }, params, ctx: made.ctx });
  const read = async (dir: string) => {
    const rows: Row[] = [];
    for await (const row of readRows(join(dir, "data.parquet"))) rows.push(row);
    return rows;
  };
  const types = { data: { type: "dataset", ...facts } } as const;
  const known = labelOutputs(pii, params, types, pii.infer(params, types)).data?.labels;
  return {
    rows: await read(data.dir),
    ledger: await read(ledger.dir),
    labels: data.type.labels,
    ledgerLabels: ledger.type.labels,
    known,
    ...made,
  };
}
const turn = (content: string) => [{ role: "user", content }];

describe("pii", () => {
  test("masks every text of a row, however deep, and leaves the rest", async () => {
    const { rows, ledger, labels, ledgerLabels, known, reported } = await clean([
      {
        messages: turn("Mail ana@example.org or bob@example.org"),
        note: "+34 911 555 027",
        extra: { list: ["4111 1111 1111 1111", 4], "[EMAIL]": true },
      },
      { messages: turn("nothing here") },
    ]);
    expect(rows).toEqual([
      {
        _row: "r1",
        messages: turn("Mail [EMAIL] or [EMAIL]"),
        note: "[PHONE]",
        extra: { list: ["[CARD]", 4], "[EMAIL]": true },
        n: 7,
      },
      { _row: "r2", messages: turn("nothing here"), note: null, extra: null, n: 7 },
    ]);
    expect(ledger).toEqual([
      {
        _row: "r1",
        action: "changed",
        rule: "email+phone+card",
        values: { email: 2, phone: 1, card: 1 },
        score: 4,
        before: "user: Mail ana@example.org or bob@example.org",
        after: "user: Mail [EMAIL] or [EMAIL]",
      },
    ]);
    expect([labels, known]).toEqual([
      { pii: "masked", origins: ["x"] },
      { pii: "masked", origins: ["x"] },
    ]);
    // What was masked in the data still stands in the ledger.
    expect(ledgerLabels).toEqual({ pii: "found", origins: ["x"] });
    expect(reported.metrics).toContainEqual(["email", 0, 2]);
  });

  test("report leaves the rows and marks the data; drop removes them", async () => {
    const given = [{ note: "ana@example.org" }, { note: "fine" }];
    const report = await clean(given, { mode: "report" });
    expect(report.rows.map((row) => row.note)).toEqual(["ana@example.org", "fine"]);
    expect(report.ledger).toMatchObject([{ _row: "r1", action: "found", rule: "email" }]);
    expect(report.labels?.pii).toBe("found");
    expect((await clean([{ note: "fine" }], { mode: "report" })).labels?.pii).toBe("unknown");
    const drop = await clean(given, { mode: "drop" });
    expect(drop.rows.map((row) => row._row)).toEqual(["r2"]);
    expect(drop.ledger).toMatchObject([{ _row: "r1", action: "removed", after: null }]);
    expect(drop.labels?.pii).toBe("masked");
    await expect(clean([{ note: "ana@example.org" }], { mode: "drop" })).rejects.toMatchObject({
      reason: "no-rows-left",
    });
  });

  test("looking for some types only does not clear the mark", async () => {
    const { rows, labels } = await clean([{ note: "ana@example.org, +34 911 555 027" }], {
      types: ["phone"],
    });
    expect(rows[0]?.note).toBe("ana@example.org, [PHONE]");
    expect(labels?.pii).toBe("unknown");
  });

  test("every row is kept or removed, and what was changed stands in the ledger", async () => {
    const note = fc.constantFrom("ana@example.org", "fine", "+34 911 555 027", "12", "4111111111111111");
    await fc.assert(
      fc.asyncProperty(
        fc.array(note, { minLength: 1, maxLength: 40 }),
        fc.constantFrom("mask", "drop", "report"),
        async (notes, mode) => {
          const given = ["fine", ...notes].map((text) => ({ note: text }));
          const { rows, ledger } = await clean(given, { mode });
          const removed = ledger.filter((entry) => entry.action === "removed");
          expect(rows.length + removed.length).toBe(given.length);
          const personal = given.filter(({ note }) => note !== "fine" && note !== "12");
          expect(ledger).toHaveLength(personal.length);
        },
      ),
      { numRuns: 20 },
    );
  });

  test("a cancelled run stops and leaves no table behind", async () => {
    const controller = new AbortController();
    const given = Array.from({ length: 6_000 }, () => ({ note: "ana@example.org" }));
    const stopping = clean(given, {}, { signal: controller.signal, progress: () => controller.abort() });
    await expect(stopping).rejects.toThrow(/abort/i);
  });
});

describe("what else a row is made of", () => {
  const table = async (sql: string, labels: object = { pii: "unknown" }) => {
    const made = await fakeContext(pii);
    const path = join(made.root, "data.parquet");
    await withConnection((connection) => connection.run(`COPY (${sql}) TO '${path}' (FORMAT parquet)`));
    const { columns } = await describeTable(path);
    const input: InputArtifact<"dataset"> = {
      type: "dataset",
      digest: "sha256:0",
      facts: { shape: "table", columns, labels },
      dir: made.root,
    };
    const params = pii.params.parse({});
    const { data } = await runKind(pii, run, { inputs: { data: input }, params, ctx: made.ctx });
    const rows: Row[] = [];
    for await (const row of readRows(join(data.dir, "data.parquet"))) rows.push(row);
    return { rows, mark: data.type.labels?.pii, logs: made.reported.logs };
  };

  test("a card number in a column of numbers is taken out, whatever type of number", async () => {
    for (const type of ["BIGINT", "DOUBLE", "DECIMAL(20, 0)", "UBIGINT"]) {
      const { rows, mark } = await table(
        `SELECT 'r1' AS _row, 5555555555554444::${type} AS paid, 12::${type} AS n`,
      );
      expect(rows[0]?.paid, type).toBeNull();
      expect(Number(rows[0]?.n), type).toBe(12);
      expect(mark).toBe("masked");
    }
  });

  test("keys of JSON and of maps are masked", async () => {
    const { rows, mark } = await table(
      `SELECT 'r1' AS _row, '{"luis@example.org": {"+34 911 555 027": 5105105105105100}}'::JSON AS j, MAP {'eva@example.org': 'yes'} AS m`,
    );
    const text = JSON.stringify(rows);
    for (const one of ["luis@", "911 555", "5105105105105100", "eva@"]) expect(text).not.toContain(one);
    expect(mark).toBe("masked");
  });

  test("data with a column that nobody looks into keeps the mark that it came with", async () => {
    const sql = `SELECT 'r1' AS _row, 'x' AS note, 'mail@example.org'::BLOB AS raw`;
    for (const came of ["unknown", "found", "none"] as const) {
      const { mark, logs } = await table(sql, { pii: came });
      // Never less careful than what came.
      expect(mark).toBe(came === "none" ? "masked" : came);
      expect(logs.join()).toContain("raw");
    }
  });

  test("a name of a column and an id that hold personal data are found, since no mask reaches them", async () => {
    expect((await table(`SELECT 'r1' AS _row, 1 AS "ana@example.org"`)).mark).toBe("found");
    expect((await table(`SELECT 'ana@example.org' AS _row, 'x' AS note`)).mark).toBe("found");
  });
});
