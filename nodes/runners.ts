/** What executes each kind. Loaded by job hosts only, each runner when its first job comes. */
import type { AnyRunner } from "@/graph/runner";
import type { NodeKind } from "./index";

type Load = () => Promise<{ default: AnyRunner }>;

const runners: Record<NodeKind, Load> = {
  "dataset-file": () => import("./dataset-file/run"),
  "to-chat": () => import("./to-chat/run"),
  split: () => import("./split/run"),
  pii: () => import("./pii/run"),
  dedupe: () => import("./dedupe/run"),
  "quality-filter": () => import("./quality-filter/run"),
  "base-model": () => import("./base-model/run"),
  tokenize: () => import("./tokenize/run"),
  "lora-train": () => import("./lora-train/run"),
  merge: () => import("./merge/run"),
  perplexity: () => import("./perplexity/run"),
  "generate-eval": () => import("./generate-eval/run"),
  quantize: () => import("./quantize/run"),
  deploy: () => import("./deploy/run"),
  chain: () => import("./chain/run"),
};

export async function loadRunner(kind: string): Promise<AnyRunner> {
  const load = runners[kind as NodeKind];
  if (!load) throw new Error(`No runner for the kind ${kind}`);
  return (await load()).default;
}
