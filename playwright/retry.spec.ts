/** A run that ended badly is run again from its page: what is done is reused, a training goes on from its checkpoint. */
import type { Page } from "@playwright/test";
import { expect, newGraph, test } from "./app";
import { call, ended, lastRun, writeRows, writeTinyModel } from "./data";
import { n, training } from "./graphs";

test.describe.configure({ timeout: 240_000 });
// Without a GPU, what moves on the page takes a core away from the training.
test.use({ contextOptions: { reducedMotion: "reduce" } });

/** Starts a run of the open graph. */
async function start(page: Page): Promise<void> {
  await expect(page.locator(".canvas[data-ready]")).toBeVisible();
  await page.getByRole("button", { name: "Run", exact: true }).click();
}

test("a failed run is run again, and only what did not come to its end runs", async ({ page }) => {
  const path = writeRows("holes", 40, (k) => (k % 2 ? "An answer." : undefined));
  await page.goto(
    await newGraph(page, {
      telar: 1,
      name: "Holes",
      nodes: [n("rows", "dataset-file", "Rows", { path, maxBadRows: 1 }), n("chat", "to-chat", "Chat")],
      wires: [{ from: "rows.data", to: "chat.data" }],
      layout: { rows: [0, 0], chat: [0, 180] },
    }),
  );
  await start(page);
  expect(await ended(page, 1)).toEqual({ rows: "SUCCEEDED", chat: "FAILED" });
  const graph = page.url();
  const { run } = (await lastRun(page))!;
  await page.goto(`/runs/${run}`);
  await page.getByRole("button", { name: "Retry" }).click();
  await expect(page).not.toHaveURL(new RegExp(run));
  await expect(page.getByRole("heading", { name: "Run 2" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Retry of run 1" })).toHaveAttribute("href", `/runs/${run}`);
  await page.goto(graph);
  expect(await ended(page, 2)).toEqual({ rows: "CACHED", chat: "FAILED" });
});

test("a training that was stopped goes on from its last checkpoint", async ({ page }) => {
  const path = writeRows("course", 24, (k) => `Lesson ${k} is over.`);
  const course = training("Course", path, writeTinyModel(), { steps: 2_000, checkpointEvery: 10 });
  await page.goto(await newGraph(page, course));
  await start(page);
  const bar = page.getByRole("region", { name: "Runs" });
  await expect(bar).toContainText(/Train, ([2-9]\d|\d{3}) of 2,000 steps/, { timeout: 120_000 });
  const { run } = (await lastRun(page))!;
  await call(page, "runs.cancel", { id: run });
  expect((await ended(page, 1)).train).toBe("CANCELLED");
  const graph = page.url();
  await page.goto(`/runs/${run}`);
  const resume = page.getByRole("button", { name: /^Resume from step \d+$/ });
  const from = Number(/\d+/.exec((await resume.textContent()) ?? "")?.[0]);
  expect(from).toBeGreaterThan(0);
  await resume.click();
  await expect(page.getByRole("heading", { name: "Run 2" })).toBeVisible();
  await expect(page.getByText(`Resumed from the checkpoint of step ${from}`)).toBeVisible({
    timeout: 60_000,
  });
  await page.goto(graph);
  expect(await ended(page, 2)).toMatchObject({ rows: "CACHED", train: "SUCCEEDED" });
});
