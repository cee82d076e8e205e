import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { clockOfDay } from "@/engines/chat-template/clock-of-day";
import { RowLedger, TableWriter } from "@/engines/table";
import { copyTokenizer } from "@/engines/tokenizer/copy-files";
import { encodeRows, type RowOutcome } from "@/engines/tokenizer/encode-rows";
import { type LoadedTokenizer, loadTokenizer } from "@/engines/tokenizer/load";
import type { TokensFacts } from "@/graph/ports";
import { Failure } from "@/graph/problems";
import { defineRunner, type Log, type SealedOutput } from "@/graph/runner";
import { tokenize } from "./definition";
import { previewTokens } from "./preview-tokens";
import { addLength, emptyStats, type TokenStats } from "./stats";

const COLUMNS = [
  { name: "_row", sql: "VARCHAR" },
  { name: "ids", sql: "INTEGER[]" },
  { name: "mask", sql: "UTINYINT[]" },
];
const ROWS_PREVIEWED = 8;

export default defineRunner(tokenize, async ({ inputs: { data, model }, params, ctx }) => {
  const { maxLength, lossOn, tooLong, endOfText } = params;
  const tokenizer = await loadTokenizer(model.dir, { clock: clockOfDay(params.date) });
  const shape = data.facts.shape === "text" ? "text" : "chat";
  if (shape === "chat" && tokenizer.template === undefined)
    throw new Failure("INVALID_INPUT", "chat-template-missing");
  const out = await ctx.artifacts.open("tokens");
  const stats = emptyStats(maxLength);
  let toolsInSystem = 0;
  const words = { words: 0, characters: 0 };
  const writer = await TableWriter.open(join(out.dir, "tokens.parquet"), COLUMNS);
  const ledger = await RowLedger.open(ctx, { maxBadRows: params.maxBadRows });
  let sealedLedger: SealedOutput<"dataset">;
  try {
    const options = { shape, maxLength, lossOn, tooLong, endOfText, signal: ctx.signal } as const;
    for await (const outcomes of encodeRows(join(data.dir, "data.parquet"), tokenizer, options)) {
      for (const outcome of outcomes) {
        count(outcome, stats, words);
        await reportRow(outcome, ledger, maxLength);
        if (outcome.kind !== "encoded") continue;
        if (outcome.toolsInSystem) toolsInSystem++;
        const { row, ids, mask } = outcome;
        await writer.append([{ _row: row, ids, mask }]);
        if (stats.preview.length < ROWS_PREVIEWED)
          stats.preview.push({ row, tokens: await previewTokens(outcome, tokenizer) });
      }
      ctx.progress(stats.read, data.facts.rows, "rows");
    }
    const { tooLong: long, withoutAnswer } = stats;
    sealedLedger = await ledger.seal({ values: { tooLong: long, withoutAnswer, maxLength } });
    await writer.close();
  } catch (error) {
    await Promise.all([writer.discard(), ledger.discard()]);
    throw error;
  }
  stats.tokensPerWord = words.words ? (stats.tokens + stats.lostTokens) / words.words : 0;
  stats.charactersPerToken = stats.tokens ? words.characters / (stats.tokens + stats.lostTokens) : 0;
  logStats(stats, ctx.log);
  if (toolsInSystem > 0) ctx.log("warn", "tools-in-system", { rows: toolsInSystem });
  for (const name of [
    "kept",
    "tokens",
    "trainedTokens",
    "truncated",
    "tooLong",
    "withoutAnswer",
    "bad",
  ] as const) {
    ctx.metric(name, 0, stats[name]);
  }
  await copyTokenizer(model.dir, out.dir);
  await writeFile(join(out.dir, "stats.json"), `${JSON.stringify(stats, null, 2)}\n`);
  return { tokens: out.seal(factsOf(stats, tokenizer, shape)), ledger: sealedLedger };
});

function count(outcome: RowOutcome, stats: TokenStats, sums: { words: number; characters: number }): void {
  stats.read++;
  if (outcome.kind === "bad") {
    stats.bad++;
    return;
  }
  addLength(stats, outcome.length);
  stats.longest = Math.max(stats.longest, outcome.length);
  if (outcome.kind === "too-long") stats.tooLong++;
  else if (outcome.kind === "no-answer") stats.withoutAnswer++;
  else {
    stats.kept++;
    if (outcome.length > outcome.ids.length) stats.truncated++;
    stats.tokens += outcome.ids.length;
    stats.lostTokens += outcome.length - outcome.ids.length;
    stats.trainedTokens += outcome.mask.reduce((sum, one, i) => sum + (i > 0 ? one : 0), 0);
    sums.words += outcome.words;
    sums.characters += outcome.characters;
  }
}

/** Rows that go on as they came are only counted. */
async function reportRow(outcome: RowOutcome, ledger: RowLedger, maxLength: number): Promise<void> {
  const { row } = outcome;
  if (outcome.kind === "bad") return ledger.record("bad", row, outcome.entry);
  const values = { tokens: outcome.length, maxLength };
  if (outcome.kind === "too-long") return ledger.record("removed", row, { rule: "too-long", values });
  if (outcome.kind === "no-answer")
    return ledger.record("removed", row, { rule: "no-answer-within", values });
  if (outcome.length > outcome.ids.length) return ledger.record("changed", row, { rule: "cut", values });
  ledger.keep();
}

function logStats(stats: TokenStats, log: Log): void {
  const { kept, tokens, trainedTokens, truncated, lostTokens, tooLong, withoutAnswer, maxLength, longest } =
    stats;
  log("info", "tokenised", { rows: kept, tokens, trainedTokens, longest });
  if (truncated > 0) log("warn", "cut", { rows: truncated, share: truncated / kept, maxLength, lostTokens });
  if (tooLong > 0) log("warn", "too-long", { rows: tooLong, maxLength });
  if (withoutAnswer > 0) log("warn", "without-answer", { rows: withoutAnswer, maxLength });
}

function factsOf(
  { kept, tokens, trainedTokens, maxLength }: TokenStats,
  tokenizer: LoadedTokenizer,
  shape: "chat" | "text",
): TokensFacts {
  return {
    tokenizer: tokenizer.tokenizer,
    ...(shape === "chat" && tokenizer.template && { template: tokenizer.template }),
    maxLength,
    rows: kept,
    tokens,
    trainedTokens,
  };
}
