/** Names of the linear layers of a Llama decoder and of their LoRA matrices, as Transformers and PEFT write them. */

export const TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"] as const;
export type Target = (typeof TARGETS)[number];

const BLOCK: Record<Target, "self_attn" | "mlp"> = {
  q_proj: "self_attn",
  k_proj: "self_attn",
  v_proj: "self_attn",
  o_proj: "self_attn",
  gate_proj: "mlp",
  up_proj: "mlp",
  down_proj: "mlp",
};

/** `model.layers.3.self_attn.q_proj.weight`, shape `[out, in]`. */
export const weightName = (layer: number, target: Target) =>
  `model.layers.${layer}.${BLOCK[target]}.${target}.weight`;

/** `A` is `[rank, in]`, `B` is `[out, rank]`. */
export const loraName = (layer: number, target: Target, part: "A" | "B") =>
  `base_model.model.model.layers.${layer}.${BLOCK[target]}.${target}.lora_${part}.weight`;

const LORA_NAME = /^base_model\.model\.model\.layers\.(\d+)\.(?:self_attn|mlp)\.(\w+)\.lora_([AB])\.weight$/;

/** The reverse of `loraName`; undefined for a tensor of any other kind. */
export function parseLoraName(name: string): { layer: number; target: Target; part: "A" | "B" } | undefined {
  const [, layer, target, part] = LORA_NAME.exec(name) ?? [];
  if (layer === undefined || !(TARGETS as readonly string[]).includes(target!)) return undefined;
  const parsed = { layer: Number(layer), target: target as Target, part: part as "A" | "B" };
  return loraName(parsed.layer, parsed.target, parsed.part) === name ? parsed : undefined;
}
