import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { fetchFile } from "./fetch-file";
import { isPublicAddress } from "./public-address";

let server: Server;
let origin: string;
let downloadsDir: string;
let asked: IncomingMessage[] = [];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(async () => {
  asked = [];
  downloadsDir = await mkdtemp(join(tmpdir(), "telar-downloads-"));
});

const rows = '{"question":"a","answer":"b"}\n';
const serveRows = (_: IncomingMessage, response: ServerResponse) =>
  void response.writeHead(200, { etag: '"1"' }).end(rows);
const allow = () => true;
const load = (path = "/rows.jsonl", freshMs = 60_000) =>
  fetchFile(`${origin}${path}`, { downloadsDir, allow, freshMs });

test("a file is fetched once and used again while it is fresh", async () => {
  answer = serveRows;
  const first = await load();
  expect(await readFile(first.path, "utf8")).toBe(rows);
  expect(first.path.endsWith("rows.jsonl")).toBe(true);
  expect(await load()).toEqual(first);
  expect(asked).toHaveLength(1);
});

test("later the server is asked whether it changed, and a new file replaces the old one", async () => {
  answer = serveRows;
  const first = await load("/rows.jsonl", 0);
  answer = ({ headers }, response) => {
    expect(headers["if-none-match"]).toBe('"1"');
    response.writeHead(304).end();
  };
  expect(await load("/rows.jsonl", 0)).toEqual(first);
  answer = (_, response) => void response.writeHead(200, { etag: '"2"' }).end("{}\n");
  const changed = await load("/rows.jsonl", 0);
  expect(changed.sha256).not.toBe(first.sha256);
  expect(await readFile(changed.path, "utf8")).toBe("{}\n");
});

test("a server that is away leaves the copy in use; without one it is told", async () => {
  answer = serveRows;
  const first = await load("/rows.jsonl", 0);
  answer = (_, response) => void response.writeHead(503).end();
  expect(await load("/rows.jsonl", 0)).toEqual(first);
  await expect(load("/others.jsonl")).rejects.toMatchObject({
    code: "UNAVAILABLE",
    reason: "url-unreachable",
  });
});

test("a download that breaks leaves nothing behind", async () => {
  answer = (_, response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write("half");
    setTimeout(() => response.destroy(), 20);
  };
  await expect(load()).rejects.toMatchObject({ reason: "url-unreachable" });
  const left = await readdir(downloadsDir, { recursive: true });
  expect(left.filter((name) => /partial|rows|note/.test(name))).toEqual([]);
});

test.each([["what is not there", "/rows.jsonl", "url-refused"]])(
  "%s is refused",
  async (_name, path, reason) => {
    answer = (_, response) => void response.writeHead(404).end();
    await expect(load(path)).rejects.toMatchObject({ code: "INVALID_INPUT", reason });
  },
);

test.each([
  ["file:///etc/passwd", "url-scheme"],
  ["ftp://example.org/rows.csv", "url-scheme"],
  ["https://me:secret@example.org/rows.csv", "url-scheme"],
  ["http://127.0.0.1:1/rows.csv", "url-private"],
  ["http://[::1]:1/rows.csv", "url-private"],
  ["http://[::ffff:10.0.0.1]/rows.csv", "url-private"],
  ["http://169.254.169.254/latest/meta-data", "url-private"],
  ["http://localhost:8080/rows.csv", "url-private"],
  ["http://2130706433/rows.csv", "url-private"],
])("%s is refused as %s", async (url, reason) => {
  await expect(fetchFile(url, { downloadsDir })).rejects.toMatchObject({ code: "INVALID_INPUT", reason });
});

test("a redirect into the private network is refused too", async () => {
  answer = (_, response) => void response.writeHead(302, { location: "http://192.168.0.1/rows.jsonl" }).end();
  const allow = (address: string) => address === "127.0.0.1" || isPublicAddress(address);
  await expect(fetchFile(`${origin}/rows.jsonl`, { downloadsDir, allow })).rejects.toMatchObject({
    reason: "url-private",
  });
});

test("no name in an address meets Telar's own files, or leads out of the folder", async () => {
  answer = serveRows;
  for (const path of [
    "/note.json",
    "/a/.note",
    "/a/.partial",
    "/x/%2F..",
    "/%2e%2e",
    "/%zz.jsonl",
    `/${"n".repeat(400)}.csv`,
    "/",
  ]) {
    const { path: kept } = await load(path);
    expect(await readFile(kept, "utf8"), path).toBe(rows);
    expect(kept.startsWith(`${downloadsDir}/`), path).toBe(true);
    // Kept, and found again.
    expect((await load(path)).path).toBe(kept);
  }
  expect((await load("/note.json")).path).toMatch(/note\.json$/);
  expect((await load(`/${"n".repeat(400)}.csv`)).path).toMatch(/n\.csv$/);
});

test("a note of an earlier version is used, but for a file that was the note itself", async () => {
  answer = serveRows;
  for (const [path, again] of [
    ["/rows.jsonl", 1],
    ["/note.json", 2],
  ] as const) {
    asked = [];
    const { path: kept } = await load(path);
    const dir = join(kept, "../..");
    const note = JSON.parse(await readFile(join(dir, "note.json"), "utf8"));
    const { folder: _, ...older } = { ...note, size: path === "/note.json" ? 0 : note.size };
    if (path === "/rows.jsonl") await writeFile(join(dir, note.name), rows);
    await writeFile(join(dir, "note.json"), JSON.stringify(older));
    expect(await readFile((await load(path)).path, "utf8")).toBe(rows);
    expect(asked, path).toHaveLength(again);
  }
});

test("a name and password in an address are refused and never shown", async () => {
  const refused = fetchFile("https://me:hunter2@example.org/rows.csv", { downloadsDir, allow });
  await expect(refused).rejects.toMatchObject({
    reason: "url-scheme",
    values: { path: "https://example.org/rows.csv" },
  });
});

test("a file that comes compressed although it was not asked for so is refused, not unpacked", async () => {
  answer = (_, response) =>
    void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(5_000_000)));
  await expect(load("/bomb.jsonl")).rejects.toMatchObject({ reason: "url-unreachable" });
});
