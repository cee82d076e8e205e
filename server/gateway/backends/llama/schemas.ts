/** Request bodies as OpenAI has them. Null counts as left out; fields that nothing is done with are told: see `fields.ts`. */
import { z } from "zod";
import { limits } from "../../limits";

const optional = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? undefined);

/** The Responses API calls parts of text by other names. */
const TEXT_PARTS = new Set(["text", "input_text", "output_text"]);

const part = z.union([z.string(), z.looseObject({ type: z.string() })]).transform((given, context) => {
  if (typeof given === "string") return given;
  const { type } = given;
  const text = TEXT_PARTS.has(type) ? given.text : type === "refusal" ? given.refusal : undefined;
  if (typeof text === "string") return text;
  context.addIssue({
    code: "custom",
    message: TEXT_PARTS.has(type)
      ? "holds no text"
      : `is of the type ${JSON.stringify(type.slice(0, 40))}: the model reads text alone`,
  });
  return z.NEVER;
});
const text = z.union([
  z.string(),
  z
    .array(part)
    .max(limits.parts)
    .transform((parts) => parts.join("")),
]);

const toolCall = z.object({
  id: optional(z.string()),
  type: optional(z.string()),
  function: z.object({
    name: z.string(),
    arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).default("{}"),
  }),
});

const messageForm = z.object({
  role: z.enum(["system", "developer", "user", "assistant", "tool", "function"]),
  content: optional(text),
  name: optional(z.string()),
  refusal: optional(z.string()),
  reasoning_content: optional(z.string()),
  reasoning: optional(z.string()),
  thinking: optional(z.string()),
  tool_calls: optional(z.array(toolCall).max(limits.parts)),
  tool_call_id: optional(z.string()),
  function_call: optional(toolCall.shape.function),
});
const message = messageForm.transform(({ refusal, function_call: called, ...given }, context) => {
  const calls = given.tool_calls ?? (called && [{ id: undefined, type: "function", function: called }]);
  const content = given.content ?? refusal;
  const speaks = given.role === "user" || given.role === "system" || given.role === "developer";
  if (content === undefined && speaks)
    context.addIssue({ code: "custom", path: ["content"], message: "is null, and must be a text or a list" });
  // Where an assistant calls a function there may be no words; elsewhere no words are an empty text.
  if (calls?.length) return { ...given, content, tool_calls: calls };
  const { tool_calls: _, ...rest } = given;
  return { ...rest, content: content ?? "" };
});

const stopText = z.string().max(limits.stopChars);
/** An empty one stops nowhere. */
const stop = optional(
  z.union([stopText.transform((one) => [one]), z.array(stopText).max(limits.stops)]),
).transform((texts) => texts?.filter((one) => one !== ""));

const whole = z.number().refine(Number.isInteger, "must be a whole number");

const sampling = {
  model: z.string().min(1),
  temperature: optional(z.number().min(0).max(2)),
  top_p: optional(z.number().min(0).max(1)),
  /** vLLM and llama.cpp write -1 for "all". */
  top_k: optional(whole.min(-1)).transform((k) => (k === -1 ? 0 : k)),
  min_p: optional(z.number().min(0).max(1)),
  /** llama.cpp writes -1 for "any". */
  seed: optional(whole).transform((seed) => (seed === -1 ? undefined : seed)),
  stop,
  n: optional(z.number().int().min(1)),
  stream: optional(z.boolean()),
  stream_options: optional(z.object({ include_usage: optional(z.boolean()) })),
  presence_penalty: optional(z.number().min(-2).max(2)),
  frequency_penalty: optional(z.number().min(-2).max(2)),
};

/** Clients of llama.cpp write -1 for "no limit". */
const count = (least: number) =>
  optional(
    whole.refine((n) => n === -1 || n >= least, `must be at least ${least}, or -1 for no limit`),
  ).transform((n) => (n === -1 ? Number.MAX_SAFE_INTEGER : n));

const jsonSchema = z.record(z.string(), z.unknown());

const FORMS = "must be text, json_object or json_schema";

export const chatSchema = z.object({
  ...sampling,
  messages: z.array(message).min(1).max(limits.messages),
  max_tokens: count(1),
  max_completion_tokens: count(1),
  response_format: optional(
    z.discriminatedUnion(
      "type",
      [
        z.object({ type: z.literal("text") }),
        // llama.cpp's server and others take a schema here too.
        z.object({ type: z.literal("json_object"), schema: optional(jsonSchema) }),
        z.object({ type: z.literal("json_schema"), json_schema: z.object({ schema: optional(jsonSchema) }) }),
      ],
      { error: (issue) => (issue.code === "invalid_union" ? FORMS : undefined) },
    ),
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
  max_tokens: count(0),
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

/** Of a message; the rest is told. */
export const MESSAGE_FIELDS: ReadonlySet<string> = new Set(Object.keys(messageForm.shape));
