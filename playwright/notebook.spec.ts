import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, newGraph, node, RETRIED, test } from "./app";

/** Kinds of data alone: a run takes seconds, and its results are what the notebook shows afterwards. */
test.describe.configure({ mode: "serial" });

/** Its phrase is new each time, so that nothing of it is cached from before. */
const graph = {
  telar: 1,
  name: "Cleaning",
  nodes: [
    {
      id: "rows",
      kind: "dataset-file",
      version: 1,
      params: { path: "data/support.jsonl", rows: 120 },
      title: "Rows",
    },
    { id: "chat", kind: "to-chat", version: 1, params: {}, title: "Chat" },
    { id: "mask", kind: "pii", version: 1, params: {}, title: "Mask" },
    {
      id: "good",
      kind: "quality-filter",
      version: 1,
      params: { minAnswerWords: 18, phrases: [`never said ${Date.now()}`] },
      title: "Good",
    },
    { id: "parts", kind: "split", version: 1, params: {}, title: "Parts" },
  ],
  wires: [
    { from: "rows.data", to: "chat.data" },
    { from: "chat.data", to: "mask.data" },
    { from: "mask.data", to: "good.data" },
    { from: "good.data", to: "parts.data" },
  ],
  notes: [{ id: "about", markdown: "# What this does\n\nCleans rows." }],
  layout: {
    rows: [0, 0],
    chat: [0, 170],
    mask: [0, 340],
    good: [300, 0],
    parts: [300, 170],
    about: [600, 0],
  },
};
let address = "";

const cell = (page: Page, title: string) =>
  page.getByRole("article").filter({ has: page.getByRole("heading", { name: title, exact: true }) });
const open = async (page: Page) => {
  await page.goto(`${address}?view=notebook`);
  await expect(cell(page, "Good")).toBeVisible();
};
/** The word in the margin. */
const status = (page: Page, title: string, word: RegExp) =>
  expect(cell(page, title).locator(".g1")).toHaveText(word, { timeout: 60_000 });

test("running a cell runs the stale cells it needs and no other", async ({ page }) => {
  address = await newGraph(page, graph);
  await open(page);
  await cell(page, "Good").getByRole("heading").click();
  await page.keyboard.press("Shift+Enter");
  await status(page, "Good", /Done|Cached/);
  await status(page, "Rows", /Done|Cached/);
  await status(page, "Parts", /Not run/);
});

test("what a run stored is there with nothing running: a table that is searched, sorted and paged", async ({
  page,
}) => {
  await open(page);
  const rows = cell(page, "Rows");
  const first = rows.getByRole("row").nth(1);
  await expect(rows).toContainText("rows 1 to 5 of 120");
  const before = (await first.textContent()) ?? "";
  await rows.getByRole("button", { name: "On", exact: true }).click();
  await expect(rows).toContainText("rows 6 to 10 of 120");
  await expect(first).not.toHaveText(before);
  await rows.getByRole("button", { name: "question" }).click();
  await expect(rows.getByRole("columnheader", { name: "question" })).toHaveAttribute(
    "aria-sort",
    "ascending",
  );
  await rows.getByRole("button", { name: "question" }).click();
  await expect(rows.getByRole("columnheader", { name: "question" })).toHaveAttribute(
    "aria-sort",
    "descending",
  );
  await expect(rows).toContainText("rows 1 to 5 of 120");
  await rows.getByRole("searchbox", { name: "Find rows" }).fill("adapter");
  await expect(rows).not.toContainText("of 120");
  await expect(first).toContainText(/adapter/i);
});

test("a row that was dropped is put back: in the graph at once, in the data with the next run", async ({
  page,
}) => {
  await open(page);
  const good = cell(page, "Good");
  await good.getByRole("button", { name: /^Rows of Answer too short/ }).click();
  await good
    .getByRole("button", { name: /^Put back row/ })
    .first()
    .click();
  await expect(good).toContainText("back at the next run");
  await status(page, "Good", /Stale/);
  await good.getByRole("button", { name: "Run to Good" }).click();
  await status(page, "Good", /Done|Cached/);
  await good.getByRole("button", { name: /^Rows of Answer too short/ }).click();
  await expect(good.getByText("put back", { exact: true })).toBeVisible();
  await expect(good.getByRole("button", { name: /^Drop row/ })).toBeVisible();
  const file = await graphFile(page);
  expect(file.nodes.find((n) => n.id === "good")?.params.putBack).toHaveLength(1);
});

