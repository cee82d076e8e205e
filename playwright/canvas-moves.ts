/** What the canvas specs do with a mouse and look at in the file. */
import type { Locator, Page } from "@playwright/test";
import type { GraphFile } from "../graph/document";
import { expect, node, RETRIED } from "./app";

export type At = { x: number; y: number };

export const middle = async (target: Locator): Promise<At> => {
  const box = (await target.boundingBox())!;
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};

export const port = (page: Page, title: string, name: string, direction: "in" | "out") =>
  node(page, title).locator(`.port[data-handleid="${name}"][data-direction="${direction}"]`);

/** A press, a move in steps, and a release. A drag begins with the first move, which is small as a hand's is. */
export async function drag(page: Page, from: At, to: At): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + 2, from.y + 2, { steps: 2 });
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 6 });
  await page.mouse.up();
}

export async function dragNode(page: Page, title: string, by: At): Promise<void> {
  const head = await middle(node(page, title).getByRole("heading"));
  await drag(page, head, { x: head.x + by.x, y: head.y + by.y });
}

/** The graph as the server has it. */
export async function fileOf(page: Page): Promise<GraphFile> {
  const id = new URL(page.url()).pathname.split("/").at(-1);
  const input = encodeURIComponent(JSON.stringify({ json: { id } }));
  const response = await page.request.get(`/api/trpc/graphs.file?input=${input}`, RETRIED);
  const { result } = (await response.json()) as { result: { data: { json: { text: string } | string } } };
  const { json } = result.data;
  return JSON.parse(typeof json === "string" ? json : json.text) as GraphFile;
}

/** Waits until what the server has of the graph, looked at in one way, is as expected. */
export const expectFile = <T>(page: Page, look: (file: GraphFile) => T) =>
  expect.poll(async () => look(await fileOf(page)));

export const wiresOf = (file: GraphFile) => file.wires.map((w) => `${w.from} > ${w.to}`);
export const idsOf = (file: GraphFile) => file.nodes.map((n) => n.id);

/** Chooses nodes: the first plainly, the others with Ctrl. */
export async function choose(page: Page, ...titles: string[]): Promise<void> {
  for (const [k, title] of titles.entries())
    await node(page, title)
      .getByRole("heading")
      .click(k ? { modifiers: ["Control"] } : {});
}

/** Ctrl+K, the command's name, Enter. */
export async function command(page: Page, name: string): Promise<void> {
  await page.keyboard.press("Control+k");
  const box = page.getByPlaceholder("What do you want to do?");
  await box.fill(name);
  await page.getByRole("option", { name, exact: false }).first().click();
  await expect(box).toBeHidden();
}

/** A click on the empty canvas, which deselects. */
export async function leave(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
}

/** Lets go files over a spot of the canvas. */
export async function dropFiles(
  page: Page,
  files: readonly { name: string; base64: string }[],
  at: At,
): Promise<void> {
  const data = await page.evaluateHandle((all) => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of all) {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      transfer.items.add(new File([bytes], name));
    }
    return transfer;
  }, files);
  const pane = page.locator(".react-flow__pane");
  for (const type of ["dragover", "drop"])
    await pane.dispatchEvent(type, { dataTransfer: data, clientX: at.x, clientY: at.y });
}
export const base64 = (text: string | Buffer) => Buffer.from(text).toString("base64");
