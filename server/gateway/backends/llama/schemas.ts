/** Request bodies as OpenAI has them. Null counts as left out; fields that nothing is done with are told (`ignoredFields`). */
import { z } from "zod";
import { badParam } from "../../errors";
import { limits } from "../../limits";
import { parseBody } from "../../read-body";
import type { JsonObject } from "../backend";

const optional = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? undefined);

const text = z.union([
  z.string(),
  z
    .array(z.object({ type: z.literal("text"), text: z.string() }))
    .transform((parts) => parts.map((part) => part.text).join("")),
]);

const toolCall = z.object({
  id: optional(z.string()),
  type: optional(z.string()),
  function: z.object({
    name: z.string(),
    arguments: z.union([z.string(), z.record(z.string(), z.unknown())]),
  }),
});

const message = z
  .object({
    role: z.enum(["system", "developer", "user", "assistant", "tool", "function"]),
    content: optional(text),
    name: optional(z.string()),
    reasoning_content: optional(z.string()),
    tool_calls: optional(z.array(toolCall)),
    tool_call_id: optional(z.string()),
  })
  // Where an assistant calls a function there may be no words; elsewhere no words are an empty text.
  .transform((given) => (given.tool_calls?.length ? given : { ...given, content: given.content ?? "" }));

const stop = optional(z.union([z.string().transform((one) => [one]), z.array(z.string()).max(4)]));

const sampling = {
  model: z.string().min(1),
  temperature: optional(z.number().min(0).max(2)),
  top_p: optional(z.number().gt(0).max(1)),
  top_k: optional(z.number().int().min(0)),
  seed: optional(z.number().int()),
  stop,
  n: optional(z.number().int().min(1)),
  stream: optional(z.boolean()),
  stream_options: optional(z.object({ include_usage: optional(z.boolean()) })),
  presence_penalty: optional(z.number().min(-2).max(2)),
  frequency_penalty: optional(z.number().min(-2).max(2)),
};

/** Clients of llama.cpp write -1 for "no limit". */
const count = optional(
  z
    .number()
    .int()
    .refine((n) => n === -1 || n >= 1, "must be at least 1, or -1 for no limit"),
).transform((n) => (n === -1 ? undefined : n));

const schemaFormat = z.object({ schema: z.record(z.string(), z.unknown()) });

export const chatSchema = z.object({
  ...sampling,
  messages: z.array(message).min(1).max(limits.messages),
  max_tokens: count,
  max_completion_tokens: count,
  response_format: optional(
    z.discriminatedUnion("type", [
      z.object({ type: z.literal("text") }),
      z.object({ type: z.literal("json_object") }),
      z.object({ type: z.literal("json_schema"), json_schema: schemaFormat }),
    ]),
  ),
});
export type ChatRequest = z.output<typeof chatSchema>;

/** One token, or a text of them. */
const isTokens = (one: unknown) =>
  typeof one === "number" || (Array.isArray(one) && one.every((n) => typeof n === "number"));
const TOKEN_IDS = "holds token ids, which are another model's numbers as likely as this one's. Send the text";

export const completionSchema = z.object({
  ...sampling,
  prompt: z.union([
    z.string(),
    z
      .array(z.unknown())
      .refine((list) => !list.some(isTokens), TOKEN_IDS)
      .refine(
        (list) => list.length === 1 && typeof list[0] === "string",
        "may hold one text: send the others in requests of their own",
      )
      .transform((list) => list[0] as string),
  ]),
  max_tokens: count,
  echo: optional(z.boolean()),
});
export type CompletionRequest = z.output<typeof completionSchema>;

export const embeddingsSchema = z.object({
  model: z.string().min(1),
  input: z.union([
    z.string().transform((one) => [one]),
    z
      .array(z.unknown())
      .refine((list) => !list.some(isTokens), TOKEN_IDS)
      .pipe(z.array(z.string()).min(1).max(limits.embeddingInputs)),
  ]),
  encoding_format: optional(z.enum(["float", "base64"])),
});

/** Wishes that would change the answer and that no served model fulfils: refused, never ignored. */
const UNSUPPORTED = new Map<string, (value: unknown) => boolean>(
  Object.entries({
    n: (value: unknown) => value !== 1,
    best_of: (value: unknown) => value !== 1,
    tools: (value: unknown) => Array.isArray(value) && value.length > 0,
    functions: (value: unknown) => Array.isArray(value) && value.length > 0,
    logprobs: (value: unknown) => value !== false,
    top_logprobs: () => true,
    logit_bias: (value: unknown) => typeof value === "object" && Object.keys(value as object).length > 0,
    suffix: (value: unknown) => value !== "",
    audio: () => true,
    dimensions: () => true,
  } satisfies Record<string, (value: unknown) => boolean>),
);

/** Fields of a request that nothing is done with, in its order: they change no answer, and the caller is told of them. */
export function ignoredFields(body: JsonObject, schema: z.ZodObject): string[] {
  return Object.keys(body).filter(
    (name) => body[name] !== null && !Object.hasOwn(schema.shape, name) && !UNSUPPORTED.has(name),
  );
}

/** @throws ApiError that names the field and what is wrong with it */
export function parseRequest<T extends z.ZodType>(body: JsonObject, schema: T): z.output<T> {
  for (const [name, value] of Object.entries(body)) {
    if (value !== null && UNSUPPORTED.get(name)?.(value))
      throw badParam(
        name,
        `\`${name}\` is not supported here with this value. Leave it out.`,
        "unsupported_parameter",
      );
  }
  return parseBody(body, schema);
}