test("a threshold that is moved says at once what stays, and the run after it scores nothing again", async ({
  page,
}) => {
  await open(page);
  const good = cell(page, "Good");
  const line = good.getByRole("slider");
  await expect(good).toContainText(/All rules together keep \d+ of 120 rows/);
  const before = (await good.getByText(/All rules together/).textContent()) ?? "";
  await line.scrollIntoViewIfNeeded();
  const box = (await line.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 90, box.y + 40, { steps: 6 });
  await expect(good.getByText(/All rules together/)).not.toHaveText(before);
  await page.mouse.up();
  await expect(good).toContainText("The stored result has");
  await line.press("ArrowRight");
  const value = Number(await line.getAttribute("aria-valuenow"));
  await expect
    .poll(async () => (await graphFile(page)).nodes.find((n) => n.id === "good")?.params.minAnswerWords)
    .toBe(value);
  const kept = /keep (\d+) of/.exec((await good.getByText(/All rules together/).textContent()) ?? "")?.[1];
  await good.getByRole("button", { name: "Run to Good" }).click();
  await status(page, "Good", /Done|Cached/);
  // A row put back stays whatever the threshold says.
  await expect(good).toContainText(new RegExp(`^.*(${kept}|${Number(kept) + 1}) kept`, "s"));
});

test("notes are written, moved, kept over a switch to the canvas and deleted", async ({ page }) => {
  await open(page);
  await expect(page.getByRole("heading", { name: "What this does" })).toBeVisible();
  await page.getByRole("button", { name: "Add a note" }).nth(1).click();
  await page.getByRole("textbox", { name: "Note in Markdown" }).fill("## Why\n\nRows first, *then* masks.");
  await page.keyboard.press("Shift+Enter");
  const note = page.locator(".note-cell").filter({ hasText: "Rows first" });
  await expect(note.getByRole("heading", { name: "Why" })).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Cells" }).getByText("Why")).toBeVisible();
  await note.hover();
  await note.getByRole("button", { name: "Move note down" }).click();
  await expect.poll(async () => (await graphFile(page)).notes?.map((one) => one.after)).toContain("chat");
  await page.getByText("Canvas", { exact: true }).click();
  await expect(page.locator(".react-flow__node").filter({ hasText: "Rows first" })).toBeVisible();
  await page.getByText("Notebook", { exact: true }).click();
  await note.hover();
  await note.getByRole("button", { name: "Edit note" }).click();
  await page.getByRole("textbox", { name: "Note in Markdown" }).fill("");
  await page.keyboard.press("Control+Enter");
  await expect(page.locator(".note-cell").filter({ hasText: "Rows first" })).toHaveCount(0);
});

test("an edit in one tab's notebook shows on the other tab's canvas", async ({ page, context }) => {
  await open(page);
  const other = await context.newPage();
  await other.goto(address);
  await expect(node(other, "Rows")).toContainText("120");
  const rows = cell(page, "Rows");
  await rows.getByRole("button", { name: "Settings of Rows" }).click();
  await rows.getByRole("textbox", { name: /^Rows/ }).fill("90");
  await expect(node(other, "Rows")).toContainText("90");
  await page.keyboard.press("Tab");
  await page.getByRole("heading", { name: "Cleaning" }).click();
  await page.keyboard.press("Control+z");
  await expect(node(other, "Rows")).toContainText("120");
  await other.close();
});

