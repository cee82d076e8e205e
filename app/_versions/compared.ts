import type { GraphFile } from "@/graph/document";

/** A version that the draft is held against. */
export type Compared = { number: number; name: string | null; file: GraphFile };
