import type { Page } from "@playwright/test";
import { expect, newGraph, test } from "./app";

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

type File = {
  nodes: { id: string; params: Record<string, unknown> }[];
  app?: unknown;
  notes?: { after?: string }[];
};
async function graphFile(page: Page): Promise<File> {
  const input = encodeURIComponent(JSON.stringify({ json: { id: address.slice(3) } }));
  const response = await page.request.get(`/api/trpc/graphs.file?input=${input}`);
  const { result } = (await response.json()) as { result: { data: { json: { text: string } } } };
  return JSON.parse(result.data.json.text) as File;
}
