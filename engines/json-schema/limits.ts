/** How large a schema may be, so that reading it and holding an answer to it stay quick. */
export const limits = {
  /** Subschemas, counted again wherever they are merged: the check of 2,000 is made in about a second. */
  subschemas: 2_000,
  /** As OpenAI: all values of all enums together. */
  enumValues: 1_000,
  /** Objects within objects, and references that lead on to references. */
  depth: 64,
  /** Of the grammar in llama.cpp's notation, which reads a megabyte in about a second. */
  grammarChars: 400_000,
  /** Lengths and counts beyond this are beyond any answer: left to the check of what was answered. */
  repeats: 100_000,
  /** A check of one answer; a pattern may be made so that it never ends. */
  checkMs: 1_000,
  /** Schemas whose grammar is kept. */
  kept: 32,
} as const;
