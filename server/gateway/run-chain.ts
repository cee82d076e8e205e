/** A chain as LangChain runs it: prompt, chat model, parser. */
import type { AIMessageChunk, UsageMetadata } from "@langchain/core/messages";
import type { ChainFile } from "@/engines/serving/chain-file";
import { ApiError, badParam } from "./errors";

export type ChainUsage = { prompt_tokens: number; completion_tokens: number; total_tokens: number };
export type ChainAnswer = { output: unknown; usage?: ChainUsage };

export type ChainCall = {
  chain: ChainFile;
  input: Record<string, string>;
  /** Answers requests to `/v1`, without leaving the process. */
  fetch: (url: RequestInfo | URL, init?: RequestInit) => Promise<Response>;
  signal: AbortSignal;
  onText?: (text: string) => void;
};

/** A text is taken for the only input of a chain that has one. @throws ApiError 400 `missing_input` */
export function chainInput(chain: ChainFile, given: unknown): Record<string, string> {
  const [only] = chain.inputs;
  const values =
    typeof given === "string" && chain.inputs.length === 1
      ? { [only!]: given }
      : typeof given === "object" && given !== null
        ? (given as Record<string, unknown>)
        : {};
  return Object.fromEntries(
    chain.inputs.map((name) => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
        return [name, String(value)];
      const wants = chain.inputs.map((one) => `\`${one}\``).join(", ");
      throw badParam(
        `input.${name}`,
        `This chain wants ${wants} as text; \`${name}\` is missing.`,
        "missing_input",
      );
    }),
  );
}

export async function runChain({ chain, input, fetch, signal, onText }: ChainCall): Promise<ChainAnswer> {
  const [{ ChatPromptTemplate }, { ChatOpenAI }, { JsonOutputParser, StringOutputParser }] =
    await Promise.all([
      import("@langchain/core/prompts"),
      import("@langchain/openai"),
      import("@langchain/core/output_parsers"),
    ]);
  const prompt = ChatPromptTemplate.fromMessages([
    ...(chain.systemMessage ? [["system", chain.systemMessage] as [string, string]] : []),
    ["human", chain.promptTemplate],
  ]);
  const model = new ChatOpenAI({
    model: chain.endpoint,
    apiKey: "none",
    temperature: chain.temperature,
    maxTokens: chain.maxTokens,
    ...(chain.stop.length > 0 && { stop: chain.stop }),
    maxRetries: 0,
    useResponsesApi: false,
    configuration: { baseURL: "http://gateway.internal/v1", fetch },
    modelKwargs: responseFormat(chain),
  });
  const stream = await prompt.pipe(model).stream(input, { signal });
  let message: AIMessageChunk | undefined;
  for await (const piece of stream) {
    message = message ? message.concat(piece) : piece;
    if (piece.text !== "") onText?.(piece.text);
  }
  if (!message) throw new ApiError(500, "internal_error", "The model said nothing.");
  const cut = message.response_metadata.finish_reason === "length";
  const output =
    chain.output === "text"
      ? await new StringOutputParser().invoke(message)
      : await new JsonOutputParser().invoke(message).catch((cause: unknown) => notJson(cut, cause));
  if (cut && chain.output === "json") notJson(true, undefined);
  const used = message.usage_metadata as UsageMetadata | undefined;
  return {
    output,
    ...(used && {
      usage: {
        prompt_tokens: used.input_tokens,
        completion_tokens: used.output_tokens,
        total_tokens: used.total_tokens,
      },
    }),
  };
}

function responseFormat({ output, jsonSchema }: ChainFile): Record<string, unknown> {
  if (output === "text") return {};
  if (!jsonSchema) return { response_format: { type: "json_object" } };
  return { response_format: { type: "json_schema", json_schema: { name: "output", schema: jsonSchema } } };
}

function notJson(cut: boolean, cause: unknown): never {
  const message = cut
    ? "The answer was cut before its JSON was whole. Allow a longer answer in the chain."
    : "The model's answer is not JSON. Give the chain a JSON Schema, which holds the model to it.";
  throw Object.assign(new ApiError(422, cut ? "output_cut" : "output_not_json", message), { cause });
}
