"use client";
/** Where previews read stored outputs from. A context, so that a kind's preview knows no server. */
import { createContext, useContext } from "react";
import type { GraphAround } from "@/graph/around";
import type { Bound } from "@/graph/bound";
import type { Column, PortType } from "@/graph/ports";
import type { Report } from "@/graph/report";
import type { Chat, Sampling } from "./chat";

export type Cell = string | number | boolean | null | Cell[] | { [key: string]: Cell };
export type Row = Record<string, Cell>;
export type Filter = {
  column: string;
  op: "=" | "!=" | "<" | "<=" | ">" | ">=" | "contains" | "is-null" | "not-null";
  value?: string | number | boolean;
};
export type TableAsk = {
  offset?: number;
  limit?: number;
  search?: string;
  sort?: { column: string; descending?: boolean };
  where?: Filter[];
};

export type Histogram = {
  bins: { from: number; to: number; count: number }[];
  min: number | null;
  max: number | null;
  missing: number;
  rows: number;
};
/** `broken` has one number a bound: rows that break it, whatever the others say. */
export type Selection = { rows: number; kept: number; broken: number[] };
/** Every rule of a ledger with its count and first entry; `more` counts rules that are not listed. */
export type LedgerRules = {
  entries: number;
  rules: { rule: string; rows: number; example: Row }[];
  more: number;
};
/** A table that lies beside an artifact's own. */
export type Beside = { digest: string; file: string };

export type Preview = { digest: string; facts: PortType } & (
  | { show: "table"; page: { columns: Column[]; rows: Row[]; total: number } }
  | { show: "report"; report: Report }
  | { show: "files"; json: Record<string, unknown>; files: { path: string; size: number }[] }
);

/** `data` stays what it was while the next page loads. */
export type Loaded<T> = { data: T | undefined; error?: string | undefined; loading: boolean };

export type Curve = Readonly<Record<string, readonly { step: number; value: number }[]>>;
/** A run that made this node's result anew. */
export type PastRun = { id: string; number: number };
/** `held`: why it was not served when it came. */
export type EndpointVersion = {
  number: number;
  digest: string;
  served: boolean;
  held: { reason: string; values: Readonly<Record<string, unknown>> } | null;
  run: { id: string; number: number } | null;
};
export type Sample = { step: number | null; prompt: string; text: string };

export type PreviewSource = {
  usePreview(digest: string | undefined, ask?: TableAsk): Loaded<Preview>;
  /** Reads a page on demand: for what a press of a button needs. */
  useReadPage(): (digest: string, ask: TableAsk) => Promise<Preview>;
  useHistogram(table: Beside, column: string): Loaded<Histogram | null>;
  /** Null where the output is no ledger. */
  useLedgerRules(digest: string): Loaded<LedgerRules | null>;
  useSelection(table: Beside, bounds: readonly Bound[], putBack: readonly string[]): Loaded<Selection | null>;
  /** A JSON file of an artifact. */
  useJson(digest: string | undefined, path: string): Loaded<unknown>;
  useCurves(runId: string | undefined, nodeId: string, live: boolean): Curve | undefined;
  /** Other runs that trained a node, newest first. */
  useNodeRuns(nodeId: string, runId: string | undefined): PastRun[] | undefined;
  /** Curves of several runs at once, by run id. */
  useManyCurves(runIds: readonly string[], nodeId: string): Readonly<Record<string, Curve>>;
  /** The graph around the node, where there is one. */
  useAround(): GraphAround | undefined;
  useSamples(runId: string | undefined, nodeId: string, live: boolean): Sample[] | undefined;
  /** Whether the reader may put questions to models and chains. */
  useMayAsk(): boolean;
  askChain(slug: string, input: Readonly<Record<string, string>>): Promise<Response>;
  /** Versions of a deployment, newest first; undefined until they are known. */
  useVersions(slug: string): EndpointVersion[] | undefined;
  /** Talks to a deployment; `system` is its instructions. */
  useChat(slug: string, system: string, sampling: Sampling): Chat;
};

export const PreviewSourceContext = createContext<PreviewSource | undefined>(undefined);

export function usePreviewSource(): PreviewSource {
  const source = useContext(PreviewSourceContext);
  if (!source) throw new Error("usePreviewSource outside its provider");
  return source;
}
