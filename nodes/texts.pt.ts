/** Every kind's words in Brazilian Portuguese. */
import baseModel from "./base-model/text.pt.json";
import chain from "./chain/text.pt.json";
import datasetFile from "./dataset-file/text.pt.json";
import dedupe from "./dedupe/text.pt.json";
import deploy from "./deploy/text.pt.json";
import generateEval from "./generate-eval/text.pt.json";
import type { NodeKind } from "./index";
import loraTrain from "./lora-train/text.pt.json";
import merge from "./merge/text.pt.json";
import type { NodeText } from "./node-text";
import perplexity from "./perplexity/text.pt.json";
import pii from "./pii/text.pt.json";
import qualityFilter from "./quality-filter/text.pt.json";
import quantize from "./quantize/text.pt.json";
import split from "./split/text.pt.json";
import toChat from "./to-chat/text.pt.json";
import tokenize from "./tokenize/text.pt.json";

export const pt: Record<NodeKind, NodeText> = {
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
