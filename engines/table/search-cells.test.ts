import type { DuckDBValue } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { closeTables, withConnection } from "./database";
import { literal } from "./quote";
import { changeCell, fieldNames, isPartlyUnsearched, isSearched, mayChange } from "./search-cells";

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
  const mapped: DuckDBValue = changeCell(value, type, textsOnly(change), "column");
  return String(mapped);
}
const textsOnly = (text: (text: string) => string) => ({ text, number: () => undefined });
const shout = (text: string) => text.toUpperCase();

describe("changeCell", () => {
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
    ["MAP {'key': 'x'}", "{'KEY': 'X'}"],
    [
      `'{"a": 1.0, "b": 9007199254740993, "c": ["x", "\\u0061\\"y"]}'::JSON`,
      `{"A": 1.0, "B": 9007199254740993, "C": ["X", "A\\"Y"]}`,
    ],
    [`'{"key" : "x", "key2":{"y":null}}'::JSON`, `{"KEY" : "X", "KEY2":{"Y":null}}`],
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
      expect(changeCell(value, type, textsOnly(shout), "column")).toBe(value);
    }
    expect(isSearched((await one("[true]")).type)).toBe(false);
    expect(isSearched((await one("[{'a': 'x'}]")).type)).toBe(true);
    expect(isSearched((await one("[1, 2]")).type)).toBe(true);
  });
});

const MAY = { text: "@|[0-9]", number: () => "true" };

describe("mayChange", () => {
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
          const { value } = await one(mayChange(`(${expression})`, type, MAY, "column"));
          if (inside[i]!.some((one) => /@|[0-9]/.test(one))) expect(value).toBe(true);
          // A key names its value, so a map with any is always looked at.
          else if (i === 0) expect(value).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
    expect((await one(mayChange("(NULL::VARCHAR)", (await one("'x'")).type, MAY, "column"))).value).toBe(
      false,
    );
  });
});

test("whole numbers are found in every type, and leave their place empty", async () => {
  const card = {
    text: (text: string) => text,
    number: (digits: string) => (digits.length > 9 ? "[CARD]" : undefined),
  };
  for (const [expression, expected] of [
    ["4111111111111111", null],
    ["4111111111111111.0::DOUBLE", null],
    ["4111111111111111::DECIMAL(20, 2)", null],
    ["41", 41],
    ["[1, 4111111111111111]", "[1, NULL]"],
    [`'{"n": 4111111111111111, "m": 4.1}'::JSON`, `{"n": "[CARD]", "m": 4.1}`],
  ] as const) {
    const { type, value } = await one(expression);
    const changed = changeCell(value, type, card, "column");
    expect(typeof expected === "string" ? String(changed) : changed, expression).toEqual(expected);
  }
});

test("two keys that become equal stay two keys", async () => {
  const mark = textsOnly((text) => (text.includes("@") ? "[EMAIL]" : text));
  const { type, value } = await one("MAP {'a@x.org': 'one', 'b@x.org': 'two'}");
  expect(String(changeCell(value, type, mark, "column"))).toBe("{'[EMAIL]': 'one', '[EMAIL] 2': 'two'}");
});

test("what no mask reaches is known: types that nobody looks into, and names of fields", async () => {
  const typeOf = async (expression: string) => (await one(expression)).type;
  expect(isPartlyUnsearched(await typeOf("'\\xAA'::BLOB"))).toBe(true);
  expect(isPartlyUnsearched(await typeOf("MAP {7: 'x'}"))).toBe(true);
  expect(isPartlyUnsearched(await typeOf("{'a': [1], 'b': DATE '2020-01-01'}"))).toBe(false);
  expect(fieldNames(await typeOf("{'a@x.org': {'b': 1}}"))).toEqual(["a@x.org", "b"]);
});
