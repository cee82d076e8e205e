import { createHash, randomBytes } from "node:crypto";
import { test as base } from "@playwright/test";
import { expect } from "./app";
import { database } from "./database";
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

/** A link as `npm start` prints one. */
async function freshToken(): Promise<string> {
  const client = await database();
  const token = randomBytes(32).toString("base64url");
  const hash = createHash("sha256").update(token).digest("hex");
  await client.query(
    `INSERT INTO "OneTimeToken" ("tokenHash", "userId", "expiresAt")
     SELECT $1, "userId", now() + interval '10 minutes' FROM "Membership" WHERE role = 'OWNER' LIMIT 1`,
    [hash],
  );
  await client.end();
  return token;
}

base("a link that never existed is refused in one sentence", async ({ page }) => {
  await page.goto("/sign-in?token=never-printed");
  await expect(page).toHaveURL(/signed-out/);
  await expect(page.getByRole("main")).toContainText("This link is not one of ours.");
});

base(
  "a link survives previews of every kind, signs one person in, and then is used",
  async ({ page, request, browser }) => {
    const token = await freshToken();
    const link = `/sign-in?token=${token}&to=/graphs`;
    for (const agent of ["Slackbot-LinkExpanding 1.0", "WhatsApp/2.23", "facebookexternalhit/1.1"])
      expect(
        (await request.get(link, { headers: { "user-agent": agent } })).headers()["set-cookie"],
      ).toBeUndefined();
    await request.head(link);
    await request.fetch(link, { method: "OPTIONS" });
    await request.get(link, { headers: { "sec-purpose": "prefetch;prerender" } });
    const ahead = { "sec-purpose": "prefetch" };
    expect((await request.post("/sign-in/open", { headers: ahead, form: { token } })).status()).toBe(403);

    await page.goto(link);
    await expect(page).toHaveURL(/\/graphs$/);
    const other = await browser.newPage();
    await other.goto(link);
    await expect(other).toHaveURL(/signed-out\?why=sign-in-used/);
    await other.close();
  },
);

base("without scripts a button opens the link", async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`/sign-in?token=${await freshToken()}`);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/127\.0\.0\.1:\d+\/$/);
  const cookie = (await context.cookies()).find(({ name }) => name.endsWith("session_token"));
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/" });
  await context.close();
});

base("signing out ends the streams of the session and of no other", async ({ browser }) => {
  const open = async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`/sign-in?token=${await freshToken()}`);
    await page.waitForURL(/\/$/);
    // A live view of the dashboard, read as its page reads it.
    await page.evaluate(() => {
      const state = { ended: false, heard: 0 };
      (globalThis as { state?: typeof state }).state = state;
      void fetch("/api/trpc/deployments.watch?input=%7B%22json%22%3A%7B%7D%7D", {
        headers: { accept: "text/event-stream" },
      }).then(async (answer) => {
        const reader = answer.body!.getReader();
        try {
          for (;;) {
            const { done } = await reader.read();
            if (done) break;
            state.heard++;
          }
        } catch {}
        state.ended = true;
      });
    });
    return {
      context,
      page,
      state: () => page.evaluate(() => (globalThis as { state?: { ended: boolean; heard: number } }).state),
    };
  };
  const [one, two] = [await open(), await open()];
  for (const { state } of [one, two])
    await expect.poll(async () => (await state())?.heard).toBeGreaterThan(0);
  await one.context.request.post("/sign-out", { maxRedirects: 0 });
  await expect.poll(async () => (await one.state())?.ended).toBe(true);
  expect((await two.state())?.ended).toBe(false);
  await two.context.close();
  await one.context.close();
});

base("a link leads to no other site", async ({ request }) => {
  const token = await freshToken();
  const response = await request.post("/sign-in/open", {
    form: { token, to: "//example.org" },
    maxRedirects: 0,
  });
  expect(response.status()).toBe(303);
  expect(response.headers().location).toBe("/");
});

base("calls without a session, from another site or to another name are refused", async ({ request }) => {
  expect((await request.get("/api/trpc/graphs.list")).status()).toBe(401);
  expect((await request.get("/", { headers: { host: "example.org" } })).status()).toBe(403);
  const foreign = { origin: "https://example.org", "content-type": "application/json" };
  expect((await request.post("/api/trpc/graphs.create", { headers: foreign, data: {} })).status()).toBe(403);
  // A browser that hides the origin still says that it is another site.
  const hidden = { "sec-fetch-site": "cross-site" };
  for (const path of ["/sign-out", "/teams/choose", "/sign-in/open", "/api/data?name=x"])
    expect((await request.post(path, { headers: hidden })).status(), path).toBe(403);
});
