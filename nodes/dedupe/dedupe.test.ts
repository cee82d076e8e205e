import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import {
  closeTables,
  describeTable,
  MESSAGES_SQL,
  messagesSql,
  type Row,
  readRows,
  TableWriter,
} from "@/engines/table";
import type { InputArtifact } from "@/graph/runner";
import { fakeContext } from "../_testing/context";
import { dedupe } from "./definition";
import { normalise } from "./normalise";
import run from "./run";

afterAll(closeTables);

async function clean(conversations: [string, string][], over: Record<string, unknown> = {}) {
  const made = await fakeContext(dedupe);
  const path = join(made.root, "data.parquet");
  const writer = await TableWriter.open(path, [
    { name: "_row", sql: "VARCHAR" },
    { name: "messages", sql: MESSAGES_SQL },
    { name: "topic", sql: "VARCHAR" },
  ]);
  const given = conversations.map(([question, answer], i) => ({
    _row: `r${i + 1}`,
    messages: [
      { role: "user", content: question },
      { role: "assistant", content: answer },
    ],
    topic: `t${i}`,
  }));
  await writer.append(given);
  await writer.close();
  const { columns } = await describeTable(path);
  const input: InputArtifact<"dataset"> = {
    type: "dataset",
    digest: "sha256:0",
    facts: { shape: "chat", columns, rows: given.length },
    dir: made.root,
  };
  const { data, ledger } = await run({
    inputs: { data: input },
    params: dedupe.params.parse(over),
    ctx: made.ctx,
  });
  const read = async (dir: string) => {
    const rows: Row[] = [];
    for await (const row of readRows(join(dir, "data.parquet"))) rows.push(row);
    return rows;
  };
  return { given, kept: await read(data.dir), ledger: await read(ledger.dir), facts: data.type };
}
const ids = (rows: Row[]) => rows.map((row) => row._row);
const LOOSE = { ignoreCase: true, ignoreSpace: true, ignoreForms: true };
const ignored = fc.record({
  ignoreCase: fc.boolean(),
  ignoreSpace: fc.boolean(),
  ignoreForms: fc.boolean(),
  ignorePunctuation: fc.boolean(),
});

