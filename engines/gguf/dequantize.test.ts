import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { GGML_TYPES } from "@/graph/gguf/types";
import { dequantize, isReadable } from "./dequantize";

/** Two random blocks of each type with the values that the gguf package for Python reads from them. */
const fixtures: Record<string, { bytes: string; values: string }> = JSON.parse(
  readFileSync(new URL("./_fixtures/quants.json", import.meta.url), "utf8"),
);

describe("dequantize", () => {
  test.each([...GGML_TYPES.values()].filter(isReadable))("reads $name as the reference does", (type) => {
    const fixture = fixtures[type.name]!;
    const raw = Buffer.from(fixture.values, "base64");
    const expected = Array.from({ length: raw.length / 4 }, (_, i) => raw.readFloatLE(i * 4));
    const got = dequantize(type, Buffer.from(fixture.bytes, "base64"), expected.length);
    for (const [i, value] of expected.entries()) {
      expect(Math.abs(got[i]! - value), `${type.name}[${i}]`).toBeLessThanOrEqual(
        1e-6 * Math.max(1, Math.abs(value)),
      );
    }
  });
});
