/** What a served model does not do: refused where it would change the answer, told where it is left out. Pure. */
import type { z } from "zod";
import { badParam } from "../../errors";
import type { JsonObject } from "../backend";
import { MESSAGE_FIELDS } from "./schemas";

type Refusal = (value: unknown) => string | undefined;
const when =
  (holds: (value: unknown) => boolean, why: string): Refusal =>
  (value) =>
    holds(value) ? why : undefined;
const isFilled = (value: unknown) =>
  Array.isArray(value)
    ? value.length > 0
    : typeof value === "object"
      ? Object.keys(value as object).length > 0
      : true;

const ONE = "One answer is made for a request. Send the request again for another.";
const NO_CALLS = "Functions are not called here. Leave `tools` and `functions` out.";
const NO_ODDS = "Probabilities of tokens are not given here. Leave it out.";

/** In the order in which they are looked at. */
const REFUSALS = new Map<string, Refusal>([
  ["n", when((value) => value !== 1, ONE)],
  ["best_of", when((value) => value !== 1, ONE)],
  ["tools", when(isFilled, NO_CALLS)],
  ["functions", when(isFilled, NO_CALLS)],
  ["tool_choice", when((value) => value !== "none" && value !== "auto", NO_CALLS)],
  ["function_call", when((value) => value !== "none" && value !== "auto", NO_CALLS)],
  ["logprobs", when((value) => value !== false, NO_ODDS)],
  ["top_logprobs", when((value) => value !== 0, NO_ODDS)],
  ["logit_bias", when(isFilled, "Single tokens are not favoured or forbidden here. Leave it out.")],
  [
    "suffix",
    when((value) => value !== "", "The model only continues a text; it fills no gap before a suffix."),
  ],
  ["audio", () => "The model reads and writes text alone."],
  [
    "modalities",
    when(
      (value) => !(Array.isArray(value) && value.every((one) => one === "text")),
      "The model reads and writes text alone.",
    ),
  ],
  ["dimensions", () => "Embeddings have the model's own number of dimensions. Leave it out."],
  ["web_search_options", () => "Nothing is looked up on the web. Leave it out."],
  ["grammar", () => "Grammars are not read. Use `response_format` with a JSON Schema."],
  ...["guided_json", "guided_regex", "guided_choice", "guided_grammar", "json_schema"].map(
    (name) => [name, (() => "Use `response_format` with a JSON Schema.") as Refusal] as const,
  ),
]);

/** @throws ApiError 400 `unsupported_parameter` */
export function refuseUnsupported(body: JsonObject): void {
  for (const [name, refusal] of REFUSALS) {
    const value = Object.hasOwn(body, name) ? body[name] : undefined;
    const why = value === undefined || value === null ? undefined : refusal(value);
    if (why)
      throw badParam(name, `\`${name}\` is not supported with this value. ${why}`, "unsupported_parameter");
  }
}

const SHOWN = 20;

/**
 * Fields of a request that nothing is done with, in its order: they change no answer, and the caller is told of them. With no
 * tools there are no calls in parallel, so that wish is met.
 */
export function ignoredFields(body: JsonObject, schema: z.ZodObject): string[] {
  const names = Object.keys(body).filter(
    (name) =>
      body[name] !== null &&
      !Object.hasOwn(schema.shape, name) &&
      !REFUSALS.has(name) &&
      name !== "parallel_tool_calls",
  );
  const inMessages = new Set<string>();
  for (const message of Array.isArray(body.messages) ? (body.messages as unknown[]) : [])
    for (const [name, value] of Object.entries(message ?? {}))
      if (inMessages.size < SHOWN && value !== null && !MESSAGE_FIELDS.has(name))
        inMessages.add(`messages.${name}`);
  return [...names, ...inMessages];
}
