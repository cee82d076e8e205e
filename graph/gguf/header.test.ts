import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Failure } from "../problems";
import { type GgufHeader, readGgufHeader } from "./header";

const u32 = (value: number) => {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value);
  return out;
};
const u64 = (value: number | bigint) => {
  const out = Buffer.alloc(8);
  out.writeBigUInt64LE(BigInt(value));
  return out;
};
const text = (value: string) => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
const entry = (key: string, type: number, value: Buffer) => Buffer.concat([text(key), u32(type), value]);
const tensor = (name: string, sizes: (number | bigint)[], type: number, offset: number | bigint) =>
  Buffer.concat([text(name), u32(sizes.length), ...sizes.map(u64), u32(type), u64(offset)]);

type Parts = {
  version?: number;
  entries?: Buffer[];
  tensors?: Buffer[];
  counts?: [tensors: number | bigint, entries: number | bigint];
  data?: number;
};

const ENTRIES = [
  entry("general.architecture", 8, text("llama")),
  entry("llama.block_count", 4, u32(2)),
  entry("tokenizer.ggml.tokens", 9, Buffer.concat([u32(8), u64(2), text("a"), text("né")])),
  entry("tokenizer.ggml.scores", 9, Buffer.concat([u32(6), u64(2), Buffer.alloc(8)])),
  entry("tokenizer.ggml.add_bos_token", 7, Buffer.of(1)),
];
const TENSORS = [tensor("token_embd.weight", [32, 2], 0, 0), tensor("output_norm.weight", [32], 0, 256)];

function file({ version = 3, entries = ENTRIES, tensors = TENSORS, counts, data = 384 }: Parts = {}): Buffer {
  const [tensorCount, entryCount] = counts ?? [tensors.length, entries.length];
  const head = Buffer.concat([
    Buffer.from("GGUF"),
    u32(version),
    u64(tensorCount),
    u64(entryCount),
    ...entries,
    ...tensors,
  ]);
  return Buffer.concat([head, Buffer.alloc(((32 - (head.length % 32)) % 32) + data)]);
}

const read = (bytes: Uint8Array, size = bytes.length) => readGgufHeader(bytes, { file: "m.gguf", size });
const whole = (bytes: Uint8Array) => read(bytes) as GgufHeader;

test("metadata, lists and tensors come out as they stand there", () => {
  const bytes = file();
  const { entries, tensors, alignment, dataStart } = whole(bytes);
  const value = (key: string) => entries.get(key)?.value;
  expect(value("general.architecture")).toBe("llama");
  expect(value("llama.block_count")).toBe(2);
  expect(value("tokenizer.ggml.add_bos_token")).toBe(true);
  const tokens = value("tokenizer.ggml.tokens");
  expect(typeof tokens === "object" && tokens.values()).toEqual(["a", "né"]);
  expect(tensors.map(({ name, shape, bytes }) => [name, shape, bytes])).toEqual([
    ["token_embd.weight", [2, 32], 256],
    ["output_norm.weight", [32], 128],
  ]);
  expect([alignment, dataStart + 384]).toEqual([32, bytes.length]);
});

test("a header that is not whole says how much to come back with, and in the end is read", () => {
  const bytes = file();
  for (let have = 4; ; ) {
    const header = read(bytes.subarray(0, have), bytes.length);
    if (!("needs" in header)) break;
    expect(header.needs).toBeGreaterThan(have);
    expect(header.needs).toBeLessThanOrEqual(bytes.length);
    have = header.needs;
  }
});

