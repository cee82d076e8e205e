/** A gigabyte from the browser and from the command line: byte for byte, resumed after a cut, in memory that stays flat. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "./app";
import { PORT, readState } from "./system/state";

const BYTES = 1_000_000_000;
const root = resolve(import.meta.dirname, "..");
test.describe.configure({ mode: "serial", timeout: 900_000 });
test.use({ allowed: /ERR_FAILED|ERR_ABORTED/ });

let file: string;
let digest: string;
test.beforeAll(async () => {
  file = join(await mkdtemp(join(tmpdir(), "telar-gigabyte-")), "gigabyte.bin.jsonl");
  const out = await open(file, "w");
  const hash = createHash("sha256");
  const line = Buffer.from(`${JSON.stringify({ text: randomBytes(3_000).toString("base64") })}\n`);
  const block = Buffer.concat(Array.from({ length: 1_000 }, () => line));
  for (let at = 0; at < BYTES; at += block.length) {
    const piece = block.subarray(0, Math.min(block.length, BYTES - at));
    hash.update(piece);
    await out.write(piece);
  }
  await out.close();
  digest = hash.digest("hex");
});
test.afterAll(() => rm(file, { force: true }));

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest("hex");
}
const storedAt = (path: string) => join(readState().home, "data", path);

/** Megabytes of memory of its own that the web app's process holds. */
async function webMegabytes(): Promise<number> {
  const pids = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" })
    .split("\n")
    .filter((text) => text.includes(root) && /dist\/web|next-server|web\.js/.test(text))
    .map((text) => Number(text.trim().split(" ")[0]));
  const sizes = await Promise.all(
    pids.map(async (pid) =>
      Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, "utf8").catch(() => ""))?.[1] ?? 0),
    ),
  );
  return Math.max(0, ...sizes) / 1024;
}

test("from the browser", async ({ page }) => {
  await page.goto("/graphs");
  let slices = 0;
  await page.route("**/api/data/*", (route) =>
    route.request().method() === "PATCH" && ++slices === 8 ? route.abort() : route.continue(),
  );
  const seen = new Set<string>();
  const before = await webMegabytes();
  let most = before;
  await page.locator("input[type=file]").setInputFiles(file);
  const tray = page.getByRole("region", { name: "Uploads" });
  await expect(tray).toBeVisible();
  while (!/\/g\//.test(page.url())) {
    seen.add((await tray.textContent({ timeout: 1_000 }).catch(() => "")) ?? "");
    most = Math.max(most, await webMegabytes());
    await page.waitForTimeout(500);
  }
  const heap = await page.evaluate(
    () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize / 1e6,
  );
  console.log(
    `The web process: ${before.toFixed(0)} MB before, ${most.toFixed(0)} MB at most; the page's heap after: ${heap.toFixed(0)} MB.`,
  );
  expect(seen.size).toBeGreaterThan(3);
  expect(slices).toBeGreaterThan(8);
  expect(most - before).toBeLessThan(400);
  expect(await sha256Of(storedAt("uploads/gigabyte.bin.jsonl"))).toBe(digest);
});

test("from the command line, killed in the middle", async () => {
  const env = { ...process.env, TELAR_HOME: readState().home, TELAR_PORT: String(PORT), DATABASE_URL: "" };
  const start = (): ChildProcess =>
    spawn(
      process.execPath,
      ["scripts/telar.mjs", "upload", file, "--name", "from-the-shell.jsonl", "--json"],
      {
        cwd: root,
        env,
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
  const uploads = join(readState().home, "data/.telar-uploads");
  const first = start();
  const halfWay = async () => {
    const size = execFileSync("du", ["-sb", uploads], { encoding: "utf8" });
    return Number(size.split("\t")[0]);
  };
  await expect.poll(halfWay, { timeout: 300_000, intervals: [100] }).toBeGreaterThan(BYTES / 4);
  first.kill("SIGKILL");
  await new Promise((done) => first.once("exit", done));
  const second = start();
  let said = "";
  let most = 0;
  second.stdout!.on("data", (chunk) => {
    said += chunk;
  });
  const timer = setInterval(async () => {
    const status = await readFile(`/proc/${second.pid}/status`, "utf8").catch(() => "");
    most = Math.max(most, Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  }, 200);
  const code = await new Promise((done) => second.once("exit", done));
  clearInterval(timer);
  console.log(`The command: ${most.toFixed(0)} MB at most.`);
  expect(code).toBe(0);
  const [{ path, sha256 }] = JSON.parse(said) as [{ path: string; sha256: string }];
  expect(sha256).toBe(digest);
  expect(await sha256Of(storedAt(path))).toBe(digest);
  expect(most).toBeLessThan(500);
});
