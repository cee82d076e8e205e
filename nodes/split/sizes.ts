/** How many rows each part of a split gets. Pure. */

export const PARTS = ["train", "validation", "test"] as const;
export type Part = (typeof PARTS)[number];
export type SplitParams = {
  by: "shares" | "rows";
  validation: number;
  test: number;
  seed: number;
  stratify: string;
  group: string;
  folds: number;
  fold: number;
};

/** Sums to `rows`. A part that is wanted gets at least one row while there are any. With folds, validation is one fold of what test leaves. */
export function partSizes(
  { by, validation, test, folds, fold }: SplitParams,
  rows: number,
): Record<Part, number> {
  const wanted = (amount: number, left: number) => {
    const size = by === "rows" ? Math.round(amount) : Math.round(amount * rows);
    return Math.min(left, amount > 0 ? Math.max(1, size) : 0);
  };
  const testRows = wanted(test, rows);
  const left = rows - testRows;
  // Fold k of n takes the places k-1, k-1+n, … of what is left.
  const validationRows =
    folds > 1 ? Math.max(0, Math.ceil((left - (fold - 1)) / folds)) : wanted(validation, left);
  return { train: left - validationRows, validation: validationRows, test: testRows };
}
