import type { Page } from "@playwright/test";
import { expect, newGraph, node, RETRIED, setField, test } from "./app";

const small = {
  telar: 1,
  name: "Small",
  nodes: [
    {
      id: "source",
      kind: "dataset-file",
      version: 1,
      params: { path: "data/support.jsonl", rows: 40 },
      title: "Tickets",
    },
    { id: "to-chat", kind: "to-chat", version: 1, params: {}, title: "Chat" },
    { id: "pii", kind: "pii", version: 1, params: {}, title: "Mask" },
  ],
  wires: [
    { from: "source.data", to: "to-chat.data" },
    { from: "to-chat.data", to: "pii.data" },
  ],
  layout: { source: [0, 0], "to-chat": [260, 0], pii: [520, 0] },
};

/** The graph file as the server has it. */
async function fileOf(page: Page, address: string): Promise<string> {
  const input = encodeURIComponent(JSON.stringify({ json: { id: address.split("/").at(-1) } }));
  const response = await page.request.get(`/api/trpc/graphs.file?input=${input}`, RETRIED);
  const { result } = (await response.json()) as { result: { data: { json: { text: string } } } };
  return result.data.json.text;
}

async function rename(page: Page, title: string, next: string): Promise<void> {
  await node(page, title).getByRole("heading").click();
  await page.keyboard.press("F2");
  await page.keyboard.type(next);
  await page.keyboard.press("Enter");
  await expect(node(page, next)).toBeVisible();
}

test.describe("without a network", () => {
  test.use({ allowed: /ERR_INTERNET_DISCONNECTED|ERR_FAILED|ERR_NETWORK/ });

  test("edits outlive the tab and reach the server when it is opened again", async ({ page, context }) => {
    const address = await newGraph(page, small);
    await page.goto(address);
    await rename(page, "Mask", "Masked");
    await expect.poll(() => fileOf(page, address)).toContain("Masked");
    await context.setOffline(true);
    await expect(page.getByText(/^Not connected/)).toBeVisible();
    await rename(page, "Tickets", "Kept while away");
    await expect(page.getByText("Not saved yet")).toBeVisible();
    await page.close();
    await context.setOffline(false);
    const again = await context.newPage();
    await again.goto(address);
    await expect(node(again, "Kept while away")).toBeVisible();
    await expect.poll(() => fileOf(again, address)).toContain("Kept while away");
  });

  test("two tabs stay in step, and merge what one did while cut off", async ({ page, context }) => {
    const address = await newGraph(page, small);
    await page.goto(address);
    const other = await context.newPage();
    await other.goto(address);
    await rename(page, "Chat", "Conversations");
    await expect(node(other, "Conversations")).toBeVisible();
    await page.route("**/api/trpc/graphs.push**", (route) => route.abort());
    await rename(page, "Mask", "Cut off");
    await expect(page.locator(".offline")).toBeVisible();
    await rename(other, "Tickets", "Meanwhile");
    await expect(node(other, "Mask")).toBeVisible();
    await page.unroute("**/api/trpc/graphs.push**");
    for (const tab of [page, other]) {
      await expect(node(tab, "Cut off")).toBeVisible();
      await expect(node(tab, "Meanwhile")).toBeVisible();
    }
    await expect(page.locator(".offline")).toBeHidden();
  });
});

test("a version is named, held against the draft on the canvas, and restored in one step", async ({
  page,
}) => {
  const address = await newGraph(page, small);
  await page.goto(address);
  await node(page, "Mask").getByRole("heading").click();
  await page.keyboard.press("Control+s");
  await page.getByRole("textbox", { name: "Name" }).fill("First try");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Saved as version 1")).toBeVisible();

  await setField(page, "Tickets", "Rows", "60");
  await node(page, "Mask").getByRole("heading").click();
  await page.keyboard.press("Delete");
  await page
    .getByRole("complementary", { name: "Nodes to add" })
    .getByText("Remove duplicates", { exact: true })
    .click();
  const draft = node(page, "Remove duplicates");
  await expect(draft).toBeVisible();
  await draft.getByRole("heading").click();
  await page.keyboard.press("c");
  await page.getByPlaceholder("Which wire?").fill("Chat, Data");
  await page.keyboard.press("Enter");
  await expect.poll(() => fileOf(page, address)).toContain('"to": "dedupe.data"');

  await page.getByRole("button", { name: /^v2 draft/ }).click();
  await page.getByRole("menuitem", { name: /First try/ }).click();
  const changes = page.getByRole("region", { name: "Changes since version 1" });
  await expect(changes.getByRole("status")).toHaveText("1 node added, 1 removed, 1 changed, 2 wires changed");
  await expect(changes.getByRole("listitem").filter({ hasText: "Tickets" })).toHaveText(
    "Tickets: Rows 40 → 60",
  );
  const mark = (change: string) => page.locator(`.diff-mark[data-change="${change}"]`);
  await expect(mark("added")).toHaveText("Added");
  await expect(mark("removed")).toHaveText("RemovedMask");
  await expect(mark("changed")).toHaveText("ChangedRows 40 → 60");

  for (const wire of ["added", "removed"]) {
    await expect(page.locator(`.diff-wires .${wire}`)).toHaveCount(1);
    await expect(page.locator(`.diff-wires .${wire}`)).toHaveAttribute("d", /^M[\d.-]+[ ,][\d.-]+ ?L/);
  }

  await changes.getByRole("button", { name: "Restore" }).click();
  await expect(node(page, "Mask")).toBeVisible();
  await expect(draft).toBeHidden();
  await expect(changes).toBeHidden();
  await node(page, "Tickets").getByRole("heading").click();
  await expect.poll(() => fileOf(page, address)).toContain('"rows": 40');
  await page.keyboard.press("Control+z");
  await expect(draft).toBeVisible();
  await expect(node(page, "Mask")).toBeHidden();
  await expect.poll(() => fileOf(page, address)).toContain('"rows": 60');
});

test("a random session undone gives back the very same file, and redone the same end", async ({ page }) => {
  const address = await newGraph(page, small);
  await page.goto(address);
  await expect(node(page, "Mask")).toBeVisible();
  const before = await fileOf(page, address);
  // A small congruential generator: the same session every time.
  let state = 7;
  const next = (n: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * n);
  };
  const keys = [
    "Control+d",
    "Control+m",
    "Control+b",
    "Shift+S",
    "ArrowRight",
    "ArrowLeft",
    "ArrowDown",
    "Delete",
  ];
  await node(page, "Mask").getByRole("heading").click();
  for (let k = 0; k < 40; k++) {
    await page.keyboard.press(keys[next(keys.length)]!);
    if (next(5) === 0) await page.keyboard.press("Control+a");
  }
  await page.keyboard.press("Escape");
  const undo = page.getByRole("button", { name: "Undo" });
  const redo = page.getByRole("button", { name: "Redo" });
  await expect(undo).toBeEnabled();
  await expect(page.getByText(/^Saved/)).toBeVisible();
  const end = await fileOf(page, address);
  expect(end).not.toBe(before);
  while (await undo.isEnabled()) await undo.click();
  await expect.poll(() => fileOf(page, address)).toBe(before);
  while (await redo.isEnabled()) await redo.click();
  await expect.poll(() => fileOf(page, address)).toBe(end);
});
