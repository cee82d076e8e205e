/** The least that each step asks, in DuckDB alone: no check of what comes in, no ledger, no personal data looked for. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { copyParquet, literal, parquet } from "@/engines/table";
import type { Steps } from "./steps";

export async function bareDuckdb(file: string, home: string): Promise<Steps> {
  await mkdir(home, { recursive: true });
  const at = (name: string) => join(home, `${name}.parquet`);
  const timed = async (name: string, select: string) => {
    const before = process.cpuUsage();
    const begin = performance.now();
    const rows = await copyParquet(select, at(name));
    const seconds = (performance.now() - begin) / 1000;
    const { user, system } = process.cpuUsage(before);
    const megabytes = process.resourceUsage().maxRSS / 1024;
    process.stderr.write(`DuckDB alone, ${name}: ${seconds.toFixed(2)} s\n`);
    return { seconds, cpu: (user + system) / 1e6, megabytes, rows: { data: rows } };
  };
  const columns = `{id: 'BIGINT', source: 'VARCHAR', messages: 'STRUCT(role VARCHAR, content VARCHAR)[]', rating: 'DOUBLE'}`;
  const read = `SELECT * FROM read_json(${literal(file)}, format = 'newline_delimited', columns = ${columns}, ignore_errors = true)`;
  const distinct = `SELECT any_value(COLUMNS(*)) FROM ${parquet(at("source"))} GROUP BY md5(lower(messages::VARCHAR))`;
  const copy = `SELECT * FROM ${parquet(at("dedupe"))}`;
  const source = await timed("source", read);
  const dedupe = await timed("dedupe", distinct);
  return {
    source,
    dedupe,
    "quality-filter": await timed("quality-filter", copy),
    "threshold moved": await timed("quality-filter", copy),
    pii: await timed("pii", copy),
    split: await timed("split", `${copy} ORDER BY md5(id::VARCHAR)`),
  };
}
