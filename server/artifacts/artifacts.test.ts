import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type BlobStore, localStore, openArtifact, previewArtifact, putFolder, readManifest } from "./index";
import { streamFile } from "./stream-file";
import { isLeftOver } from "./sweep-folder";

let home: string;
let store: BlobStore;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "telar-artifacts-"));
  store = localStore(join(home, "store"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function folder(name: string, files: Record<string, string>): Promise<string> {
  const dir = join(store.scratch, name);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(dir, path, ".."), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  return dir;
}
const model = (facts: Record<string, string> = {}) => ({ type: "model" as const, facts });
const blobs = async () =>
  (await readdir(join(home, "store/sha256"), { recursive: true })).filter((path) => path.length > 3);

test("a folder comes back as it went in, below its digest", async () => {
  const { digest, manifest } = await putFolder(
    store,
    await folder("a", { "x.txt": "one", "deep/y.txt": "two" }),
    model(),
  );
  expect(manifest.files.map(({ path, size }) => [path, size])).toEqual([
    ["deep/y.txt", 3],
    ["x.txt", 3],
  ]);
  const { dir } = await openArtifact(store, digest);
  expect(await readFile(join(dir, "deep/y.txt"), "utf8")).toBe("two");
  expect(await readManifest(store, digest)).toEqual(manifest);
  expect((await openArtifact(store, digest)).dir).toBe(dir);
});

test("equal bytes are kept once, and are another artifact under another label", async () => {
  const one = await putFolder(store, await folder("a", { "x.txt": "same" }), model());
  const again = await putFolder(store, await folder("b", { "x.txt": "same" }), model());
  const other = await putFolder(store, await folder("c", { "x.txt": "same" }), model({ licence: "mit" }));
  expect(again.digest).toBe(one.digest);
  expect(other.digest).not.toBe(one.digest);
  // One blob with the bytes, one manifest for each artifact.
  expect(await blobs()).toHaveLength(3);
});

test("changed bytes are noticed, also after they were verified once", async () => {
  const { digest, manifest } = await putFolder(store, await folder("a", { "x.txt": "good" }), model());
  const { dir } = await openArtifact(store, digest);
  await chmod(join(dir, "x.txt"), 0o644);
  await writeFile(join(dir, "x.txt"), "evil");
  await expect(openArtifact(store, digest)).rejects.toMatchObject({
    reason: "artifact-damaged",
    code: "UNAVAILABLE",
  });
  const { sha256 } = manifest.files[0]!;
  await rm(join(home, "store/sha256", sha256.slice(0, 2), sha256));
  await expect(openArtifact(store, digest)).rejects.toMatchObject({ reason: "artifact-missing" });
});

test("many readers at once get the same whole folder", async () => {
  const { digest } = await putFolder(store, await folder("a", { "x.txt": "x", "y.txt": "y" }), model());
  const dirs = await Promise.all(Array.from({ length: 8 }, () => openArtifact(store, digest)));
  expect(new Set(dirs.map(({ dir }) => dir)).size).toBe(1);
  expect((await readdir(dirs[0]!.dir)).sort()).toEqual(["x.txt", "y.txt"]);
  expect(await readdir(store.views)).toHaveLength(1);
});

test("links and other things that are not files are refused, and nothing stays behind", async () => {
  const dir = await folder("a", { "x.txt": "x" });
  const { symlink } = await import("node:fs/promises");
  await symlink("/etc/hostname", join(dir, "link"));
  await expect(putFolder(store, dir, model())).rejects.toMatchObject({ reason: "output-not-a-file" });
  expect(await readdir(join(home, "store"))).not.toContain("sha256");
});

test("a preview shows a report whole, and small JSON files of other artifacts", async () => {
  const report = { metrics: { perplexity: 12.5 }, primary: "perplexity" };
  const one = await putFolder(store, await folder("r", { "report.json": JSON.stringify(report) }), {
    type: "report",
    facts: {},
  });
  expect(await previewArtifact(store, one.digest)).toMatchObject({
    show: "report",
    report,
    facts: { type: "report" },
  });
  const two = await putFolder(
    store,
    await folder("m", { "config.json": '{"a":1}', "w.bin": "…" }),
    model({ family: "llama" }),
  );
  expect(await previewArtifact(store, two.digest)).toMatchObject({
    show: "files",
    json: { "config.json": { a: 1 } },
    facts: { type: "model", family: "llama" },
  });
});

test("a file is answered over HTTP whole or by range, and its absence in a sentence", async () => {
  const { digest, manifest } = await putFolder(store, await folder("a", { "x.txt": "0123456789" }), model());
  const whole = await streamFile(store, digest, "x.txt", null);
  expect([whole.status, await whole.text(), whole.headers.get("accept-ranges")]).toEqual([
    200,
    "0123456789",
    "bytes",
  ]);
  const part = await streamFile(store, digest, "x.txt", "bytes=2-4");
  expect([part.status, part.headers.get("content-range"), part.headers.get("content-length")]).toEqual([
    206,
    "bytes 2-4/10",
    "3",
  ]);
  expect(await part.text()).toBe("234");
  const behind = await streamFile(store, digest, "x.txt", "bytes=10-");
  expect([behind.status, behind.headers.get("content-range")]).toEqual([416, "bytes */10"]);
  expect((await streamFile(store, digest, "y.txt", null)).status).toBe(404);
  await store.remove([manifest.files[0]!.sha256]);
  const gone = await streamFile(store, digest, "x.txt", null);
  expect([gone.status, await gone.text()]).toEqual([
    503,
    expect.stringContaining("are not in the artifact store"),
  ]);
});

test("what interrupted writers left is swept: job folders by their process, temporary files by age", async () => {
  const before = new Date("2026-01-02");
  const at = (name: string, day: string, alive = true) =>
    isLeftOver({ name, modified: new Date(day), alive: () => alive, mark: "aaaaaaaa" }, before);
  expect(at("job-aaaaaaaa-12-x", "2026-01-03", false)).toBe(true);
  expect(at("job-aaaaaaaa-12-x", "2020-01-01", true)).toBe(false);
  // Of another machine on a shared disk: its process ids say nothing here.
  expect(at("job-bbbbbbbb-12-x", "2026-01-01", false)).toBe(false);
  expect(at("job-bbbbbbbb-12-x", "2025-12-01", false)).toBe(true);
  expect([at("copy-1", "2026-01-01"), at("copy-1", "2026-01-03")]).toEqual([true, false]);
  expect(at("something-else", "2020-01-01")).toBe(false);

  const kept = await putFolder(store, await folder("a", { "x.txt": "x" }), model());
  await openArtifact(store, kept.digest);
  await writeFile(join(store.scratch, "fetch-1"), "half");
  await mkdir(join(store.views, `${"0".repeat(64)}.0123abcd`), { recursive: true });
  await mkdir(join(store.scratch, "job-00000000-1-x"));
  expect(await store.sweep(new Date(Date.now() + 60_000))).toBe(2);
  expect(await readdir(store.scratch)).toContain("job-00000000-1-x");
  expect((await openArtifact(store, kept.digest)).manifest).toEqual(kept.manifest);
});
