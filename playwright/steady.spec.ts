/** While a run goes on, everything stays where it is. */
import type { Page } from "@playwright/test";
import { expect, newGraph, node, setField, test } from "./app";
import { call, writeRows } from "./data";
import { cleaning } from "./graphs";

test.describe.configure({ timeout: 180_000 });

const look = (page: Page, title: string, is: string) =>
  expect(node(page, title).locator(".node")).toHaveAttribute("data-look", is, { timeout: 60_000 });

/** From now on: what moved without a key or a click, as the browser counts it. Returns how to read it. */
async function watchShifts(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    type Shift = PerformanceEntry & {
      value: number;
      sources: { node?: Node | null; previousRect: DOMRect; currentRect: DOMRect }[];
    };
    const shifts: string[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Shift[])
        for (const { node, previousRect: from, currentRect: to } of entry.sources) {
          const element = node instanceof Element ? node : node?.parentElement;
          const text = element?.textContent?.slice(0, 60);
          shifts.push(`${element?.className} "${text}" ${from.x},${from.y} → ${to.x},${to.y}`);
        }
    }).observe({ type: "layout-shift" });
  });
  return () => page.evaluate(() => (window as unknown as { shifts: string[] }).shifts);
}

test("nothing on the canvas moves while the status changes, whether a node is looked at or not", async ({
  page,
}) => {
  const path = writeRows("steady", 60, (k) =>
    k % 6 ? `It is the answer number ${k}, in some words.` : "No.",
  );
  const address = await newGraph(page, cleaning("Steady", path));
  await page.goto(address);
  const bar = page.getByRole("region", { name: "Runs" });
  await look(page, "Parts", "idle");
  for (const [rows, chosen] of [
    ["50", undefined],
    ["40", "Good"],
  ] as const) {
    await setField(page, "Rows", "Rows", rows);
    if (chosen) await node(page, chosen).getByRole("heading").click();
    else await page.keyboard.press("Escape");
    await expect(bar).toContainText("5 of 5 nodes will run");
    await page.mouse.move(4, 4);
    await page.waitForTimeout(700);
    const shifts = await watchShifts(page);
    // Started elsewhere: no key or click excuses a movement.
    await call(page, "runs.start", { graphId: address.split("/").at(-1) });
    await look(page, "Parts", "done");
    await expect(bar).toContainText("Every result is up to date");
    expect(await shifts(), chosen ?? "nothing chosen").toEqual([]);
  }
});
