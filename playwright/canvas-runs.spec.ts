/** Running from the canvas: what is said before, during and after, on the node, on the wire and in the bar. */
import type { Page } from "@playwright/test";
import { expect, inspector, newGraph, node, setField, test } from "./app";
import { choose, command, expectFile, leave } from "./canvas-moves";
import { call, ended, writeRows, writeTinyModel } from "./data";
import { cleaning, n, training } from "./graphs";

/** One graph of data kinds whose runs take seconds; each test goes on from the one before. */
test.describe.configure({ mode: "serial", timeout: 240_000 });

let address = "";

const bar = (page: Page) => page.getByRole("region", { name: "Runs" });
const foot = (page: Page, title: string) => node(page, title).locator("footer");
const look = (page: Page, title: string, is: string, timeout = 60_000) =>
  expect(node(page, title).locator(".node")).toHaveAttribute("data-look", is, { timeout });
const paints = (page: Page, title: string) => node(page, title).locator(".node").getAttribute("data-paints");
const open = async (page: Page) => {
  await page.goto(address);
  await expect(page.locator(".canvas[data-ready]")).toBeVisible();
};
const runMenu = async (page: Page, item: string | RegExp) => {
  await page.getByRole("button", { name: "Run options" }).click();
  await page.getByRole("menuitem", { name: item }).click();
};

/** How each status is drawn: its word, its shape, its colour. */
const drawn = new Map<string, { word: string; shape: string; colour: string }>();
async function note(page: Page, title: string): Promise<void> {
  const box = node(page, title).locator(".node");
  const mark = box.locator("header > svg[role=img]");
  drawn.set((await box.getAttribute("data-look")) ?? "", {
    word: (await mark.getAttribute("aria-label")) ?? "",
    shape: await mark.innerHTML(),
    colour: await mark.evaluate((svg) => getComputedStyle(svg).color),
  });
}

test("the bar says before the press what will run and what it takes; nodes tell how it went", async ({
  page,
}) => {
  const path = writeRows("shop", 60, (k) => (k % 6 ? `It is the answer number ${k}, in some words.` : "No."));
  address = await newGraph(page, cleaning("Runs", path));
  await open(page);
  await expect(bar(page)).toContainText("No run yet");
  await expect(bar(page)).toContainText(/5 of 5 nodes will run, about .+, [\d.]+ [MG]B, [\d.]+ Wh/);
  await look(page, "Rows", "idle");
  await note(page, "Rows");

  // With the queue paused a run waits for as long as one looks at it.
  await call(page, "queue.pause", { paused: true });
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await look(page, "Rows", "queued");
  await note(page, "Rows");
  await expect(bar(page)).toContainText("Run 1 waits: the queue is paused");
  await expect(bar(page).getByRole("button", { name: "Stop" })).toBeVisible();
  await call(page, "queue.pause", { paused: false });
  expect(Object.values(await ended(page, 1))).toEqual(Array(5).fill("SUCCEEDED"));
  await look(page, "Parts", "done");
  await note(page, "Parts");
  await expect(bar(page)).toContainText(/Run 1 done in [\d.]+ s/);
  await expect(bar(page)).toContainText("Every result is up to date");
  await expect(bar(page)).not.toContainText(/[MG]B/);
  for (const title of ["Rows", "Good"]) await expect(foot(page, title)).toHaveAttribute("title", /\d s$/);

  // Counts on the wires: ten answers were too short.
  const labels = page.locator(".wlabel");
  await expect(labels.filter({ hasText: "60 rows" })).toHaveCount(3);
  await expect(labels.filter({ hasText: "50 rows" })).toHaveCount(1);

  await page.keyboard.press("Control+Enter");
  expect(Object.values(await ended(page, 2))).toEqual(Array(5).fill("CACHED"));
  await look(page, "Good", "cached");
  await note(page, "Good");
  await expect(foot(page, "Good")).toContainText("Cached");
});

test("the pointer on a node shows its first five rows; a click opens all of them", async ({ page }) => {
  await open(page);
  await look(page, "Rows", "cached");
  await node(page, "Rows").getByRole("heading").hover();
  const peek = page.locator(".peek");
  await expect(peek.locator(".row")).toHaveCount(5);
  await expect(peek.locator(".row").first()).toContainText("What is thing 0");
  await expect(peek.locator(".about")).toContainText(/60 rows · .*took .*run 1$/);
  await peek.click();
  await expect(inspector(page).getByRole("tab", { name: "Output" })).toHaveAttribute("aria-selected", "true");
  await expect(inspector(page).getByRole("table")).toContainText("What is thing 0");
  await page.mouse.move(4, 4);
  await expect(peek).toBeHidden();
});

