/** Linear layers of a Llama decoder that LoRA may be added to. The same list as `engines/adapter/layout.ts`. */
export const LORA_TARGETS = [
  "q_proj",
  "k_proj",
  "v_proj",
  "o_proj",
  "gate_proj",
  "up_proj",
  "down_proj",
] as const;
