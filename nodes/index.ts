/** The catalogue: every kind's definition. A kind missing here does not exist. */
import type { AnyNode, Catalogue } from "@/graph/define-node";
import { baseModel } from "./base-model/definition";
import { chain } from "./chain/definition";
import { datasetFile } from "./dataset-file/definition";
import { dedupe } from "./dedupe/definition";
import { deploy } from "./deploy/definition";
import { generateEval } from "./generate-eval/definition";
import { loraTrain } from "./lora-train/definition";
import { merge } from "./merge/definition";
import { perplexity } from "./perplexity/definition";
import { pii } from "./pii/definition";
import { qualityFilter } from "./quality-filter/definition";
import { quantize } from "./quantize/definition";
import { split } from "./split/definition";
import { toChat } from "./to-chat/definition";
import { tokenize } from "./tokenize/definition";

/** In the order in which the palette shows them. */
export const nodes = {
  "dataset-file": datasetFile,
  "to-chat": toChat,
  split,
  pii,
  dedupe,
  "quality-filter": qualityFilter,
  "base-model": baseModel,
  tokenize,
  "lora-train": loraTrain,
  merge,
  perplexity,
  "generate-eval": generateEval,
  quantize,
  deploy,
  chain,
} as const;

export type NodeKind = keyof typeof nodes;
export const NODE_KINDS = Object.keys(nodes) as NodeKind[];
export const catalogue: Catalogue = nodes satisfies Record<string, AnyNode>;