test("an edit makes stale what it changes, with the reason, and draws no other node", async ({ page }) => {
  await open(page);
  await look(page, "Parts", "cached");
  await choose(page, "Parts");
  const seed = inspector(page).getByRole("textbox", { name: /^Seed/ });
  await expect(seed).toBeVisible();
  await expect(bar(page)).toContainText("Every result is up to date");
  const others = ["Rows", "Chat", "Mask", "Good"];
  const before = await Promise.all(others.map((title) => paints(page, title)));
  await seed.fill("");
  await seed.pressSequentially("1234");
  await expectFile(page, (f) => f.nodes.find((x) => x.id === "parts")?.params.seed).toBe(1234);
  await look(page, "Parts", "stale");
  await note(page, "Parts");
  await expect(foot(page, "Parts")).toHaveText(/^Stale: Seed changed$/);
  await expect(bar(page)).toContainText("1 of 5 nodes will run, 4 cached");
  expect(await Promise.all(others.map((title) => paints(page, title)))).toEqual(before);

  await setField(page, "Rows", "Rows", "48");
  await expect(foot(page, "Rows")).toHaveText(/^Stale: Rows changed$/);
  await expect(foot(page, "Chat")).toHaveText(/^Stale: waits for Rows$/);
  await expect(bar(page)).toContainText("5 of 5 nodes will run");
});

test("a run goes to here, over this node only, or over all that is stale", async ({ page }) => {
  await open(page);
  await look(page, "Mask", "stale");
  await choose(page, "Good");
  await setField(page, "Good", "Answer, at least", "4");
  await expectFile(page, (f) => f.nodes.find((x) => x.id === "good")?.params.minAnswerWords).toBe(4);
  await runMenu(page, /^Run only Good/);
  // What comes before it is taken as it came out last, though it is stale.
  const only = await ended(page, 3);
  expect(only.good).toBe("SUCCEEDED");
  expect([only.rows, only.chat, only.mask]).not.toContain("SUCCEEDED");

  await choose(page, "Chat");
  await page.keyboard.press("Shift+Enter");
  expect(await ended(page, 4)).toEqual({ rows: "SUCCEEDED", chat: "SUCCEEDED" });
  await look(page, "Chat", "done");
  await look(page, "Mask", "stale");

  await leave(page);
  await runMenu(page, "Run all 3 stale nodes");
  const rest = await ended(page, 5);
  expect([rest.mask, rest.good, rest.parts]).toEqual(Array(3).fill("SUCCEEDED"));
  await look(page, "Parts", "done");
});

test("nodes are frozen, muted and bypassed on the canvas, and a run keeps to it", async ({ page }) => {
  await open(page);
  await look(page, "Good", "done");
  await choose(page, "Good");
  await page.keyboard.press("p");
  await look(page, "Good", "frozen");
  await note(page, "Good");
  await choose(page, "Mask");
  await page.keyboard.press("Control+b");
  await look(page, "Mask", "bypassed");
  await note(page, "Mask");
  await choose(page, "Parts");
  await page.keyboard.press("Control+m");
  await look(page, "Parts", "muted");
  await note(page, "Parts");
  await setField(page, "Rows", "Rows", "36");
  await look(page, "Rows", "stale");
  await expect(node(page, "Good").locator(".node")).toHaveAttribute("data-look", "frozen");
  await page.keyboard.press("Control+Enter");
  expect(await ended(page, 6)).toEqual({
    rows: "SUCCEEDED",
    chat: "SUCCEEDED",
    mask: "CACHED",
    good: "CACHED",
    parts: "SKIPPED",
  });
  await choose(page, "Chat");
  await page.keyboard.press("Control+m");
  await look(page, "Mask", "bypassed");
  await choose(page, "Mask");
  await page.keyboard.press("Control+b");
  await look(page, "Mask", "skipped");
  await note(page, "Mask");
  await choose(page, "Chat");
  await page.keyboard.press("Control+m");
  for (const [title, key] of [
    ["Good", "p"],
    ["Parts", "Control+m"],
  ] as const) {
    await choose(page, title);
    await page.keyboard.press(key);
  }
  await look(page, "Good", "stale");
  await look(page, "Mask", "stale");
});

