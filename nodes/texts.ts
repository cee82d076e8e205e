/** Every kind's words, by locale: title, summary, ports, parameters, failures. */
import { texts } from "@/generated/kinds/texts";
import type { NodeKind } from "./index";

export type NodeText = {
  title: string;
  summary: string;
  ports: Record<string, string>;
  params: Record<string, { title: string; help?: string; options?: Record<string, string> }>;
  failures?: Record<string, string>;
  checks?: Record<string, string>;
  /** Lines of the log, by code. */
  logs?: Record<string, string>;
  /** Scores that no parameter bounds. */
  scores?: Record<string, string>;
  /** Why a row stands in the ledger, by code. */
  ledger?: Record<string, string>;
};

type Texts = { [L in keyof typeof texts]: Record<NodeKind, NodeText> };
export const nodeTexts: Texts = texts;
