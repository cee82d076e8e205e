import fc from "fast-check";
import { expect, test } from "vitest";
import { storableText } from "@/graph/storable";
import { testDatabase } from "./database/testing";
import { jsonParam } from "./storable";

const anyText = fc.string({ unit: "binary", maxLength: 20 });
/** Text as programs print it, with halves of surrogate pairs and NUL. */
const broken = fc
  .array(fc.oneof(anyText, fc.constantFrom("\u0000", "\ud83d", "\ude00", "\\u0000", "\\ud800")), {
    maxLength: 6,
  })
  .map((parts) => parts.join(""));
const anything = fc.anything({
  key: broken,
  values: [broken, fc.double(), fc.integer(), fc.boolean(), fc.constant(null)],
  maxDepth: 3,
});

test("whatever a job says can be stored, and what was storable comes back as it was", async () => {
  const database = await testDatabase();
  await database.pool.query("CREATE TEMP TABLE kept (value jsonb, text text)");
  await fc.assert(
    fc.asyncProperty(anything, broken, async (value, text) => {
      const { rows } = await database.pool.query("SELECT $1::jsonb AS value, $2::text AS text", [
        jsonParam(value),
        storableText(text),
      ]);
      expect(rows[0].text).toBe(text.toWellFormed().replaceAll("\u0000", "\uFFFD"));
      expect(rows[0].value).toEqual(JSON.parse(jsonParam(value)));
    }),
    { numRuns: 300 },
  );
  const plain = { text: "a\\u0000b ✓ 😀", list: [1, 2.5, null, true], nested: { deep: "ñ" } };
  expect(JSON.parse(jsonParam(plain))).toEqual(plain);
  expect(jsonParam({ loss: Number.NaN, best: Number.NEGATIVE_INFINITY })).toBe(
    '{"loss":"NaN","best":"-Infinity"}',
  );
  expect(jsonParam({ rows: 2n ** 64n, at: new Date(Number.NaN), none: null })).toBe(
    '{"rows":"18446744073709551616","at":null,"none":null}',
  );
  const circle: Record<string, unknown> = {};
  circle.of = [circle, Number.NaN];
  const { rows } = await database.pool.query("SELECT $1::jsonb IS NOT NULL AS kept", [jsonParam(circle)]);
  expect(rows).toEqual([{ kept: true }]);
  let serialised = 0;
  const watched = {
    nothing: null,
    text: "null",
    get seen() {
      serialised++;
      return 1;
    },
  };
  jsonParam(watched);
  // Looked at once, written once.
  expect(serialised).toBe(2);
  await database.close();
});
