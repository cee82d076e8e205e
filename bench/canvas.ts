/** The canvas beside bare React Flow with empty nodes, in the same headless browser: frame times, and how soon a graph stands. */
import { type Browser, chromium, type Page } from "@playwright/test";
import { graphFile } from "@/playwright/pipelines";
import { frameTime, MOVES } from "./canvas/measure";
import { serveBare } from "./canvas/serve-bare";
import { startTelar } from "./canvas/start-telar";
import type { BenchRow } from "./run";

const VIEWPORT = { width: 1440, height: 900 };
const READY = "[data-ready] .react-flow__node";
/** Opened this often after a first time that does not count; the median does. */
const OPENINGS = 5;
/** Telar's workers have started and load nothing any more: both sides are measured on a quiet machine. */
const SETTLE_MS = 8_000;
/** What the page before still asked the server has been answered. */
const BETWEEN_MS = 1_000;

export default async function bench(): Promise<BenchRow[]> {
  const [telar, bare] = await Promise.all([startTelar(), serveBare()]);
  const browser = await chromium.launch({
    ...(process.env.CHROMIUM_PATH ? { executablePath: process.env.CHROMIUM_PATH } : {}),
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
  try {
    const ours = await signedIn(browser, telar.link);
    const theirs = await browser.newPage({ viewport: VIEWPORT });
    const rows: BenchRow[] = [];
    for (const [count, most] of [
      [300, 34],
      [2000, 50],
    ] as const) {
      const address = await create(ours, telar.link, count);
      await ours.waitForTimeout(SETTLE_MS);
      if (count === 300) rows.push(await opening(ours, address, theirs, bare.url));
      for (const near of [true, false])
        for (const move of MOVES) {
          // One page at a time: the other is blank while it is measured.
          const baseline = await (await at(theirs, `${bare.url}?nodes=${count}`, near))(move);
          await theirs.goto("about:blank");
          const telarTime = await (await at(ours, address, near))(move);
          await ours.goto("about:blank");
          const measure = `${move}, ${count} nodes, ${near ? "near" : "far"}`;
          process.stderr.write(`${measure}: ${telarTime.toFixed(1)} ms, bare ${baseline.toFixed(1)} ms\n`);
          rows.push(row(measure, telarTime, baseline, `≤ ${most} ms, ≥ 0.67`));
        }
    }
    return rows;
  } finally {
    await browser.close();
    bare.close();
    telar.stop();
  }
}

async function signedIn(browser: Browser, link: string): Promise<Page> {
  const page = await browser.newPage({ viewport: VIEWPORT, reducedMotion: "reduce" });
  await page.goto(link);
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  await page.waitForURL(/\/g\//);
  return page;
}

async function create(page: Page, link: string, count: number): Promise<string> {
  const origin = new URL(link).origin;
  const input = { from: "file", text: JSON.stringify(graphFile(count)) };
  const answer = await page.request.post(`${origin}/api/trpc/graphs.create`, {
    data: { json: input },
    headers: { origin },
  });
  const { result } = (await answer.json()) as { result: { data: { json: { id: string } } } };
  return `${origin}/g/${result.data.json.id}`;
}

/** A drawing without its wires would be fast for the wrong reason. */
async function refuseWithoutWires(page: Page) {
  const [nodes, wires] = await Promise.all([
    page.locator(".react-flow__node").count(),
    page.locator(".react-flow__edge-path").count(),
  ]);
  // Pipelines of five nodes have four wires; at the edge of what is in sight some end outside.
  if (wires < nodes * 0.6) throw new Error(`${page.url()} shows ${nodes} nodes and only ${wires} wires.`);
}

/** Opens a page and zooms: `near` at about 100 %, far with as much in sight as can be. */
async function at(page: Page, address: string, near: boolean) {
  await page.goto(address);
  await page.waitForSelector(READY);
  await page.waitForTimeout(1500);
  await page.mouse.move(VIEWPORT.width / 2 - 60, VIEWPORT.height / 2);
  await page.keyboard.down("Control");
  for (let k = 0; k < 11; k++) await page.mouse.wheel(0, near ? -120 : 160);
  await page.keyboard.up("Control");
  await page.waitForTimeout(1000);
  await refuseWithoutWires(page);
  return (move: (typeof MOVES)[number]) => frameTime(page, move);
}

async function opening(ours: Page, address: string, theirs: Page, bare: string): Promise<BenchRow> {
  const median = async (page: Page, url: string) => {
    const times: number[] = [];
    for (let k = 0; k <= OPENINGS; k++) {
      await page.goto("about:blank");
      await page.waitForTimeout(BETWEEN_MS);
      await page.goto(url, { waitUntil: "commit" });
      await page.waitForSelector(READY);
      const time = await page.evaluate(() => performance.now());
      if (k) times.push(time);
      await refuseWithoutWires(page);
    }
    return times.sort((a, b) => a - b)[Math.floor(OPENINGS / 2)]!;
  };
  return row(
    "opening 300 nodes",
    await median(ours, address),
    await median(theirs, `${bare}?nodes=300`),
    "≤ 1,000 ms",
  );
}

const row = (measure: string, telar: number, baseline: number, goal: string): BenchRow => ({
  measure,
  unit: "ms",
  telar,
  baseline,
  baselineName: "React Flow, empty nodes",
  ratio: baseline / telar,
  goal,
});
