/** Values that nobody should send, and the places of a schema where each could be sent. */
import { z } from "zod";

export const STRINGS: readonly string[] = [
  "",
  " ",
  "\0",
  "a\0b",
  "\ud800",
  "x\udfff y",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "\u202Eevil\u2066",
  "👩‍👩‍👧‍👦".repeat(100),
  "é".normalize("NFD"),
  "x".repeat(1_000_000),
  "n".repeat(65),
  "../../../../etc/passwd",
  "..\\..\\windows",
  "%00%2e%2e%2f",
  '\'; DROP TABLE "Run"; --',
  "$1 {0} {x, plural} <b>&amp;",
  "-1",
  "NaN",
  "9".repeat(400),
  "2020-13-45T99:99:99Z 0 0",
  "1\n2",
  "null",
];

export const NUMBERS: readonly number[] = [
  -1,
  -0,
  0.5,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 53,
  1e308,
  -1e308,
  Number.NaN,
  Number.POSITIVE_INFINITY,
];

export const deep = (levels: number): unknown => JSON.parse(`${"[".repeat(levels)}1${"]".repeat(levels)}`);
const JSONS: readonly unknown[] = [
  null,
  true,
  {},
  [],
  deep(60),
  deep(1_000),
  { __proto__x: 1 },
  "a\0b",
  [["\ud800"]],
];
/** Where something of another type stands. */
const OTHERS: readonly unknown[] = [null, {}, [], [[]], { toString: 1 }, true];

type Path = readonly (string | number)[];
/** One place, and what to put there; `key`: under which names, in a record. */
export type Place = { path: Path; values: readonly unknown[]; keys?: readonly string[] };

/** Every place of a schema where a text, a number or any JSON may stand, below optional and chosen parts too. */
export function placesOf(schema: z.ZodType, path: Path = []): Place[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return placesOf(schema.unwrap() as z.ZodType, path);
  if (schema instanceof z.ZodObject)
    return [
      { path, values: OTHERS },
      ...Object.entries(schema.shape).flatMap(([name, inner]) =>
        placesOf(inner as z.ZodType, [...path, name]),
      ),
    ];
  if (schema instanceof z.ZodArray)
    return [
      { path, values: [...OTHERS, Array.from({ length: 100_000 }, () => "x")] },
      ...placesOf(schema.element as z.ZodType, [...path, 0]),
    ];
  if (schema instanceof z.ZodUnion || schema instanceof z.ZodDiscriminatedUnion)
    return schema.options.flatMap((option) => placesOf(option as z.ZodType, path));
  if (schema instanceof z.ZodRecord)
    return [
      { path, values: JSONS, keys: STRINGS },
      { path, values: OTHERS },
    ];
  if (schema instanceof z.ZodNumber) return [{ path, values: [...NUMBERS, ...OTHERS, "1"] }];
  return [{ path, values: [...STRINGS, ...OTHERS, 7] }];
}

/** A copy of `input` with `value` at `path`; parts that are not there are made. */
export function put(input: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof key === "number") return [put((input as unknown[] | undefined)?.[key], rest, value)];
  const held = (typeof input === "object" && input !== null ? input : {}) as Record<string, unknown>;
  return { ...held, [key]: put(held[key], rest, value) };
}
