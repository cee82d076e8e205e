/** What of a table no mask reaches: types that nobody looks into, names of columns and fields, ids of rows. */
import {
  describeTable,
  fieldNames,
  isPartlyUnsearched,
  literal,
  parquet,
  placeSql,
  streamQuery,
} from "@/engines/table";
import type { PiiType } from "./definition";
import { findPii, WORTH_A_LOOK } from "./detect";

export type Around = {
  /** Columns that are not searched, or not whole. */
  unsearched: string[];
  /** Names that hold personal data themselves. */
  names: string[];
  /** Rows whose id holds personal data. */
  ids: number;
};

export async function lookAround(
  path: string,
  types: readonly PiiType[],
  signal: AbortSignal,
): Promise<Around> {
  const table = await describeTable(path, signal);
  const names = table.types.flatMap(({ name, type }) => [name, ...fieldNames(type)]);
  return {
    unsearched: table.types.filter(({ type }) => isPartlyUnsearched(type)).map(({ name }) => name),
    names: names.filter((name) => findPii(name, types).length > 0),
    ids: table.types.some(({ name }) => name === "_row") ? await idsWith(path, types, signal) : 0,
  };
}

/** Ids that rows bring with them keep their text; a place in a file is a number of ours. */
async function idsWith(path: string, types: readonly PiiType[], signal: AbortSignal): Promise<number> {
  const sql = `SELECT id FROM (SELECT ${placeSql()} AS id FROM ${parquet(path)})
    WHERE regexp_matches(id, ${literal(WORTH_A_LOOK)}) AND NOT regexp_matches(id, '^r[0-9]+([.][0-9]+)?$')`;
  let found = 0;
  for await (const batch of streamQuery<{ id: string }>(sql, { signal }))
    found += batch.filter(({ id }) => findPii(id, types).length > 0).length;
  return found;
}
