/** How each kind shows its stored outputs. A kind missing here does not compile. */
import { Preview as BaseModel } from "./base-model/preview";
import { Preview as Chain } from "./chain/preview";
import { Preview as DatasetFile } from "./dataset-file/preview";
import { Preview as Dedupe } from "./dedupe/preview";
import { Preview as Deploy } from "./deploy/preview";
import { Preview as GenerateEval } from "./generate-eval/preview";
import type { NodeKind } from "./index";
import { Preview as LoraTrain } from "./lora-train/preview";
import { Preview as Merge } from "./merge/preview";
import { Preview as Perplexity } from "./perplexity/preview";
import { Preview as Pii } from "./pii/preview";
import { Preview as QualityFilter } from "./quality-filter/preview";
import { Preview as Quantize } from "./quantize/preview";
import { Preview as Split } from "./split/preview";
import { Preview as ToChat } from "./to-chat/preview";
import { Preview as Tokenize } from "./tokenize/preview";

export type NodeView = { Preview: typeof DatasetFile };

export const views: Record<NodeKind, NodeView> = {
  "dataset-file": { Preview: DatasetFile },
  "to-chat": { Preview: ToChat },
  split: { Preview: Split },
  pii: { Preview: Pii },
  dedupe: { Preview: Dedupe },
  "quality-filter": { Preview: QualityFilter },
  "base-model": { Preview: BaseModel },
  tokenize: { Preview: Tokenize },
  "lora-train": { Preview: LoraTrain },
  merge: { Preview: Merge },
  perplexity: { Preview: Perplexity },
  "generate-eval": { Preview: GenerateEval },
  quantize: { Preview: Quantize },
  deploy: { Preview: Deploy },
  chain: { Preview: Chain },
};
