/** People who may not change the graph: one who runs, one who only looks. */
import { createHash } from "node:crypto";
import type { Browser, Page } from "@playwright/test";
import { expect, newGraph, node, RETRIED, test } from "./app";
import { idsOf } from "./canvas-moves";
import { writeRows } from "./data";
import { database } from "./database";

/** A member of the team with this role and a link of their own: there is no page yet that invites one. */
async function invite(role: "RUNNER" | "VIEWER"): Promise<string> {
  const token = `a-${role.toLowerCase()}-signs-in-with-this-one`;
  const client = await database();
  try {
    await client.query(
      `WITH person AS (
         INSERT INTO "User" (id, name, email) VALUES ($2, $2, $2 || '@localhost') RETURNING id
       ), member AS (
         INSERT INTO "Membership" ("teamId", "userId", role) SELECT t.id, p.id, $2::"TeamRole" FROM "Team" t, person p
       )
       INSERT INTO "OneTimeToken" ("tokenHash", "userId", "expiresAt")
       SELECT $1, id, now() + interval '10 minutes' FROM person`,
      [createHash("sha256").update(token).digest("hex"), role],
    );
  } finally {
    await client.end();
  }
  return token;
}

/** Their own browser, on this page; `complaints` collects what its console complains of. */
async function open(browser: Browser, role: "RUNNER" | "VIEWER", address: string) {
  const token = await invite(role);
  const context = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  const reader = await context.newPage();
  const complaints: string[] = [];
  reader.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  await reader.goto(`/sign-in?token=${token}&to=${address}`);
  await expect(reader.locator(".canvas[data-ready]")).toBeVisible();
  return { reader, complaints, close: () => context.close() };
}

async function graphWithApp(page: Page, name: string) {
  const path = writeRows(name, 20, (k) => `Answer number ${k}.`);
  const address = await newGraph(page, {
    telar: 1,
    name,
    nodes: [
      { id: "rows", kind: "dataset-file", version: 1, params: { path }, title: "Rows" },
      { id: "chat", kind: "to-chat", version: 1, params: {}, title: "Chat" },
    ],
    wires: [{ from: "rows.data", to: "chat.data" }],
    layout: { rows: [0, 0], chat: [240, 0] },
    app: { inputs: ["rows.rows"], outputs: ["chat.data"] },
  });
  return { path, address };
}

async function expectUnchanged(page: Page, address: string, path: string) {
  const input = encodeURIComponent(JSON.stringify({ json: { id: address.slice("/g/".length) } }));
  const response = await page.request.get(`/api/trpc/graphs.file?input=${input}`, RETRIED);
  const { result } = (await response.json()) as { result: { data: { json: { text: string } } } };
  const file = JSON.parse(result.data.json.text);
  expect(idsOf(file)).toEqual(["chat", "rows"]);
  expect(file.nodes.find((n: { id: string }) => n.id === "rows").params).toEqual({ path });
}

test("a runner runs the App and the graph as it is, stops only their own runs, and changes nothing", async ({
  page,
  browser,
}) => {
  const { path, address } = await graphWithApp(page, "runners");
  const { reader, complaints, close } = await open(browser, "RUNNER", address);
  await expect(reader.getByRole("button", { name: "Data file", exact: true })).toBeDisabled();
  await node(reader, "Rows").getByRole("heading").click();
  for (const key of ["Delete", "Control+d", "Control+m", "c"]) await reader.keyboard.press(key);
  await expect(node(reader, "Rows")).toBeVisible();
  await expect(reader.getByRole("textbox", { name: /^Rows/ })).toHaveAttribute("readonly");

  await reader.getByText("App", { exact: true }).click();
  const app = reader.getByRole("main", { name: "App" });
  await app.getByRole("textbox", { name: /^Rows/ }).fill("7");
  await app.getByRole("button", { name: "Run", exact: true }).click();
  await expect(app.getByText(/From your run 1/)).toBeVisible({ timeout: 60_000 });
  await expect(app.getByRole("table")).toContainText("Answer number 0.");
  await expect(app).toContainText("of 7");
  await reader.getByText("Notebook", { exact: true }).click();
  await expect(reader.getByRole("article").getByRole("table").first()).toBeVisible();
  await expect(reader.getByRole("button", { name: "Add a note" })).toHaveCount(0);

  await reader.getByRole("button", { name: "Run", exact: true }).click();
  await expect(reader.getByRole("link", { name: "Run 2" })).toBeVisible({ timeout: 60_000 });
  await expect(reader.locator(".runbar")).toContainText("done in", { timeout: 60_000 });
  await reader.getByRole("link", { name: "Run 2" }).click();
  await expect(reader.getByRole("button", { name: "Run again", exact: true })).toBeVisible();
  expect(complaints).toEqual([]);
  await close();
  await expectUnchanged(page, address, path);
});

test("a viewer sees everything, and nothing that they may not do is offered", async ({ page, browser }) => {
  const { path, address } = await graphWithApp(page, "viewers");
  const { reader, complaints, close } = await open(browser, "VIEWER", address);
  await expect(reader.getByRole("button", { name: "Run", exact: true })).toBeDisabled();
  await node(reader, "Rows").getByRole("heading").click();
  for (const key of ["Delete", "Control+Enter", "Shift+Enter"]) await reader.keyboard.press(key);
  await expect(node(reader, "Rows")).toBeVisible();
  await expect(reader.getByRole("button", { name: "Run to here" })).toHaveCount(0);
  await reader.getByText("App", { exact: true }).click();
  const app = reader.getByRole("main", { name: "App" });
  await expect(app.getByRole("button", { name: "Run", exact: true })).toBeDisabled();
  await expect(app).toContainText("Your role in this team does not allow this.");

  await reader.goto("/graphs");
  await expect(reader.getByRole("cell", { name: "viewers never run" })).toBeVisible();
  for (const name of ["New graph", "Open a graph file…"])
    await expect(reader.getByRole("button", { name, exact: true })).toHaveCount(0);
  await reader.goto("/");
  await expect(reader.getByRole("heading", { name: "Runs", exact: true })).toBeVisible();
  await expect(reader.getByRole("button", { name: "Run graph…" })).toHaveCount(0);
  await reader.goto("/chat/nothing");
  await expect(reader.getByText("Not with your role")).toBeVisible();
  expect(complaints).toEqual([]);
  await close();
  await expectUnchanged(page, address, path);
});
