/** Seeing and running: what nodes, wires, bar and peeks say before, while and after a graph runs. */
import type { Page } from "@playwright/test";
import { expect, inspector, newGraph, node, setField, test } from "./app";
import { choose, command, fileOf, leave, middle, port } from "./canvas-moves";

const n = (id: string, kind: string, title: string, params = {}) => ({ id, kind, version: 1, params, title });
const graph = {
  telar: 1,
  name: "Runs",
  nodes: [
    n("source", "dataset-file", "Rows", { path: "data/support.jsonl", rows: 40 }),
    n("chat", "to-chat", "Chat"),
    n("pii", "pii", "Mask"),
    n("dedupe", "dedupe", "Unique"),
    n("split", "split", "Split"),
  ],
  wires: [
    { from: "source.data", to: "chat.data" },
    { from: "chat.data", to: "pii.data" },
    { from: "pii.data", to: "dedupe.data" },
    { from: "dedupe.data", to: "split.data" },
  ],
  layout: { source: [0, 0], chat: [260, 0], pii: [520, 0], dedupe: [0, 260], split: [260, 260] },
};
test.describe.configure({ mode: "serial" });

let address = "";
const bar = (page: Page) => page.getByRole("region", { name: "Runs" });
const foot = (page: Page, title: string) => node(page, title).locator("footer");

test("the bar says before a run what it will do, and nothing shifts while it does", async ({ page }) => {
  address = await newGraph(page, graph);
  await page.goto(address);
  await expect(bar(page)).toContainText("5 of 5 nodes will run");
  await expect(bar(page)).toContainText(/\d.*(MB|GB)/);
  await expect(bar(page)).toContainText("Wh");
  await expect(node(page, "Mask").getByRole("article", { name: /Not run/ })).toBeVisible();
  const places = () =>
    page.locator(".react-flow__node").evaluateAll((all) => all.map((x) => (x as HTMLElement).offsetHeight));
  const before = await places();
  await page.evaluate(() => {
    const said: number[] = [];
    Object.assign(window, { shifts: said });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) said.push((entry as unknown as { value: number }).value);
    }).observe({ type: "layout-shift" });
  });
  await page.keyboard.press("Control+Enter");
  for (const title of ["Rows", "Chat", "Mask", "Unique", "Split"])
    await expect(foot(page, title)).toContainText(/Done|Cached/, { timeout: 60_000 });
  await expect(bar(page)).toContainText("All nodes are cached");
  expect(await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts)).toEqual([]);
  expect(await places()).toEqual(before);
});

test("wires count rows, a node peeks at five, and a click opens the whole output", async ({ page }) => {
  await page.goto(address);
  await expect(foot(page, "Mask")).toContainText(/Done|Cached/);
  await expect(page.locator(".wlabel").first()).toContainText(/\d+ rows/);
  await node(page, "Rows").hover();
  const peek = page.locator(".peek");
  await expect(peek.locator(".row")).toHaveCount(5);
  await expect(peek).toContainText(/40 rows.*memory.*run 1/s);
  await page.mouse.move(700, 840);
  await expect(peek).toBeHidden();
  await choose(page, "Mask");
  await page.keyboard.press("o");
  await expect(peek).toBeVisible();
  await page.keyboard.press("Space");
  await expect(peek).toBeHidden();
  await page.keyboard.press("Space");
  await peek.click();
  await expect(inspector(page).getByRole("table").first()).toBeVisible();
});

test("an edit makes what depends on it stale, says why, and paints no other node", async ({ page }) => {
  await page.goto(address);
  await expect(foot(page, "Split")).toContainText(/Done|Cached/);
  await choose(page, "Split");
  const paints = () =>
    page
      .locator(".react-flow__node")
      .filter({ hasNotText: "Split" })
      .locator(".node")
      .evaluateAll((all) => all.map((x) => (x as HTMLElement).dataset.paints));
  const before = await paints();
  expect(before.length).toBe(4);
  const seed = inspector(page).getByRole("textbox", { name: /^Seed/ });
  if (!(await seed.isVisible()))
    await inspector(page)
      .getByRole("button", { name: /^Advanced/ })
      .click();
  await seed.fill("");
  await seed.pressSequentially("1234", { delay: 20 });
  await seed.blur();
  await expect(foot(page, "Split")).toContainText("Stale: Seed changed");
  await expect(bar(page)).toContainText("1 of 5 nodes will run");
  await expect(bar(page)).toContainText("4 cached");
  expect(await paints()).toEqual(before);
  await expect(inspector(page)).toContainText("Why will this run?");
});

test("a run goes to here, through all that is stale, or through one node on the last results before it", async ({
  page,
}) => {
  await page.goto(address);
  await expect(foot(page, "Split")).toContainText("Stale");
  await command(page, "Run all that is stale");
  await expect(foot(page, "Split")).toContainText(/Done/);
  await setField(page, "Rows", "Rows", "30");
  await expect(foot(page, "Mask")).toContainText("Stale");
  await choose(page, "Chat");
  await page.keyboard.press("Shift+Enter");
  await expect(foot(page, "Chat")).toContainText(/Done/);
  await expect(foot(page, "Mask")).toContainText("Stale");
  await choose(page, "Unique");
  await command(page, "Run only the selected nodes");
  await expect(bar(page)).toContainText(/Run 4/);
  await expect(bar(page)).toContainText(/done in/);
  await expect(foot(page, "Mask")).toContainText("Stale");
  // The draft itself is as it was: nothing in it was frozen.
  expect((await fileOf(page)).nodes.every((x) => x.state === undefined)).toBe(true);
});

test("an output is frozen, and a failure stands in one line that leads to its log", async ({ page }) => {
  await page.goto(address);
  await expect(foot(page, "Chat")).toContainText(/Done|Cached/);
  await choose(page, "Chat");
  await page.keyboard.press("p");
  await expect(foot(page, "Chat")).toContainText("Frozen");
  expect((await fileOf(page)).nodes.find((x) => x.id === "chat")?.frozen?.data).toMatch(/^sha256:/);
  await page.keyboard.press("p");
  await expect(foot(page, "Chat")).not.toContainText("Frozen");

  const bad = '{"question":"a","answer":"b"}\nnot json at all\nnor this\n';
  const sent = await page.request.post("/api/data?name=bad.jsonl", { data: Buffer.from(bad) });
  const { path } = (await sent.json()) as { path: string };
  await page.goto(
    await newGraph(page, {
      telar: 1,
      name: "Fails",
      nodes: [n("source", "dataset-file", "Bad", { path, maxBadRows: 0 })],
    }),
  );
  await expect(page.locator(".canvas[data-ready]")).toBeVisible();
  await page.keyboard.press("Control+Enter");
  const line = foot(page, "Bad").getByRole("button");
  await expect(line).toContainText("Failed:");
  const { height } = (await foot(page, "Bad").boundingBox())!;
  expect(height).toBeLessThan(32);
  await line.click();
  await expect(inspector(page).getByRole("tab", { name: "Log" })).toHaveAttribute("aria-selected", "true");
  await leave(page);
  await expect(middle(port(page, "Bad", "data", "out"))).resolves.toBeTruthy();
});
