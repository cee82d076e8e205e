/** The pre-tokenizers that llama.cpp names in `tokenizer.ggml.pre`, as tokenizer.json has them. */

export type Json = { [key: string]: unknown };

const LLAMA3 =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

const byteLevel = (useRegex: boolean): Json => ({
  type: "ByteLevel",
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: useRegex,
});

/** Digits one by one, then the pattern of GPT-2. */
const smollm: Json = {
  type: "Sequence",
  pretokenizers: [{ type: "Digits", individual_digits: true }, byteLevel(true)],
};
const llama3: Json = {
  type: "Sequence",
  pretokenizers: [
    { type: "Split", pattern: { Regex: LLAMA3 }, behavior: "Isolated", invert: false },
    byteLevel(false),
  ],
};

/** `ignoreMerges`: a word that is a token as a whole is not merged step by step. */
type PreTokenizer = { json: Json; ignoreMerges: boolean };
const PRE_TOKENIZERS: Record<string, PreTokenizer> = {
  smollm: { json: smollm, ignoreMerges: false },
  "llama-bpe": { json: llama3, ignoreMerges: true },
  "gpt-2": { json: byteLevel(true), ignoreMerges: false },
};
const ALIASES: Record<string, string> = {
  llama3: "llama-bpe",
  "llama-v3": "llama-bpe",
  gpt2: "gpt-2",
  starcoder: "smollm",
  refact: "smollm",
  "command-r": "smollm",
};

export function preTokenizerNamed(pre: string): PreTokenizer | undefined {
  return PRE_TOKENIZERS[ALIASES[pre] ?? pre];
}

/** The name under which llama.cpp splits text as this part of a tokenizer.json does. */
export function nameOfPreTokenizer(json: unknown): string | undefined {
  const steps = flatten(json);
  const [first, second] = steps;
  if (steps.length === 1 && first?.type === "ByteLevel" && first.use_regex !== false) return "gpt-2";
  if (steps.length !== 2 || second?.type !== "ByteLevel") return undefined;
  if (first?.type === "Digits" && first.individual_digits === true && second.use_regex !== false)
    return "smollm";
  if (first?.type === "Split" && (first.pattern as Json | undefined)?.Regex === LLAMA3) return "llama-bpe";
  return undefined;
}

function flatten(json: unknown): Json[] {
  if (json === null || typeof json !== "object") return [];
  const step = json as Json;
  return step.type === "Sequence" && Array.isArray(step.pretokenizers)
    ? step.pretokenizers.flatMap(flatten)
    : [step];
}
