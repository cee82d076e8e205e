import { statSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { WRITE_BYTES } from "./limits";
import { epochOrder } from "./order";
import { rowsInMemory } from "./rows";
import type { TokenRow } from "./slice";
import { TokenFileWriter } from "./token-file";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "telar-tokens-"));
});

const plain = ({ ids, mask }: TokenRow) => ({ ids: Array.from(ids), mask: Array.from(mask) });
const row = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.integer({ min: 0, max: 1 })), {
    maxLength: 60,
  })
  .map((tokens) => ({ row: "r", ids: tokens.map(([id]) => id), mask: tokens.map(([, mask]) => mask) }));

test("rows come back as they were written, in any order, with the sizes that rows in memory have", () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), fc.nat(), (rows, seed) => {
      const writer = new TokenFileWriter(join(dir, "property.bin"));
      for (const one of rows) writer.append(one);
      const file = writer.finish();
      const held = rowsInMemory(rows);
      expect(file).toMatchObject({ count: held.count, lengths: held.lengths, counted: held.counted });
      const order = epochOrder(file.lengths, 3, seed, 0);
      for (const at of order.rows(0, order.batches))
        expect(plain(file.read(at))).toEqual(rows[at] && plain(rows[at]));
      file.close();
    }),
    { numRuns: 50 },
  );
});

test("a row longer than the write buffer is kept whole", () => {
  const long = { row: "r", ids: Array(WRITE_BYTES / 2).fill(7), mask: Array(WRITE_BYTES / 2).fill(1) };
  const short = { row: "s", ids: [1, 2], mask: [0, 1] };
  const writer = new TokenFileWriter(join(dir, "long.bin"));
  for (const one of [short, long, short]) writer.append(one);
  const file = writer.finish();
  expect([0, 1, 2].map((at) => plain(file.read(at)))).toEqual([short, long, short].map(plain));
  file.close();
});

/** After full collections, as what typed arrays hold outside the heap is given back a moment later. */
async function memory(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  for (let i = 0; i < 3; i++) {
    collect();
    await new Promise((done) => setTimeout(done, 20));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test("a data set far larger than the bound is read with 16 bytes a row in memory", async () => {
  const ROWS = 40_000;
  const LENGTH = 200;
  const path = join(dir, "large.bin");
  const ids = new Int32Array(LENGTH);
  const mask = new Uint8Array(LENGTH).fill(1);
  const before = await memory();
  const writer = new TokenFileWriter(path);
  for (let i = 0; i < ROWS; i++) {
    ids.fill(i);
    writer.append({ row: `${i}`, ids, mask });
  }
  const file = writer.finish();
  const order = epochOrder(file.lengths, 8, 1, 0);
  let seen = 0;
  let largest = 0;
  for (let batch = 0; batch < order.batches; batch++) {
    for (const at of order.rows(batch, batch + 1)) {
      const read = file.read(at);
      if (read.ids[0] === at && read.ids[LENGTH - 1] === at) seen++;
    }
    if (batch % 1000 === 0) largest = Math.max(largest, (await memory()) - before);
  }
  expect(seen).toBe(ROWS);
  expect(statSync(path).size).toBe(ROWS * LENGTH * 5);
  // The index and the order of one epoch, and a small remainder for the test itself: a tenth of the tokens.
  expect(largest).toBeLessThan(ROWS * (16 + 8) + 3e6);
  file.close();
});
