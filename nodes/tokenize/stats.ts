/** What `stats.json` tells of tokenized rows: counts, lengths, and the first rows with their masks. */
import { z } from "zod";

export const tokenStatsSchema = z.object({
  /** Rows read, and what became of them: read = kept + tooLong + withoutAnswer + bad. */
  read: z.int(),
  kept: z.int(),
  truncated: z.int(),
  tooLong: z.int(),
  withoutAnswer: z.int(),
  bad: z.int(),
  tokens: z.int(),
  /** Tokens that count in the loss. */
  trainedTokens: z.int(),
  /** Tokens cut off. */
  lostTokens: z.int(),
  longest: z.int(),
  maxLength: z.int(),
  tokensPerWord: z.number(),
  charactersPerToken: z.number(),
  /** Lengths before cutting: `counts[i]` rows of more than `i × width` and at most `(i + 1) × width` tokens. */
  lengths: z.object({ width: z.int(), counts: z.array(z.int()) }),
  preview: z.array(
    z.object({
      row: z.string(),
      tokens: z.array(z.tuple([z.string(), z.int(), z.union([z.literal(0), z.literal(1)])])),
    }),
  ),
});
export type TokenStats = z.infer<typeof tokenStatsSchema>;

const BIN_WIDTH = 32;
const MAX_BINS = 64;

export function emptyStats(maxLength: number): TokenStats {
  const none = { read: 0, kept: 0, truncated: 0, tooLong: 0, withoutAnswer: 0, bad: 0 };
  const tokens = {
    tokens: 0,
    trainedTokens: 0,
    lostTokens: 0,
    longest: 0,
    tokensPerWord: 0,
    charactersPerToken: 0,
  };
  return {
    ...none,
    ...tokens,
    maxLength,
    lengths: { width: BIN_WIDTH, counts: [] },
    preview: [],
  };
}

export function addLength({ lengths: { width, counts } }: TokenStats, length: number): void {
  const bin = Math.min(MAX_BINS - 1, Math.max(0, Math.ceil(length / width) - 1));
  while (counts.length <= bin) counts.push(0);
  counts[bin]!++;
}
