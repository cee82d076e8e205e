import { expect, node, setField, test } from "./app";
import { GATEWAY, readState } from "./system/state";

/** The whole thread on real weights: fewer rows and steps than the example has, so that it takes a minute or two. */
test.describe.configure({ mode: "serial", timeout: 480_000 });

const steps = [
  ["Questions and answers", "Rows", "64"],
  ["Train LoRA", "Steps", "3"],
  ["Answers before and after", "Samples", "2"],
  ["Answers before and after", "Answer length", "24"],
] as const;

test("the ready-made graph runs to a served model", async ({ page }) => {
  await page.goto(readState().landed);
  await expect(page.locator(".react-flow__node article")).toHaveCount(20);
  for (const [title, field, value] of steps) await setField(page, title, field, value);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const status = (title: string, word: RegExp) =>
    expect(node(page, title)).toContainText(word, { timeout: 420_000 });
  await status("Questions and answers", /Done|Cached/);
  await status("Train LoRA", /Done/);
  await status("Serve it", /Done/);
  await status("Support chain", /Done/);
  await status("Perplexity at 4 bits", /Done/);
});

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

test("the chain answers over HTTP", async ({ request }) => {
  const response = await request.post(`${GATEWAY}/chains/support-assistant`, {
    data: { input: { question: "What is a node?" } },
  });
  expect(response.ok(), await response.text()).toBe(true);
});

test("running again reuses every result but the deployment", async ({ page }) => {
  await page.goto(readState().landed);
  await expect(page.getByText(/All nodes are cached|of 20 nodes will run/).first()).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await expect(node(page, "Train LoRA")).toContainText("Cached", { timeout: 60_000 });
  await expect(node(page, "Perplexity at 4 bits")).toContainText("Cached");
});
