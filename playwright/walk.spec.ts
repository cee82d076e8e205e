/** All pages and dialogs in the three languages, wide and narrow: every word is in the reader's language and fits its place. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { BrowserContext, Page } from "@playwright/test";
import { LOCALES, type Locale } from "../messages/locales";
import { expect, newGraph, RETRIED, test } from "./app";
import { call, writeData, writeTinyModel } from "./data";
import { APP, SESSION } from "./system/state";
import { type Fault, faultsOf } from "./walk/faults";

test.describe.configure({ mode: "default", timeout: 240_000 });
test.use({ contextOptions: { reducedMotion: "reduce" }, allowed: /404|401|not found/i });

const WIDTHS = [1440, 1024];
/** Neither English nor Spanish nor Portuguese: what people bring is theirs. */
const ROWS = Array.from({ length: 24 }, (_, k) =>
  JSON.stringify({
    question: `q${k} ana${k}@ejemplo.org ?`,
    answer: k === 5 ? "" : `r${k} xa xe xi xo xu ${"zu ".repeat(k)}`,
  }),
);

/** One graph with a done run of every kind that is quick, one whose run failed, one that cannot run. */
const kinds = (path: string, model: string) => ({
  telar: 1,
  name: "Alfa",
  nodes: [
    { id: "rows", kind: "dataset-file", version: 1, params: { path } },
    { id: "chat", kind: "to-chat", version: 1, params: {} },
    { id: "mask", kind: "pii", version: 1, params: {} },
    { id: "good", kind: "quality-filter", version: 1, params: { minAnswerWords: 3 } },
    { id: "twice", kind: "dedupe", version: 1, params: {} },
    { id: "parts", kind: "split", version: 1, params: {} },
    { id: "base", kind: "base-model", version: 1, params: { source: "folder", path: model } },
    { id: "tokens", kind: "tokenize", version: 1, params: { maxLength: 64 } },
    { id: "train", kind: "lora-train", version: 1, params: { rank: 8, batchSize: 1, steps: 4 } },
    { id: "measure", kind: "perplexity", version: 1, params: { maxLength: 64 } },
    { id: "merged", kind: "merge", version: 1, params: {} },
    { id: "small", kind: "quantize", version: 1, params: {} },
    { id: "serve", kind: "deploy", version: 1, params: { slug: "alfa", contextLength: 512 } },
  ],
  wires: [
    { from: "rows.data", to: "chat.data" },
    { from: "chat.data", to: "mask.data" },
    { from: "mask.data", to: "good.data" },
    { from: "good.data", to: "twice.data" },
    { from: "twice.data", to: "parts.data" },
    { from: "parts.train", to: "tokens.data" },
    { from: "base.model", to: "tokens.model" },
    { from: "base.model", to: "train.model" },
    { from: "tokens.tokens", to: "train.tokens" },
    { from: "parts.validation", to: "measure.data" },
    { from: "base.model", to: "measure.model" },
    { from: "train.adapter", to: "measure.adapter" },
    { from: "base.model", to: "merged.model" },
    { from: "train.adapter", to: "merged.adapter" },
    { from: "merged.model", to: "small.model" },
    { from: "small.model", to: "serve.model" },
  ],
  app: { inputs: ["rows.rows", "train.steps"], outputs: ["measure.report", "parts.train"] },
});

const failing = (path: string) => ({
  telar: 1,
  name: "Beta",
  nodes: [
    { id: "rows", kind: "dataset-file", version: 1, params: { path } },
    { id: "chat", kind: "to-chat", version: 1, params: { maxBadRows: 0 } },
  ],
  wires: [{ from: "rows.data", to: "chat.data" }],
});

const invalid = {
  telar: 1,
  name: "Gama",
  nodes: [
    { id: "rows", kind: "dataset-file", version: 1, params: { path: "" } },
    { id: "mask", kind: "pii", version: 1, params: {} },
    { id: "train", kind: "lora-train", version: 1, params: { learningRate: -1, rank: 0 } },
    { id: "serve", kind: "deploy", version: 1, params: { slug: "No es una dirección" } },
  ],
  wires: [{ from: "rows.data", to: "mask.data" }],
};

type Seeded = { alfa: string; beta: string; gama: string; run: string; failed: string };

async function seed(page: Page): Promise<Seeded> {
  const path = writeData("walk.jsonl", `${ROWS.join("\n")}\n`);
  const [alfa, beta, gama] = await Promise.all(
    [kinds(path, writeTinyModel()), failing(path), invalid].map((file) => newGraph(page, file)),
  );
  const start = async (address: string) =>
    (await call<{ runId: string }>(page, "runs.start", { graphId: address.split("/").at(-1) })).runId;
  const [run, failed] = [await start(alfa!), await start(beta!)];
  const statusOf = async (id: string) => {
    const input = encodeURIComponent(JSON.stringify({ json: { id } }));
    const answer = await page.request.get(`/api/trpc/runs.get?input=${input}`, RETRIED);
    return (await answer.json()).result.data.json.status as string;
  };
  await expect.poll(() => statusOf(run), { timeout: 120_000 }).toBe("SUCCEEDED");
  await expect.poll(() => statusOf(failed), { timeout: 60_000 }).toBe("FAILED");
  return { alfa: alfa!, beta: beta!, gama: gama!, run: `/runs/${run}`, failed: `/runs/${failed}` };
}

