import { z } from "zod";
import { defineNode } from "@/graph/define-node";
import type { DatasetFacts } from "@/graph/ports";
import type { FileFacts } from "./facts";

export const datasetFile = defineNode({
  kind: "dataset-file",
  version: 1,
  codeVersion: 4,
  category: "data",
  order: 10,
  icon: "database",
  aliases: [
    "dataset",
    "data",
    "table",
    "spreadsheet",
    "upload",
    "import",
    "load",
    "excel",
    "jsonl",
    "json",
    "csv",
    "tsv",
    "parquet",
    "txt",
    "datos",
    "tabla",
    "archivo",
    "cargar",
    "importar",
    "dados",
    "tabela",
    "arquivo",
    "carregar",
  ],
  opens: {
    endings: ["jsonl", "ndjson", "json", "csv", "tsv", "parquet", "txt", "md"],
    params: (path) => ({ path }),
  },
  params: z.object({
    path: z.string().trim().min(1).meta({ widget: "path" }),
    rows: z.int().min(1).optional().meta({ unit: "rows" }),
    format: z
      .enum(["auto", "jsonl", "json", "csv", "tsv", "parquet", "text"])
      .default("auto")
      .meta({ widget: "select" }),
    encoding: z
      .enum(["auto", "utf-8", "utf-16le", "utf-16be", "latin-1"])
      .default("auto")
      .meta({ widget: "select", advanced: true }),
    header: z.boolean().default(true).meta({ advanced: true }),
    textRows: z.enum(["line", "paragraph"]).default("line").meta({ widget: "select", advanced: true }),
    maxBadRows: z.number().min(0).max(1).default(0.05).meta({ widget: "slider", step: 0.01, advanced: true }),
  }),
  inputs: {},
  outputs: { data: { type: "dataset" }, ledger: { type: "dataset", secondary: true } },
  infer: (params, _inputs, probe) => {
    const data = { type: "dataset", ...known(params.rows, probe as FileFacts | undefined) } as const;
    return {
      data,
      ledger: { type: "dataset", shape: "table", ...(data.labels && { labels: data.labels }) },
    };
  },
  resources: () => ({ threads: 1, memoryBytes: 1024 ** 3, gpus: 0 }),
  estimate: () => ({ seconds: 2, memoryBytes: 512 * 1024 ** 2, diskBytes: 64 * 1024 ** 2, wattHours: 0.01 }),
  cache: "content",
  files: ["path"],
  probesFiles: true,
  rowsFrom: "path",
  telling: ["path", "rows"],
  smoke: { rows: 32 },
});

/** What the head of the file tells of the data set. Rows are known only where the file states or shows them whole. */
function known(limit: number | undefined, facts: FileFacts | undefined): DatasetFacts {
  if (!facts) return { shape: "table" };
  const rows = facts.exact ? Math.min(facts.rows, limit ?? facts.rows) : undefined;
  return {
    shape: facts.shape,
    columns: facts.columns,
    ...(rows !== undefined && { rows }),
    labels: { pii: "unknown", origins: [facts.name] },
  };
}
