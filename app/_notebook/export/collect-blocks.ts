/** A node's stored outputs as blocks, read page by page from the store. */

import type { Report } from "@/graph/report";
import type { OutputView } from "@/graph/run-view";
import { pickColumns } from "@/ui/preview/data-table";
import type { Preview, TableAsk } from "@/ui/preview/source";
import { statsSchema } from "@/ui/preview/token-rows";
import { cellText } from "./cell-text";
import type { Block } from "./export-doc";

/** Rows of a table and samples that a report shows; the rest is counted. */
const ROWS = 20;
const COLUMNS = 6;

export type Reader = {
  page(digest: string, ask: TableAsk): Promise<Preview>;
  json(digest: string, path: string): Promise<unknown>;
};
export type Words = {
  port(name: string): string;
  metric(name: string): string;
  number(value: number): string;
  sample: { prompt: string; before: string; after: string; reference: string };
};

export async function collectBlocks(
  outputs: Readonly<Record<string, OutputView>>,
  read: Reader,
  words: Words,
): Promise<Block[]> {
  const blocks: Block[] = [];
  for (const [port, output] of Object.entries(outputs)) {
    blocks.push(...(await blocksOf(output, words.port(port), read, words)));
  }
  return blocks;
}

async function blocksOf(output: OutputView, title: string, read: Reader, words: Words): Promise<Block[]> {
  if (output.type === "tokens") return tokensOf(title, await read.json(output.digest, "stats.json"));
  if (output.type !== "dataset" && output.type !== "report") return [factsOf(title, output)];
  const preview = await read.page(output.digest, { limit: ROWS });
  if (preview.show === "report") return reportBlocks(preview.report, title, words);
  if (preview.show !== "table") return [factsOf(title, output)];
  const { columns, rows, total } = preview.page;
  const shown = pickColumns(
    columns.map(({ name }) => name),
    COLUMNS,
  );
  return [
    {
      show: "table",
      title,
      columns: shown,
      rows: rows.map((row) => shown.map((name) => cellText(row[name]))),
      total,
    },
  ];
}

export function reportBlocks(report: Report, title: string, words: Words): Block[] {
  const value = (cell: string | number | boolean | null) =>
    typeof cell === "number" ? words.number(cell) : cellText(cell);
  const { metrics, series, tables, samples } = report;
  const blocks: Block[] = [];
  if (Object.keys(metrics).length)
    blocks.push({
      show: "pairs",
      title,
      pairs: Object.entries(metrics).map(([name, n]) => [words.metric(name), words.number(n)]),
    });
  for (const [name, points] of Object.entries(series))
    if (points.length > 1)
      blocks.push({ show: "curves", title: words.metric(name), lines: [{ name, points }] });
  if (samples.length) {
    const parts = (["prompt", "before", "after", "reference"] as const).filter((part) =>
      samples.some((sample) => sample[part] !== undefined),
    );
    blocks.push({
      show: "table",
      title,
      columns: parts.map((part) => words.sample[part]),
      rows: samples.slice(0, ROWS).map((sample) => parts.map((part) => cellText(sample[part]))),
      total: samples.length,
    });
  }
  for (const table of tables)
    blocks.push({
      show: "table",
      title: words.metric(table.name),
      columns: table.columns.map(words.metric),
      rows: table.rows.slice(0, ROWS).map((row) => row.map(value)),
      total: table.rows.length,
    });
  return blocks;
}

function tokensOf(title: string, json: unknown): Block[] {
  const stats = statsSchema.safeParse(json);
  const first = stats.success ? stats.data.preview[0] : undefined;
  if (!first) return [];
  return [
    {
      show: "tokens",
      title,
      tokens: first.tokens.map(([text, , mask]) => ({ text, trained: mask === 1 })),
    },
  ];
}

/** What is known of a model, an adapter, an endpoint: every plain fact by name. */
function factsOf(title: string, { facts, digest }: OutputView): Block {
  const plain = Object.entries(facts).flatMap(([name, value]): [string, string][] =>
    name === "type" || value === undefined || (typeof value === "object" && !Array.isArray(value))
      ? []
      : [[name, Array.isArray(value) ? value.map(String).join(", ") : String(value)]],
  );
  return { show: "pairs", title, pairs: [...plain, ["digest", digest]] };
}