describe("what lies is refused by name", () => {
  const list = (type: number, count: number | bigint) => Buffer.concat([u32(type), u64(count)]);
  const changed = (parts: Parts) => file(parts);
  const long = "n".repeat(64);
  test.each<[string, Buffer, object]>([
    ["another format", Buffer.from("PK\u0003\u0004 and more"), { fault: "format" }],
    ["nothing at all", Buffer.alloc(0), { fault: "format" }],
    ["version 1", changed({ version: 1 }), { fault: "version", version: "1" }],
    ["a version to come", changed({ version: 4 }), { fault: "version", version: "4" }],
    ["the other byte order", changed({ version: 0x03000000 }), { fault: "endian" }],
    ["2^63 tensors", changed({ counts: [2n ** 63n, 5] }), { fault: "short", part: "tensors" }],
    ["2^64 - 1 entries", changed({ counts: [2, 2n ** 64n - 1n] }), { fault: "short", part: "metadata" }],
    [
      "a hundred thousand entries",
      changed({ counts: [2, 100_000], data: 2_000_000 }),
      { fault: "many", part: "metadata", count: "100000" },
    ],
    [
      "a list of 2^63 numbers",
      changed({ entries: [entry("k", 9, list(6, 2n ** 63n))] }),
      { fault: "short", part: "k" },
    ],
    [
      "a list of 2^61 numbers, whose bytes are 2^64",
      changed({ entries: [entry("k", 9, list(10, 2n ** 61n))] }),
      { fault: "short", part: "k" },
    ],
    [
      "a list of three million bytes",
      changed({ entries: [entry("k", 9, list(0, 3_000_000))], data: 4_000_000 }),
      { fault: "many", part: "k", count: "3000000" },
    ],
    ["a list of lists", changed({ entries: [entry("k", 9, list(9, 1))] }), { fault: "value", part: "k" }],
    ["a value of no kind", changed({ entries: [entry("k", 13, u32(0))] }), { fault: "value", part: "k" }],
    [
      "a text of 2^40 bytes",
      changed({ entries: [entry("k", 8, u64(2n ** 40n))] }),
      { fault: "short", part: "k" },
    ],
    [
      "a key twice",
      changed({ entries: [entry("k", 4, u32(1)), entry("k", 4, u32(2))] }),
      { fault: "twice", part: "k" },
    ],
    ["an empty key", changed({ entries: [entry("", 4, u32(1))] }), { fault: "name", part: "" }],
    [
      "an alignment of 24",
      changed({ entries: [entry("general.alignment", 4, u32(24))] }),
      { fault: "alignment", part: "general.alignment" },
    ],
    [
      "an alignment of 0",
      changed({ entries: [entry("general.alignment", 4, u32(0))] }),
      { fault: "alignment", part: "general.alignment" },
    ],
    [
      "an alignment in words",
      changed({ entries: [entry("general.alignment", 8, text("32"))] }),
      { fault: "alignment", part: "general.alignment" },
    ],
    [
      "a tensor twice",
      changed({ tensors: [TENSORS[0]!, TENSORS[0]!] }),
      { fault: "twice", part: "token_embd.weight" },
    ],
    ["a name too long", changed({ tensors: [tensor(long, [32], 0, 0)] }), { fault: "name", part: long }],
    ["five sides", changed({ tensors: [tensor("t", [1, 1, 1, 1, 1], 0, 0)] }), { fault: "shape", part: "t" }],
    ["no side", changed({ tensors: [tensor("t", [], 0, 0)] }), { fault: "shape", part: "t" }],
    ["a side of 0", changed({ tensors: [tensor("t", [32, 0], 0, 0)] }), { fault: "shape", part: "t" }],
    ["a row of half a block", changed({ tensors: [tensor("t", [48], 2, 0)] }), { fault: "shape", part: "t" }],
    [
      "a product beyond 2^64",
      changed({ tensors: [tensor("t", [2n ** 40n, 2n ** 40n], 0, 0)] }),
      { fault: "short", part: "t" },
    ],
    [
      "a place between the steps",
      changed({ tensors: [tensor("t", [32], 0, 16)] }),
      { fault: "offset", part: "t" },
    ],
    [
      "a place beyond the end",
      changed({ tensors: [tensor("t", [32], 0, 2n ** 63n)] }),
      { fault: "short", part: "t" },
    ],
    [
      "two tensors on the same bytes",
      changed({ tensors: [tensor("a", [64], 0, 0), tensor("b", [32], 0, 224)] }),
      { fault: "overlap", part: "b", other: "a" },
    ],
  ])("%s", (_, bytes, values) => {
    let failure: unknown;
    try {
      read(bytes);
    } catch (error) {
      failure = error;
    }
    expect(failure).toMatchObject({ reason: "gguf-refused", values: { file: "m.gguf", ...values } });
  });

  test("a number format of another day is named", () => {
    const bytes = file({ tensors: [tensor("t", [32], 77, 0)] });
    expect(() => read(bytes)).toThrow(
      expect.objectContaining({
        reason: "gguf-unknown-type",
        values: { file: "m.gguf", tensor: "t", type: "77" },
      }),
    );
  });
});

/** A header, a wish for more, or a refusal by name. */
function outcome(bytes: Uint8Array, size = bytes.length): string {
  try {
    return "needs" in read(bytes, size) ? "more" : "header";
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    return (error as Failure).reason;
  }
}
const REFUSED = ["gguf-refused", "gguf-unknown-type"];

test("every value of every byte gives a header or a refusal by name", () => {
  const bytes = file();
  const { dataStart } = whole(bytes);
  const seen = new Set<string>();
  for (let at = 0; at < dataStart; at++) {
    const before = bytes[at]!;
    for (let value = 0; value < 256; value++) {
      bytes[at] = value;
      seen.add(outcome(bytes));
    }
    bytes[at] = before;
  }
  expect([...seen].sort()).toEqual(["header", ...REFUSED].sort());
});

test("a file cut anywhere in its header or its tensors is refused", () => {
  const bytes = file();
  for (let length = 0; length < bytes.length; length++)
    expect(outcome(bytes.subarray(0, length)), `${length}`).toBe("gguf-refused");
});

test("any bytes behind a true beginning are read within bounds", () => {
  const counts = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const small = fc.bigInt({ min: 0n, max: 8n });
  fc.assert(
    fc.property(
      fc.oneof(counts, small),
      fc.oneof(counts, small),
      fc.uint8Array({ maxLength: 400 }),
      (tensors, entries, rest) => {
        const bytes = Buffer.concat([Buffer.from("GGUF"), u32(3), u64(tensors), u64(entries), rest]);
        expect(["header", ...REFUSED]).toContain(outcome(bytes));
      },
    ),
    { numRuns: 3_000 },
  );
});

test("what a header says is never taken into memory before the file holds it", () => {
  const empty = Buffer.concat([u32(8), u64(1_900_000), Buffer.alloc(8 * 1_900_000)]);
  const bytes = file({ entries: [...ENTRIES, entry("k", 9, empty)] });
  const before = process.memoryUsage().heapUsed;
  whole(bytes);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(32e6);
});
