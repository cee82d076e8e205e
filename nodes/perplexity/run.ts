import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeRows } from "@/engines/tokenizer/encode-rows";
import { type LoadedTokenizer, loadTokenizer } from "@/engines/tokenizer/load";
import { Failure } from "@/graph/problems";
import { type Report, reportSchema } from "@/graph/report";
import { defineRunner } from "@/graph/runner";
import { perplexity } from "./definition";
import { type ScoredRow, scoreRows } from "./score";
import { meanOf, Tally } from "./tally";

/** Scored together: bounds what is in memory, and is large enough that loading the model does not matter. */
const CHUNK_TOKENS = 1_000_000;
/** Shown of a row in the table of the worst. */
const SNIPPET = 300;

export default defineRunner(perplexity, async ({ inputs: { model, adapter, data }, params, ctx }) => {
  const { signal, threads } = ctx;
  const { base } = adapter?.facts ?? {};
  if (base && model.facts.identity && base !== model.facts.identity) {
    throw new Failure("INVALID_INPUT", "adapter-of-another-model");
  }
  const tokenizer = await loadTokenizer(model.dir);
  const shape = data.facts.shape === "text" ? "text" : "chat";
  if (shape === "chat" && tokenizer.template === undefined) throw new Failure("INVALID_INPUT", "chat-template-missing");
  const total = Math.min(params.rows ?? Number.POSITIVE_INFINITY, data.facts.rows ?? Number.POSITIVE_INFINITY);
  const progress = (done: number) => ctx.progress(done, Number.isFinite(total) ? total : undefined, "rows");

  const tally = new Tally(params.worstRows);
  const bad: { row: string; why: string }[] = [];
  let [read, cut, withoutAnswer, chunkTokens] = [0, 0, 0, 0];
  let chunk: ScoredRow[] = [];
  const score = async () => {
    if (chunk.length === 0) return;
    const before = tally.rows;
    const losses = await scoreRows({ model, adapter, rows: chunk, threads, signal, onProgress: (done) => progress(before + done) });
    tally.add(losses, chunk);
    ctx.metric("perplexity", tally.rows, Math.exp(meanOf(tally)));
    [chunk, chunkTokens] = [[], 0];
  };
  const options = { shape, maxLength: params.maxLength, lossOn: "answers", tooLong: "cut", endOfText: false, signal } as const;
  const limit = params.rows === undefined ? {} : { limit: params.rows };
  for await (const outcomes of encodeRows(join(data.dir, "data.parquet"), tokenizer, { ...options, ...limit })) {
    for (const outcome of outcomes) {
      read++;
      if (outcome.kind === "bad") bad.push({ row: outcome.row, why: outcome.why });
      else if (outcome.kind !== "encoded") withoutAnswer++;
      else {
        const { row, ids, mask } = outcome;
        if (outcome.length > ids.length) cut++;
        chunk.push({ row, ids, mask });
        chunkTokens += ids.length;
        if (chunkTokens >= CHUNK_TOKENS) await score();
      }
    }
  }
  refuse(read, bad, withoutAnswer, params);
  await score();

  if (cut > 0) ctx.log("warn", `${cut} rows were cut to ${params.maxLength} tokens: their ends are not scored`, { cut });
  if (withoutAnswer > 0) ctx.log("warn", `${withoutAnswer} rows have no answer within ${params.maxLength} tokens`, { withoutAnswer });
  const loss = meanOf(tally);
  const metrics = { perplexity: Math.exp(loss), loss, tokens: tally.tokens, rows: tally.rows, cut };
  const report: Report = reportSchema.parse({ primary: "perplexity", metrics, tables: [await worstTable(tally, tokenizer)] });
  const out = await ctx.artifacts.open("report");
  await writeFile(join(out.dir, "report.json"), `${JSON.stringify(report, null, 2)}\n`);
  for (const [name, value] of Object.entries(metrics)) if (name !== "perplexity") ctx.metric(name, tally.rows, value);
  ctx.log("info", `perplexity ${metrics.perplexity.toFixed(3)} over ${tally.tokens} tokens of ${tally.rows} rows`);
  return { report: out.seal({ primary: "perplexity", metrics }) };
});

/** @throws Failure `too-many-bad-rows`, `no-rows-left` */
function refuse(
  read: number,
  bad: readonly { row: string; why: string }[],
  withoutAnswer: number,
  { maxBadRows, maxLength }: { maxBadRows: number; maxLength: number },
): void {
  const [first] = bad;
  if (first && bad.length > maxBadRows * read) {
    const allowed = Math.round(maxBadRows * 100);
    throw new Failure("INVALID_INPUT", "too-many-bad-rows", { bad: bad.length, rows: read, allowed, ...first });
  }
  if (read === bad.length + withoutAnswer) {
    throw new Failure("INVALID_INPUT", "no-rows-left", { rows: read, withoutAnswer, maxLength });
  }
}

async function worstTable({ worst }: Tally, tokenizer: LoadedTokenizer): Promise<Report["tables"][number]> {
  const rows = worst.map(async (one) => {
    const loss = meanOf(one);
    const text = (await tokenizer.decode(one.ids, { skipSpecial: true })).slice(0, SNIPPET);
    return [one.row, Math.exp(loss), loss, one.tokens, text];
  });
  return { name: "worst", columns: ["_row", "perplexity", "loss", "tokens", "text"], rows: await Promise.all(rows) };
}
