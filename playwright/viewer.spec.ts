/** A person who may only look and run the App. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { expect, newGraph, node, RETRIED, test } from "./app";
import { idsOf } from "./canvas-moves";
import { writeRows } from "./data";
import { readState } from "./system/state";

const token = "a-viewer-signs-in-with-this-one";

/** A member of the team with the role VIEWER and a link of their own: there is no page yet that invites one. */
async function inviteViewer(): Promise<void> {
  const [, , , port, host] = readFileSync(join(readState().home, "database/postmaster.pid"), "utf8").split(
    "\n",
  );
  const client = new Client({ host: host!.trim(), port: Number(port), user: "telar", database: "telar" });
  await client.connect();
  try {
    await client.query(
      `WITH person AS (
         INSERT INTO "User" (id, name, email) VALUES ('viewer', 'Reader', 'reader@localhost') RETURNING id
       ), member AS (
         INSERT INTO "Membership" ("teamId", "userId", role) SELECT t.id, p.id, 'VIEWER' FROM "Team" t, person p
       )
       INSERT INTO "OneTimeToken" ("tokenHash", "userId", "expiresAt")
       SELECT $1, id, now() + interval '10 minutes' FROM person`,
      [createHash("sha256").update(token).digest("hex")],
    );
  } finally {
    await client.end();
  }
}

test("a viewer runs the App with a setting of their own, sees everything and changes nothing", async ({
  page,
  browser,
}) => {
  const path = writeRows("viewer", 20, (k) => `Answer number ${k}.`);
  const address = await newGraph(page, {
    telar: 1,
    name: "For readers",
    nodes: [
      { id: "rows", kind: "dataset-file", version: 1, params: { path }, title: "Rows" },
      { id: "chat", kind: "to-chat", version: 1, params: {}, title: "Chat" },
    ],
    wires: [{ from: "rows.data", to: "chat.data" }],
    layout: { rows: [0, 0], chat: [240, 0] },
    app: { inputs: ["rows.rows"], outputs: ["chat.data"] },
  });
  await inviteViewer();
  const context = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  const reader = await context.newPage();
  const said: string[] = [];
  reader.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") said.push(message.text());
  });
  await reader.goto(`/sign-in?token=${token}&to=${address}`);
  await expect(reader.locator(".canvas[data-ready]")).toBeVisible();
  await expect(reader.getByRole("button", { name: "Run", exact: true })).toBeDisabled();
  await expect(reader.getByRole("button", { name: "Data file", exact: true })).toBeDisabled();
  await node(reader, "Rows").getByRole("heading").click();
  for (const key of ["Delete", "Control+d", "Control+m", "Control+Enter", "c"])
    await reader.keyboard.press(key);
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
  expect(said).toEqual([]);
  await context.close();

  const input = encodeURIComponent(JSON.stringify({ json: { id: address.slice("/g/".length) } }));
  const response = await page.request.get(`/api/trpc/graphs.file?input=${input}`, RETRIED);
  const { result } = (await response.json()) as { result: { data: { json: { text: string } } } };
  const file = JSON.parse(result.data.json.text);
  expect(idsOf(file)).toEqual(["chat", "rows"]);
  expect(file.nodes.find((n: { id: string }) => n.id === "rows").params).toEqual({ path });
});
