/** A fresh adapter: A uniform as PEFT makes it (Kaiming with a = √5: ± 1/√in), B zero, so that training starts at the base. */
import type { Adapter } from "../adapter/adapter";
import { loraName, TARGETS, type Target } from "../adapter/layout";
import { type LlamaConfig, projectionShape } from "../model/llama-config";
import { randomSource } from "./random";

export type AdapterOptions = {
  rank: number;
  alpha: number;
  rsLora: boolean;
  targets: readonly Target[];
  seed: number;
  base?: string;
};

export function initAdapter(config: LlamaConfig, options: AdapterOptions): Adapter {
  const { rank, alpha, rsLora, seed, base } = options;
  const random = randomSource(seed, "adapter");
  const targets = TARGETS.filter((t) => options.targets.includes(t));
  const tensors: Adapter["tensors"] = new Map();
  for (let layer = 0; layer < config.layers; layer++) {
    for (const target of targets) {
      const [out, into] = projectionShape(config, target);
      const bound = 1 / Math.sqrt(into);
      const a = Float32Array.from({ length: rank * into }, () => (random() * 2 - 1) * bound);
      tensors.set(loraName(layer, target, "A"), { shape: [rank, into], values: a });
      tensors.set(loraName(layer, target, "B"), { shape: [out, rank], values: new Float32Array(out * rank) });
    }
  }
  return { rank, alpha, rsLora, targets, tensors, ...(base === undefined ? {} : { base }) };
}
