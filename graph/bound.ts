/** What the score of a row must keep to for the row to stay. A row without the score is not judged by it. */
export type Bound = { column: string; least?: number | undefined; most?: number | undefined };

export const breaks = (value: number | null, { least, most }: Bound): boolean =>
  value !== null && ((least !== undefined && value < least) || (most !== undefined && value > most));
