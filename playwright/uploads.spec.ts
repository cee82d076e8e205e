import { createHash } from "node:crypto";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "./app";
import { expectAccessible } from "./axe";
import { readState } from "./system/state";

const rows = (count: number) =>
  Buffer.from(
    Array.from(
      { length: count },
      (_, i) => `${JSON.stringify({ question: `What is ${i}?`, answer: "x".repeat(200) })}\n`,
    ).join(""),
  );
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const stored = (name: string) => readFile(join(readState().home, "data/uploads", name));

test.use({ allowed: /ERR_FAILED|ERR_ABORTED/ });

test("a file whose connection breaks shows how far it is, goes on, and arrives whole", async ({ page }) => {
  const bytes = rows(30_000);
  await page.goto("/graphs");
  let cut = 0;
  // Every second slice is lost, the first ones above all.
  await page.route("**/api/data/*", (route) =>
    route.request().method() === "PATCH" && cut++ % 2 === 0 && cut < 6 ? route.abort() : route.continue(),
  );
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "broken-line.jsonl", mimeType: "application/jsonl", buffer: bytes });
  const tray = page.getByRole("region", { name: "Uploads" });
  await expect(tray).toContainText("broken-line.jsonl");
  await expect(tray).toContainText("No connection. Next try in");
  await expectAccessible(page);
  await page.waitForURL(/\/g\//);
  await expect(tray).toHaveCount(0);
  expect(sha256(await stored("broken-line.jsonl"))).toBe(sha256(bytes));
  expect(cut).toBeGreaterThan(5);
});

test("a reload keeps what was sent, and the file chosen again goes on from there; one that is given up leaves nothing", async ({
  page,
}) => {
  const bytes = rows(60_000);
  // On the disk, so that it has the same date when it is chosen again.
  const file = join(await mkdtemp(join(tmpdir(), "telar-chosen-")), "reloaded.jsonl");
  await writeFile(file, bytes);
  await page.goto("/graphs");
  let sent = 0;
  await page.route("**/api/data/*", (route) => {
    if (route.request().method() !== "PATCH") return route.continue();
    // The third slice hangs.
    return ++sent < 3 ? route.continue() : undefined;
  });
  await page.locator("input[type=file]").setInputFiles(file);
  const tray = page.getByRole("region", { name: "Uploads" });
  await expect(tray.getByRole("meter")).toHaveAttribute("aria-valuenow", /^[1-9]\d{5}/);
  page.once("dialog", (dialog) => void dialog.accept());
  await page.reload();
  // Not before: the slice that hangs would arrive, and the rest with it.
  await page.unrouteAll({ behavior: "ignoreErrors" });
  const offsets: number[] = [];
  page.on("request", (request) => {
    if (request.method() === "PATCH") offsets.push(Number(request.headers()["upload-offset"]));
  });
  await page.locator("input[type=file]").setInputFiles(file);
  await page.waitForURL(/\/g\//);
  expect(sha256(await stored("reloaded.jsonl"))).toBe(sha256(bytes));
  expect(offsets[0]).toBeGreaterThan(0);

  await page.goto("/graphs");
  await page.route("**/api/data/*", (route) =>
    route.request().method() === "PATCH" ? undefined : route.continue(),
  );
  const begun = page.waitForRequest((request) => request.method() === "PATCH");
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "given-up.jsonl", mimeType: "application/jsonl", buffer: bytes });
  await begun;
  const ended = page.waitForResponse((response) => response.request().method() === "DELETE");
  await tray.getByRole("button", { name: "Cancel given-up.jsonl" }).click();
  expect((await ended).status()).toBe(204);
  await expect(tray).toHaveCount(0);
  const left = await page.request.get("/api/data");
  expect((await left.json()).uploads).toEqual([]);
});
