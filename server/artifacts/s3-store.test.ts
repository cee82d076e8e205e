import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { failureSentence } from "@/messages/words";
import { program } from "@/server/_testing/programs";
import { env } from "@/server/env";
import { type Moto, startMoto } from "./_testing/moto";
import { chooseEvicted, trimCache } from "./cache-folder";
import { hashFile, openArtifact, previewArtifact, putFolder, tryStore } from "./index";
import { localStore } from "./local-store";
import { type S3Settings, s3Store } from "./s3-store";

let moto: Moto;
let home: string;
let settings: S3Settings;
beforeAll(async () => {
  moto = await startMoto();
  Object.assign(process.env, moto.variables, { AWS_EC2_METADATA_DISABLED: "true" });
  await moto.makeBucket("telar");
}, 600_000);
afterAll(() => moto.stop());
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "telar-s3-"));
  settings = {
    bucket: "telar",
    prefix: `p-${randomBytes(4).toString("hex")}`,
    cacheDir: join(home, "cache"),
    cacheBytes: 1e9,
  };
});
afterEach(() => rm(home, { recursive: true, force: true }));

const elsewhere = (name: string, more: Partial<S3Settings> = {}) =>
  s3Store({ ...settings, cacheDir: join(home, name), ...more });
async function folder(files: Record<string, string | Buffer>): Promise<string> {
  const dir = join(home, `in-${randomBytes(4).toString("hex")}`);
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(join(dir, path, ".."), { recursive: true });
    await writeFile(join(dir, path), bytes);
  }
  return dir;
}
const model = { type: "model" as const, facts: {} };
const all = async (store: ReturnType<typeof s3Store>) => {
  const found = [];
  for await (const blob of store.list()) found.push(blob);
  return found;
};

test("an artifact put from one home is opened, whole and verified, in another", async () => {
  const dir = await folder({ "x.txt": "one", "deep/y.json": '{"a":1}', "empty.txt": "" });
  const { digest, manifest } = await putFolder(s3Store(settings), dir, model);
  const other = elsewhere("other");
  const opened = await openArtifact(other, digest);
  expect(opened.manifest).toEqual(manifest);
  expect(await readFile(join(opened.dir, "x.txt"), "utf8")).toBe("one");
  expect((await openArtifact(other, digest)).dir).toBe(opened.dir);
  expect(await previewArtifact(other, digest)).toMatchObject({ json: { "deep/y.json": { a: 1 } } });
  expect((await all(other)).map(({ size }) => size).sort()).toContain(3);
  // Nothing of another prefix is seen.
  expect(await all(elsewhere("third", { prefix: "none" }))).toEqual([]);
});

test("some bytes are read without fetching the rest", async () => {
  const { manifest } = await putFolder(s3Store(settings), await folder({ "x.txt": "0123456789" }), model);
  const other = elsewhere("other");
  const { sha256 } = manifest.files[0]!;
  expect(await text((await other.stream(sha256, { start: 2, end: 4 }))!)).toBe("234");
  expect(await readdir(join(home, "other"))).toEqual(["tmp"]);
  expect(await other.stream("0".repeat(64))).toBeUndefined();
});

test("what is missing or damaged in the bucket is never served, and putting it again heals it", async () => {
  const store = s3Store(settings);
  const put = async () => putFolder(store, await folder({ "x.txt": "good" }), model);
  const { digest, manifest } = await put();
  const { sha256, size } = manifest.files[0]!;
  expect(await store.check(sha256, size)).toBe("whole");
  const evil = join(home, "evil");
  await writeFile(evil, "evil");
  await store.take([{ path: evil, sha256 }]);
  expect(await store.check(sha256, size)).toBe("damaged");
  await expect(openArtifact(elsewhere("b"), digest)).rejects.toMatchObject({
    code: "UNAVAILABLE",
    reason: "artifact-damaged",
    values: { digest, path: "x.txt" },
  });
  expect(await readdir(join(home, "b/tmp"))).toEqual([]);
  await store.remove([sha256]);
  expect([await store.check(sha256, size), await store.has(sha256)]).toEqual(["missing", false]);
  await expect(openArtifact(elsewhere("c"), digest)).rejects.toMatchObject({ reason: "artifact-missing" });
  await put();
  expect(await readFile(join((await openArtifact(elsewhere("d"), digest)).dir, "x.txt"), "utf8")).toBe(
    "good",
  );
});

