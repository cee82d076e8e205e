import { expect, node, setField, test } from "./app";
import { readState } from "./system/state";

/** The whole thread on real weights: fewer rows, smaller and fewer steps than the example has, so that it takes a minute or two. */
test.describe.configure({ timeout: 480_000 });
// Without a GPU, what moves on the page takes a core away from the training.
test.use({ contextOptions: { reducedMotion: "reduce" } });

const steps = [
  ["Questions and answers", "Rows", "64"],
  ["Train LoRA", "Steps", "3"],
  ["Train LoRA", "Batch size", "2"],
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
