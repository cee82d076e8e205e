/** How many rows stay under bounds on their scores: what a threshold would do, without running anything. */
import type { Bound } from "@/graph/bound";
import { withConnection } from "./database";
import { describeOn, describeTable } from "./describe";
import { brokenSql } from "./pick-rows";
import { findPutBack } from "./put-back";
import { literal, parquet } from "./quote";

export type Selection = {
  rows: number;
  kept: number;
  /** Rows that break each bound, in the order of the bounds, whatever the others say. */
  broken: number[];
};

/** Bounds on columns that the table lacks ask for nothing. Rows in `putBack` stay whatever they break. */
export async function selectScores(
  path: string,
  { bounds, putBack = [] }: { bounds: readonly Bound[]; putBack?: readonly string[] },
  signal?: AbortSignal,
): Promise<Selection> {
  const named = putBack.length > 0 && (await hasIds(path, signal));
  const back = named ? [...(await findPutBack(path, putBack, signal)).rows] : [];
  return withConnection(async (connection) => {
    const known = new Set((await describeOn(connection, path)).columns.map(({ name }) => name));
    const tests = bounds.map((bound) => (known.has(bound.column) ? brokenSql(bound) : "false"));
    const counts = tests.map((test) => `count(*) FILTER (WHERE ${test})`);
    const any = tests.length ? tests.join(" OR ") : "false";
    const kept = back.length ? ` AND _row NOT IN (${back.map(literal).join(", ")})` : "";
    const reader = await connection.runAndReadAll(
      `SELECT count(*), count(*) FILTER (WHERE (${any})${kept}), ${[...counts, "0"].join(", ")} FROM ${parquet(path)}`,
    );
    const [rows, out, ...each] = (reader.getRows()[0] ?? []).map(Number);
    return { rows: rows ?? 0, kept: (rows ?? 0) - (out ?? 0), broken: each.slice(0, bounds.length) };
  }, signal);
}

const hasIds = async (path: string, signal: AbortSignal | undefined) =>
  (await describeTable(path, signal)).columns.some(({ name }) => name === "_row");
