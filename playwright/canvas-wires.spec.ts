/** Adding and wiring: palette, keys, loose wires, files, refusals, nodes dropped on wires, reroute points. */
import { mkdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, inspector, newGraph, node, test } from "./app";
import {
  base64,
  choose,
  drag,
  dragNode,
  dropFiles,
  expectFile,
  fileOf,
  idsOf,
  leave,
  middle,
  port,
  wiresOf,
} from "./canvas-moves";
import { safetensors } from "./data";
import { n } from "./graphs";

const graph = {
  telar: 1,
  name: "Wires",
  nodes: [
    n("source", "dataset-file", "Rows", { path: "data/support.jsonl", rows: 40 }),
    n("chat", "to-chat", "Chat"),
    n("split", "split", "Split"),
    n("pii", "pii", "Mask"),
    n("train", "lora-train", "Train"),
  ],
  wires: [
    { from: "source.data", to: "chat.data" },
    { from: "chat.data", to: "split.data" },
  ],
  layout: { source: [0, 0], chat: [300, 0], split: [600, 0], pii: [300, 300], train: [640, 260] },
};

test("nodes come from the palette, Tab, a double click and a loose wire, best fit first", async ({
  page,
}) => {
  await page.goto(await newGraph(page));
  const rail = page.getByRole("complementary", { name: "Nodes to add" });
  await rail.getByRole("searchbox").fill("mask");
  await expect(rail.getByRole("button")).toHaveCount(1);
  await rail.getByRole("searchbox").fill("");
  await rail.getByText("Data file", { exact: true }).click();
  await expect(node(page, "Data file")).toBeVisible();

  const pane = page.locator(".react-flow__pane");
  const box = (await pane.boundingBox())!;
  await pane.dblclick({ position: { x: 120, y: 120 } });
  await page.getByPlaceholder("Add a node").last().fill("base");
  await page.keyboard.press("Enter");
  await expect(node(page, "Base model")).toBeVisible();

  await leave(page);
  await pane.focus().catch(() => {});
  await page.keyboard.press("Tab");
  await page.locator(".addmenu input").fill("split");
  await page.keyboard.press("Enter");
  await expect(node(page, "Split")).toBeVisible();

  const out = await middle(port(page, "Base model", "model", "out"));
  await drag(page, out, { x: box.x + box.width - 260, y: box.y + box.height - 180 });
  const items = page.locator(".addmenu [cmdk-item]");
  await expect(page.locator(".addmenu")).toContainText("best first");
  const titles = await items.allTextContents();
  expect(titles).not.toContain("Split");
  expect(titles.length).toBeGreaterThan(1);
  await page.locator(".addmenu input").fill("quantize");
  await page.keyboard.press("Enter");
  await expectFile(page, (f) => wiresOf(f)).toContain("base-model.model > quantize.model");
});

test("files that are dropped become a source, a base model, and the graph that made a model", async ({
  page,
}) => {
  await page.goto(await newGraph(page));
  await expect(page.locator(".canvas[data-ready]")).toBeVisible();
  const at = { x: 420, y: 220 };
  await dropFiles(page, [{ name: "asks.jsonl", base64: base64('{"question":"a","answer":"b"}\n') }], at);
  await expect(node(page, "asks")).toBeVisible();
  await dropFiles(page, [{ name: "table.csv", base64: base64("question,answer\na,b\n") }], {
    x: 420,
    y: 420,
  });
  await expectFile(page, (f) => f.nodes.map((x) => x.params.path)).toEqual([
    "uploads/asks.jsonl",
    "uploads/table.csv",
  ]);

  const rows = resolve(test.info().outputDir, "rows.parquet");
  mkdirSync(test.info().outputDir, { recursive: true });
  const duckdb = await (await DuckDBInstance.create()).connect();
  await duckdb.run(`COPY (SELECT 'why' AS question, 'so' AS answer) TO '${rows}' (FORMAT parquet)`);
  duckdb.closeSync();
  await dropFiles(page, [{ name: "rows.parquet", base64: base64(readFileSync(rows)) }], { x: 420, y: 620 });
  const parquet = page.locator(".react-flow__node").filter({ hasText: "rows.parquet" });
  await parquet.getByRole("heading").click();
  await expect(inspector(page)).toContainText("1 row, 2 columns");

  const weights = safetensors([["lm_head.weight", [2, 2]]]);
  await dropFiles(page, [{ name: "model.safetensors", base64: base64(weights) }], at);
  await expect(page.getByText("model.safetensors holds weights alone")).toBeVisible();

  await dropFiles(page, [{ name: "plain.gguf", base64: base64(gguf({})) }], { x: 700, y: 220 });
  await expectFile(page, (f) => f.nodes.find((x) => x.kind === "base-model")?.params).toEqual({
    source: "file",
    path: "uploads/plain.gguf",
  });

  await page.goto(await newGraph(page));
  await expect(page.locator(".canvas[data-ready]")).toBeVisible();
  const { layout: _, ...bare } = graph;
  const recipe = JSON.stringify({ telar: 1, node: "split", graph: bare, digests: {} });
  await dropFiles(page, [{ name: "ours.gguf", base64: base64(gguf({ "telar.recipe": recipe })) }], at);
  await expect(node(page, "Train")).toBeVisible();
  await expectFile(page, idsOf).toEqual(["chat", "pii", "source", "split", "train"]);
  await expectFile(page, wiresOf).toEqual(["chat.data > split.data", "source.data > chat.data"]);

  await page.goto(await newGraph(page));
  await expect(page.locator(".canvas[data-ready]")).toBeVisible();
  const made = safetensors([["lm_head.weight", [2, 2]]], { "telar.recipe": recipe });
  await dropFiles(page, [{ name: "adapter_model.safetensors", base64: base64(made) }], at);
  await expectFile(page, idsOf).toEqual(["chat", "pii", "source", "split", "train"]);
});

