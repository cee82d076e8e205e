/** The frame of kinds that score rows and select by the scores: scores are kept under what they depend on, and selecting reads nothing else. */
import { join } from "node:path";
import type { AnyNode } from "@/graph/define-node";
import type { Values } from "@/graph/problems";
import type { Context, InputArtifact } from "@/graph/runner";
import { boundsOf, type RuleBound, SCORES_FILE, type Scored, scoringParams } from "@/graph/scores";
import { type Row, rowDecoder } from "./cells";
import { type CleanOutputs, type CleanPorts, cleanDataset, type Judged } from "./clean-dataset";
import { copyParquet } from "./copy";
import { describeTable, type TableDescription } from "./describe";
import { type Picked, pickSql, scoredColumns, shownScoresSql } from "./pick-rows";
import { ident, parquet } from "./quote";
import { streamChunks, streamQuery } from "./read-rows";
import { TableWriter } from "./table-writer";

export type ScoringKind = Pick<AnyNode, "kind" | "codeVersion" | "scores" | "selector">;

export type SelectOptions = {
  kind: ScoringKind;
  input: InputArtifact<"dataset">;
  params: Readonly<Record<string, unknown>>;
  ctx: Context<CleanPorts>;
  /** Makes what scores a row, once for a table: its scores, or for `clusters` its `cluster` (null: like no other) and `length`. */
  scorer: (table: TableDescription) => Scorer;
  /** The rule that the ledger names where no bound is broken. */
  rule?: string;
};

export type Scorer =
  | RowScorer
  /** An expression over the table for each column of the scores: DuckDB makes them alone. */
  | { sql: Readonly<Record<string, string>> };

export type RowScorer = {
  /** Expressions over the table that `score` is given, `_row` among them; all columns by default. */
  select?: readonly string[] | undefined;
  score: (row: Row) => Row;
};

/** As `cleanDataset`. `score` runs only when the same rows were never scored under the same scoring parameters. */
export async function selectDataset(options: SelectOptions): Promise<CleanOutputs> {
  const { input, params, ctx } = options;
  const kind = scoredOf(options.kind);
  const data = join(input.dir, "data.parquet");
  const key = { codeVersion: options.kind.codeVersion, ...scoringParams(kind, params) };
  const stage = await ctx.artifacts.stage("scores", key, (dir) =>
    writeScores(join(dir, SCORES_FILE), kind, options),
  );
  const scores = join(stage, SCORES_FILE);
  const picked = join(ctx.tmp, "picked.parquet");
  await copyParquet(pickSql(scores, kind, params), picked, { signal: ctx.signal });

  const bounds = boundsOf(kind, params);
  const rules = new Map<string, { rows: number; row: string; values: Values }>();
  async function* judged(): AsyncGenerator<Judged[]> {
    for await (const batch of pickedRows(data, picked, ctx.signal)) {
      const removed = batch.map(({ verdict, row }): Judged => {
        const bound = verdict.broken === null ? undefined : bounds[verdict.broken];
        const rule = bound?.rule ?? options.rule ?? kind.selector.by;
        const values = valuesOf(verdict, bound, params);
        const known = rules.get(rule);
        if (known) known.rows++;
        else rules.set(rule, { rows: 1, row: String(row._row), values: values ?? {} });
        const { place, value } = verdict;
        const entry = { rule, ...(value !== null && { score: value }), ...(values && { values }) };
        return { place, row, action: "removed", entry };
      });
      yield removed;
    }
  }
  const outputs = await cleanDataset({
    input,
    ctx,
    judged,
    putBack: params.putBack as readonly string[] | undefined,
    besideLedger: async (dir) => {
      const shown = shownScoresSql(scores, picked, kind);
      await copyParquet(shown, join(dir, SCORES_FILE), { signal: ctx.signal });
    },
  });
  for (const [rule, { rows, row, values }] of rules)
    ctx.log("info", "rule-rows", { ...values, rows, row, rule });
  return outputs;
}

function scoredOf({ kind, scores, selector }: ScoringKind): Scored {
  if (!scores || !selector) throw new Error(`${kind} declares no scores and selector`);
  return { scores, selector };
}

/** What the sentence of the rule is made with. */
function valuesOf(
  { kept, value }: Picked,
  bound: RuleBound | undefined,
  params: SelectOptions["params"],
): Values | undefined {
  if (kept !== null) return { kept };
  const limit = bound && params[bound.param];
  return typeof limit === "number" && value !== null ? { value, limit } : undefined;
}

/** The rows that go, each with its verdict. */
async function* pickedRows(data: string, picked: string, signal: AbortSignal) {
  const verdict = ["place", "broken", "kept", "value"];
  const sql = `SELECT ${verdict.map((name) => `picked.${name}`).join(", ")}, data.*
    FROM ${parquet(data)} data POSITIONAL JOIN ${parquet(picked)} picked WHERE picked.gone`;
  for await (const { chunk, names, types } of streamChunks(sql, signal)) {
    const verdicts = rowDecoder(verdict, types.slice(0, verdict.length))(chunk);
    const rest = [names.slice(verdict.length), types.slice(verdict.length)] as const;
    const rows = rowDecoder(...rest, verdict.length)(chunk);
    yield rows.map((row, i) => ({ row, verdict: verdicts[i] as Picked }));
  }
}

async function writeScores(
  file: string,
  scored: Scored,
  { input, ctx, scorer }: SelectOptions,
): Promise<void> {
  const data = join(input.dir, "data.parquet");
  const table = await describeTable(data, ctx.signal);
  const made = scorer(table);
  if ("sql" in made) {
    const cells = scoredColumns(scored).map(({ name, sql }) =>
      name === "_row" ? "_row" : `(${made.sql[name]})::${sql} AS ${ident(name)}`,
    );
    await copyParquet(`SELECT ${cells.join(", ")} FROM ${parquet(data)}`, file, { signal: ctx.signal });
    return;
  }
  const { select = ["*"], score } = made;
  const writer = await TableWriter.open(file, scoredColumns(scored));
  try {
    const rows = streamQuery(`SELECT ${select.join(", ")} FROM ${parquet(data)}`, { signal: ctx.signal });
    for await (const batch of rows) {
      await writer.append(batch.map((row) => ({ _row: row._row ?? null, ...score(row) })));
      ctx.progress(writer.rows, table.rows, "rows");
    }
    await writer.close();
  } catch (error) {
    await writer.discard();
    throw error;
  }
}
