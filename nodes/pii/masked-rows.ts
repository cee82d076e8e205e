/** The rows of a table in which personal data is found, with what is to stand there. */
import type { DuckDBValue } from "@duckdb/node-api";
import {
  changeCell,
  decoder,
  ident,
  isSearched,
  type MayChange,
  mayChangeRow,
  parquet,
  type Row,
  rowText,
  streamChunks,
  type TableDescription,
} from "@/engines/table";
import { ISSUED } from "./card";
import type { PiiType } from "./definition";
import { maskPii, PLACEHOLDERS, typeOfNumber, WORTH_A_LOOK } from "./detect";
import { saysPhone } from "./phone";

export type Counts = Record<PiiType, number>;
export const noCounts = (): Counts => ({ email: 0, phone: 0, card: 0 });

export type Masked = {
  place: number;
  row: Row;
  /** The text of the row with its new cells. */
  after: () => string;
  cells: Map<string, DuckDBValue>;
  counts: Counts;
};

/** Every column but the id, as far as it can be searched. */
export const searchedColumns = ({ types }: TableDescription) =>
  types.filter(({ name, type }) => name !== "_row" && isSearched(type));

const MAY: MayChange = {
  text: WORTH_A_LOOK,
  number: (digits, name) =>
    saysPhone(name) ? `length(${digits}) >= 7` : `regexp_matches(${digits}, '${ISSUED}')`,
};

/** In order. Only rows in which something may be found are read here. */
export async function* maskedRows(
  path: string,
  table: TableDescription,
  types: readonly PiiType[],
  signal: AbortSignal,
): AsyncGenerator<Masked[]> {
  const searched = searchedColumns(table);
  if (searched.length === 0) return;
  const sql = `SELECT file_row_number, ${table.types.map(({ name }) => ident(name)).join(", ")}
    FROM ${parquet(path, { rowNumber: true })} WHERE ${mayChangeRow(searched, MAY)}`;
  const decoders = table.types.map(({ type }) => decoder(type));
  const isWanted = new Set(searched.map(({ name }) => name));
  for await (const { chunk } of streamChunks(sql, signal)) {
    const [places, ...columns] = chunk.getColumns();
    yield places!.flatMap((place, at) => {
      const counts = noCounts();
      const change = counting(types, counts);
      const cells = new Map<string, DuckDBValue>();
      for (const [i, { name, type }] of table.types.entries()) {
        if (!isWanted.has(name)) continue;
        const value = columns[i]![at] ?? null;
        const changed = changeCell(value, type, change, name);
        if (changed !== value) cells.set(name, changed);
      }
      if (cells.size === 0) return [];
      const row: Row = Object.create(null);
      for (const [i, { name }] of table.types.entries()) row[name] = decoders[i]!(columns[i]![at] ?? null);
      const after = () => {
        const masked: Row = Object.assign(Object.create(null), row);
        for (const [i, { name }] of table.types.entries())
          if (cells.has(name)) masked[name] = decoders[i]!(cells.get(name)!);
        return rowText(masked);
      };
      return [{ place: Number(place), row, after, cells, counts }];
    });
  }
}

function counting(types: readonly PiiType[], counts: Counts) {
  return {
    text: (text: string, name: string) => {
      const { text: clean, found } = maskPii(text, types, name);
      for (const one of found) counts[one]++;
      return clean;
    },
    number: (digits: string, name: string) => {
      const type = typeOfNumber(digits, types, name);
      if (!type) return undefined;
      counts[type]++;
      return PLACEHOLDERS[type];
    },
  };
}
