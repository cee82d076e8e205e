import type { SideAnswer } from "./side";

/** In this order; each reads what an earlier one wrote. */
export const STEPS = [
  { name: "source", kind: "dataset-file", from: "file", params: {} },
  { name: "dedupe", kind: "dedupe", from: "source/data", params: { ignoreCase: false } },
  { name: "quality-filter", kind: "quality-filter", from: "dedupe/data", params: {} },
  { name: "threshold moved", kind: "quality-filter", from: "dedupe/data", params: { minAnswerWords: 20 } },
  { name: "pii", kind: "pii", from: "quality-filter/data", params: {} },
  { name: "split", kind: "split", from: "dedupe/data", params: {} },
] as const;
export type Step = (typeof STEPS)[number]["name"];
export type Steps = Record<Step, SideAnswer>;
