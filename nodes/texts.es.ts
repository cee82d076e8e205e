/** Every kind's words in Spanish. */
import baseModel from "./base-model/text.es.json";
import chain from "./chain/text.es.json";
import datasetFile from "./dataset-file/text.es.json";
import dedupe from "./dedupe/text.es.json";
import deploy from "./deploy/text.es.json";
import generateEval from "./generate-eval/text.es.json";
import type { NodeKind } from "./index";
import loraTrain from "./lora-train/text.es.json";
import merge from "./merge/text.es.json";
import type { NodeText } from "./node-text";
import perplexity from "./perplexity/text.es.json";
import pii from "./pii/text.es.json";
import qualityFilter from "./quality-filter/text.es.json";
import quantize from "./quantize/text.es.json";
import split from "./split/text.es.json";
import toChat from "./to-chat/text.es.json";
import tokenize from "./tokenize/text.es.json";

export const es: Record<NodeKind, NodeText> = {
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
};
