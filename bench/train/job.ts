/** What both sides are told, in one JSON file, and what each answers. */

import type { TokenRow } from "@/engines/training/slice";
import type { TrainerBackend } from "@/graph/trainers";

export type TrainJob = {
  modelDir: string;
  /** Where the side may write its adapter. */
  outDir: string;
  /** Rows of each optimizer step. */
  batches: TokenRow[][];
  heldOut: TokenRow[];
  rank: number;
  alpha: number;
  learningRate: number;
  threads: number;
  dtype: "float32" | "bfloat16";
  /** Telar only: what computes. */
  backend: TrainerBackend;
  /** Telar only: compute forward values again for the backward pass, for the least memory. */
  checkpointing: boolean;
};
/** `seconds` of each step after the first; `peakBytes` is ru_maxrss of the process. */
export type TrainAnswer = {
  stepSeconds: number[];
  losses: number[];
  heldOutBefore: number;
  heldOutAfter: number;
  peakBytes: number;
};

/** Padding never counts, and a row's last token is only a target. */
export const realTokens = (rows: readonly TokenRow[]): number =>
  rows.reduce((sum, r) => sum + r.ids.length - 1, 0);
