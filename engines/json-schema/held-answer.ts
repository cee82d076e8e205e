/** A schema as what holds an answer to it: its grammar, and the check of what was written. */
import { type AnswerCheck, answerCheck } from "./check-answer";
import { schemaGrammar } from "./compile";
import { limits } from "./limits";

export type HeldAnswer = { grammar: string; check: AnswerCheck };

const kept = new Map<string, HeldAnswer>();

/** Made once for equal schemas. @throws Failure `json-schema-…` */
export function heldAnswer(schema: Record<string, unknown>): HeldAnswer {
  const key = JSON.stringify(schema);
  const known = kept.get(key) ?? { grammar: schemaGrammar(schema), check: answerCheck(schema) };
  kept.delete(key);
  kept.set(key, known);
  for (const oldest of kept.keys()) {
    if (kept.size <= limits.kept) break;
    kept.delete(oldest);
  }
  return known;
}
