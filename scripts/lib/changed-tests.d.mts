/** Which of the tests that depend on what changed run, and which are left for all of them. */
export function chooseTests(
  tests: readonly string[],
  changed: readonly string[],
  durations: ReadonlyMap<string, number>,
  budgetMs?: number,
): { run: string[]; left: string[] };
