import { join } from "node:path";
import type { DuckDBValue } from "@duckdb/node-api";
import {
  cleanDataset,
  decoder,
  holdsText,
  ident,
  type Judged,
  mapTexts,
  mayMatch,
  parquet,
  type Row,
  rowText,
  streamChunks,
  type TableDescription,
} from "@/engines/table";
import { defineRunner } from "@/graph/runner";
import { PII_TYPES, type PiiType, pii } from "./definition";
import { maskPii, WORTH_A_LOOK } from "./detect";

type Counts = Record<PiiType, number>;
const none = (): Counts => ({ email: 0, phone: 0, card: 0 });

export default defineRunner(pii, async ({ inputs, params, ctx }) => {
  const { mode, types } = params;
  const path = join(inputs.data.dir, "data.parquet");
  const totals = none();
  const judge = (place: number, { before, after, cells, counts }: Masked): Judged => {
    const found = PII_TYPES.filter((type) => counts[type] > 0);
    for (const type of found) totals[type] += counts[type];
    const entry = {
      rule: found.join("+"),
      values: Object.fromEntries(found.map((type) => [type, counts[type]])),
      score: found.reduce((sum, type) => sum + counts[type], 0),
      ...(mode !== "drop" && { after: rowText(after) }),
    };
    if (mode === "mask") return { place, row: before, entry, action: "changed", cells };
    return { place, row: before, entry, action: mode === "drop" ? "removed" : "found" };
  };
  const outputs = await cleanDataset({
    input: inputs.data,
    ctx,
    putBack: params.putBack,
    changing: (table) => textColumns(table).map(({ name }) => name),
    judged: async function* (table) {
      for await (const batch of maskedRows(path, table, types, ctx.signal))
        yield batch.map(({ place, masked }) => judge(place, masked));
    },
    found: ({ found, changed, removed, putBack }) => ({
      ...(found + putBack > 0 && { data: { pii: "found" } }),
      ...(found + changed + removed + putBack > 0 && { ledger: { pii: "found" } }),
    }),
  });
  for (const type of PII_TYPES) ctx.metric(type, 0, totals[type]);
  return outputs;
});

/** Every text of a row, however deep, but its id. */
const textColumns = ({ types }: TableDescription) =>
  types.filter(({ name, type }) => name !== "_row" && holdsText(type));

type Masked = { before: Row; after: Row; cells: Map<string, DuckDBValue>; counts: Counts };

/** Rows with personal data, in order, before and after. Only rows in which a text may hold any are read here. */
async function* maskedRows(
  path: string,
  table: TableDescription,
  types: readonly PiiType[],
  signal: AbortSignal,
): AsyncGenerator<{ place: number; masked: Masked }[]> {
  const texts = textColumns(table);
  if (texts.length === 0) return;
  const may = texts.map(({ name, type }) => mayMatch(ident(name), type, WORTH_A_LOOK));
  const sql = `SELECT file_row_number, ${table.types.map(({ name }) => ident(name)).join(", ")}
    FROM ${parquet(path, { rowNumber: true })} WHERE ${may.join(" OR ")}`;
  const decoders = table.types.map(({ type }) => decoder(type));
  const isText = new Set(texts.map(({ name }) => name));
  for await (const { chunk } of streamChunks(sql, signal)) {
    const [places, ...columns] = chunk.getColumns();
    yield places!.flatMap((place, at) => {
      const counts = none();
      const cells = new Map<string, DuckDBValue>();
      for (const [i, { name, type }] of table.types.entries()) {
        if (!isText.has(name)) continue;
        const value = columns[i]![at] ?? null;
        const masked = mapTexts(value, type, (text) => {
          const { text: clean, found } = maskPii(text, types);
          for (const one of found) counts[one]++;
          return clean;
        });
        if (masked !== value) cells.set(name, masked);
      }
      if (cells.size === 0) return [];
      const before: Row = {};
      const after: Row = {};
      for (const [i, { name }] of table.types.entries()) {
        const value = columns[i]![at] ?? null;
        before[name] = decoders[i]!(value);
        after[name] = cells.has(name) ? decoders[i]!(cells.get(name)!) : before[name]!;
      }
      return [{ place: Number(place), masked: { before, after, cells, counts } }];
    });
  }
}
