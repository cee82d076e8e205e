import { readFile } from "node:fs/promises";
import { expect, node, setField, test } from "./app";
import { expectAccessible } from "./axe";
import { GATEWAY, readState } from "./system/state";

/** What the first run left: stored outputs, curves, a served model and a chain. */
test.describe.configure({ mode: "serial", timeout: 480_000 });
// Without a GPU, what moves on the page takes a core away from the training.
test.use({ contextOptions: { reducedMotion: "reduce" } });

test("the notebook shows every stored output with nothing running", async ({ page }) => {
  await page.goto(readState().landed);
  await page.getByText("Notebook", { exact: true }).click();
  const cell = (title: string) =>
    page.getByRole("article").filter({ has: page.getByRole("heading", { name: title, exact: true }) });
  await expect(cell("Questions and answers").getByRole("table").first()).toBeVisible();
  await expect(cell("Mask personal data")).toContainText("[EMAIL]");
  await expect(cell("Tokens to learn from")).toContainText("<|im_start|>");
  await expect(cell("Train LoRA").locator("canvas, svg").first()).toBeVisible();
  await expect(cell("Answers before and after")).toContainText(/ROUGE-L/i);
  await expect(cell("Serve it")).toContainText("support-assistant");
  await expectAccessible(page);
});

test("the run page has timeline, curves, log and artifacts", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("table").getByText("Support assistant").first().click();
  await expect(page).toHaveURL(/\/runs\//);
  for (const heading of ["Timeline", "Log", "Artifacts"])
    await expect(page.getByRole("heading", { name: heading })).toBeVisible();
  await expect(page.getByText("sha-256").first()).toBeVisible();
});

test("the served model answers in the browser and to curl", async ({ page, request }) => {
  await page.goto("/chat/support-assistant");
  await page.getByRole("textbox", { name: "Message" }).fill("What is a ledger?");
  // Enabled once the page has taken the text over.
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByText(/tokens\/s|tok\/s/).first()).toBeVisible();
  await expectAccessible(page);
  const response = await request.post(`${GATEWAY}/v1/chat/completions`, {
    data: {
      model: "support-assistant",
      stream: true,
      max_tokens: 12,
      messages: [{ role: "user", content: "What is a run?" }],
    },
  });
  const events = (await response.text()).split("\n\n").filter(Boolean);
  expect(events.at(-1)).toBe("data: [DONE]");
  const text = events
    .slice(0, -1)
    .map(
      (event) =>
        (JSON.parse(event.slice(6)) as { choices: { delta?: { content?: string } }[] }).choices[0]?.delta
          ?.content ?? "",
    )
    .join("");
  expect(text.trim().length).toBeGreaterThan(0);
});

test("a deployment has versions, a question is edited, and a wrong answer is kept for review", async ({
  page,
}) => {
  await page.goto("/chat/support-assistant");
  const log = page.getByRole("log", { name: "Chat with support-assistant" });
  await page.getByRole("spinbutton", { name: "Max tokens" }).fill("8");
  await page.getByRole("textbox", { name: "Message" }).fill("What is a worker?");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(log.getByRole("button", { name: "Answer again" })).toBeAttached({ timeout: 60_000 });
  await expect(log).toContainText(/support-assistant, version 1 \(run \d+\)/);
  await log.getByText("What is a worker?").hover();
  await log.getByRole("button", { name: "Edit and send again" }).click();
  await log.getByRole("textbox").fill("What is a wire?");
  await log.getByRole("textbox").press("Enter");
  await expect(log.getByText("What is a worker?")).toHaveCount(0);
  await expect(log.getByRole("button", { name: "Answer again" })).toBeAttached({ timeout: 60_000 });
  await log.getByRole("button", { name: "This answer was wrong" }).click();
  await expect(page.getByText("Kept for review under Deployments.")).toBeVisible();
  await page.getByRole("link", { name: "Deployments" }).first().click();
  const row = page.getByRole("row", { name: /support-assistant/ }).first();
  await row.getByRole("button", { name: "version 1" }).click();
  const versions = page.getByRole("table", { name: "Versions of support-assistant" });
  await expect(versions).toContainText("served now");
  await expect(page.getByText("1 answer marked as wrong")).toBeVisible();
  await expectAccessible(page);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download as JSONL" }).click();
  const text = await readFile(await (await download).path(), "utf8");
  expect(JSON.parse(text).messages[0]).toEqual({ role: "user", content: "What is a wire?" });
});

