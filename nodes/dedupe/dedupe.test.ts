import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { closeTables, describeTable, MESSAGES_SQL, type Row, readRows, TableWriter } from "@/engines/table";
import type { InputArtifact } from "@/graph/runner";
import { fakeContext } from "../_testing/context";
import { dedupe } from "./definition";
import { normalise, normaliseParts } from "./normalise";
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

describe("dedupe", () => {
  test("keeps the first of rows that differ in case, space or letter form, and names it", async () => {
    const { kept, ledger, facts } = await clean([
      ["What is LoRA?", "A low-rank adapter."],
      ["Other", "Thing"],
      ["what  is\tlora? ", "a LOW-rank adapter."],
      ["What is ＬｏＲＡ?", "A low-rank\u200b adapter."],
      ["What is LoRA", "A low-rank adapter."],
    ]);
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
    expect(ids((await clean(rows, { compare: "question", keep: "longest" })).kept)).toEqual([
      "r2",
      "r3",
      "r4",
      "r5",
    ]);
    const loose = { compare: "question", ignorePunctuation: true };
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
          const { given, kept, ledger } = await clean(rows, { keep });
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

  test("plain texts are normalised as all others are", () => {
    const how = fc.record({ ignoreCase: fc.boolean(), ignorePunctuation: fc.boolean() });
    const part = fc.oneof(fc.string({ unit: "grapheme-ascii" }), fc.constantFrom(" ", "\n", "\t\t", "\r\n"));
    fc.assert(
      fc.property(fc.array(part), how, (parts, options) => {
        const text = parts.join("");
        // An invisible character is taken out, on the way that texts with other characters go.
        expect(normalise(text, options)).toBe(normalise(`${text}\u200b`, options));
        const turns = [text, ...parts, text].join("\u0001");
        expect(normaliseParts(turns, options)).toBe(
          turns
            .split("\u0001")
            .map((part) => normalise(part, options))
            .join("\u0001"),
        );
      }),
    );
  });

  test("normalising twice is normalising once", () => {
    const how = fc.record({ ignoreCase: fc.boolean(), ignorePunctuation: fc.boolean() });
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), how, (text, options) => {
        const once = normalise(text, options);
        expect(normalise(once, options)).toBe(once);
      }),
    );
  });
});
