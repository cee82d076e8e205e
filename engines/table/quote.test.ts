import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { closeTables, withConnection } from "./database";
import { ident, literal } from "./quote";

afterAll(closeTables);

describe("quoting", () => {
  test("any text comes back from a literal as it went in", () =>
    withConnection(async (connection) => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
          const result = await connection.runAndReadAll(`SELECT ${literal(text)}`);
          expect(result.getRows()[0]?.[0]).toBe(text);
        }),
        { numRuns: 200 },
      );
    }));

  test("any name without NUL names exactly one column", () =>
    withConnection(async (connection) => {
      const name = fc.string({ unit: "binary", minLength: 1 }).filter((text) => !text.includes("\0"));
      await fc.assert(
        fc.asyncProperty(name, async (text) => {
          const result = await connection.runAndReadAll(`SELECT 7 AS ${ident(text)}`);
          expect(result.columnNames()).toEqual([text]);
        }),
        { numRuns: 200 },
      );
    }));

  test("numbers keep their value, whatever they are", () =>
    withConnection(async (connection) => {
      await fc.assert(
        fc.asyncProperty(fc.double(), async (number) => {
          const result = await connection.runAndReadAll(`SELECT ${literal(number)}::DOUBLE`);
          expect(result.getRows()[0]?.[0] === number || Number.isNaN(number)).toBe(true);
        }),
      );
    }));

  test("an empty name and one with NUL are refused", () => {
    expect(() => ident("")).toThrow(RangeError);
    expect(() => ident("a\0b")).toThrow(RangeError);
  });
});