test("the chain answers over HTTP", async ({ request }) => {
  const response = await request.post(`${GATEWAY}/chains/support-assistant`, {
    data: { input: { question: "What is a node?" } },
  });
  expect(response.ok(), await response.text()).toBe(true);
});

test("the notebook compares quantisations, marks what is learnt, and talks to what is served", async ({
  page,
}) => {
  await page.goto(`${readState().landed}?view=notebook`);
  const cell = (title: string) =>
    page.getByRole("article").filter({ has: page.getByRole("heading", { name: title, exact: true }) });
  const table = cell("Quantise to 4 bits").getByRole("table", { name: "Quantisations of this model" });
  await expect(table).toContainText("Q4_K_M");
  await expect(table.getByRole("row", { name: /F16/ })).toContainText("reference");
  await expect(table.getByRole("row", { name: /Q4_K_M/ })).toContainText(/[+−]\d/);
  await expect(cell("Tokens to learn from").locator(".tokens [data-trained]").first()).toBeVisible();
  for (const side of ["Before", "After"])
    await expect(cell("Answers before and after").getByRole("columnheader", { name: side })).toBeVisible();
  const chat = cell("Serve it");
  await chat.getByRole("textbox", { name: "Say something to the model" }).fill("What is a run?");
  await chat.getByRole("button", { name: "Send" }).click();
  await expect(chat.locator("[data-role=assistant]")).toContainText(/\w/, { timeout: 60_000 });
  const chain = cell("Support chain");
  await chain.getByRole("textbox").first().fill("What is a node?");
  await chain.getByRole("button", { name: "Try it" }).click();
  await expect(chain.locator("p.whitespace-pre-wrap")).toContainText(/\w/, { timeout: 60_000 });
  await page.getByText("App", { exact: true }).click();
  const app = page.getByRole("main", { name: "App" });
  await expect(app.getByRole("slider", { name: "Rank" })).toBeVisible();
  await expect(app.getByRole("columnheader", { name: "After" })).toBeVisible();
});

test("a curve is zoomed, and a second training lies over the first", async ({ page }) => {
  await page.goto(`${readState().landed}?view=notebook`);
  const train = page
    .getByRole("article")
    .filter({ has: page.getByRole("heading", { name: "Train LoRA", exact: true }) });
  await train.getByRole("button", { name: "Settings of Train LoRA" }).click();
  const steps = train.getByRole("textbox", { name: /^Steps/ });
  const advanced = train.getByRole("button", { name: /^Advanced/, expanded: false });
  await expect(steps.or(advanced).first()).toBeVisible();
  if (!(await steps.isVisible())) await advanced.click();
  // Results come after the page.
  await expect(train.locator(".gut")).toContainText(/run \d+/);
  const number = Number(/run (\d+)/.exec((await train.locator(".gut").textContent()) ?? "")?.[1]);
  await steps.fill("4");
  await steps.press("Shift+Enter");
  await expect(train.locator(".gut")).toContainText(`run ${number + 1}`, { timeout: 120_000 });
  await expect(train.locator(".g1")).toHaveText(/Done/, { timeout: 120_000 });
  await expect(train.getByText(`run ${number}`, { exact: true })).toBeVisible();
  await train.getByRole("button", { name: "Compare with" }).click();
  await expect(page.getByRole("checkbox", { name: `run ${number}` })).toBeChecked();
  await page.keyboard.press("Escape");
  const box = (await train.locator(".u-over").first().boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.2, box.y + 30);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, box.y + 40, { steps: 5 });
  await page.mouse.up();
  await train.getByRole("button", { name: "Whole curve" }).click();
  await expect(train.getByRole("button", { name: "Whole curve" })).toHaveCount(0);
  await page.goto("/");
  await page.getByRole("table").getByText("Support assistant").first().click();
  await expect(page.getByRole("heading", { name: "Lineage" })).toBeVisible();
  await expect(page.getByRole("table", { name: "Compare" })).toContainText("Steps");
  await page.goto(readState().landed);
  // The next test begins with what was saved.
  const saved = page.waitForResponse(/graphs\.push/);
  await setField(page, "Train LoRA", "Steps", "3");
  await saved;
});

test("running again reuses every result but the deployment", async ({ page }) => {
  await page.goto(readState().landed);
  await expect(page.getByText(/Every result is up to date|of 20 nodes will run/).first()).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await expect(node(page, "Train LoRA")).toContainText("Cached", { timeout: 60_000 });
  await expect(node(page, "Perplexity at 4 bits")).toContainText("Cached");
});