describe("dedupe", () => {
  test("keeps the first of rows that differ in case, space or letter form where these are ignored, and names it", async () => {
    const { kept, ledger, facts } = await clean(
      [
        ["What is LoRA?", "A low-rank adapter."],
        ["Other", "Thing"],
        ["what  is\tlora? ", "a LOW-rank adapter."],
        ["What is ＬｏＲＡ?", "A low-rank\u200b adapter."],
        ["What is LoRA", "A low-rank adapter."],
      ],
      LOOSE,
    );
    expect(ids(kept)).toEqual(["r1", "r2", "r5"]);
    expect(kept[0]?.topic).toBe("t0");
    expect(ledger).toMatchObject([
      { _row: "r3", action: "removed", rule: "exact", values: { kept: "r1" }, score: 1 },
      { _row: "r4", action: "removed" },
    ]);
    expect(ledger[0]?.before).toContain("a LOW-rank adapter.");
    expect(facts).toMatchObject({ type: "dataset", shape: "chat", rows: 3 });
  });

  test("each parameter changes what counts as the same", async () => {
    const rows: [string, string][] = [
      ["Hi!", "Hello"],
      ["hi", "Hello, long one"],
      ["Hi!", "Hello, longest of them all"],
      ["ab", "c"],
      ["a", "bc"],
    ];
    expect(ids((await clean(rows)).kept)).toEqual(["r1", "r2", "r3", "r4", "r5"]);
    expect(ids((await clean(rows, { compare: "question" })).kept)).toEqual(["r1", "r2", "r4", "r5"]);
    expect(ids((await clean(rows, { compare: "answer" })).kept)).toEqual(["r1", "r2", "r3", "r4", "r5"]);
    expect(ids((await clean(rows, { compare: "question", keep: "longest" })).kept)).toEqual([
      "r2",
      "r3",
      "r4",
      "r5",
    ]);
    const loose = { compare: "question", ignorePunctuation: true, ignoreCase: true };
    expect(ids((await clean(rows, loose)).kept)).toEqual(["r1", "r4", "r5"]);
    expect(ids((await clean(rows, { ...loose, ignoreCase: false })).kept)).toEqual(["r1", "r2", "r4", "r5"]);
  });

  test("kept and removed rows together are the rows given, and every removed one has an equal that stays", async () => {
    const word = fc.constantFrom("yes", "Yes", "no", "NO ", "maybe");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(word, word), { minLength: 1, maxLength: 60 }),
        fc.constantFrom("first", "longest"),
        async (rows, keep) => {
          const { given, kept, ledger } = await clean(rows, { ...LOOSE, keep });
          expect([...ids(kept), ...ids(ledger)].sort()).toEqual(ids(given).sort());
          const texts = kept.map((row) => JSON.stringify(row.messages).toLowerCase().replaceAll(" ", ""));
          expect(new Set(texts).size).toBe(kept.length);
          for (const entry of ledger) {
            const stays = (entry.values as { kept: string }).kept;
            expect(ids(kept)).toContain(stays);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test("exact means exact: what differs in one character, in its form or its indentation, is another row", async () => {
    const rows: [string, string][] = [
      ["What is 2⁵?", "32"],
      ["What is 25?", "32"],
      ["Area of x²?", "m²"],
      ["Area of x2?", "m2"],
      ["Fix: if a:\n    b()\nc()", "ok"],
      ["Fix: if a:\n    b()\n    c()", "ok"],
      ["SELECT Name", "x"],
      ["select name", "x"],
      ["Meaning of 👨\u200d👩\u200d👧?", "family"],
      ["Meaning of 👨👩👧?", "family"],
      ["Is ① first?", "yes"],
      ["Is 1 first?", "yes"],
      ["café", "x"],
      ["cafe\u0301", "x"],
      ["a ", "b"],
      ["a", " b"],
      ["SELECT Name", "x"],
    ];
    for (const compare of ["row", "question"]) {
      const { kept, ledger } = await clean(rows, { compare });
      expect(ids(ledger)).toEqual(["r17"]);
      expect(kept).toHaveLength(16);
    }
  });

  test("rows are the same exactly where all of their turns are, whatever characters these hold", async () => {
    const text = fc.oneof(
      fc.constantFrom("a", "b", "", "\u0001", "user", "\u0001user\u0001a", '"', "\\", "\n", "null"),
      fc.string({ unit: "grapheme", maxLength: 3 }).filter((one) => !one.includes("\0")),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 25 }), async (rows) => {
        const { kept } = await clean(rows);
        const first = rows.findIndex.bind(rows);
        const unique = rows.flatMap(([q, a], i) =>
          first(([x, y]) => x === q && y === a) === i ? `r${i + 1}` : [],
        );
        expect(ids(kept)).toEqual(unique);
      }),
      { numRuns: 30 },
    );
  });

  test("the cells of a table are compared one by one, and a turn's further fields with its words", async () => {
    const { root, ctx } = await fakeContext(dedupe);
    const table = async (columns: [string, string][], rows: Row[]) => {
      const writer = await TableWriter.open(
        join(root, "data.parquet"),
        columns.map(([name, sql]) => ({ name, sql })),
      );
      await writer.append(rows);
      await writer.close();
      const facts = { shape: "table" as const, rows: rows.length };
      const input: InputArtifact<"dataset"> = { type: "dataset", digest: "sha256:0", facts, dir: root };
      const { ledger } = await run({ inputs: { data: input }, params: dedupe.params.parse({}), ctx });
      const found: Row[] = [];
      for await (const row of readRows(join(ledger.dir, "data.parquet"))) found.push(row);
      return ids(found);
    };
    const id: [string, string] = ["_row", "VARCHAR"];
    expect(
      await table(
        [id, ["a", "VARCHAR"], ["b", "VARCHAR"], ["n", "DOUBLE"], ["l", "VARCHAR[]"]],
        [
          { _row: "1", a: "x", b: "y", n: 1, l: ["p, q"] },
          { _row: "2", a: "x\u0001y", b: "", n: 1, l: ["p, q"] },
          { _row: "3", a: "x", b: "y", n: 1, l: ["p", "q"] },
          { _row: "4", a: "x", b: null, n: 1, l: ["p", "q"] },
          { _row: "5", a: "x", b: "null", n: 1, l: ["p", "q"] },
          { _row: "6", a: "x", b: "y", n: 1, l: ["p, q"] },
        ],
      ),
    ).toEqual(["6"]);
    const turn = { role: "user", content: "hi" };
    const answer = { role: "assistant", content: "ho", train: null };
    expect(
      await table(
        [id, ["messages", messagesSql(["train"])]],
        [
          { _row: "1", messages: [{ ...turn, train: null }, answer] },
          { _row: "2", messages: [{ ...turn, train: true }, answer] },
          { _row: "3", messages: [{ ...turn, train: null }, answer] },
        ],
      ),
    ).toEqual(["3"]);
  });

  test("white space that is ignored leaves the indentation of code", () => {
    const how = { ignoreCase: false, ignoreSpace: true, ignoreForms: false, ignorePunctuation: false };
    expect(normalise("one  line\nand\tanother ", how)).toBe("one line and another");
    expect(normalise("if a:  # x\r\n    b( )  \r\nc()", how)).toBe("if a: # x\n    b( )\nc()");
    expect(normalise("if a:\n    b()\n    c()", how)).not.toBe(normalise("if a:\n    b()\nc()", how));
  });

  test("normalising twice is normalising once", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), ignored, (text, how) => {
        const once = normalise(text, how);
        expect(normalise(once, how)).toBe(once);
      }),
      { numRuns: 1000 },
    );
  });

  test("nothing ignored changes nothing", () => {
    const nothing = { ignoreCase: false, ignoreSpace: false, ignoreForms: false, ignorePunctuation: false };
    fc.assert(fc.property(fc.string(), (text) => normalise(text, nothing) === text));
  });
});