test("a failure is said in one line on the node, which leads to the line of the log", async ({ page }) => {
  const path = writeRows("gaps", 40, (k) => (k % 2 ? "An answer." : undefined));
  await page.goto(
    await newGraph(page, {
      telar: 1,
      name: "Gaps",
      nodes: [
        n("rows", "dataset-file", "Rows", { path, maxBadRows: 1 }),
        n("chat", "to-chat", "Chat"),
        n("parts", "split", "Parts"),
      ],
      wires: [
        { from: "rows.data", to: "chat.data" },
        { from: "chat.data", to: "parts.data" },
      ],
      layout: { rows: [0, 0], chat: [0, 180], parts: [0, 360] },
    }),
  );
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await look(page, "Chat", "failed");
  await note(page, "Chat");
  await expect(bar(page)).toContainText(/Run 1 failed after/);
  const line = foot(page, "Chat");
  await expect(line).toHaveText(/^Failed: .*20 of 40/);
  expect((await line.boundingBox())!.height).toBeLessThan(30);
  await line.getByRole("button").click();
  await expect(inspector(page).getByRole("tab", { name: "Log" })).toHaveAttribute("aria-selected", "true");
  const cause = inspector(page).locator("li[aria-current]");
  await expect(cause).toContainText("20 of 40");
  await expect(cause).toBeInViewport();
  await inspector(page).getByRole("tab", { name: "Settings" }).click();
  await inspector(page).getByRole("button", { name: "Show it in the log" }).click();
  await expect(cause).toBeInViewport();
});

test("training tells how far it is and how long it takes, and its curve is there when the graph is opened later", async ({
  page,
}) => {
  const model = writeTinyModel();
  const path = writeRows("lessons", 24, (k) => `Thing ${k} is what it is.`);
  const lessons = await newGraph(
    page,
    training("Lessons", path, model, { steps: 1_000_000, checkpointEvery: 0 }),
  );
  await page.goto(lessons);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await look(page, "Train", "running", 120_000);
  // A million steps: it runs until it is stopped.
  await expect(foot(page, "Train")).toContainText(/left/, { timeout: 60_000 });
  await expect(bar(page)).toContainText(/Train, [\d,]+ of 1,000,000 steps/);
  await expect(bar(page)).toContainText(/left/);
  await note(page, "Train");
  await page.screenshot({ path: test.info().outputPath("running.png") });
  const loops = () =>
    page.evaluate(
      () =>
        document
          .getAnimations()
          .filter((a) => a.playState === "running" && a.effect?.getComputedTiming().iterations === Infinity)
          .length,
    );
  await expect.poll(loops).toBeGreaterThan(0);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await expect.poll(loops).toBe(0);
  await bar(page).getByRole("button", { name: "Stop" }).click();
  await look(page, "Train", "stopped");
  await note(page, "Train");

  await setField(page, "Train", "Steps", "12");
  await page.keyboard.press("Control+Enter");
  await look(page, "Train", "done", 120_000);
  await page.goto("/");
  await page.goto(lessons);
  const curve = node(page, "Train").getByRole("img", { name: "Loss" });
  await expect(curve.locator("polyline")).toHaveAttribute("points", /^(\S+ ){11}\S+$/);
  await expect(node(page, "Train")).toContainText("loss, step 12");
});

test("every status has a word and a shape of its own, not only a colour", () => {
  const states = [...drawn.keys()].sort();
  expect(states).toEqual(
    "bypassed cached done failed frozen idle muted queued running skipped stale stopped".split(" "),
  );
  const all = [...drawn.values()];
  expect(new Set(all.map(({ shape }) => shape)).size).toBe(all.length);
  expect(new Set(all.map(({ word }) => word)).size).toBe(all.length);
  expect(new Set(all.map(({ colour }) => colour)).size).toBeGreaterThan(4);
});

test("the run commands are in the list of all commands too", async ({ page }) => {
  await open(page);
  await choose(page, "Chat");
  await command(page, "Run to here");
  const statuses = await ended(page, 7);
  expect(Object.keys(statuses).sort()).toEqual(["chat", "rows"]);
});
