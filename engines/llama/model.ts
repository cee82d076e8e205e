/** A GGUF model in memory that answers several requests at a time. */
import type { LlamaContextSequence, LlamaEmbeddingContext, LlamaModel, Token } from "node-llama-cpp";
import { Failure } from "@/graph/problems";
import { type ChatMessage, renderChat } from "./chat-template";
import { limits } from "./limits";
import { openModel, outOfMemory } from "./open";
import type { Device } from "./runtime";
import { evaluateOptions, type Sampling } from "./sampling";
import { sequencePool } from "./sequence-pool";
import { stopMatcher } from "./stop-strings";
import { textStream } from "./text-stream";
import { defaultThreads } from "./threads";

/** A plain text to continue, or a conversation to answer with the model's own chat template. */
export type Prompt = string | readonly ChatMessage[];

export type LoadOptions = {
  threads?: number;
  /** Tokens a sequence may hold; at most what the model was trained for. */
  contextLength?: number;
  /** Sequences decoded together; further requests wait. */
  parallel?: number;
  gpu?: Device;
  /** Used when the file holds none. */
  chatTemplate?: string;
  signal?: AbortSignal;
};

/** `stop`: the model or a stop string ended it. `length`: maxTokens or the end of the context. */
export type Finish = { reason: "stop" | "length"; promptTokens: number; completionTokens: number };

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
   * @throws Failure `context-overflow`, `no-chat-template`, `chat-template-refused`, `json-schema-refused`
   */
  stream(prompt: Prompt, sampling: Sampling, signal?: AbortSignal): AsyncGenerator<string, Finish>;
  /** Mean-pooled or last-token vector, as the model's own settings say, of unit length. */
  embed(text: string): Promise<{ vector: number[]; tokens: number }>;
  dispose(): Promise<void>;
};

export async function loadModel(path: string, options: LoadOptions = {}): Promise<TextModel> {
  const { threads = defaultThreads(), parallel = 1, gpu = false, signal } = options;
  const model = await openModel(path, { gpu, signal });
  const wanted = Math.min(options.contextLength ?? limits.contextLength, model.trainContextSize);
  const context = await model
    .createContext({
      contextSize: wanted,
      sequences: parallel,
      batchSize: Math.min(limits.batchTokens, wanted * parallel),
      threads,
      ...(signal && { createSignal: signal }),
    })
    .catch(async (error) => {
      await model.dispose();
      throw signal?.aborted ? signal.reason : outOfMemory(model.size, error);
    });
  const pool = sequencePool(context, parallel);
  let embeddings: Promise<LlamaEmbeddingContext> | undefined;

  const tokenize = (prompt: Prompt): Token[] => {
    if (typeof prompt !== "string")
      return model.tokenize(chatText(model, prompt, options.chatTemplate), true);
    const { bos, shouldPrependBosToken } = model.tokens;
    return [...(shouldPrependBosToken && bos !== null ? [bos] : []), ...model.tokenize(prompt, true)];
  };

  return {
    contextLength: wanted,
    embeddingLength: model.embeddingVectorSize,
    memoryBytes:
      model.memoryUsage.ram + model.memoryUsage.vram + context.memoryUsage.ram + context.memoryUsage.vram,
    get load() {
      return { busy: pool.busy, waiting: pool.waiting };
    },
    tokenize,
    async *stream(prompt, sampling, stopSignal) {
      const tokens = tokenize(prompt);
      if (tokens.length === 0) throw new Failure("INVALID_INPUT", "prompt-empty", {});
      if (tokens.length >= wanted)
        throw new Failure("INVALID_INPUT", "context-overflow", {
          tokens: tokens.length,
          contextLength: wanted,
        });
      const sequence = await pool.lend(tokens, stopSignal);
      try {
        return yield* answer(
          model,
          sequence,
          tokens,
          { ...sampling, room: wanted - tokens.length },
          stopSignal,
        );
      } finally {
        pool.giveBack(sequence);
      }
    },
    async embed(text) {
      embeddings ??= model.createEmbeddingContext({ contextSize: wanted, threads });
      const tokens = tokenize(text);
      if (tokens.length === 0) throw new Failure("INVALID_INPUT", "prompt-empty", {});
      if (tokens.length >= wanted)
        throw new Failure("INVALID_INPUT", "context-overflow", {
          tokens: tokens.length,
          contextLength: wanted,
        });
      const { vector } = await (await embeddings).getEmbeddingFor(tokens);
      const length = Math.hypot(...vector) || 1;
      return { vector: vector.map((value) => value / length), tokens: tokens.length };
    },
    async dispose() {
      await (await embeddings?.catch(() => undefined))?.dispose();
      await context.dispose();
      await model.dispose();
    },
  };
}

function chatText(model: LlamaModel, messages: readonly ChatMessage[], fallback: string | undefined): string {
  const source = model.fileInfo.metadata.tokenizer?.chat_template ?? fallback;
  if (!source) throw new Failure("INVALID_INPUT", "no-chat-template", {});
  const { bosString, eosString } = model.tokens;
  return renderChat({ source, bos: bosString ?? "", eos: eosString ?? "" }, messages);
}

async function* answer(
  model: LlamaModel,
  sequence: LlamaContextSequence,
  tokens: Token[],
  sampling: Sampling & { room: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<string, Finish> {
  const said: Token[] = [];
  const options = await evaluateOptions(model.llama, model, sampling, said);
  const limit = Math.min(sampling.maxTokens ?? Number.POSITIVE_INFINITY, sampling.room);
  const finish = (reason: Finish["reason"]): Finish => ({
    reason,
    promptTokens: tokens.length,
    completionTokens: said.length,
  });
  if (limit <= 0) return finish("length");
  const last = await readPrompt(sequence, tokens, sampling.seed === undefined, signal);
  const text = textStream(model);
  const stops = stopMatcher(sampling.stop ?? []);

  for await (const token of sequence.evaluate(last, options)) {
    signal?.throwIfAborted();
    said.push(token);
    const shown = stops.push(text.push(token));
    if (shown.text !== "") yield shown.text;
    signal?.throwIfAborted();
    if (shown.stopped) return finish("stop");
    if (said.length >= limit) {
      const rest = stops.push(text.rest());
      const end = rest.stopped ? rest.text : rest.text + stops.rest();
      if (end !== "") yield end;
      return finish(rest.stopped ? "stop" : "length");
    }
  }
  const rest = stops.push(text.rest());
  const end = rest.stopped ? rest.text : rest.text + stops.rest();
  if (end !== "") yield end;
  return finish("stop");
}

/**
 * Brings the sequence to the prompt but for its last tokens, which are returned to be evaluated with sampling.
 * With a seed nothing cached is reused: other batch sizes round differently and would change the text.
 */
async function readPrompt(
  sequence: LlamaContextSequence,
  tokens: Token[],
  reuse: boolean,
  signal: AbortSignal | undefined,
): Promise<Token[]> {
  const same = reuse ? sequence.compareContextTokens(tokens).firstDifferentIndex : 0;
  const keep = Math.min(same, tokens.length - 1);
  if (keep === 0) await sequence.clearHistory();
  else if (keep < sequence.nextTokenIndex)
    await sequence.eraseContextTokenRanges([{ start: keep, end: sequence.nextTokenIndex }]);
  let at = sequence.nextTokenIndex;
  while (tokens.length - at > limits.batchTokens) {
    signal?.throwIfAborted();
    await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(at, at + limits.batchTokens));
    at += limits.batchTokens;
  }
  signal?.throwIfAborted();
  return tokens.slice(at);
}
