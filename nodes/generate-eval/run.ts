import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { clockOfDay } from "@/engines/chat-template/clock-of-day";
import { adapterToGguf } from "@/engines/gguf/adapter-to-gguf";
import { huggingFaceToGguf } from "@/engines/gguf/to-gguf";
import { generate } from "@/engines/llama/generate";
import { limits } from "@/engines/llama/limits";
import { RowLedger } from "@/engines/table";
import { loadTokenizer } from "@/engines/tokenizer/load";
import { Failure } from "@/graph/problems";
import { type Report, reportSchema } from "@/graph/report";
import { type Context, defineRunner, type InputArtifact, type SealedOutput } from "@/graph/runner";
import { generateEval } from "./definition";
import { type Asked, drawQuestions, promptText, type Question } from "./questions";
import { meanScores, SCORES, scoreText } from "./scores";

type Ctx = Context<typeof generateEval.outputs>;
type Params = z.output<typeof generateEval.params>;

export default defineRunner(generateEval, async ({ inputs: { model, adapter, data }, params, ctx }) => {
  refuseStrangers(model, adapter);
  const { questions, ledger } = await draw(model, data, params, ctx);
  const path = await ggufOf(model, ctx);
  const adapterPath = adapter && (await adapterOf(model, adapter, ctx));
  const [rounds, last] = adapter ? [2, 1] : [1, 0];
  const ask = (round: number, adapterPath?: string) =>
    answers({ path, adapterPath }, questions, params, ctx, round, rounds);

  const before = adapter && (await ask(0));
  const after = await ask(last, adapterPath);

  const report = reportSchema.parse(makeReport(questions, before, after));
  const out = await ctx.artifacts.open("report");
  await writeFile(join(out.dir, "report.json"), `${JSON.stringify(report, null, 2)}\n`);
  for (const [name, value] of Object.entries(report.metrics)) ctx.metric(name, questions.length, value);
  return {
    report: out.seal({ primary: "rougeL", metrics: report.metrics, better: "higher", on: data.digest }),
    ledger,
  };
});

/** @throws Failure `adapter-on-gguf`, `adapter-of-another-model` */
function refuseStrangers(model: InputArtifact<"model">, adapter: InputArtifact<"adapter"> | undefined): void {
  if (!adapter) return;
  if (model.facts.format === "gguf") throw new Failure("INVALID_INPUT", "adapter-on-gguf");
  const { base } = adapter.facts;
  if (base && model.facts.identity && base !== model.facts.identity) {
    throw new Failure("INVALID_INPUT", "adapter-of-another-model");
  }
}

/** Only rows whose question leaves room for an answer are asked. @throws Failure `too-many-bad-rows`, `no-rows-left` */
async function draw(
  model: InputArtifact<"model">,
  data: InputArtifact<"dataset">,
  { samples, seed, maxTokens, date, maxBadRows }: Params,
  ctx: Ctx,
): Promise<{ questions: Question[]; ledger: SealedOutput<"dataset"> }> {
  const { signal } = ctx;
  const tokenizer = await loadTokenizer(model.dir, { clock: clockOfDay(date) });
  if (tokenizer.template === undefined) throw new Failure("INVALID_INPUT", "chat-template-missing");
  const room =
    Math.min(limits.contextLength, model.facts.contextLength ?? limits.contextLength) - maxTokens - 1;
  const accept = async (question: Question): Promise<Asked> => {
    const before = promptText(question.messages);
    try {
      const text = tokenizer.renderChat(question.messages, { addGenerationPrompt: true });
      // A token is at least one letter, so most texts need no counting.
      if (text.length <= room) return { question };
      const tokens = (await tokenizer.encode(text, { special: false })).length;
      if (tokens <= room) return { question };
      return { action: "removed", entry: { rule: "question-too-long", values: { tokens, room }, before } };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const said = String(error.values.why ?? error.reason);
      return { action: "bad", entry: { rule: "template-refused", values: { said }, before } };
    }
  };
  const ledger = await RowLedger.open(ctx, { maxBadRows });
  try {
    const questions = await drawQuestions(join(data.dir, "data.parquet"), {
      count: samples,
      seed,
      accept,
      ledger,
      signal,
    });
    return { questions, ledger: await ledger.seal({ values: { room } }) };
  } catch (error) {
    await ledger.discard();
    throw error;
  }
}

/** llama.cpp reads GGUF: a safetensors model becomes one for the time of its use. */
async function ggufOf(model: InputArtifact<"model">, { tmp, signal }: Ctx): Promise<string> {
  if (model.facts.format === "gguf") return join(model.dir, "model.gguf");
  const path = join(tmp, "model.gguf");
  await huggingFaceToGguf(model.dir, path, { type: "f16", signal });
  return path;
}

async function adapterOf(model: InputArtifact<"model">, adapter: InputArtifact<"adapter">, { tmp }: Ctx) {
  const path = join(tmp, "adapter.gguf");
  await adapterToGguf(model.dir, adapter.dir, path);
  return path;
}

async function answers(
  { path, adapterPath }: { path: string; adapterPath: string | undefined },
  questions: readonly Question[],
  { maxTokens, temperature, seed, date }: Params,
  { signal, threads, progress, sample }: Ctx,
  round: number,
  rounds: number,
): Promise<string[]> {
  let done = round * questions.length;
  progress(done, rounds * questions.length, "answers");
  const texts = await generate({
    modelPath: path,
    adapterPath,
    prompts: questions.map(({ messages }) => messages),
    maxTokens,
    temperature,
    seed,
    clock: clockOfDay(date),
    threads,
    signal,
    onText: (at, text) => {
      progress(++done, rounds * questions.length, "answers");
      if (round === rounds - 1) sample({ prompt: promptText(questions[at]!.messages), text: text.trim() });
    },
  });
  return texts.map((text) => text.trim());
}

/** Metrics of the model as it is asked for; those of the base beside an adapter end in `Before`. */
export function makeReport(
  questions: readonly Question[],
  before: readonly string[] | undefined,
  after: readonly string[],
): Report {
  const scored = (texts: readonly string[]) =>
    questions.map(({ reference }, i) => scoreText(texts[i]!, reference));
  const [first, last] = [before && scored(before), scored(after)];
  const metrics: Record<string, number> = { ...meanScores(last), samples: questions.length };
  if (first) for (const name of SCORES) metrics[`${name}Before`] = meanScores(first)[name];
  const samples = questions.map(({ row, messages, reference }, i) => ({
    row,
    prompt: promptText(messages),
    reference,
    ...(before && { before: before[i]! }),
    after: after[i]!,
    scores: { ...last[i]!, ...(first && { rougeLBefore: first[i]!.rougeL }) },
  }));
  return { primary: "rougeL", metrics, series: {}, tables: [], samples };
}