test("a copy on this machine that was changed is fetched again", async () => {
  const { digest, manifest } = await putFolder(s3Store(settings), await folder({ "x.txt": "good" }), model);
  const { sha256 } = manifest.files[0]!;
  const cached = join(home, "cache/sha256", sha256.slice(0, 2), sha256);
  await chmod(cached, 0o644);
  await writeFile(cached, "evil");
  const { dir } = await openArtifact(s3Store(settings), digest);
  expect(await readFile(join(dir, "x.txt"), "utf8")).toBe("good");
});

test("a process killed in the middle of an upload leaves nothing behind after a sweep", async () => {
  const path = join(home, "big.bin");
  await writeFile(path, randomBytes(24e6));
  const { sha256 } = await hashFile(path);
  moto.stallAfter(12e6);
  const args = [JSON.stringify({ settings, path, sha256 })];
  const child = fork(program("put-child"), args, { execArgv: [], cwd: env().root });
  const ended = new Promise((done) => child.once("exit", done));
  while (moto.sent() < 12e6 && child.exitCode === null) await sleep(20);
  child.kill("SIGKILL");
  await ended;
  moto.stallAfter(Number.POSITIVE_INFINITY);
  const store = s3Store(settings);
  expect(await store.has(sha256)).toBe(false);
  expect(await store.sweep(new Date("2009-01-01"))).toBe(0);
  // The server says 2010 of every upload.
  expect(await store.sweep(new Date("2011-01-01"))).toBe(1);
  expect(await store.sweep(new Date("2011-01-01"))).toBe(0);
  await store.take([{ path, sha256 }]);
  expect(await store.check(sha256, 24e6)).toBe("whole");
});

test("what is wrong with a store is one sentence with the variable to fix", async () => {
  const artifacts = { kind: "s3" as const, ...settings };
  const errorOf = (more: Partial<S3Settings> = {}) =>
    tryStore({ artifacts: { ...artifacts, ...more } }).then(
      () => "",
      ({ code, reason, values }) => `${code}: ${failureSentence(reason, values)}`,
    );
  expect(await errorOf()).toBe("");
  expect(await errorOf({ bucket: "nobody-has-this" })).toMatch(
    /^UNAVAILABLE: There is no bucket `nobody-has-this` .*TELAR_ARTIFACTS/,
  );
  await moto.close();
  expect(await errorOf()).toMatch(/^UNAVAILABLE: .*does not answer \(ECONNREFUSED\).*AWS_ENDPOINT_URL/);
  await moto.open();
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
  delete process.env.AWS_ACCESS_KEY_ID;
  delete process.env.AWS_SECRET_ACCESS_KEY;
  expect(await errorOf()).toMatch(/needs credentials.*AWS_ACCESS_KEY_ID/);
  Object.assign(process.env, { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY });
  await moto.refuseCredentials();
  expect(await errorOf()).toMatch(/does not know these credentials.*AWS_SECRET_ACCESS_KEY/);
});

test("the cache drops what was used longest ago, and never what is being read", async () => {
  const now = 1e12;
  const old = (sha256: string, hours: number, inUse = false) => ({
    sha256,
    size: 10,
    usedAt: now - hours * 3.6e6,
    inUse,
  });
  expect(chooseEvicted([old("a", 3), old("b", 9), old("c", 6)], 10, now)).toEqual(["b", "c"]);
  expect(chooseEvicted([old("a", 3), old("b", 9, true), old("c", 0)], 1, now)).toEqual(["a"]);
  expect(chooseEvicted([old("a", 3)], 10, now)).toEqual([]);

  const cacheDir = join(home, "trim");
  const store = localStore(cacheDir);
  const files: string[] = [];
  for (const name of ["old", "read", "new"]) {
    const path = join(store.scratch, name);
    await writeFile(path, name.padEnd(1000, "."));
    const { sha256 } = await hashFile(path);
    await store.take([{ path, sha256 }]);
    await utimes((await store.local(sha256))!, 1e9, 1e9);
    files.push(sha256);
  }
  const [first, read, fresh] = files as [string, string, string];
  for (const view of [first, read]) {
    await mkdir(join(store.views, view), { recursive: true });
    await store.link(view, join(store.views, view, "x"));
  }
  await mkdir(join(cacheDir, "uses/0"), { recursive: true });
  await mkdir(join(cacheDir, "uses", String(process.pid)), { recursive: true });
  await writeFile(join(cacheDir, "uses/0", fresh), "");
  await writeFile(join(cacheDir, "uses", String(process.pid), read), "");
  expect(trimCache(cacheDir, 100)).toEqual([first]);
  expect(await readdir(store.views)).toEqual([read]);
  expect(await store.has(read)).toBe(true);
});
