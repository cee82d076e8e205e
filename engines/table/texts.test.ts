import type { DuckDBValue } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { closeTables, withConnection } from "./database";
import { literal } from "./quote";
import { holdsText, mapTexts, mayMatch } from "./texts";

afterAll(closeTables);

const one = (expression: string) =>
  withConnection(async (connection) => {
    const result = await connection.run(`SELECT ${expression} AS x`);
    const type = result.columnTypes()[0]!;
    const chunk = (await result.fetchChunk())!;
    return { type, value: chunk.getColumnValues(0)[0]! };
  });

/** The changed value as DuckDB writes it. */
async function changed(expression: string, change: (text: string) => string): Promise<string> {
  const { type, value } = await one(expression);
  const mapped: DuckDBValue = mapTexts(value, type, change);
  return String(mapped);
}
const shout = (text: string) => text.toUpperCase();

describe("mapTexts", () => {
  test.each([
    ["'abc'", "ABC"],
    ["['a', NULL, 'b']", "['A', NULL, 'B']"],
    [
      "{'a': 'x', 'n': 12345678901234567890.12345678901::DECIMAL(38, 11)}",
      "{'a': 'X', 'n': 12345678901234567890.12345678901}",
    ],
    [
      "{'list': [{'t': 'x', 'f': 'NaN'::DOUBLE}], 'big': 9007199254740993}",
      "{'list': [{'t': 'X', 'f': NaN}], 'big': 9007199254740993}",
    ],
    ["MAP {'key': 'x'}", "{'key': 'X'}"],
    [
      `'{"a": 1.0, "b": 9007199254740993, "c": ["x", "\\u0061\\"y"]}'::JSON`,
      `{"a": 1.0, "b": 9007199254740993, "c": ["X", "A\\"Y"]}`,
    ],
    [`'{"key" : "x", "key2":{"y":null}}'::JSON`, `{"key" : "X", "key2":{"y":null}}`],
    [`'"x"'::JSON`, `"X"`],
  ])("%s", async (expression, expected) => {
    expect(await changed(expression, shout)).toBe(expected);
  });

  test("a value in which no text changes is the very same, and what holds no text is never looked at", async () => {
    for (const expression of [
      "[{'a': 'X', 'n': 1.5::DECIMAL(5, 2)}]",
      "'X'",
      "42",
      "[1, 2]",
      `'{"A": 1.0}'::JSON`,
    ]) {
      const { type, value } = await one(expression);
      expect(mapTexts(value, type, shout)).toBe(value);
    }
    expect(holdsText((await one("[1, 2]")).type)).toBe(false);
    expect(holdsText((await one("[{'a': 'x'}]")).type)).toBe(true);
  });
});

describe("mayMatch", () => {
  test("finds every cell in which a text matches, however deep, and JSON that spells characters out", async () => {
    const text = fc.string({ unit: "grapheme-ascii", maxLength: 12 });
    const cell = fc.tuple(text, text, text).map(([a, b, c]) => ({ a, b, c }));
    await fc.assert(
      fc.asyncProperty(cell, async ({ a, b, c }) => {
        const expressions = [
          `[{'t': ${literal(a)}, 'more': [${literal(b)}, NULL]}]`,
          `MAP {'k': ${literal(c)}}`,
          `${literal(JSON.stringify({ a, list: [b] }))}::JSON`,
          `'{"a": "\\u0040"}'::JSON`,
        ];
        const inside = [[a, b], [c], [a, b], ["@"]];
        for (const [i, expression] of expressions.entries()) {
          const { type } = await one(expression);
          const { value } = await one(mayMatch(`(${expression})`, type, "@|[0-9]"));
          if (inside[i]!.some((one) => /@|[0-9]/.test(one))) expect(value).toBe(true);
          else if (i < 2) expect(value).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
    expect((await one(mayMatch("(NULL::VARCHAR)", (await one("'x'")).type, "@"))).value).toBe(false);
  });
});
