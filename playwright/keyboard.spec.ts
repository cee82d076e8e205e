/** The whole way by keyboard alone, and what a screen reader is told on it. */
import type { Page } from "@playwright/test";
import { expect, inspector, newGraph, node, test } from "./app";
import { expectFile, wiresOf } from "./canvas-moves";
import { writeRows } from "./data";

test.describe.configure({ timeout: 180_000 });

const say = "What do you want to do?";

/** Ctrl+K, the command's name, Enter. */
async function command(page: Page, name: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await expect(page.getByPlaceholder(say)).toBeFocused();
  await page.keyboard.type(name);
  await expect(page.getByRole("option", { name }).first()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page.getByPlaceholder(say)).toBeHidden();
}

async function add(page: Page, kind: string): Promise<void> {
  await command(page, "Add a node");
  await expect(page.locator(".addmenu input")).toBeFocused();
  await page.keyboard.type(kind);
  await page.keyboard.press("Enter");
  await expect(node(page, kind)).toBeVisible();
}

/** From the chosen node: C, what the wire is called, Enter. */
async function wire(page: Page, name: string): Promise<void> {
  await page.keyboard.press("c");
  await expect(page.getByPlaceholder("Which wire?")).toBeFocused();
  await page.keyboard.type(name);
  await expect(page.getByRole("option").first()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page.getByPlaceholder("Which wire?")).toBeHidden();
}

