import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { Row } from "./cells";
import { closeTables } from "./database";
import { describeTable } from "./describe";
import { allTurns, contentsOf, selectFlat, unusedName } from "./flat-chat";
import { parquet } from "./quote";
import { queryRows } from "./read-rows";
import { TableWriter } from "./table-writer";
import { MESSAGES_SQL, messagesOf, messagesSql } from "./turns";

afterAll(closeTables);

const FLAT = { all: allTurns, asked: contentsOf("user"), turns: () => "len(messages)" };

const CALLS = [{ type: "function", function: { name: "now", arguments: { zone: 'a "b"' } } }];

test.each([
  ["words alone", MESSAGES_SQL],
  ["calls", messagesSql(["tool_calls", "train"])],
])(
  "of turns with %s flat texts are those of the turns, and rows without a whole conversation come with their cells",
  async (what, sql) => {
    const text = fc.option(
      fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("", "\u0001", "\n", "a\u0000b")),
      {
        nil: null,
        freq: 12,
      },
    );
    const turn = fc.record({
      role: fc.constantFrom("user", "assistant", "system", null),
      content: text,
      ...(what === "calls" && {
        tool_calls: fc.constantFrom(CALLS, null),
        train: fc.constantFrom(true, false, null),
      }),
    });
    const messages = fc.option(fc.array(turn, { maxLength: 4 }), { nil: null });
    const rows = fc.array(fc.record({ messages, note: text }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(rows, async (given) => {
        const path = join(await mkdtemp(join(tmpdir(), "telar-flat-")), "data.parquet");
        const writer = await TableWriter.open(path, [
          { name: "_row", sql: "VARCHAR" },
          { name: "messages", sql },
          { name: "note", sql: "VARCHAR" },
        ]);
        await writer.append(given.map((row, i) => ({ _row: `r${i}`, ...row })));
        await writer.close();
        const table = await describeTable(path);
        const select = selectFlat(table, FLAT, ["_row", "messages", "note"])!;
        const found = await queryRows(`SELECT ${select.join(", ")} FROM ${parquet(path)}`);
        const expected = given.map((row, i) => {
          const turns = messagesOf(row as Row);
          if (!turns) return { _row: `r${i}`, all: null, asked: null, turns: null, ...row };
          const asked = turns.filter(({ role }) => role === "user").map(({ content }) => content);
          return {
            _row: `r${i}`,
            all: turns.map(({ role, content }) => `${role}\u0001${content}`).join("\u0001"),
            asked: asked.join("\n"),
            turns: turns.length,
            messages: null,
            note: null,
          };
        });
        expect(found).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  },
);

test("a table whose messages are something else is not flattened, and names stay apart", () => {
  const sql = [
    { name: "messages", sql: "VARCHAR" },
    { name: "Flat", sql: "VARCHAR" },
  ];
  expect(selectFlat({ sql }, FLAT, [])).toBeUndefined();
  expect(unusedName({ sql }, "flat")).toBe("flat_");
});
