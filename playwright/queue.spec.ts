import { expect, newGraph, test } from "./app";

/** Rows that no other test asks for, so that the cache has none of it. */
const waiting = (name: string, rows: number) => ({
  telar: 1,
  name,
  nodes: [{ id: "rows", kind: "dataset-file", version: 1, params: { path: "data/support.jsonl", rows } }],
  wires: [],
});

test("the queue is paused, put in another order and resumed on the dashboard", async ({ page }) => {
  await page.goto("/");
  const post = async (path: string, json: object) => {
    const response = await page.request.post(`/api/trpc/${path}`, { data: { json } });
    expect(response.ok(), await response.text()).toBe(true);
    return (await response.json()).result.data.json;
  };
  await post("queue.pause", { paused: true });
  const runs: string[] = [];
  for (const [i, name] of ["Alder", "Birch", "Cedar"].entries()) {
    const graphId = (await newGraph(page, waiting(name, 11 + i))).slice("/g/".length);
    runs.push((await post("runs.start", { graphId })).runId);
  }
  await page.goto("/");
  const queue = page.locator("#queue");
  const names = () => queue.getByRole("listitem").getByRole("link");
  await expect(names()).toHaveText([/Alder/, /Birch/, /Cedar/]);
  await expect(queue).toContainText("Nothing new starts");
  await expect(queue.getByRole("listitem").first()).toContainText("Paused");
  await expect(page.getByRole("table").getByText("Waits while the queue is paused")).toHaveCount(3);

  await queue.getByRole("button", { name: /^Move Cedar \d+ up$/ }).click();
  await expect(names()).toHaveText([/Alder/, /Cedar/, /Birch/]);
  await queue.getByRole("listitem").filter({ hasText: "Birch" }).dragTo(queue.getByRole("listitem").first());
  await expect(names()).toHaveText([/Birch/, /Alder/, /Cedar/]);
  await queue.getByRole("button", { name: /^Priority of Cedar/ }).click();
  await page.getByRole("menuitemradio", { name: "High" }).click();
  await expect(names()).toHaveText([/Cedar/, /Birch/, /Alder/]);
  await expect(queue.getByRole("listitem").first()).toContainText("High");
  await expect(queue.getByRole("button", { name: /^Move Cedar \d+ up$/ })).toBeDisabled();
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.screenshot({ path: test.info().outputPath(`queue-${theme}.png`) });
  }

  for (const id of runs) await post("runs.cancel", { id });
  await expect(queue).toContainText("Your team has nothing waiting");
  await queue.getByRole("button", { name: "Resume" }).click();
  await expect(queue).toHaveCount(0);
});
