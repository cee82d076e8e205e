/** Which rows of a table the ids mean that a person put back. */
import { withConnection } from "./database";
import { literal, parquet } from "./quote";
import { placeSql } from "./row-source";

export type PutBackRows = {
  /** Ids as they stand in the table. */
  rows: Set<string>;
  /** Given ids that no row has. */
  missing: string[];
  /** Given ids without a source that rows of several sources have: none of them is meant. */
  ambiguous: string[];
};

/** An id of an earlier version has no source before it: it means the one row that has it behind its source. */
export async function findPutBack(
  path: string,
  given: readonly string[],
  signal?: AbortSignal,
): Promise<PutBackRows> {
  const found: PutBackRows = { rows: new Set(), missing: [], ambiguous: [] };
  if (given.length === 0) return found;
  const rows = await withConnection(async (connection) => {
    const ids = `(SELECT unnest([${given.map(literal).join(", ")}]) AS id)`;
    const reader = await connection.runAndReadAll(
      `WITH given AS ${ids}, data AS (SELECT "_row" AS row, ${placeSql()} AS place FROM ${parquet(path)})
       SELECT id, row, true FROM given JOIN data ON row = id
       UNION ALL SELECT id, row, false FROM given JOIN data ON place = id AND row <> id`,
    );
    return reader.getRows() as [string, string, boolean][];
  }, signal);
  const exact = new Set<string>();
  const behind = new Map<string, string[]>();
  for (const [id, row, whole] of rows) {
    if (whole) exact.add(id);
    else behind.set(id, [...(behind.get(id) ?? []), row]);
  }
  for (const id of new Set(given)) {
    const others = behind.get(id) ?? [];
    if (exact.has(id)) found.rows.add(id);
    else if (others.length === 1) found.rows.add(others[0]!);
    else if (others.length > 1) found.ambiguous.push(id);
    else found.missing.push(id);
  }
  return found;
}
