/** Graphs that open zoomed out: everything is there, and details come when a node is seen larger. */
import type { Page } from "@playwright/test";
import { expect, newGraph, node, test } from "./app";
import { n } from "./graphs";

const STEPS = ["dataset-file", "to-chat", "pii", "dedupe", "split"] as const;

/** Pipelines of five nodes each, so many side by side. */
function pipelines(count: number, across = 1, below = 190) {
  const all = Array.from({ length: count }, (_, line) =>
    STEPS.map((kind, k) => ({
      node: n(`n${line}x${k}`, kind, `${line}.${k}`),
      at: [(line % across) * 1320 + k * 240, Math.floor(line / across) * below],
    })),
  ).flat();
  return {
    telar: 1,
    name: `${count} pipelines`,
    nodes: all.map((one) => one.node),
    wires: all.flatMap(({ node: { id } }) => {
      const [line, k] = id.slice(1).split("x").map(Number) as [number, number];
      return k ? [{ from: `n${line}x${k - 1}.data`, to: `${id}.data` }] : [];
    }),
    layout: Object.fromEntries(all.map((one) => [one.node.id, one.at])),
  };
}

const threads = (page: Page) => page.locator(".wire .thread");
const open = async (page: Page, graph: object) => {
  await page.goto(await newGraph(page, graph));
  await expect(page.locator(".canvas[data-ready] .react-flow__node").first()).toBeVisible();
};

async function zoom(page: Page, title: string, times: number, by: number) {
  const box = (await node(page, title).boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.keyboard.down("Control");
  for (let k = 0; k < times; k++) await page.mouse.wheel(0, by);
  await page.keyboard.up("Control");
}

test("a graph of a few nodes that stand far apart opens with all its wires", async ({ page }) => {
  await open(page, pipelines(3, 1, 900));
  await expect(page.locator(".node")).toHaveCount(15);
  await expect(page.locator(".node[data-simple]")).toHaveCount(15);
  await expect(threads(page)).toHaveCount(12);
});

test("a large graph opens whole and in sight, and what is seen larger has marks, ports and wires", async ({
  page,
}) => {
  await open(page, pipelines(30, 3));
  await expect(page.locator(".node")).toHaveCount(150);
  await expect(threads(page)).toHaveCount(120);
  const stage = (await page.locator(".canvas").boundingBox())!;
  for (const corner of ["0.0", "2.4", "27.0", "29.4"]) {
    const box = (await node(page, corner).boundingBox())!;
    expect(box.x).toBeGreaterThan(stage.x);
    expect(box.y).toBeGreaterThan(stage.y);
    expect(box.x + box.width).toBeLessThan(stage.x + stage.width);
    expect(box.y + box.height).toBeLessThan(stage.y + stage.height);
  }
  const mask = node(page, "16.2");
  await expect(mask.locator("header svg")).toHaveCount(0);

  await zoom(page, "16.2", 8, -120);
  await expect(mask.getByRole("img", { name: "Not run" })).toBeVisible();
  await expect(mask.locator("footer")).toBeVisible();
  await expect(mask.locator(".react-flow__handle")).toHaveCount(3);
  await expect(page.locator('[data-id="n16x2.data"] .thread')).toHaveCount(1);

  await zoom(page, "16.2", 16, 200);
  await expect(mask.locator("footer")).toBeHidden();
  await expect(page.locator(".node")).toHaveCount(150);
  await expect(threads(page)).toHaveCount(120);
});
