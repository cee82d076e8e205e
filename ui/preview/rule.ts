import type { Row } from "./source";

export type Rule = { rule: string; rows: number; example: Row };
/** The rows that the graph puts back, and how to change them; only `rows` while reading. */
export type PutBack = { rows: readonly string[]; set?: (ids: readonly string[], on: boolean) => void };
