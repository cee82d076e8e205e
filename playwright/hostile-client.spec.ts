import * as Y from "yjs";
import { expect, newGraph, node, RETRIED, test } from "./app";

const small = {
  telar: 1,
  name: "Shared",
  nodes: [{ id: "pii", kind: "pii", version: 1, params: {}, title: "Mask" }],
  wires: [],
  layout: { pii: [0, 0] },
};

/** An edit of the draft made by no editor, as its bytes in base64. */
function edit(change: (doc: Y.Doc) => void): string {
  const doc = new Y.Doc();
  // Of two edits at once the one of the higher client stands: a lower one would change nothing, and be taken.
  doc.clientID = 0xffff_ffff;
  doc.transact(() => change(doc));
  return Buffer.from(Y.encodeStateAsUpdate(doc)).toString("base64");
}

test("what a hostile client sends changes nothing for others, who go on", async ({ page, context }) => {
  const address = await newGraph(page, small);
  await page.goto(address);
  const other = await context.newPage();
  await other.goto(address);
  await expect(node(other, "Mask")).toBeVisible();
  const id = address.split("/").at(-1);
  const hostile = [
    edit((doc) => doc.getMap("nodes").set("pii", "broken")),
    edit((doc) => doc.getMap("nodes").set("x", { kind: "pii" })),
    edit((doc) => doc.getMap("meta").set("name", "n".repeat(3_000_000))),
    edit((doc) => doc.getMap("layout").set("pii", [Number.NaN, 0])),
    Buffer.from("garbage").toString("base64"),
  ];
  for (const update of hostile) {
    const answer = await page.request.post("/api/trpc/graphs.push", {
      data: { json: { id, update } },
      ...RETRIED,
    });
    expect([400, 409]).toContain(answer.status());
  }
  await node(page, "Mask").getByRole("heading").click();
  await page.keyboard.press("F2");
  await page.keyboard.type("Masked");
  await page.keyboard.press("Enter");
  for (const tab of [page, other]) await expect(node(tab, "Masked")).toBeVisible();
});

test.describe("an edit that is refused", () => {
  test.use({ allowed: /400/ });

  test("is taken back with a sentence and a copy to save, and the tab goes on", async ({ page, context }) => {
    const address = await newGraph(page, small);
    await page.goto(address);
    await expect(node(page, "Mask")).toBeVisible();
    await page.route("**/api/trpc/graphs.push**", async (route) => {
      const { "0": call } = route.request().postDataJSON();
      call.json.update = Buffer.from("garbage").toString("base64");
      await route.continue({ postData: JSON.stringify({ "0": call }) });
    });
    await node(page, "Mask").getByRole("heading").click();
    await page.keyboard.press("F2");
    await page.keyboard.type("Never kept");
    await page.keyboard.press("Enter");
    await expect(page.getByText("This edit could not be saved and was taken back")).toBeVisible();
    await expect(node(page, "Mask")).toBeVisible();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save a copy" }).click();
    expect((await download).suggestedFilename()).toBe("Shared.json");
    await page.unroute("**/api/trpc/graphs.push**");
    const other = await context.newPage();
    await other.goto(address);
    await node(other, "Mask").getByRole("heading").click();
    await other.keyboard.press("F2");
    await other.keyboard.type("Goes on");
    await other.keyboard.press("Enter");
    await expect(node(page, "Goes on")).toBeVisible();
  });
});
