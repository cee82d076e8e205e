/** Schemas as people and their libraries write them: what becomes of each, and which answers its grammar and its check let through. */
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { Failure } from "@/graph/problems";
import { failureSentence } from "@/messages/words";
import { llamaRuntime } from "../llama/runtime";
import { HELD, REFUSED } from "./_fixtures/schemas";
import { answerCheck } from "./check-answer";
import { schemaGrammar } from "./compile";
import { heldAnswer } from "./held-answer";
import { integerBetween, numberBetween } from "./numbers";

type Matches = (text: string) => boolean;
let matcher: (grammar: string) => Promise<Matches>;
beforeAll(async () => {
  const llama = await llamaRuntime();
  matcher = async (grammar) => {
    const made = (await llama.createGrammar({ grammar })) as unknown as { _testText: Matches };
    return (text) => made._testText(text);
  };
});

describe("schemas that answers are held to", () => {
  test.each(HELD)("$what", async ({ schema, fits, not, leftToCheck = [] }) => {
    const { grammar, check } = heldAnswer(schema);
    const matches = await matcher(grammar);
    for (const value of fits) {
      const text =
        typeof value === "string" && value.startsWith("RAW ") ? value.slice(4) : JSON.stringify(value);
      expect(matches(text), `written: ${text}`).toBe(true);
      expect(check(JSON.parse(text)), `checked: ${text}`).toBeUndefined();
    }
    for (const value of not)
      expect(matches(JSON.stringify(value)), `not: ${JSON.stringify(value)}`).toBe(false);
    for (const value of leftToCheck) expect(check(value), JSON.stringify(value)).toBeDefined();
  });
});

describe("schemas that are refused", () => {
  test.each(REFUSED)("$what", ({ schema, reason, values }) => {
    let error: unknown;
    try {
      heldAnswer(schema);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({ reason, values });
    expect(failureSentence(reason, values)).not.toContain("{");
  });
});

test("what zod writes of everyday forms is held, whole", async () => {
  const form = z.object({
    email: z.email(),
    id: z.uuid(),
    when: z.iso.datetime(),
    day: z.iso.date(),
    link: z.url(),
    age: z.int(),
    share: z.number().min(0).max(1).optional(),
    pair: z.tuple([z.string(), z.number()]),
    scores: z.record(z.string(), z.number()),
    kind: z.discriminatedUnion("k", [
      z.object({ k: z.literal("a") }),
      z.object({ k: z.literal("b"), n: z.int() }),
    ]),
    note: z.string().nullable(),
    lasts: z.iso.duration(),
  });
  const { grammar, check } = heldAnswer(z.toJSONSchema(form) as Record<string, unknown>);
  const matches = await matcher(grammar);
  const value = {
    email: "ana.lima@example.org",
    id: "0190b6a2-7c3e-7d11-8a55-3f6f0c1e9a10",
    when: "2031-05-06T07:08:09Z",
    day: "2031-05-06",
    link: "https://example.org/a",
    age: 41,
    share: 0.25,
    pair: ["x", 1],
    scores: { a: 1 },
    kind: { k: "b", n: 2 },
    note: null,
    lasts: "P3DT4H",
  };
  expect(matches(JSON.stringify(value))).toBe(true);
  expect(check(value)).toBeUndefined();
  expect(form.safeParse(value).success).toBe(true);
  expect(matches(JSON.stringify({ ...value, share: 1.5 }))).toBe(false);
  expect(matches(JSON.stringify({ ...value, kind: { k: "b" } }))).toBe(false);
});

test("numbers between any two bounds: exactly those", async () => {
  const bound = fc.oneof(
    fc.integer({ min: -120, max: 1200 }),
    fc.integer({ min: -4000, max: 4000 }).map((n) => n / 100),
  );
  await fc.assert(
    fc.asyncProperty(
      bound,
      bound,
      fc.boolean(),
      fc.boolean(),
      fc.array(
        fc.integer({ min: -130_000, max: 130_000 }).map((n) => n / 100),
        { minLength: 20, maxLength: 20 },
      ),
      async (a, b, lowOut, highOut, tried) => {
        const [low, high] = a <= b ? [a, b] : [b, a];
        const range = {
          lower: { value: low, exclusive: lowOut },
          upper: { value: high, exclusive: highOut },
        };
        const fits = (n: number) => (lowOut ? n > low : n >= low) && (highOut ? n < high : n <= high);
        for (const [text, near] of [
          [numberBetween(range, 16), [...tried, low, high, 0, Math.round((low + high) * 5_000) / 10_000]],
          [integerBetween(range), [...tried.map(Math.round), Math.round(low), Math.round(high), 0]],
        ] as const) {
          const matches = text === undefined ? () => false : await matcher(`root ::= ${text}\n`);
          for (const n of near) {
            const shown = String(Object.is(n, -0) ? 0 : n);
            expect(matches(shown), `${shown} in ${low}..${high}`).toBe(fits(n));
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});

test("an answer that only the check can refuse is refused with its place", () => {
  const check = answerCheck({ type: "object", additionalProperties: { type: "integer" }, minProperties: 2 });
  expect(check({ a: 1, b: "x" })).toEqual({ keyword: "type", pointer: "#/b" });
  expect(check({ a: 1 })).toEqual({ keyword: "minProperties", pointer: "#" });
});

test("a pattern that never ends is given up", () => {
  const check = answerCheck({ type: "string", pattern: "^(([a-z])+.)+[A-Z]([a-z])+$" });
  expect(check("a".repeat(60))).toBeDefined();
});

test("lengths of thousands make a small grammar that counts exactly", async () => {
  const grammar = schemaGrammar({ type: "string", minLength: 130, maxLength: 5000 });
  expect(grammar.length).toBeLessThan(2_000);
  const matches = await matcher(grammar);
  for (const [length, fits] of [
    [129, false],
    [130, true],
    [195, true],
    [4999, true],
    [5000, true],
    [5001, false],
  ] as const)
    expect(matches(JSON.stringify("x".repeat(length))), String(length)).toBe(fits);
});
