import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { Failure } from "@/graph/problems";
import { decodeInto, encode, floatToHalf, halfToFloat } from "./dtype";
import { openSafetensors } from "./reader";
import { openWeights } from "./weights";
import { writeSafetensors } from "./writer";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "telar-safetensors-"));
});

/** A file with this header and so many data bytes. */
async function raw(name: string, header: unknown, dataBytes: number): Promise<string> {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(json.length));
  const path = join(dir, name);
  await writeFile(path, Buffer.concat([size, json, Buffer.alloc(dataBytes)]));
  return path;
}
const reasonOf = async (path: string) => {
  const error = await openSafetensors(path).then(
    () => undefined,
    (e: unknown) => e,
  );
  return error instanceof Failure ? error.reason : error;
};
const f32 = (begin: number, end: number) => ({
  dtype: "F32",
  shape: [(end - begin) / 4],
  data_offsets: [begin, end],
});

test("what is written is read back, in each number format", async () => {
  const path = join(dir, "all.safetensors");
  const values = Float32Array.from([0, 1, -2.5, 65504, 2 ** -24, Number.POSITIVE_INFINITY]);
  const entry = (name: string, dtype: "F32" | "F16" | "BF16") => ({
    name,
    dtype,
    shape: [2, 3],
    data: () => values,
  });
  await writeSafetensors(path, [entry("c", "F32"), entry("a", "F16"), entry("b", "BF16")]);
  const file = await openSafetensors(path);
  expect([...(await file.read("c"))]).toEqual([...values]);
  expect([...(await file.read("a"))]).toEqual([...values]);
  expect((await file.read("b"))[3]).toBe(65536);
  expect(file.tensors.get("a")).toMatchObject({ dtype: "F16", shape: [2, 3] });
  expect(file.metadata).toEqual({ format: "pt" });
  await file.close();
});

test("every half survives the way to float32 and back", () => {
  for (let bits = 0; bits < 65536; bits++) {
    const value = halfToFloat(bits);
    if (Number.isNaN(value)) continue;
    expect(floatToHalf(value)).toBe(bits);
  }
});

test("rounding to half or bfloat16 picks a nearest value", () => {
  const finite = fc.float({ noNaN: true, min: -60000, max: 60000 });
  fc.assert(
    fc.property(finite, (x) => {
      const bits = floatToHalf(x);
      const magnitude = bits & 0x7fff;
      const near = Math.abs(halfToFloat(bits) - x);
      for (const other of [magnitude - 1, magnitude + 1].filter((m) => m >= 0 && m < 0x7c00)) {
        expect(near).toBeLessThanOrEqual(Math.abs(halfToFloat((bits & 0x8000) | other) - x));
      }
      const back = new Float32Array(1);
      decodeInto("BF16", encode("BF16", Float32Array.of(x)), back);
      expect(Math.abs(back[0]! - x)).toBeLessThanOrEqual(Math.max(Math.abs(x) * 2 ** -8, 2 ** -133));
    }),
  );
});

test("a broken file is refused with its own reason", async () => {
  const short = join(dir, "short.safetensors");
  await writeFile(short, "abc");
  expect(await reasonOf(short)).toBe("safetensors-corrupt");
  expect(await reasonOf(await raw("json", "{not json", 0))).toBe("safetensors-corrupt");
  expect(await reasonOf(await raw("list", [], 0))).toBe("safetensors-corrupt");
  expect(await reasonOf(await raw("cut", { a: f32(0, 16) }, 8))).toBe("safetensors-truncated");
  expect(await reasonOf(await raw("overlap", { a: f32(0, 16), b: f32(8, 24) }, 24))).toBe(
    "safetensors-overlap",
  );
  expect(await reasonOf(await raw("hole", { a: f32(0, 16), b: f32(24, 32) }, 32))).toBe(
    "safetensors-corrupt",
  );
  expect(await reasonOf(await raw("shape", { a: { ...f32(0, 16), shape: [5] } }, 16))).toBe(
    "safetensors-corrupt",
  );
  expect(await reasonOf(await raw("dtype", { a: { ...f32(0, 16), dtype: "Q9" } }, 16))).toBe(
    "safetensors-dtype",
  );
  expect(await reasonOf(join(dir, "absent"))).toBe("path-missing");
  const huge = Buffer.alloc(16);
  huge.writeBigUInt64LE(2n ** 60n);
  await writeFile(join(dir, "huge"), huge);
  expect(await reasonOf(join(dir, "huge"))).toBe("safetensors-corrupt");
});

test("random bytes never crash the reader", async () => {
  const path = join(dir, "fuzz");
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), async (bytes) => {
      const head = Buffer.alloc(8);
      head.writeBigUInt64LE(BigInt(bytes.length));
      await writeFile(path, Buffer.concat([head, bytes]));
      expect(String(await reasonOf(path))).toMatch(/^safetensors-/);
    }),
    { numRuns: 50 },
  );
});

test("shards are read through their index, which may not leave the folder", async () => {
  const sharded = await mkdtemp(join(dir, "shards-"));
  const one = (name: string, value: number) => ({
    name,
    dtype: "F32" as const,
    shape: [1],
    data: () => Float32Array.of(value),
  });
  await writeSafetensors(join(sharded, "a.safetensors"), [one("x", 1)]);
  await writeSafetensors(join(sharded, "b.safetensors"), [one("y", 2)]);
  const index = join(sharded, "model.safetensors.index.json");
  await writeFile(index, JSON.stringify({ weight_map: { x: "a.safetensors", y: "b.safetensors" } }));
  const weights = await openWeights(sharded);
  expect([...weights.tensors.keys()]).toEqual(["x", "y"]);
  expect((await weights.read("y"))[0]).toBe(2);
  await weights.close();
  const refused = async (map: object, values: object) => {
    await writeFile(index, JSON.stringify({ weight_map: map }));
    await expect(openWeights(sharded), JSON.stringify(map)).rejects.toMatchObject(values);
  };
  const corrupt = { reason: "safetensors-index-corrupt" };
  await refused({ x: "../a.safetensors" }, corrupt);
  await refused({ x: "/etc/a.safetensors" }, corrupt);
  await refused({ x: 7 }, corrupt);
  await refused({}, corrupt);
  await refused(
    { x: "a.safetensors", y: "a.safetensors" },
    { reason: "safetensors-index", values: { tensor: "y", file: "a.safetensors" } },
  );
  await refused(
    { z: "a.safetensors" },
    { reason: "safetensors-index", values: { tensor: "x", file: "a.safetensors" } },
  );
  await refused(
    { x: "a.safetensors", y: "gone.safetensors" },
    { reason: "model-part-missing", values: { file: "gone.safetensors" } },
  );
  await refused(JSON.parse('{"x":"a.safetensors","__proto__":"b.safetensors"}'), {
    reason: "safetensors-index",
    values: { tensor: "y" },
  });
  await writeSafetensors(join(sharded, "c.safetensors"), [one("x", 3)]);
  await refused(
    { x: "c.safetensors", y: "b.safetensors", w: "a.safetensors" },
    { reason: "safetensors-index", values: { tensor: "x", file: "a.safetensors" } },
  );
  await mkdir(join(sharded, "folder.safetensors"));
  await refused({ x: "folder.safetensors" }, { reason: "model-part-missing" });
  expect((await readFile(join(sharded, "a.safetensors"))).readBigUInt64LE() % 8n).toBe(0n);
});
