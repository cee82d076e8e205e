import { describe, expect, it } from "vitest";
import { placeholdersOf, thrownIn } from "./thrown";

const read = (text: string) => thrownIn(text).map(({ keys, values }) => ({ keys, values }));

describe("failures in a source", () => {
  it.each([
    ['throw new Failure("INVALID_INPUT", "no-rows", { rows, of: a.b(1, 2) });', ["no-rows"], ["rows", "of"]],
    ['throw new Failure(\n  "UNAVAILABLE",\n  "gone",\n);', ["gone"], []],
    [
      'new Failure("INVALID_INPUT", mode === "columns" ? "no-column" : "no-mapping", { columns })',
      ["no-column", "no-mapping"],
      ["columns"],
    ],
    ['new Failure("INVALID_INPUT", "x", { ...counts, rows })', ["x"], undefined],
    [
      'const reason = wide ? "too-wide" : "too-long";\nthrow new Failure("NODE_ERROR", reason, {});',
      ["too-wide", "too-long"],
      [],
    ],
    [
      'const TABLE = { open: "brace-open", shut: "brace-shut" };\nnew Failure("INVALID_INPUT", TABLE[fault.code], { at })',
      ["brace-open", "brace-shut"],
      ["at"],
    ],
    [
      'const REASONS: Record<string, string> = {\n  Slow: "store-slow",\n};\nconst reason = REASONS[x ?? ""] ?? "store-gone";\nnew Failure("UNAVAILABLE", reason, values)',
      ["store-gone", "store-slow"],
      undefined,
    ],
    [
      'problems.push(problem("split-fold", { param: "fold" }, { fold, folds }));',
      ["split-fold"],
      ["fold", "folds"],
    ],
  ])("%s", (text, keys, values) => {
    const [found] = read(text);
    expect(found?.keys.sort()).toEqual(keys.sort());
    expect(found?.values).toEqual(values);
  });

  it("says where a key is computed and cannot be read", () => {
    expect(thrownIn(`new Failure("INVALID_INPUT", \`template-\${code}\`, {})`)).toMatchObject([
      { keys: [], relayed: false },
    ]);
    expect(thrownIn("new Failure(code, sent.failure.reason, values)")).toMatchObject([
      { keys: [], relayed: true },
    ]);
  });

  it("reads no comments", () => {
    expect(read('// new Failure("INVALID_INPUT", "old")\n/* new Failure("X", "older") */')).toEqual([]);
  });
});

it("placeholders of a sentence", () => {
  expect(placeholdersOf("None of {rows} rows: {n, plural, one {# row} other {# rows}} in {path}.")).toEqual([
    "n",
    "path",
    "rows",
  ]);
  expect(placeholdersOf("Write '{name}' so.")).toEqual([]);
});
