/** Files that come in: whole, under a safe name of their own, once each, or not at all. */
import { createHash, randomBytes } from "node:crypto";
import { access, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { OWN_FOLDER } from "@/engines/paths";
import { UPLOADS } from "../limits";
import { appendToUpload, type Slice } from "./append-to-upload";
import { collectUploads } from "./collect-uploads";
import { createUpload } from "./create-upload";
import { findUpload, forgetUpload, unfinishedUploads } from "./find-upload";
import { bytesOf, stateOf, uploadDir } from "./upload-record";

let root: string;
let env: { dataDirs: string[] };
const teamId = "ours";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "telar-uploads-"));
  env = { dataDirs: [root] };
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(root, { recursive: true, force: true });
});

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
async function* chunked(bytes: Uint8Array, size = 1_000) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const begin = (name: string, size: number | null, fingerprint?: string) =>
  createUpload(env, { teamId, name, size, fingerprint });
const send = (id: string, offset: number, bytes: Uint8Array, more: Partial<Slice> = {}) =>
  appendToUpload(env, { teamId, id }, { offset, bytes: chunked(bytes), length: bytes.length, ...more });
const stored = async (name: string, text: string) => {
  const bytes = Buffer.from(text);
  return (await send((await begin(name, bytes.length)).id, 0, bytes)).stored!;
};
const seen = () => readdir(join(root, "uploads")).catch(() => []);
const offsetOf = async (id: string) => (await stateOf(env, await findUpload(env, teamId, id))).offset;

test("a file in slices is stored byte for byte, and is seen only when it is whole", async () => {
  const bytes = randomBytes(25_001);
  const { id } = await begin("rows.parquet", bytes.length);
  await send(id, 0, bytes.subarray(0, 10_000), { sliceSha256: sha256(bytes.subarray(0, 10_000)) });
  expect(await seen()).toEqual([]);
  expect(await offsetOf(id)).toBe(10_000);
  const done = await send(id, 10_000, bytes.subarray(10_000), { wholeSha256: sha256(bytes) });
  expect(done.stored).toEqual({
    path: "uploads/rows.parquet",
    name: "rows.parquet",
    sha256: sha256(bytes),
  });
  expect(await readFile(join(root, "uploads/rows.parquet"))).toEqual(bytes);
  await expect(access(bytesOf(env, id))).rejects.toThrow();
  // Whoever missed the answer asks again.
  expect((await stateOf(env, await findUpload(env, teamId, id))).offset).toBe(bytes.length);
  expect((await send(id, bytes.length, Buffer.alloc(0))).stored).toEqual(done.stored);
});

test("what came before the connection broke stays, and the rest follows", async () => {
  const bytes = randomBytes(9_000);
  const { id } = await begin("a.txt", bytes.length);
  const broken = async function* () {
    yield bytes.subarray(0, 4_000);
    throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
  };
  await expect(appendToUpload(env, { teamId, id }, { offset: 0, bytes: broken() })).rejects.toThrow(
    "aborted",
  );
  expect(await offsetOf(id)).toBe(4_000);
  await expect(send(id, 0, bytes)).rejects.toMatchObject({
    reason: "upload-elsewhere",
    values: { offset: 4_000 },
  });
  await send(id, 4_000, bytes.subarray(4_000));
  expect(await readFile(join(root, "uploads/a.txt"))).toEqual(bytes);
});

test("a sender that is silent lets the next one in", async () => {
  vi.spyOn(UPLOADS, "stallMs", "get").mockReturnValue(100);
  const { id } = await begin("a.txt", 10);
  const silent = async function* () {
    yield Buffer.from("12345");
    await new Promise(() => {});
  };
  const first = appendToUpload(env, { teamId, id }, { offset: 0, bytes: silent() });
  await expect(first).rejects.toMatchObject({ reason: "upload-silent" });
  expect((await send(id, 5, Buffer.from("67890"))).stored).toBeDefined();
  expect(await readFile(join(root, "uploads/a.txt"), "utf8")).toBe("1234567890");
});

