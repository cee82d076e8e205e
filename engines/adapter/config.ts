/** `adapter_config.json` of PEFT: what we write, and what of it we can apply exactly. */
import { z } from "zod";
import { Failure } from "@/graph/problems";

const configSchema = z.looseObject({
  peft_type: z.string(),
  r: z.number().int().positive(),
  lora_alpha: z.number().positive(),
  use_rslora: z.boolean().default(false),
  use_dora: z.boolean().default(false),
  bias: z.string().default("none"),
  fan_in_fan_out: z.boolean().default(false),
  rank_pattern: z.record(z.string(), z.unknown()).nullish(),
  alpha_pattern: z.record(z.string(), z.unknown()).nullish(),
  modules_to_save: z.array(z.string()).nullish(),
  base_model_name_or_path: z.string().nullish(),
});
export type AdapterConfig = { rank: number; alpha: number; rsLora: boolean; base?: string };

/** Factor of B·A: alpha / rank, or alpha / √rank with rank-stabilised LoRA (Kalajdzievski 2023). */
export const loraScale = ({ rank, alpha, rsLora }: Pick<AdapterConfig, "rank" | "alpha" | "rsLora">) =>
  alpha / (rsLora ? Math.sqrt(rank) : rank);

export function parseAdapterConfig(text: string): AdapterConfig {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const parsed = configSchema.safeParse(json);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join(".") ?? "";
    throw new Failure("INVALID_INPUT", "adapter-config-corrupt", { field });
  }
  const c = parsed.data;
  const filled = (value: object | null | undefined) => value != null && Object.keys(value).length > 0;
  const foreign = [
    c.peft_type !== "LORA" && `peft_type ${c.peft_type}`,
    c.use_dora && "use_dora",
    c.bias !== "none" && `bias ${c.bias}`,
    c.fan_in_fan_out && "fan_in_fan_out",
    filled(c.rank_pattern) && "rank_pattern",
    filled(c.alpha_pattern) && "alpha_pattern",
    filled(c.modules_to_save) && "modules_to_save",
  ].find(Boolean);
  if (foreign) throw new Failure("INVALID_INPUT", "adapter-unsupported", { setting: String(foreign) });
  const base = c.base_model_name_or_path;
  return { rank: c.r, alpha: c.lora_alpha, rsLora: c.use_rslora, ...(base ? { base } : {}) };
}

/** Fields in the order PEFT writes them (by name). */
export function formatAdapterConfig(config: AdapterConfig & { targets: readonly string[] }): string {
  const fields = {
    auto_mapping: null,
    base_model_name_or_path: config.base ?? null,
    bias: "none",
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    lora_alpha: config.alpha,
    lora_dropout: 0,
    modules_to_save: null,
    peft_type: "LORA",
    r: config.rank,
    target_modules: [...config.targets],
    task_type: "CAUSAL_LM",
    use_dora: false,
    use_rslora: config.rsLora,
  };
  return `${JSON.stringify(fields, null, 2)}\n`;
}
