import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { clockOfDay } from "@/engines/chat-template/clock-of-day";
import { RowLedger } from "@/engines/table";
import { encodeRows } from "@/engines/tokenizer/encode-rows";
import { type LoadedTokenizer, loadTokenizer } from "@/engines/tokenizer/load";
import { Failure } from "@/graph/problems";
import { type Report, reportSchema } from "@/graph/report";
import { type Context, defineRunner, type InputArtifact, type SealedOutput } from "@/graph/runner";
import { perplexity } from "./definition";
import { type ScoredRow, scoreRows } from "./score";
import { meanOf, Tally } from "./tally";

/** Scored together: bounds what is in memory, and is large enough that loading the model does not matter. */
const CHUNK_TOKENS = 1_000_000;
/** Shown of a row in the table of the worst. */
const SNIPPET = 300;

type Params = z.output<typeof perplexity.params>;
type Ctx = Context<typeof perplexity.outputs>;
type Counts = { cut: number; withoutAnswer: number };

export default defineRunner(perplexity, async ({ inputs, params, ctx }) => {
  const { model, adapter, data } = inputs;
  const { base } = adapter?.facts ?? {};
  if (base && model.facts.identity && base !== model.facts.identity) {
    throw new Failure("INVALID_INPUT", "adapter-of-another-model");
  }
  const tokenizer = await loadTokenizer(model.dir, { clock: clockOfDay(params.date) });
  const tally = new Tally(params.worstRows);
  const total = Math.min(
    params.rows ?? Number.POSITIVE_INFINITY,
    data.facts.rows ?? Number.POSITIVE_INFINITY,
  );
  const counts: Counts = { cut: 0, withoutAnswer: 0 };
  const ledger = await RowLedger.open(ctx, { maxBadRows: params.maxBadRows });
  let sealedLedger: SealedOutput<"dataset">;
  try {
    for await (const rows of chunks(data, tokenizer, params, counts, ledger, ctx.signal)) {
      const before = tally.rows;
      const onProgress = (done: number) =>
        ctx.progress(before + done, Number.isFinite(total) ? total : undefined, "rows");
      const { threads, signal } = ctx;
      tally.add(await scoreRows({ model, adapter, rows, threads, signal, onProgress }), rows);
      ctx.metric("perplexity", tally.rows, Math.exp(meanOf(tally)));
    }
    const { withoutAnswer } = counts;
    sealedLedger = await ledger.seal({ values: { withoutAnswer, maxLength: params.maxLength } });
  } catch (error) {
    await ledger.discard();
    throw error;
  }
  logCounts(counts, tally, params, ctx);
  const loss = meanOf(tally);
  const { tokens, rows } = tally;
  const metrics = { perplexity: Math.exp(loss), loss, tokens, rows, cut: counts.cut };
  const report = reportSchema.parse({
    primary: "perplexity",
    metrics,
    tables: [await worstTable(tally, tokenizer)],
  });
  const out = await ctx.artifacts.open("report");
  await writeFile(join(out.dir, "report.json"), `${JSON.stringify(report, null, 2)}\n`);
  for (const name of ["loss", "tokens", "rows"] as const) ctx.metric(name, rows, metrics[name]);
  return {
    report: out.seal({ primary: "perplexity", metrics, better: "lower", on: data.digest }),
    ledger: sealedLedger,
  };
});

/** Rows to score, a bounded number of tokens at a time. What cannot be scored is counted. */
async function* chunks(
  data: InputArtifact<"dataset">,
  tokenizer: LoadedTokenizer,
  { maxLength, rows: limit }: Params,
  counts: Counts,
  ledger: RowLedger,
  signal: AbortSignal,
): AsyncGenerator<ScoredRow[]> {
  const shape = data.facts.shape === "text" ? "text" : "chat";
  if (shape === "chat" && tokenizer.template === undefined) {
    throw new Failure("INVALID_INPUT", "chat-template-missing");
  }
  const fixed = { lossOn: "answers", tooLong: "cut", endOfText: false } as const;
  const options = { ...fixed, shape, maxLength, signal, ...(limit !== undefined && { limit }) } as const;
  let chunk: ScoredRow[] = [];
  let tokens = 0;
  for await (const outcomes of encodeRows(join(data.dir, "data.parquet"), tokenizer, options)) {
    for (const outcome of outcomes) {
      const values = outcome.kind === "bad" ? {} : { tokens: outcome.length, maxLength };
      if (outcome.kind === "bad") await ledger.record("bad", outcome.row, outcome.entry);
      else if (outcome.kind !== "encoded") {
        counts.withoutAnswer++;
        await ledger.record("removed", outcome.row, { rule: "no-answer-within", values });
      } else {
        const { row, ids, mask, length } = outcome;
        if (length > ids.length) {
          counts.cut++;
          await ledger.record("changed", row, { rule: "cut", values });
        } else ledger.keep();
        chunk.push({ row, ids, mask });
        tokens += ids.length;
      }
    }
    if (tokens < CHUNK_TOKENS) continue;
    yield chunk;
    [chunk, tokens] = [[], 0];
  }
  if (chunk.length > 0) yield chunk;
}

function logCounts({ cut, withoutAnswer }: Counts, tally: Tally, { maxLength }: Params, { log }: Ctx): void {
  const { tokens, rows } = tally;
  log("info", "measured", { perplexity: Math.exp(meanOf(tally)), tokens, rows });
  if (cut > 0) log("warn", "cut", { rows: cut, maxLength });
  if (withoutAnswer > 0) {
    log("warn", "without-answer", { rows: withoutAnswer, maxLength });
  }
}

async function worstTable({ worst }: Tally, tokenizer: LoadedTokenizer): Promise<Report["tables"][number]> {
  const rows = worst.map(async (one) => {
    const loss = meanOf(one);
    const text = (await tokenizer.decode(one.ids, { skipSpecial: true })).slice(0, SNIPPET);
    return [one.row, Math.exp(loss), loss, one.tokens, text];
  });
  return {
    name: "worst",
    columns: ["_row", "perplexity", "loss", "tokens", "text"],
    rows: await Promise.all(rows),
  };
}
