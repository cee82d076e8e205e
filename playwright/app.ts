/** A signed-in page on which no error may be said, and the few moves that specs share. */
import { test as base, expect, type Page } from "@playwright/test";
import { SESSION } from "./system/state";

type Fixtures = {
  /** What a spec that takes the network away lets the browser say. */
  allowed: RegExp | undefined;
  noErrors: string[];
};

export const test = base.extend<Fixtures>({
  allowed: [undefined, { option: true }],
  storageState: SESSION,
  noErrors: [
    async ({ page, allowed }, use) => {
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (message.type() !== "error" && message.type() !== "warning") return;
        if (!allowed?.test(message.text())) complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(error.message));
      await use(complaints);
      expect(complaints, "nothing is said in the console").toEqual([]);
    },
    { auto: true },
  ],
});
export { expect };

/** A connection that is kept open may be closed by the server just as it is used again. */
export const RETRIED = { maxRetries: 3 };

/** A fresh graph from a template. Returns its address. */
export async function newGraph(page: Page, file?: object): Promise<string> {
  const input = file ? { from: "file", text: JSON.stringify(file) } : { from: "nothing", name: "Untitled" };
  const response = await page.request.post("/api/trpc/graphs.create", { data: { json: input }, ...RETRIED });
  expect(response.ok(), await response.text()).toBe(true);
  const { result } = (await response.json()) as { result: { data: { json: { id: string } } } };
  return `/g/${result.data.json.id}`;
}

export const node = (page: Page, title: string) =>
  page.locator(".react-flow__node").filter({ has: page.getByRole("heading", { name: title, exact: true }) });
export const inspector = (page: Page) => page.getByRole("complementary", { name: "Inspector" });

/** Selects a node and changes one of its settings. */
export async function setField(page: Page, title: string, field: string, value: string): Promise<void> {
  await node(page, title).getByRole("heading").click();
  const input = inspector(page).getByRole("textbox", { name: new RegExp(`^${field}( |$)`) });
  const advanced = inspector(page).getByRole("button", { name: /^Advanced/, expanded: false });
  await expect(input.or(advanced).first()).toBeVisible();
  if (!(await input.isVisible())) await advanced.click();
  await input.fill(value);
  await input.blur();
}
