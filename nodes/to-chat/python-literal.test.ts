import fc from "fast-check";
import { expect, test } from "vitest";
import { pythonLiteral } from "./python-literal";

test.each([
  [
    "[{'from': 'human', 'value': 'Hi there'}, {'from': 'gpt', 'value': \"It's me\"}]",
    [
      { from: "human", value: "Hi there" },
      { from: "gpt", value: "It's me" },
    ],
  ],
  ["{'a': True, 'b': None, 'c': (1, -2.5, 1e3), 4: []}", { a: true, b: null, c: [1, -2.5, 1000], 4: [] }],
  ["['a\\n\\'b\\' \\x41\\u00e9\\U0001F600', 'x' 'y']", ["a\n'b' Aé😀", "xy"]],
  ["[9007199254740993]", ["9007199254740993"]],
  ["[1, 2,]", [1, 2]],
])("%s", (text, value) => expect(pythonLiteral(text)).toEqual(value));

test.each([
  "",
  "[1, 2",
  "[foo]",
  "['a' 1]",
  "[1] x",
  "{1}",
  "__import__('os')",
  "['unclosed]",
  `${"[".repeat(5000)}`,
])("%s is none", (text) => expect(pythonLiteral(text)).toBeUndefined());

/** As Python prints it. */
function repr(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(repr).join(", ")}]`;
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string")
    return `'${value.replace(/[\\']/g, "\\$&").replace(/\n/g, "\\n").replace(/\r/g, "\\r").replace(/\t/g, "\\t")}'`;
  return `{${Object.entries(value as object)
    .map(([key, one]) => `${repr(key)}: ${repr(one)}`)
    .join(", ")}}`;
}

test("what Python prints is read back, whatever is in it", () => {
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.string({ unit: "grapheme" }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie("value"), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(value, (one) => {
      expect(pythonLiteral(repr(one))).toEqual(one);
    }),
  );
});

test("any text is read or is none, without an error", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      pythonLiteral(`[${text}`);
    }),
  );
});