type Say = (key: string) => string;
const saying = (locale: Locale): Say => {
  const file = resolve(import.meta.dirname, `../messages/${locale}.json`);
  const messages: unknown = JSON.parse(readFileSync(file, "utf8"));
  return (key) => {
    const value = key
      .split(".")
      .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], messages);
    if (typeof value !== "string") throw new Error(`There is no message ${key}.`);
    return value;
  };
};

type Place = { name: string; go: (page: Page, say: Say, seeded: Seeded) => Promise<unknown>; narrow?: false };

const visit = (path: (seeded: Seeded) => string) => async (page: Page, _say: Say, seeded: Seeded) => {
  await page.goto(path(seeded));
  await page.waitForLoadState("networkidle", { timeout: 3_000 }).catch(() => {});
};
const canvas = async (page: Page, address: string) => {
  await page.goto(address);
  await expect(page.locator(".canvas[data-ready]")).toBeVisible();
};
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).first();
const tab = (name: string): Place => ({
  name: `the inspector: ${name}`,
  go: async (page, say) => {
    await page.getByRole("tab", { name: say(`app.editor.inspector.${name}`) }).click();
    await page.waitForTimeout(150);
  },
});
/** With a node chosen, whichever tab was open. */
const chosen = (id: string): Place => ({
  name: `the node ${id}`,
  go: async (page) => {
    await page.keyboard.press("Escape");
    await page
      .locator(`.react-flow__node[data-id="${id}"] header, .react-flow__node[data-id="${id}"]`)
      .first()
      .click();
  },
});

const PLACES: readonly Place[] = [
  { name: "dashboard", go: visit(() => "/") },
  { name: "finder of graphs and runs", go: async (page, say) => button(page, say("app.nav.find")).click() },
  {
    name: "preferences",
    go: async (page, say) => {
      await page.keyboard.press("Escape");
      await button(page, say("app.nav.preferences")).click();
    },
  },
  {
    name: "keyboard shortcuts",
    go: async (page, say) => page.getByRole("menuitem", { name: say("app.nav.shortcuts") }).click(),
  },
  { name: "graphs", go: visit(() => "/graphs") },
  { name: "a new graph", go: async (page, say) => button(page, say("app.graphs.new")).click() },
  { name: "deployments", go: visit(() => "/deployments") },
  { name: "chat", go: visit(() => "/chat/alfa") },
  { name: "help", go: visit(() => "/help") },
  { name: "help on a kind", go: visit(() => "/help/kinds/lora-train") },
  { name: "teams", go: visit(() => "/teams") },
  { name: "signed out", go: visit(() => "/signed-out") },
  { name: "sign-in with a link of another", go: visit(() => "/sign-in?token=no-such-token") },
  { name: "not found", go: visit(() => "/no-such-page") },
  { name: "a run that is not there", go: visit(() => "/runs/cmxxxxxxxxxxxxxxxxxxxxxxx") },
  { name: "a graph that is not there", go: visit(() => "/g/cmxxxxxxxxxxxxxxxxxxxxxxx") },
  { name: "a run", go: visit(({ run }) => run) },
  { name: "a failed run", go: visit(({ failed }) => failed) },
  { name: "canvas", go: (page, _say, { alfa }) => canvas(page, alfa) },
  chosen("train"),
  ...["settings", "output", "log", "history"].map(tab),
  chosen("good"),
  ...["output", "settings"].map(tab),
  { name: "commands", go: (page) => page.keyboard.press("Control+k") },
  { name: "the notebook", go: visit(({ alfa }) => `${alfa}?view=notebook`) },
  { name: "the App view", go: visit(({ alfa }) => `${alfa}?view=app`) },
  { name: "a failed graph", go: (page, _say, { beta }) => canvas(page, beta) },
  chosen("chat"),
  tab("log"),
  { name: "a graph with problems", go: (page, _say, { gama }) => canvas(page, gama) },
  chosen("train"),
  tab("settings"),
  chosen("serve"),
];

let seeded: Seeded;
test.beforeAll(async ({ browser }) => {
  const context = await browser.newContext({ storageState: SESSION, baseURL: APP });
  seeded = await seed(await context.newPage());
  await context.close();
});

const speak = (context: BrowserContext, locale: Locale) =>
  context.addCookies([{ name: "telar-locale", value: locale, url: APP }]);

for (const locale of LOCALES)
  test(`every page in ${locale} is in that language and fits at 1440 and 1024 px`, async ({
    page,
    context,
  }) => {
    await speak(context, locale);
    const faults: (Fault & { place: string })[] = [];
    for (const { name, go } of PLACES) {
      await page.setViewportSize({ width: WIDTHS[0]!, height: 900 });
      await go(page, saying(locale), seeded).catch((error: Error) => {
        throw new Error(`${name}: ${error.message}`);
      });
      await expect(page.locator("html")).toHaveAttribute("lang", locale);
      for (const width of WIDTHS) {
        if (width !== WIDTHS[0]) await page.setViewportSize({ width, height: 768 });
        for (const fault of await faultsOf(page, locale))
          faults.push({ ...fault, place: `${name}, ${width}` });
      }
      if (process.env.TELAR_TEST_SHOTS)
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          await page.screenshot({
            path: `${process.env.TELAR_TEST_SHOTS}/${locale}-${name.replaceAll(/\W+/g, "-")}-${width}.png`,
          });
        }
    }
    const lines = faults.map(({ what, text, at, place }) => `${what}: “${text}” (${place}; ${at})`);
    expect(lines.join("\n")).toBe("");
  });
