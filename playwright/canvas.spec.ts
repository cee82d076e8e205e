import { expect, inspector, newGraph, node, setField, test } from "./app";

const small = {
  telar: 1,
  name: "Small",
  nodes: [
    {
      id: "source",
      kind: "dataset-file",
      version: 1,
      params: { path: "data/support.jsonl", rows: 40 },
      title: "Rows",
    },
    { id: "to-chat", kind: "to-chat", version: 1, params: {}, title: "Chat" },
    { id: "pii", kind: "pii", version: 1, params: {}, title: "Mask" },
    { id: "train", kind: "lora-train", version: 1, params: {}, title: "Train" },
  ],
  wires: [
    { from: "source.data", to: "to-chat.data" },
    { from: "to-chat.data", to: "pii.data" },
  ],
  layout: { source: [0, 0], "to-chat": [0, 170], pii: [0, 340], train: [420, 60] },
};

test("a node is added, named, undone and kept over a reload", async ({ page }) => {
  await page.goto(await newGraph(page));
  await page
    .getByRole("complementary", { name: "Nodes to add" })
    .getByText("Data file", { exact: true })
    .click();
  await expect(node(page, "Data file")).toBeVisible();
  await node(page, "Data file").getByRole("heading").click();
  await page.keyboard.press("F2");
  await page.keyboard.type("Tickets");
  await page.keyboard.press("Enter");
  await expect(node(page, "Tickets")).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(node(page, "Data file")).toBeVisible();
  await page.keyboard.press("Control+Shift+z");
  await expect(page.getByText(/^Saved/)).toBeVisible();
  await page.reload();
  await expect(node(page, "Tickets")).toBeVisible();
});

test("a wire that does not fit is refused with its reason and the node that would adapt it", async ({
  page,
}) => {
  await page.goto(await newGraph(page, small));
  await expect(node(page, "Mask")).toBeVisible();
  const out = node(page, "Mask").locator('.port[data-handleid="data"][data-direction="out"]');
  const tokens = node(page, "Train").locator('.port[data-handleid="tokens"]');
  const from = (await out.boundingBox())!;
  const to = (await tokens.boundingBox())!;
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x - 40, to.y + 40, { steps: 8 });
  await expect(tokens).toHaveAttribute("data-standing", "dim");
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 8 });
  await expect(page.locator(".tip")).toContainText("wants");
  await page.mouse.up();
  await page.getByRole("button", { name: "Insert" }).click();
  await expect(node(page, "Tokenize")).toBeVisible();
});

test("a setting out of range is said at once, and the run button names what is missing", async ({ page }) => {
  await page.goto(await newGraph(page, small));
  await setField(page, "Train", "Batch size", "99999");
  await expect(inspector(page).getByText(/At most/)).toBeVisible();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByText(/The run did not start|The input `tokens` is empty/).first()).toBeVisible();
});

test("a file that is not there is named with its fix", async ({ page }) => {
  await page.goto(await newGraph(page, small));
  await setField(page, "Rows", "Path", "data/nowhere.jsonl");
  await expect(
    inspector(page)
      .getByText(/There is no file at/)
      .first(),
  ).toBeVisible();
});

test("two tabs on one graph stay in step", async ({ page, context }) => {
  const address = await newGraph(page, small);
  await page.goto(address);
  const other = await context.newPage();
  await other.goto(address);
  await expect(node(other, "Rows")).toBeVisible();
  await setField(page, "Rows", "Rows", "17");
  await expect(node(other, "Rows")).toContainText("17");
  await other.close();
});
