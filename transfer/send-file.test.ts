/** The sender against the app's own routes, over connections that break wherever they can. */
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { DELETE, GET, HEAD, PATCH } from "@/app/api/data/[upload]/route";
import { POST as begin, GET as list } from "@/app/api/data/route";
import { type TestDatabase, testDatabase } from "@/server/database/testing";
import { env, parseEnv } from "@/server/env";
import { createKey } from "@/server/keys/create-key";
import { web } from "@/server/web";
import { type FileSource, forgetFile, type Progress, sendFile } from "./send-file";

let db: TestDatabase;
let home: string;
let headers: Record<string, string>;
const data = () => join(home, "data");

beforeAll(async () => {
  [db, home] = await Promise.all([testDatabase(), mkdtemp(join(tmpdir(), "telar-send-"))]);
  Object.assign(process.env, { TELAR_HOME: home, DATABASE_URL: db.url });
  Object.assign(env(), parseEnv());
  const { id: teamId } = await db.prisma.team.create({ data: { slug: "ours", name: "Ours" } });
  const key = await createKey(db.pool, { teamId, name: "send", scopes: ["data"] });
  headers = { authorization: `Bearer ${key}` };
}, 120_000);
afterAll(async () => {
  const { pool, listener } = await web();
  await listener.close();
  await pool.end();
  await db.close();
  await rm(home, { recursive: true, force: true });
});

type Handler = (request: Request, place: { params: Promise<{ upload: string }> }) => Promise<Response>;
const ONE: Record<string, Handler> = { GET, HEAD, PATCH, DELETE };

/** As the network does it: what a fault takes never arrives, or its answer does not. */
type Fault = "before" | "after" | "half" | "busy" | undefined;
let faults: (method: string) => Fault;
let asked: string[];
beforeEach(() => {
  faults = () => undefined;
  asked = [];
});

const network: typeof fetch = async (input, init = {}) => {
  const url = new URL(String(input));
  const { method = "GET" } = init;
  asked.push(method);
  const fault = faults(method);
  if (fault === "before") throw new TypeError("fetch failed");
  if (fault === "busy") return Response.json({ reason: "internal" }, { status: 503 });
  const all = new Headers(init.headers);
  all.set("host", "127.0.0.1");
  let body = init.body as Uint8Array<ArrayBuffer> | undefined;
  if (body && method === "PATCH") all.set("content-length", String(body.byteLength));
  if (fault === "half") body = body?.slice(0, Math.floor(body.byteLength / 2));
  const request = new Request(url, { method, headers: all, ...(body && { body }) });
  const id = url.pathname.split("/")[3];
  const answer = id
    ? await ONE[method]!(request, { params: Promise.resolve({ upload: id }) })
    : await (method === "POST" ? begin : list)(request, { params: Promise.resolve({}) });
  if (fault === "after" || fault === "half") throw new TypeError("terminated");
  return answer;
};

const source = (bytes: Uint8Array, name: string, fingerprint = name): FileSource => ({
  ...{ name, size: bytes.length, fingerprint },
  slice: async (from, to) => new Uint8Array(bytes.subarray(from, to)),
});
const options = { origin: "http://127.0.0.1:3000", fetch: network, sleep: async () => {} };
const send = (file: FileSource, more: object = {}) => sendFile(file, { ...options, headers, ...more });
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const unfinished = async () =>
  (await readdir(join(data(), ".telar-uploads"))).filter((name) => /^[0-9a-f]{32}$/.test(name));

test("a file arrives byte for byte, and its progress is told", async () => {
  const bytes = randomBytes(5_000_000);
  const seen: Progress[] = [];
  const stored = await send(source(bytes, "rows.bin"), { onProgress: (one: Progress) => seen.push(one) });
  expect(stored).toEqual({ path: "uploads/rows.bin", name: "rows.bin", sha256: sha256(bytes) });
  expect(sha256(await readFile(join(data(), stored.path)))).toBe(sha256(bytes));
  const sent = seen.map((one) => one.sent);
  expect(sent).toEqual([...sent].sort((a, b) => a - b));
  expect([sent[0], sent.at(-1)]).toEqual([0, bytes.length]);
  expect(sent.length).toBeGreaterThan(2);
});

