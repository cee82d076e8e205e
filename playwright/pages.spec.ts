import type { Page } from "@playwright/test";
import { expect, newGraph, test } from "./app";
import { expectAccessible } from "./axe";
import { readState } from "./system/state";

const tiny = {
  telar: 1,
  name: "Tiny",
  nodes: [
    { id: "source", kind: "dataset-file", version: 1, params: { path: "data/support.jsonl", rows: 5 } },
    { id: "to-chat", kind: "to-chat", version: 1, params: {} },
  ],
  wires: [{ from: "source.data", to: "to-chat.data" }],
};

/** A graph whose run is done; the address of the run. */
async function finishedRun(page: Page): Promise<string> {
  const graphId = (await newGraph(page, tiny)).split("/").at(-1);
  const response = await page.request.post("/api/trpc/runs.start", { data: { json: { graphId } } });
  expect(response.ok(), await response.text()).toBe(true);
  const { result } = (await response.json()) as { result: { data: { json: { runId: string } } } };
  return `/runs/${result.data.json.runId}`;
}

const pages: Record<string, string | ((page: Page) => Promise<string> | string)> = {
  dashboard: "/",
  graphs: "/graphs",
  deployments: "/deployments",
  chat: "/chat/support-assistant",
  canvas: () => readState().landed,
  run: finishedRun,
  "notebook with its outputs": async (page) => {
    await page.goto(await finishedRun(page));
    await page.getByRole("link", { name: "Open graph" }).click();
    await page.waitForURL(/\/g\//);
    await page.goto(`${new URL(page.url()).pathname}?view=notebook`);
    await expect(page.getByRole("article").getByRole("table")).toHaveCount(2, { timeout: 60_000 });
    return page.url();
  },
  "signed out": "/signed-out",
};

for (const [name, path] of Object.entries(pages)) {
  test(`${name} has no serious accessibility problem, light or dark`, async ({ page }) => {
    await page.goto(typeof path === "string" ? path : await path(page));
    await expect(page.getByRole("main").or(page.getByRole("heading")).first()).toBeVisible();
    await page.waitForLoadState("networkidle").catch(() => {});
    await expectAccessible(page);
  });
}

test("Telar speaks Spanish and Portuguese where a person wants it, in the editor too", async ({ page }) => {
  await page.goto("/");
  const choose = async (menu: string, language: string) => {
    await page.getByRole("button", { name: menu }).click();
    await page.getByRole("menuitemradio", { name: language }).click();
  };
  await choose("Preferences", "Español");
  await expect(page.locator("html")).toHaveAttribute("lang", "es");
  await expect(page.getByRole("link", { name: "Despliegues" }).first()).toBeVisible();
  await page.goto(readState().landed);
  await expect(page.getByRole("complementary", { name: "Nodos para añadir" })).toContainText(
    "Fusionar adaptador",
  );
  await choose("Preferencias", "Português");
  await expect(page.getByRole("complementary", { name: "Nós para adicionar" })).toContainText(
    "Mesclar adaptador",
  );
  await choose("Preferências", "English");
  await expect(page.getByRole("complementary", { name: "Nodes to add" })).toBeVisible();
});

test("at 1024 px the rail shows icons and the inspector comes over the canvas when a node is chosen", async ({
  page,
}) => {
  await page.setViewportSize({ width: 1024, height: 768 });
  await page.goto(await newGraph(page, tiny));
  const rail = page.getByRole("complementary", { name: "Nodes to add" });
  await expect(rail).toBeVisible();
  expect((await rail.boundingBox())!.width).toBeLessThan(60);
  const before = (await page.locator(".canvas").boundingBox())!.width;
  await page.getByRole("heading", { name: "To chat" }).click();
  await expect(page.getByRole("complementary", { name: "Inspector" })).toBeInViewport();
  expect((await page.locator(".canvas").boundingBox())!.width).toBe(before);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
});

const sideways = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

for (const [name, width, height] of [
  ["1024 px", 1024, 768],
  ["4K", 3840, 2160],
] as const) {
  test(`every page fits ${name}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ reducedMotion: "reduce" });
    const run = await finishedRun(page);
    for (const [title, path] of [
      ["dashboard", "/"],
      ["graphs", "/graphs"],
      ["deployments", "/deployments"],
      ["run", run],
      ["canvas", readState().landed],
      ["notebook", `${readState().landed}?view=notebook`],
      ["app", `${readState().landed}?view=app`],
    ] as const) {
      await page.goto(path);
      await expect(page.getByRole("main").getByRole("heading").first()).toBeVisible();
      if (title === "canvas") await expect(page.locator(".canvas[data-ready]")).toBeVisible();
      expect(await sideways(page), title).toBeLessThanOrEqual(0);
      if (title !== "notebook") continue;
      // Prose and tables stay readable: the cells are no wider than 1,200 px.
      const cell = (await page.getByRole("article").first().boundingBox())!;
      expect(cell.width).toBeLessThanOrEqual(1200);
      expect(cell.x).toBeGreaterThanOrEqual(0);
    }
  });
}
