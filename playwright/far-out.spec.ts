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

  await zoom(page, "n87", 8, -120);
  await expect(mask.getByRole("img", { name: "Not run" })).toBeVisible();
  await expect(mask.locator("footer")).toBeVisible();
  await expect(mask.locator(".react-flow__handle")).toHaveCount(3);
  await expect(page.locator('[data-id="n87.data"] .thread')).toHaveCount(1);

  await zoom(page, "n87", 16, 200);
  await expect(mask.locator("footer")).toBeHidden();
  await expect(page.locator(".node")).toHaveCount(160);
  await expect(threads(page)).toHaveCount(128);
});
