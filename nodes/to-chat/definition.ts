import { z } from "zod";
import { defineNode } from "@/graph/define-node";
import { rowsOf } from "@/graph/ports";
import { problem } from "@/graph/problems";
import { columnsAfter, MAPPINGS, mapColumns } from "./mapping";

export const toChat = defineNode({
  kind: "to-chat",
  version: 1,
  codeVersion: 4,
  category: "data",
  order: 20,
  icon: "messages-square",
  aliases: [
    "conversation",
    "messages",
    "instruct",
    "instruction",
    "alpaca",
    "sharegpt",
    "prompt format",
    "map columns",
    "mapping",
    "conversación",
    "mensajes",
    "columnas",
    "conversa",
    "mensagens",
    "colunas",
  ],
  params: z.object({
    mapping: z.enum(MAPPINGS).default("auto").meta({ widget: "select" }),
    systemPrompt: z.string().default("").meta({ widget: "text" }),
    user: z.string().default("{question}").meta({ widget: "text", advanced: true }),
    assistant: z.string().default("{answer}").meta({ widget: "text", advanced: true }),
    system: z.string().default("").meta({ widget: "text", advanced: true }),
    maxBadRows: z.number().min(0).max(1).default(0.05).meta({ widget: "slider", step: 0.01, advanced: true }),
  }),
  inputs: { data: { want: { type: "dataset" }, labels: "flow" } },
  outputs: { data: { type: "dataset" }, ledger: { type: "dataset", secondary: true } },
  infer: (params, { data }) => {
    const ledger = { type: "dataset", shape: "table" } as const;
    if (!data) return { data: { type: "dataset", shape: "chat" }, ledger };
    const { columns, shape, bytes, labels, ...rest } = data;
    if (!columns) return { data: { ...rest, shape: "chat" }, ledger };
    const mapped = mapColumns(params, columns);
    // Nothing is known of what comes out where nothing can come out; `check` says why.
    if ("missing" in mapped) return { ledger };
    return { data: { ...rest, shape: "chat", columns: columnsAfter(mapped.mapping, columns) }, ledger };
  },
  check: (params, { data }) => {
    // No column at all means that the head of the file could not be read: the source will say why.
    if (!data?.columns?.some(({ name }) => name !== "_row")) return [];
    const mapped = mapColumns(params, data.columns);
    if (!("missing" in mapped)) return [];
    const columns = data.columns.map(({ name }) => name).filter((name) => name !== "_row");
    const values = { looked: mapped.missing, columns: columns.join(", ") };
    return [
      params.mapping === "columns"
        ? problem("to-chat-no-column", { param: "user" }, values)
        : problem("to-chat-no-mapping", { port: "data", param: "mapping" }, values),
    ];
  },
  resources: () => ({ threads: 1, memoryBytes: 1024 ** 3, gpus: 0 }),
  estimate: (_params, { data }) => ({
    seconds: 1 + (rowsOf(data) ?? 1_000) / 25_000,
    memoryBytes: 512 * 1024 ** 2,
    diskBytes: data?.bytes ?? 1024 ** 2,
    wattHours: 0.01,
  }),
  cache: "content",
  telling: ["mapping", "systemPrompt"],
});