test("whatever breaks on the way, the file arrives once and whole", async () => {
  const bytes = randomBytes(9_000_000);
  let n = 0;
  const kinds: Fault[] = ["before", "after", "half", "busy", undefined];
  // The first answers are needed: nobody waits for who was never there.
  faults = () => (n++ < 2 ? undefined : kinds[n % kinds.length]);
  const stored = await send(source(bytes, "stormy.bin"));
  expect(sha256(await readFile(join(data(), stored.path)))).toBe(sha256(bytes));
  expect((await readdir(join(data(), "uploads"))).filter((name) => name.startsWith("stormy"))).toHaveLength(
    1,
  );
});

test("a sender that was killed goes on where it stopped", async () => {
  const bytes = randomBytes(6_000_000);
  const stop = new AbortController();
  const first = send(source(bytes, "killed.bin"), {
    signal: stop.signal,
    onProgress: ({ sent }: Progress) => sent > 1_000_000 && stop.abort(new Error("killed")),
  });
  await expect(first).rejects.toThrow("killed");
  const seen: Progress[] = [];
  const stored = await send(source(bytes, "killed.bin"), { onProgress: (one: Progress) => seen.push(one) });
  expect(seen[0]!.sent).toBeGreaterThan(1_000_000);
  expect(seen[0]!.before).toBe(seen[0]!.sent);
  expect(stored.sha256).toBe(sha256(bytes));
  expect(sha256(await readFile(join(data(), stored.path)))).toBe(sha256(bytes));
});

test("another file of the same name begins anew and gets a name of its own", async () => {
  await send(source(Buffer.from("one"), "same.txt", "first"));
  const stored = await send(source(Buffer.from("two"), "same.txt", "second"));
  expect(stored.name).not.toBe("same.txt");
  expect(await readFile(join(data(), "uploads/same.txt"), "utf8")).toBe("one");
  expect(await readFile(join(data(), stored.path), "utf8")).toBe("two");
});

test("an empty file is a file", async () => {
  expect((await send(source(Buffer.alloc(0), "empty.txt"))).sha256).toBe(sha256(Buffer.alloc(0)));
});

test("what the other end refuses is not tried again", async () => {
  const refused = sendFile(source(Buffer.from("x"), "x.txt"), {
    ...options,
    headers: { authorization: "Bearer telar_0000000000000000_wrong" },
  });
  await expect(refused).rejects.toMatchObject({ name: "UploadRefused", status: 401 });
  const large: FileSource = { ...source(Buffer.from("x"), "large.bin"), size: 300_000_000_000 };
  await expect(send(large)).rejects.toMatchObject({ reason: "upload-too-large", status: 413 });
  expect(asked.filter((method) => method === "POST")).toHaveLength(1);
});

test("who never answered is told at once", async () => {
  faults = () => "before";
  await expect(send(source(Buffer.from("x"), "nobody.txt"))).rejects.toThrow("fetch failed");
  expect(asked).toEqual(["GET"]);
});

test("a file that is given up leaves nothing behind", async () => {
  const bytes = randomBytes(3_000_000);
  const stop = new AbortController();
  const before = (await unfinished()).length;
  const sent = send(source(bytes, "given-up.bin"), {
    signal: stop.signal,
    onProgress: ({ sent }: Progress) => sent > 0 && stop.abort(new Error("given up")),
  });
  await expect(sent).rejects.toThrow("given up");
  expect(await unfinished()).toHaveLength(before + 1);
  await forgetFile(source(bytes, "given-up.bin"), { ...options, headers });
  expect(await unfinished()).toHaveLength(before);
});