test("a graph is built, set, run and read without a mouse, and the screen reader is told what changes", async ({
  page,
}) => {
  const path = writeRows("keys", 30, (k) => `Number ${k} is the answer.`);
  await page.goto(await newGraph(page));
  await expect(page.locator(".canvas[data-ready]")).toBeVisible();
  await page.evaluate(() => {
    const spoken: string[] = [];
    Object.assign(window, { spoken });
    const voice = document.querySelector("[data-voice]");
    if (!voice) throw new Error("nothing speaks");
    new MutationObserver(() => spoken.push(voice.textContent ?? "")).observe(voice, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });

  await add(page, "Data file");
  await page.keyboard.press("Enter");
  const field = inspector(page).getByRole("textbox", { name: /^Path/ });
  for (let k = 0; k < 12 && !(await field.evaluate((el) => el === document.activeElement)); k++)
    await page.keyboard.press("Tab");
  await expect(field).toBeFocused();
  await page.keyboard.type(path);
  await page.keyboard.press("Escape");
  await expectFile(page, (f) => f.nodes[0]?.params.path).toBe(path);

  // A node that is added after a chosen one is wired to it.
  await add(page, "To chat");
  await expectFile(page, wiresOf).toEqual(["dataset-file.data > to-chat.data"]);
  await add(page, "Split");
  await expectFile(page, wiresOf).toEqual(["dataset-file.data > to-chat.data", "to-chat.data > split.data"]);
  // A wire is cut by its name, and Undo brings it back; then it is cut again and drawn the same way.
  await wire(page, "Remove a wire");
  await expectFile(page, wiresOf).toEqual(["dataset-file.data > to-chat.data"]);
  await page.keyboard.press("Control+z");
  await expectFile(page, wiresOf).toHaveLength(2);
  await wire(page, "Remove a wire");
  await expectFile(page, wiresOf).toHaveLength(1);
  await wire(page, "To chat");
  await expectFile(page, wiresOf).toContain("to-chat.data > split.data");

  await page.keyboard.press("Shift+Enter");
  await expect(node(page, "Split").locator(".node")).toHaveAttribute("data-look", "done", {
    timeout: 60_000,
  });
  const voice = page.locator("[data-voice]");
  await expect(voice).toHaveText(/Split, Done/);
  const spoken = await page.evaluate(() => (window as unknown as { spoken: string[] }).spoken);
  // What did not change is not said, and nothing is said twice in a row.
  const words = spoken.flatMap((text) => text.split(". "));
  const of = (title: string) => words.filter((word) => word.startsWith(title));
  for (const title of ["Data file", "To chat", "Split"]) {
    expect(of(title).at(-1)).toBe(`${title}, Done`);
    expect(of(title)).toEqual(of(title).filter((word, k, all) => word !== all[k - 1]));
  }

  // Reading: the nodes by arrows, each with its name; the rows on the spot; the whole in the notebook.
  await page.keyboard.press("ArrowLeft");
  const name = await page.evaluate(
    () => document.activeElement?.querySelector("article")?.getAttribute("aria-label") ?? "",
  );
  expect(name).toMatch(/^(To chat|Data file), Done$/);
  await page.keyboard.press("o");
  await expect(page.locator(".peek .row")).toHaveCount(5);
  await page.keyboard.press("Escape");
  await command(page, "Open the notebook");
  const cell = page.getByRole("article").filter({ has: page.getByRole("heading", { name: "To chat" }) });
  await expect(cell.getByRole("table").first()).toContainText("Number 0 is the answer.");
});

test("everything that can be reached on the canvas has a name", async ({ page }) => {
  await page.goto(await newGraph(page));
  await expect(page.locator(".canvas[data-ready]")).toBeVisible();
  await add(page, "Data file");
  await page.keyboard.press("Escape");
  const unnamed = await page.evaluate(() => {
    const named = (el: Element) =>
      el.getAttribute("aria-label") ||
      el.getAttribute("aria-labelledby") ||
      el.getAttribute("title") ||
      (el as HTMLInputElement).labels?.length ||
      el.textContent?.trim() ||
      el.querySelector("[aria-label]");
    return [...document.querySelectorAll("button, a, input, select, textarea, [tabindex='0']")]
      .filter((el) => el.getClientRects().length > 0 && !named(el))
      .map((el) => el.outerHTML.slice(0, 120));
  });
  expect(unnamed).toEqual([]);
});

test("keys are changed in the list of shortcuts, refused where they are taken, and given back", async ({
  page,
}) => {
  await page.goto(await newGraph(page));
  await expect(page.locator(".canvas[data-ready]")).toBeVisible();
  await add(page, "Data file");
  await page.getByRole("button", { name: "Preferences" }).click();
  await page.getByRole("menuitem", { name: "Keyboard shortcuts" }).click();
  const list = page.getByRole("dialog", { name: "Shortcuts" });
  await list.getByRole("button", { name: "Change the keys of Duplicate" }).click();
  await page.keyboard.press("Control+m");
  await expect(list.getByRole("alert")).toHaveText(/^Ctrl M is already “Mute”\./);
  await page.keyboard.press("Alt+d");
  await expect(list.getByRole("listitem").filter({ hasText: "Duplicate" })).toContainText("Alt D");
  await page.keyboard.press("Escape");
  await expect(list).toBeHidden();
  await page.keyboard.press("Control+d");
  await page.keyboard.press("Alt+d");
  await expectFile(page, (f) => f.nodes.length).toBe(2);
  await page.reload();
  await expect(page.locator(".canvas[data-ready]")).toBeVisible();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Alt+d");
  await expectFile(page, (f) => f.nodes.length).toBe(4);
  await page.keyboard.press("?");
  await list.getByRole("button", { name: "Back to the usual keys of Duplicate" }).click();
  await expect(list.getByRole("listitem").filter({ hasText: "Duplicate" })).toContainText("Ctrl D");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+d");
  await expectFile(page, (f) => f.nodes.length).toBe(4);
});

test("the right button offers the same commands as the list of all", async ({ page }) => {
  await page.goto(await newGraph(page));
  await expect(page.locator(".canvas[data-ready]")).toBeVisible();
  await add(page, "Data file");
  await node(page, "Data file").getByRole("heading").click({ button: "right" });
  const menu = page.getByRole("menu", { name: "What to do here" });
  await expect(menu.getByRole("menuitem", { name: "Duplicate" })).toContainText("Ctrl D");
  await menu.getByRole("menuitem", { name: "Rename" }).click();
  await page.keyboard.type("Tickets");
  await page.keyboard.press("Enter");
  await expect(node(page, "Tickets")).toBeVisible();
  await node(page, "Tickets").getByRole("heading").click({ button: "right" });
  await menu.getByRole("menuitem", { name: "What this node does" }).click();
  const help = page.getByRole("dialog", { name: "Data file" });
  await expect(help).toContainText("No inputs");
  await expect(help).toContainText("JSONL");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "What Data file does" }).click();
  await expect(help).toBeVisible();
  await page.keyboard.press("Escape");
  await page.locator(".react-flow__pane").click({ button: "right", position: { x: 60, y: 60 } });
  await menu.getByRole("menuitem", { name: "Add a note" }).click();
  const stage = (await page.locator(".react-flow__pane").boundingBox())!;
  const note = (await page.locator(".md-note").boundingBox())!;
  // Where the pointer asked for it, but for the raster.
  expect(Math.abs(note.x - stage.x - 60)).toBeLessThan(16);
  expect(Math.abs(note.y - stage.y - 60)).toBeLessThan(16);
});