test("a wire lights what fits, says why it is refused, adapts in one click, and never closes a circle", async ({
  page,
}) => {
  await page.goto(await newGraph(page, graph));
  await expect(page.locator(".canvas[data-ready]")).toBeVisible();
  const tokens = port(page, "Train", "tokens", "in");
  const from = await middle(port(page, "Split", "train", "out"));
  const to = await middle(tokens);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + 30, from.y + 60, { steps: 4 });
  await expect(port(page, "Mask", "data", "in")).toHaveAttribute("data-standing", "lit");
  await expect(tokens).toHaveAttribute("data-standing", "dim");
  // Back into what feeds it: a circle.
  await expect(port(page, "Chat", "data", "in")).toHaveAttribute("data-standing", "dim");
  await page.mouse.move(to.x, to.y, { steps: 6 });
  await expect(page.locator(".tip")).toContainText("wants Tokens");
  await page.mouse.up();
  await page.getByRole("button", { name: "Insert" }).click();
  await expect(node(page, "Tokenize")).toBeVisible();
  await expectFile(page, wiresOf).toEqual(
    expect.arrayContaining(["split.train > tokenize.data", "tokenize.tokens > train.tokens"]),
  );
  const back = await middle(port(page, "Split", "validation", "out"));
  const into = await middle(port(page, "Chat", "data", "in"));
  await drag(page, back, into);
  await expect(page.locator(".tip")).toContainText(/circle|cycle|itself/i);
  await page.keyboard.press("Escape");
  await expect(page.locator(".tip")).toBeHidden();
});

test("a node dropped on a wire goes into it, and comes out of it healed", async ({ page }) => {
  await page.goto(await newGraph(page, graph));
  await expect(page.locator(".canvas[data-ready]")).toBeVisible();
  const wire = await middle(page.locator(".react-flow__edge").nth(1).locator(".thread"));
  const mask = (await node(page, "Mask").boundingBox())!;
  await dragNode(page, "Mask", {
    x: wire.x - mask.x - mask.width / 2,
    y: wire.y - mask.y - Math.min(mask.height / 2, 50),
  });
  await expectFile(page, wiresOf).toEqual(
    expect.arrayContaining(["source.data > pii.data", "pii.data > chat.data"]),
  );
  await page.keyboard.press("Control+z");
  await expectFile(page, wiresOf).toContain("source.data > chat.data");
  await page.keyboard.press("Control+Shift+z");
  await expectFile(page, wiresOf).toContain("pii.data > chat.data");
  await choose(page, "Mask");
  await page.keyboard.press("Control+Delete");
  await expect(node(page, "Mask")).toBeHidden();
  await expectFile(page, wiresOf).toEqual(["chat.data > split.data", "source.data > chat.data"]);
});

test("a wire is led through points", async ({ page }) => {
  await page.goto(await newGraph(page, graph));
  await expect(page.locator(".canvas[data-ready]")).toBeVisible();
  const thread = page.locator(".react-flow__edge").nth(1).locator(".thread");
  const at = await middle(thread);
  await page.mouse.dblclick(at.x, at.y);
  const point = page.getByRole("button", { name: "Point of the wire" });
  await expect(point).toHaveCount(1);
  const handle = await middle(point);
  await drag(page, handle, { x: handle.x, y: handle.y - 60 });
  const viaOf = async () => (await fileOf(page)).wires.flatMap((w) => w.via ?? []);
  await expect.poll(async () => (await viaOf())[0]?.[1]).toBeLessThan(0);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await expect.poll(viaOf).toEqual([]);
});

/** A GGUF file without tensors. */
function gguf(texts: Record<string, string>): Buffer {
  const u32 = (v: number) => Buffer.from(Uint32Array.of(v).buffer);
  const u64 = (v: number) => Buffer.from(BigUint64Array.of(BigInt(v)).buffer);
  const text = (s: string) => Buffer.concat([u64(Buffer.byteLength(s)), Buffer.from(s)]);
  const all = { "general.architecture": "llama", ...texts };
  const entries = Object.entries(all).map(([key, value]) => Buffer.concat([text(key), u32(8), text(value)]));
  return Buffer.concat([Buffer.from("GGUF"), u32(3), u64(0), u64(entries.length), ...entries]);
}
