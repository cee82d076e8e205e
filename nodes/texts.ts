/** Every kind's words, by locale: title, summary, ports, parameters, failures. */
import baseModel from "./base-model/text.en.json";
import chain from "./chain/text.en.json";
import datasetFile from "./dataset-file/text.en.json";
import dedupe from "./dedupe/text.en.json";
import deploy from "./deploy/text.en.json";
import generateEval from "./generate-eval/text.en.json";
import type { NodeKind } from "./index";
import loraTrain from "./lora-train/text.en.json";
import merge from "./merge/text.en.json";
import type { NodeText } from "./node-text";
import perplexity from "./perplexity/text.en.json";
import pii from "./pii/text.en.json";
import qualityFilter from "./quality-filter/text.en.json";
import quantize from "./quantize/text.en.json";
import split from "./split/text.en.json";
import { es } from "./texts.es";
import { pt } from "./texts.pt";
import toChat from "./to-chat/text.en.json";
import tokenize from "./tokenize/text.en.json";

const en: Record<NodeKind, NodeText> = {
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

export const nodeTexts = { en, es, pt };
