/** A GGUF model in memory that answers several requests at a time. */
import type { LlamaEmbeddingContext, LlamaModel, Token } from "node-llama-cpp";
import { Failure } from "@/graph/problems";
import type { Clock } from "../jinja/template";
import { answer, type Finish } from "./answer";
import { limits } from "./limits";
import { openModel, outOfMemory } from "./open";
import { type Prompt, promptTokens } from "./prompt";
import type { Device } from "./runtime";
import type { Sampling } from "./sampling";
import { sequencePool } from "./sequence-pool";
import { defaultThreads, usableThreads } from "./threads";

export type { Finish } from "./answer";
export type { Prompt } from "./prompt";

export type LoadOptions = {
  threads?: number;
  /** Tokens a sequence may hold; at most what the model was trained for. */
  contextLength?: number;
  /** Sequences decoded together; further requests wait. */
  parallel?: number;
  gpu?: Device;
  /** A LoRA adapter as GGUF, applied beside the weights. */
  adapterPath?: string | undefined;
  /** Used when the file holds none. */
  chatTemplate?: string;
  /** What the chat template takes for now; the time of asking when absent. */
  clock?: Clock;
  /** Called at every sign of progress: a part of the weights loaded, a batch read, a token written. */
  onStep?: () => void;
  signal?: AbortSignal;
};

export type TextModel = {
  readonly contextLength: number;
  readonly embeddingLength: number;
  /** Weights and key-value cache, in bytes. */
  readonly memoryBytes: number;
  /** Requests being answered and waiting. */
  readonly load: { busy: number; waiting: number };
  tokenize(prompt: Prompt): number[];
  /**
   * Yields text as it comes and returns how it ended. Stops at the next token when `signal` aborts, by throwing its reason.
   * @throws Failure `context-overflow`, `no-chat-template`, `chat-template`, `json-answer-cut`, `json-schema-answer`
   */
  stream(prompt: Prompt, sampling: Sampling, signal?: AbortSignal): AsyncGenerator<string, Finish>;
  /** Mean-pooled or last-token vector, as the model's own settings say, of unit length. */
  embed(text: string): Promise<{ vector: number[]; tokens: number }>;
  /** At most so many threads from the next batch on; all models of this process share them. */
  limitThreads(count: number): void;
  dispose(): Promise<void>;
};

export async function loadModel(path: string, options: LoadOptions = {}): Promise<TextModel> {
  return serveModel(
    await openModel(path, { gpu: options.gpu ?? false, signal: options.signal, onStep: options.onStep }),
    options,
  );
}

/** Takes the opened model over: disposing of the result disposes of it. */
export async function serveModel(model: LlamaModel, options: LoadOptions = {}): Promise<TextModel> {
  const { parallel = 1, signal, onStep = () => {} } = options;
  const threads = usableThreads(options.threads ?? defaultThreads());
  const wanted = Math.min(options.contextLength ?? limits.contextLength, model.trainContextSize);
  const context = await model
    .createContext({
      contextSize: wanted,
      sequences: parallel,
      batchSize: Math.min(limits.batchTokens, wanted * parallel),
      threads,
      ...(options.adapterPath !== undefined && { lora: options.adapterPath }),
      ...(signal && { createSignal: signal }),
    })
    .catch(async (error) => {
      await model.dispose();
      throw signal?.aborted ? signal.reason : outOfMemory(model.size, error);
    });
  const pool = sequencePool(context, parallel);
  let embeddings: Promise<LlamaEmbeddingContext> | undefined;

  const tokensOf = (prompt: Prompt): Token[] => {
    const tokens = promptTokens(model, prompt, options.chatTemplate, options.clock);
    if (tokens.length === 0) throw new Failure("INVALID_INPUT", "prompt-empty", {});
    if (tokens.length < wanted) return tokens;
    throw new Failure("INVALID_INPUT", "context-overflow", { tokens: tokens.length, contextLength: wanted });
  };

  return {
    contextLength: wanted,
    embeddingLength: model.embeddingVectorSize,
    memoryBytes:
      model.memoryUsage.ram + model.memoryUsage.vram + context.memoryUsage.ram + context.memoryUsage.vram,
    get load() {
      return { busy: pool.busy, waiting: pool.waiting };
    },
    tokenize: (prompt) => promptTokens(model, prompt, options.chatTemplate, options.clock),
    async *stream(prompt, sampling, stopSignal) {
      const tokens = tokensOf(prompt);
      const sequence = await pool.lend(tokens, stopSignal);
      try {
        return yield* answer(
          model,
          sequence,
          tokens,
          { ...sampling, room: wanted - tokens.length },
          stopSignal,
          onStep,
        );
      } finally {
        pool.giveBack(sequence);
      }
    },
    async embed(text) {
      embeddings ??= model.createEmbeddingContext({ contextSize: wanted, threads });
      const tokens = tokensOf(text);
      const { vector } = await (await embeddings).getEmbeddingFor(tokens);
      onStep();
      const length = Math.hypot(...vector) || 1;
      return { vector: vector.map((value) => value / length), tokens: tokens.length };
    },
    limitThreads(count) {
      model.llama.maxThreads = usableThreads(count);
    },
    async dispose() {
      await (await embeddings?.catch(() => undefined))?.dispose();
      await context.dispose();
      await model.dispose();
    },
  };
}
