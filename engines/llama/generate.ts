import { limits } from "./limits";
import { sequencesFor } from "./loss";
import { serveModel } from "./model";
import { openModel } from "./open";
import { type Prompt, promptTokens } from "./prompt";

export type { ChatMessage } from "./chat-template";
export type { Prompt } from "./prompt";

export type GenerateJob = {
  modelPath: string;
  prompts: readonly Prompt[];
  maxTokens: number;
  /** 0 is greedy. */
  temperature: number;
  seed?: number;
  stop?: readonly string[];
  /** Used for conversations when the file holds none. */
  chatTemplate?: string;
  threads: number;
  signal?: AbortSignal;
  /** Each answer as soon as it is whole, in order of completion. */
  onText?(index: number, text: string): void;
};

/** Answers in the order of the prompts, several sequences at a time. */
export async function generate(job: GenerateJob): Promise<string[]> {
  const { modelPath, prompts, maxTokens, temperature, seed, stop, chatTemplate, threads, signal, onText } =
    job;
  if (prompts.length === 0) return [];
  const opened = await openModel(modelPath, { signal });
  const longest = Math.max(...prompts.map((prompt) => promptTokens(opened, prompt, chatTemplate).length));
  const contextLength = Math.min(roundUp(longest + maxTokens + 1), opened.trainContextSize);
  const model = await serveModel(opened, {
    threads,
    contextLength,
    parallel: sequencesFor(contextLength, prompts.length),
    ...(chatTemplate !== undefined && { chatTemplate }),
    ...(signal && { signal }),
  });
  try {
    const texts = new Array<string>(prompts.length);
    const answer = async (prompt: Prompt, at: number) => {
      // Each prompt has a seed of its own: the same one would give equal prompts equal answers.
      const sampling = { maxTokens, temperature, stop, ...(seed !== undefined && { seed: seed + at }) };
      let text = "";
      for await (const piece of model.stream(prompt, sampling, signal)) text += piece;
      texts[at] = text;
      onText?.(at, text);
    };
    await Promise.all(prompts.map(answer));
    return texts;
  } finally {
    await model.dispose();
  }
}

const roundUp = (tokens: number) => Math.ceil(tokens / limits.contextStep) * limits.contextStep;
