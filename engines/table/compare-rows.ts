/** Two tables side by side, row by row by their `_row` ids. */
import { withConnection } from "./database";
import { describeOn } from "./describe";
import { parquet } from "./quote";

/** Rows that only the second table has, that only the first has, and that both have with other values. */
export type RowChanges = { added: number; removed: number; changed: number };

/** Undefined where a table has no `_row`. A column that only one of them has makes every common row a changed one. */
export function compareRows(
  before: string,
  after: string,
  signal?: AbortSignal,
): Promise<RowChanges | undefined> {
  return withConnection(async (connection) => {
    for (const path of [before, after]) {
      const { columns } = await describeOn(connection, path);
      if (!columns.some(({ name }) => name === "_row")) return undefined;
    }
    const rows = await connection.runAndReadAll(
      `SELECT count(*) FILTER (WHERE b.id IS NULL)::DOUBLE, count(*) FILTER (WHERE a.id IS NULL)::DOUBLE,
         count(*) FILTER (WHERE a.h <> b.h)::DOUBLE
       FROM (SELECT _row AS id, hash(t) AS h FROM ${parquet(after)} t) a
       FULL JOIN (SELECT _row AS id, hash(t) AS h FROM ${parquet(before)} t) b ON a.id = b.id`,
    );
    const [added, removed, changed] = rows.getRows()[0]!.map(Number) as [number, number, number];
    return { added, removed, changed };
  }, signal);
}