describe("lengths agree, or it fails", () => {
  test.each([
    ["fewer than declared", { length: 9 }, "upload-cut"],
    ["more than the file was to have", { length: undefined }, "upload-longer-than-said"],
    ["more than the file was to have, as declared", { length: 12 }, "upload-longer-than-said"],
  ])("%s", async (what, { length }, reason) => {
    const { id } = await begin("a.txt", 10);
    const bytes = Buffer.alloc(what.startsWith("fewer") ? 5 : 12, "x");
    await expect(send(id, 0, bytes, { length })).rejects.toMatchObject({ reason });
    expect(await seen()).toEqual([]);
  });

  test("a slice that changed on its way is not kept; a file that is another is given up", async () => {
    const { id } = await begin("a.txt", 10);
    await send(id, 0, Buffer.from("12345"));
    await expect(
      send(id, 5, Buffer.from("67890"), { sliceSha256: sha256(Buffer.from("x")) }),
    ).rejects.toMatchObject({
      reason: "upload-slice-differs",
    });
    expect(await offsetOf(id)).toBe(5);
    await expect(
      send(id, 5, Buffer.from("67890"), { wholeSha256: sha256(Buffer.from("other")) }),
    ).rejects.toMatchObject({ reason: "upload-differs" });
    await expect(findUpload(env, teamId, id)).rejects.toMatchObject({ reason: "upload-not-found" });
    expect(await seen()).toEqual([]);
  });

  test("one whose size nobody knew is as long as what came", async () => {
    const { id } = await begin("stream.txt", null);
    expect((await send(id, 0, Buffer.from("abc"), { length: undefined, last: true })).stored).toBeDefined();
    expect(await readFile(join(root, "uploads/stream.txt"), "utf8")).toBe("abc");
  });
});

test("many senders of one file, each slice at once, make one whole file", async () => {
  const bytes = randomBytes(50_000);
  const { id } = await begin("same.bin", bytes.length);
  const sender = async () => {
    for (;;) {
      const { offset, stored } = await stateOf(env, await findUpload(env, teamId, id));
      if (stored) return stored;
      await send(id, offset, bytes.subarray(offset, offset + 10_000)).catch((error) => {
        if (error.reason !== "upload-elsewhere") throw error;
      });
    }
  };
  const all = await Promise.all([sender(), sender(), sender()]);
  expect(new Set(all.map(({ path }) => path)).size).toBe(1);
  expect(await readFile(join(root, all[0]!.path))).toEqual(bytes);
});

describe("names", () => {
  const long = `${"x".repeat(300)}.jsonl`;
  test.each([
    ["../../etc/passwd", "passwd"],
    ["..\\..\\windows\\system32\\hosts", "hosts"],
    ["/", "data"],
    ["..", "data"],
    [".htaccess", "htaccess"],
    ["a\0b.csv", "a_b.csv"],
    ["CON", "_CON"],
    ["nul.txt", "_nul.txt"],
    ["com1.jsonl", "_com1.jsonl"],
    ["half\u202Elsosj.exe", "half_lsosj.exe"],
    ["zero\u200Bwidth.csv", "zero_width.csv"],
    ["folder／file.csv", "folder_file.csv"],
    ["a\nb.csv", "a_b.csv"],
    ["trailing. ", "trailing"],
    [long, `${"x".repeat(194)}.jsonl`],
    [`${"語".repeat(300)}.csv`, `${"語".repeat(65)}.csv`],
    ["नमस्ते.txt", "नमस्ते.txt"],
    ["note.json", "note.json"],
    ["__proto__", "__proto__"],
  ])("%j is kept as %j", async (given, kept) => {
    expect((await stored(given, "x")).name).toBe(kept);
    expect(await seen()).toEqual([kept]);
  });

  test("a name that is taken, or looks like one that is, gets a number", async () => {
    const names = ["data.csv", "data.csv", "Data.CSV", "dаta.csv", "ｄａｔａ.csv", "däta.csv", "date.csv"];
    const got: string[] = [];
    for (const name of names) got.push((await stored(name, name)).name);
    expect(got).toEqual([
      "data.csv",
      "data-2.csv",
      "Data-3.CSV",
      "dаta-4.csv",
      "ｄａｔａ-5.csv",
      "däta-6.csv",
      "date.csv",
    ]);
    for (const [i, name] of got.entries())
      expect(await readFile(join(root, "uploads", name), "utf8")).toBe(names[i]);
  });

  test("two at once get two names", async () => {
    const all = await Promise.all([stored("a.csv", "1"), stored("a.csv", "2"), stored("a.csv", "3")]);
    expect(all.map(({ name }) => name).sort()).toEqual(["a-2.csv", "a-3.csv", "a.csv"]);
  });
});

