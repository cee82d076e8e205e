/** What the table engine makes by itself is what `convertRow` makes, on any rows. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import {
  closeTables,
  describeTable,
  parquet,
  queryRows,
  type Row,
  RowLedger,
  type SqlColumn,
  TableWriter,
} from "@/engines/table";
import { fakeContext } from "../_testing/context";
import { toChat } from "./definition";
import { columnsAfter, type MappingName, mapColumns } from "./mapping";
import { plainRows } from "./plain-rows";
import { writeChats } from "./write-chats";

afterAll(closeTables);

const words = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "\u00a0",
    "\u3000",
    "a",
    "What?",
    "\u0000",
    "\ud800",
    "\\u0041",
    "é",
    "你好",
    "😀",
    "“",
    "'",
  ),
  fc.string({ unit: "grapheme", maxLength: 6 }),
);
const perhaps = fc.option(words, { nil: null, freq: 4 });
const role = fc.constantFrom(
  "user",
  "assistant",
  "system",
  "tool",
  "human",
  "gpt",
  "User",
  "function_call",
  "x",
  null,
);
const extra = fc.constantFrom(
  {},
  {},
  {},
  { weight: 0 },
  { name: "n" },
  { tool_calls: [{ name: "f", arguments: "{}" }] },
);
const turn = fc.oneof(
  fc.record({ role, content: perhaps }),
  fc.record({ content: perhaps, role }),
  fc.record({ from: role, value: perhaps }),
  fc.tuple(fc.record({ role, content: perhaps }), extra).map(([one, more]) => ({ ...one, ...more })),
);
const good = fc.array(
  fc.constantFrom(
    { role: "user", content: "q" },
    { role: "assistant", content: "a" },
    { role: "system", content: "s" },
  ),
  { minLength: 1, maxLength: 4 },
);
const shared = fc.array(fc.constantFrom({ from: "human", value: "q" }, { from: "gpt", value: "a 1" }), {
  minLength: 2,
  maxLength: 4,
});
const turns = fc.oneof(fc.array(turn, { maxLength: 4 }), good, good, shared, shared, fc.constant(null));
const structs = fc.oneof(
  fc.array(fc.record({ from: role, value: perhaps }), { maxLength: 4 }),
  shared,
  fc.constant(null),
);

type Case = [what: string, columns: SqlColumn[], row: fc.Arbitrary<object>, params: Record<string, string>];
const varchar = (...names: string[]) => names.map((name) => ({ name, sql: "VARCHAR" }));
const cases: Case[] = [
  [
    "Alpaca, beside columns that are called as in the statement",
    [
      ...varchar("instruction", "input", "output", "system", "f0", "keep", "place"),
      { name: 'm"', sql: "BIGINT" },
    ],
    fc.record({
      instruction: perhaps,
      input: perhaps,
      output: perhaps,
      system: perhaps,
      f0: words,
      keep: words,
      'm"': fc.integer(),
    }),
    {},
  ],
  [
    "a question and answers of other types",
    [{ name: "question", sql: "BIGINT" }, { name: "answer", sql: "BOOLEAN" }, ...varchar("tools")],
    fc.record({
      question: fc.oneof(fc.integer(), fc.constant(null)),
      answer: fc.constantFrom(true, false, null),
      tools: fc.constantFrom(null, null, "", '[{"name":"f"}]', "Call f."),
    }),
    { systemPrompt: "It's {brief}." },
  ],
  [
    "templates",
    varchar("a", "b"),
    fc.record({ a: perhaps, b: perhaps }),
    { mapping: "columns", user: "{a}", assistant: "{ b }'{a}", system: "{b}", systemPrompt: "P" },
  ],
  [
    "messages as JSON",
    [{ name: "messages", sql: "JSON" }],
    fc.record({ messages: turns }),
    { systemPrompt: "P" },
  ],
  [
    "conversations as JSON",
    [{ name: "conversations", sql: "JSON" }],
    fc.record({ conversations: turns }),
    {},
  ],
  [
    "conversations as structs",
    [{ name: "conversations", sql: 'STRUCT("value" VARCHAR, "from" VARCHAR)[]' }],
    fc.record({ conversations: structs }),
    { systemPrompt: "P" },
  ],
];

test.each(cases)("%s", async (_what, columns, row, params) => {
  let alone = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (given) => {
      const dir = await mkdtemp(join(tmpdir(), "telar-plain-"));
      const path = join(dir, "data.parquet");
      const writer = await TableWriter.open(path, [{ name: "_row", sql: "VARCHAR" }, ...columns]);
      await writer.append(given.map((cells, i) => ({ _row: `r${i + 1}`, ...(cells as Row) })));
      await writer.close();
      const table = await describeTable(path);
      const wanted = { mapping: "auto" as MappingName, user: "", assistant: "", system: "", ...params };
      const mapped = mapColumns(wanted, table.columns);
      if ("missing" in mapped) throw new Error(mapped.missing);
      const { mapping } = mapped;
      const { systemPrompt = "" } = params;
      const plain = plainRows(mapping, table.sql, systemPrompt);
      expect(plain).toBeDefined();
      const [count] = await queryRows<{ n: number }>(
        `SELECT count(*)::INTEGER AS n FROM ${parquet(path)} data WHERE ${plain!.when}`,
      );
      alone += count!.n;
      const write = async (name: string, plainOrNone: typeof plain) => {
        const { ctx } = await fakeContext(toChat);
        const ledger = await RowLedger.open(ctx, { maxBadRows: 1 });
        const file = join(dir, name);
        const writing = {
          path,
          table,
          mapping,
          systemPrompt,
          columns: columnsAfter(mapping, table.columns),
          file,
          ledger,
        };
        try {
          const left = await writeChats({ ...writing, plain: plainOrNone }, ctx);
          return {
            left,
            counts: ledger.counts,
            rows: await queryRows(`SELECT * FROM ${parquet(file)}`),
            sql: (await describeTable(file)).sql,
          };
        } catch (error) {
          return { reason: (error as { reason?: string }).reason ?? error };
        } finally {
          await ledger.discard();
        }
      };
      expect(await write("plain.parquet", plain)).toEqual(await write("each.parquet", undefined));
    }),
    { numRuns: 25 },
  );
  expect(alone).toBeGreaterThan(0);
});
