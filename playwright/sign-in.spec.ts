import { test as base } from "@playwright/test";
import { expect } from "./app";
import { readState } from "./system/state";

base("the printed link opens the ready-made graph", async () => {
  expect(readState().landed).toMatch(/^\/g\/[\w-]+$/);
});

base("without a session every page says how to sign in", async ({ page }) => {
  for (const path of ["/", "/graphs", "/chat/support-assistant"]) {
    await page.goto(path);
    await expect(page).toHaveURL(/signed-out/);
    await expect(page.getByRole("main")).toContainText("npm start");
  }
});

base("a link that was used or never existed is refused in one sentence", async ({ page }) => {
  await page.goto("/sign-in?token=never-printed");
  await expect(page).toHaveURL(/signed-out/);
  await expect(page.getByRole("main")).toContainText("This link is not one of ours.");
});

base("a link leads to no other site", async ({ request }) => {
  const response = await request.get("/sign-in?token=x&to=//example.org", { maxRedirects: 0 });
  expect(response.headers().location ?? "").not.toContain("example.org");
});

base("calls without a session, from another site or to another name are refused", async ({ request }) => {
  expect((await request.get("/api/trpc/graphs.list")).status()).toBe(401);
  expect((await request.get("/", { headers: { host: "example.org" } })).status()).toBe(403);
  const foreign = { origin: "https://example.org", "content-type": "application/json" };
  expect((await request.post("/api/trpc/graphs.create", { headers: foreign, data: {} })).status()).toBe(403);
});