test("cells collapse, stay collapsed over a reload, and run below runs what follows", async ({ page }) => {
  await open(page);
  await cell(page, "Rows").getByRole("button", { name: "Collapse Rows" }).click();
  await expect(cell(page, "Rows").getByRole("table")).toHaveCount(0);
  await page.reload();
  await expect(cell(page, "Chat").getByRole("table")).toBeVisible();
  await expect(cell(page, "Rows").getByRole("table")).toHaveCount(0);
  await page.getByRole("button", { name: "Collapse all cells" }).click();
  await expect(page.getByRole("article").getByRole("table")).toHaveCount(0);
  await page.getByRole("button", { name: "Expand all cells" }).click();
  await cell(page, "Good").getByRole("button", { name: "More for Good" }).click();
  await page.getByRole("menuitem", { name: "Run this and all below" }).click();
  await status(page, "Parts", /Done|Cached/);
  await expect(cell(page, "Parts").getByRole("table")).toBeVisible();
});

for (const format of ["HTML", "Markdown"] as const) {
  test(`the notebook is saved as ${format} with its outputs`, async ({ page, context }) => {
    await open(page);
    await expect(cell(page, "Rows").getByRole("table")).toBeVisible();
    const waiting = page.waitForEvent("download");
    await page.getByRole("complementary", { name: "Next run" }).getByRole("button", { name: format }).click();
    const path = await (await waiting).path();
    const text = readFileSync(path, "utf8");
    expect(text).toContain("What this does");
    expect(text).toContain("How do I call the endpoint?");
    if (format === "Markdown") return expect(text).toContain("| --- |");
    // Opened on its own, the file asks the network for nothing.
    const asked: string[] = [];
    const alone = await context.newPage();
    alone.on("request", (request) => asked.push(request.url()));
    await alone.setContent(text);
    await expect(alone.getByRole("heading", { name: "Mask" })).toBeVisible();
    await expect(alone.getByRole("table").first()).toBeVisible();
    expect(asked.filter((url) => !url.startsWith("about:"))).toEqual([]);
    await alone.close();
  });
}

test("chosen settings and results make an App that runs without changing the graph", async ({ page }) => {
  await open(page);
  // Outputs that come later would carry the open list away with their cell.
  await cell(page, "Good").scrollIntoViewIfNeeded();
  await expect(cell(page, "Good").getByRole("table").first()).toBeVisible();
  await cell(page, "Good").getByRole("button", { name: "Show Good in the App" }).click();
  await page.getByRole("checkbox", { name: "Data", exact: true }).check();
  await page.getByRole("checkbox", { name: "Answer, at least" }).check();
  await page.keyboard.press("Escape");
  await page.getByText("App", { exact: true }).click();
  const app = page.getByRole("main", { name: "App" });
  await expect(app.getByRole("table")).toBeVisible();
  const before = (await graphFile(page)).nodes;
  await app.getByRole("textbox", { name: /Answer, at least/ }).fill("27");
  await app.getByRole("button", { name: "Run", exact: true }).click();
  await expect(app.getByText(/From your run \d+/)).toBeVisible({ timeout: 60_000 });
  await expect(app.getByText(/done in/)).toBeVisible();
  await app.getByRole("textbox", { name: /Answer, at least/ }).fill("21");
  await expect(app).toContainText("run again to see its results");
  const after = await graphFile(page);
  expect(after.nodes).toEqual(before);
  expect(after.app).toEqual({ inputs: ["good.minAnswerWords"], outputs: ["good.data"] });
  // What was tried there is not held against the graph's own values.
  await page.getByText("Notebook", { exact: true }).click();
  await cell(page, "Good").getByRole("button", { name: "Settings of Good" }).click();
  await expect(cell(page, "Good").getByRole("textbox", { name: /^Answer, at least/ })).not.toHaveValue("27");
  await expect(cell(page, "Good").locator("del")).toHaveCount(0);
});

type File = {
  nodes: { id: string; params: Record<string, unknown> }[];
  app?: unknown;
  notes?: { after?: string }[];
};
async function graphFile(page: Page): Promise<File> {
  const input = encodeURIComponent(JSON.stringify({ json: { id: address.slice(3) } }));
  const response = await page.request.get(`/api/trpc/graphs.file?input=${input}`, RETRIED);
  const { result } = (await response.json()) as { result: { data: { json: { text: string } } } };
  return JSON.parse(result.data.json.text) as File;
}