describe("what is not finished", () => {
  test("is found again by its file, for its team alone", async () => {
    const { id } = await begin("a.txt", 10, "print");
    await begin("b.txt", 10, "other");
    expect((await unfinishedUploads(env, teamId, "print")).map((one) => one.id)).toEqual([id]);
    expect(await unfinishedUploads(env, "theirs", "print")).toEqual([]);
    await expect(findUpload(env, "theirs", id)).rejects.toMatchObject({ reason: "upload-not-found" });
    await expect(
      appendToUpload(env, { teamId: "theirs", id }, { offset: 0, bytes: chunked(Buffer.from("x")) }),
    ).rejects.toMatchObject({ reason: "upload-not-found" });
    for (const bad of ["..", "../x", "", `${id}/..`, "A".repeat(32)])
      await expect(findUpload(env, teamId, bad)).rejects.toMatchObject({ reason: "upload-not-found" });
  });

  test("is gone when it is given up, also while somebody waits to go on", async () => {
    const record = await begin("a.txt", 10);
    await forgetUpload(env, record);
    await expect(send(record.id, 0, Buffer.from("x"))).rejects.toMatchObject({ reason: "upload-not-found" });
  });

  test("expires when nobody goes on with it, and makes room when there are too many", async () => {
    const past = new Date(Date.now() - UPLOADS.expireMs - 1_000);
    const age = async (id: string, at: Date) => {
      for (const path of [uploadDir(env, id), bytesOf(env, id), join(uploadDir(env, id), "upload.json")])
        await utimes(path, at, at);
    };
    const [old, young] = [await begin("old.txt", 10), await begin("young.txt", 10)];
    await age(old.id, past);
    await mkdir(join(root, "uploads"));
    await writeFile(join(root, "uploads/.0123456789ab.part"), "left by another version");
    await utimes(join(root, "uploads/.0123456789ab.part"), past, past);
    expect(await collectUploads(env)).toBe(2);
    expect((await unfinishedUploads(env, teamId)).map(({ id }) => id)).toEqual([young.id]);

    vi.spyOn(UPLOADS, "maxUnfinished", "get").mockReturnValue(1);
    await expect(begin("more.txt", 10)).rejects.toMatchObject({ reason: "uploads-too-many" });
    await age(young.id, new Date(Date.now() - UPLOADS.idleMs - 1_000));
    const more = await begin("more.txt", 10);
    expect((await unfinishedUploads(env, teamId)).map(({ id }) => id)).toEqual([more.id]);
  });
});

test("more than the limit, and more than the disk holds, is refused before a byte comes", async () => {
  await expect(begin("big.bin", UPLOADS.maxBytes + 1)).rejects.toMatchObject({
    status: "PAYLOAD_TOO_LARGE",
    reason: "upload-too-large",
  });
  vi.spyOn(UPLOADS, "spareBytes", "get").mockReturnValue(Number.MAX_SAFE_INTEGER / 2);
  await expect(begin("a.txt", 10)).rejects.toMatchObject({
    reason: "disk-full-needs",
    values: { place: root },
  });
  expect(await readdir(join(root, OWN_FOLDER))).toEqual([]);
});
