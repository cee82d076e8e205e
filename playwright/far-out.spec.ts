/** Graphs that open zoomed out: everything is there, and details come when a node is seen larger. */
import type { Page } from "@playwright/test";

import { expect, newGraph, test } from "./app";
import { graphFile } from "./pipelines";

const threads = (page: Page) => page.locator(".wire .thread");
const node = (page: Page, id: string) => page.locator(`[data-id="${id}"] .node`);

/** Pipelines of five nodes, four side by side. */
async function open(page: Page, nodes: number) {
  await page.goto(await newGraph(page, graphFile(nodes)));
  await expect(page.locator(".canvas[data-ready] .react-flow__node").first()).toBeVisible();
}

async function zoom(page: Page, id: string, times: number, by: number) {
  const box = (await node(page, id).boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.keyboard.down("Control");
  for (let k = 0; k < times; k++) await page.mouse.wheel(0, by);
  await page.keyboard.up("Control");
}

test("a graph of a few nodes that stand far apart opens with all its wires", async ({ page }) => {
  await open(page, 15);
  await expect(page.locator(".node")).toHaveCount(15);
  await expect(page.locator(".node[data-simple]")).toHaveCount(15);
  await expect(threads(page)).toHaveCount(12);
});

test("a large graph opens whole and in sight, and what is seen larger has marks, ports and wires", async ({
  page,
}) => {
  await open(page, 160);
  await expect(page.locator(".node")).toHaveCount(160);
  await expect(threads(page)).toHaveCount(128);
  const stage = (await page.locator(".canvas").boundingBox())!;
  for (const corner of ["n0", "n19", "n140", "n159"]) {
    const box = (await node(page, corner).boundingBox())!;
    expect(box.x).toBeGreaterThan(stage.x);
    expect(box.y).toBeGreaterThan(stage.y);
    expect(box.x + box.width).toBeLessThan(stage.x + stage.width);
    expect(box.y + box.height).toBeLessThan(stage.y + stage.height);
  }
  const map = (await page.locator(".minimap svg").boundingBox())!;
  const shapes = (await page.locator('.minimap [data-look="other"]').boundingBox())!;
  // The whole graph is in the overview, and no more than a margin around it.
  expect(shapes.width / map.width).toBeGreaterThan(0.5);
  expect(shapes.width / map.width).toBeLessThan(1);
  const mask = node(page, "n87");
  await expect(mask.locator("header svg")).toHaveCount(0);

  await zoom(page, "n87", 11, -120);
  await expect(mask.getByRole("img", { name: "Not run" })).toBeVisible();
  await expect(mask.locator("footer")).toBeVisible();
  await expect(mask.locator(".react-flow__handle")).toHaveCount(3);
  await expect(page.locator('[data-id="n87.data"] .thread')).toHaveCount(1);

  await zoom(page, "n87", 16, 200);
  await expect(mask.locator("footer")).toBeHidden();
  await expect(page.locator(".node")).toHaveCount(160);
  await expect(threads(page)).toHaveCount(128);
});

test("all that is chosen is dragged together, in sight or not", async ({ page }) => {
  await open(page, 160);
  const away = async () => {
    const [a, b] = [(await node(page, "n0").boundingBox())!, (await node(page, "n87").boundingBox())!];
    return { x: b.x - a.x, y: b.y - a.y };
  };
  const before = await away();
  await zoom(page, "n87", 11, -120);
  const mask = node(page, "n87");
  await expect(mask.locator("footer")).toBeVisible();
  await expect(node(page, "n0")).toHaveCount(0);
  await page.keyboard.press("Control+a");
  const from = (await mask.getByRole("heading").boundingBox())!;
  await page.mouse.move(from.x + 8, from.y + 8);
  await page.mouse.down();
  await page.mouse.move(from.x + 200, from.y + 130, { steps: 6 });
  // What is out of sight is moved without being drawn.
  await expect(node(page, "n0")).toHaveCount(0);
  await page.mouse.up();
  expect((await mask.getByRole("heading").boundingBox())!.x - from.x).toBeGreaterThan(150);

  // Fitted again it stands as it stood, also after one step back.
  for (const keys of ["1", "Control+z"]) {
    await page.keyboard.press(keys);
    await expect(page.locator(".node")).toHaveCount(160);
    await expect.poll(async () => Math.abs((await away()).x - before.x)).toBeLessThan(2);
    await expect.poll(async () => Math.abs((await away()).y - before.y)).toBeLessThan(2);
  }
  await page.reload();
  await expect(page.locator(".node")).toHaveCount(160);
  await expect.poll(async () => Math.abs((await away()).x - before.x)).toBeLessThan(2);
});
