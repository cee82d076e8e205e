/** Holds a tokenizer against the embedding it is to feed. */
import { Failure } from "@/graph/problems";
import type { TokenizerFiles } from "../tokenizer/read-files";
import type { LlamaConfig } from "./llama-config";

/**
 * A padding token may lie behind the last row: Transformers gives it a number there when only the configuration names it, and
 * what is padded is masked.
 * @throws Failure `model-vocabulary` when another token, an added one or an end of answers has no row in the embedding
 */
export function checkVocabulary(
  { vocab: rows }: LlamaConfig,
  { json, added, special, endIds }: TokenizerFiles,
): void {
  const { vocab } = (json.model ?? {}) as { vocab?: unknown };
  let highest = -1;
  const count = (id: unknown) => {
    if (typeof id === "number" && id > highest) highest = id;
  };
  if (Array.isArray(vocab)) count(vocab.length - 1);
  else if (typeof vocab === "object" && vocab !== null) for (const id of Object.values(vocab)) count(id);
  for (const { id, content } of added) if (content !== special.pad_token) count(id);
  for (const id of endIds) count(id);
  if (highest >= rows) throw new Failure("INVALID_INPUT", "model-vocabulary", { tokens: highest + 1, rows });
}
