/** Sums over scored rows, and the rows that the model finds hardest. */
import type { RowLoss, ScoredRow } from "./score";

export type WorstRow = RowLoss & { ids: number[] };

export class Tally {
  rows = 0;
  tokens = 0;
  nll = 0;
  worst: WorstRow[] = [];

  constructor(private readonly keep: number) {}

  add(losses: readonly RowLoss[], rows: readonly ScoredRow[]): void {
    for (const [i, loss] of losses.entries()) {
      this.rows++;
      this.tokens += loss.tokens;
      this.nll += loss.nll;
      if (loss.tokens > 0) this.worst.push({ ...loss, ids: rows[i]!.ids });
    }
    this.worst.sort((a, b) => meanOf(b) - meanOf(a) || (a.row < b.row ? -1 : 1));
    this.worst.length = Math.min(this.worst.length, this.keep);
  }
}

/** Nats a token. */
export const meanOf = ({ nll, tokens }: { nll: number; tokens: number }) => (tokens === 0 ? 0 : nll / tokens);
