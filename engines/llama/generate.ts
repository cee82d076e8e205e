import type { Clock } from "../jinja/template";
import { limits } from "./limits";
import { sequencesFor } from "./loss";
import { serveModel } from "./model";
import { openModel } from "./open";
import { type Prompt, promptTokens } from "./prompt";

export type { ChatMessage } from "../chat-template/message";
export type { Prompt } from "./prompt";

export type GenerateJob = {
  modelPath: string;
  /** A LoRA adapter as GGUF, applied beside the model. */
  adapterPath?: string | undefined;
  prompts: readonly Prompt[];
  maxTokens: number;
  /** 0 is greedy. */
  temperature: number;
  seed?: number;
  stop?: readonly string[];
  /** Used for conversations when the file holds none. */
  chatTemplate?: string;
  /** What the chat template takes for now; the time of asking when absent. */
  clock?: Clock;
  threads: number;
  signal?: AbortSignal;
  /** Each answer as soon as it is whole, in order of completion. */
  onText?(index: number, text: string): void;
};

/** Answers in the order of the prompts, several sequences at a time. */
export async function generate(job: GenerateJob): Promise<string[]> {
  const { prompts, maxTokens, temperature, seed, stop, signal, onText } = job;
  if (prompts.length === 0) return [];
  const model = await openFor(job);
  const failed = new AbortController();
  const stopAll = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const texts = new Array<string>(prompts.length);
  const answer = async (prompt: Prompt, at: number) => {
    // Each prompt has a seed of its own: the same one would give equal prompts equal answers.
    const sampling = { maxTokens, temperature, stop, ...(seed !== undefined && { seed: seed + at }) };
    let text = "";
    for await (const piece of model.stream(prompt, sampling, stopAll)) text += piece;
    texts[at] = text;
    onText?.(at, text);
  };
  const answers = prompts.map(answer);
  try {
    await Promise.all(answers);
    return texts;
  } catch (error) {
    failed.abort(error);
    throw error;
  } finally {
    await Promise.allSettled(answers);
    await model.dispose();
  }
}

/** With just the context that the longest prompt and its answer need. */
async function openFor(job: GenerateJob) {
  const { modelPath, adapterPath, prompts, maxTokens, chatTemplate, clock, threads, signal } = job;
  const opened = await openModel(modelPath, { signal });
  try {
    const longest = Math.max(
      ...prompts.map((prompt) => promptTokens(opened, prompt, chatTemplate, clock).length),
    );
    const contextLength = Math.min(roundUp(longest + maxTokens + 1), opened.trainContextSize);
    const parallel = sequencesFor(contextLength, prompts.length);
    return await serveModel(opened, {
      threads,
      contextLength,
      parallel,
      adapterPath,
      ...(chatTemplate !== undefined && { chatTemplate }),
      ...(clock && { clock }),
      ...(signal && { signal }),
    });
  } catch (error) {
    await opened.dispose();
    throw error;
  }
}

const roundUp = (tokens: number) => Math.ceil(tokens / limits.contextStep) * limits.contextStep;
