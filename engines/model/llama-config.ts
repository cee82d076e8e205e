/**
 * `config.json` of a Llama-family model, in the spellings of Transformers 4 (`rope_scaling`) and 5 (`rope_parameters`).
 * Every engine reads it here: what none of them computes is refused when the base model is taken.
 */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { Failure } from "@/graph/problems";
import type { Target } from "../adapter/layout";

export type RopeScaling =
  | { type: "linear"; factor: number }
  | {
      type: "llama3";
      factor: number;
      lowFreqFactor: number;
      highFreqFactor: number;
      originalContext: number;
    };

export type LlamaConfig = {
  vocab: number;
  hidden: number;
  layers: number;
  heads: number;
  /** Key/value heads; each serves `heads / kvHeads` query heads. */
  kvHeads: number;
  headDim: number;
  ffn: number;
  /** Epsilon of the RMS norms. */
  eps: number;
  ropeTheta: number;
  ropeScaling?: RopeScaling;
  /** The output head is the embedding. */
  tied: boolean;
  contextLength: number;
  /** The setting by which projections have biases: GGUF holds them, the training engines do not compute them. */
  bias?: "attention_bias" | "mlp_bias";
};

/** Families whose tensors and mathematics are those of a Llama. */
export const LLAMA_TYPES: ReadonlySet<string> = new Set(["llama", "mistral"]);

/** Several times the largest published models. */
const MOST = {
  vocab_size: 4_000_000,
  hidden_size: 1_000_000,
  intermediate_size: 4_000_000,
  num_hidden_layers: 10_000,
  num_attention_heads: 10_000,
  num_key_value_heads: 10_000,
  head_dim: 100_000,
  max_position_embeddings: 100_000_000,
} as const;
/** Configurations of published models have a few thousand bytes. */
const MOST_BYTES = 1_000_000;

const count = z.number().int().positive();
const amount = z.number().positive();
const ropeSchema = z.looseObject({
  rope_type: z.string().nullish(),
  type: z.string().nullish(),
  rope_theta: amount.nullish(),
  factor: amount.nullish(),
  low_freq_factor: amount.nullish(),
  high_freq_factor: amount.nullish(),
  original_max_position_embeddings: count.nullish(),
  partial_rotary_factor: z.number().nullish(),
});
type Rope = z.infer<typeof ropeSchema>;
const configSchema = z.looseObject({
  model_type: z.string(),
  vocab_size: count,
  hidden_size: count,
  intermediate_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  max_position_embeddings: count.default(2048),
  rms_norm_eps: amount.max(1).default(1e-6),
  hidden_act: z.string().default("silu"),
  rope_theta: amount.nullish(),
  rope_scaling: ropeSchema.nullish(),
  rope_parameters: ropeSchema.nullish(),
  tie_word_embeddings: z.boolean().default(false),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  sliding_window: count.nullish(),
  partial_rotary_factor: z.number().nullish(),
  layer_types: z.array(z.string()).nullish(),
  quantization_config: z.looseObject({ quant_method: z.string().optional() }).nullish(),
});

/** @throws Failure `model-config-missing`, `model-file-too-big`, and those of `parseLlamaConfig` */
export async function readLlamaConfig(modelDir: string): Promise<LlamaConfig> {
  const path = join(modelDir, "config.json");
  const { size } = await stat(path).catch((cause: unknown) => {
    throw new Failure("INVALID_INPUT", "model-config-missing", {}, { cause });
  });
  if (size > MOST_BYTES)
    throw new Failure("INVALID_INPUT", "model-file-too-big", { file: "config.json", bytes: size });
  return parseLlamaConfig(await readFile(path, "utf8"));
}

/** @throws Failure `model-not-llama`, `model-config-corrupt` with the field, `model-unsupported` with the setting */
export function parseLlamaConfig(text: string): LlamaConfig {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const type = (json as { model_type?: unknown } | null | undefined)?.model_type;
  const known = typeof type === "string" && LLAMA_TYPES.has(type);
  if (json !== null && typeof json === "object" && !known) {
    const architecture = typeof type === "string" ? type.slice(0, 100) : "unknown";
    throw new Failure("INVALID_INPUT", "model-not-llama", { architecture });
  }
  const parsed = configSchema.safeParse(json);
  if (!parsed.success) {
    throw corrupt(parsed.error.issues[0]?.path.join(".") || "config.json");
  }
  const c = parsed.data;
  const heads = c.num_attention_heads;
  const kvHeads = c.num_key_value_heads ?? heads;
  // Values that no machine holds would be believed until memory runs out.
  for (const [field, most] of Object.entries(MOST) as [keyof typeof MOST, number][])
    if ((c[field] ?? 0) > most) throw corrupt(field);
  const { quantization_config: quantised } = c;
  if (quantised) refuse(true, `quantization_config "${quantised.quant_method?.slice(0, 100) ?? "unknown"}"`);
  const turned = c.partial_rotary_factor ?? 1;
  refuse(turned !== 1, `partial_rotary_factor ${turned}`);
  const layer = c.layer_types?.find((one) => one !== "full_attention" && one !== "sliding_attention");
  refuse(layer !== undefined, `layer_types "${layer?.slice(0, 100)}"`);
  refuse(c.hidden_act !== "silu", `hidden_act "${c.hidden_act}"`);
  refuse(heads % kvHeads !== 0, `${heads} heads over ${kvHeads} key/value heads`);
  const headDim = c.head_dim ?? c.hidden_size / heads;
  refuse(!Number.isInteger(headDim) || headDim % 2 !== 0, `head_dim ${headDim}`);
  const { theta, scaling } = positions(c);
  const bias = c.attention_bias ? "attention_bias" : c.mlp_bias ? "mlp_bias" : undefined;
  return {
    vocab: c.vocab_size,
    hidden: c.hidden_size,
    layers: c.num_hidden_layers,
    heads,
    kvHeads,
    headDim,
    ffn: c.intermediate_size,
    eps: c.rms_norm_eps,
    ropeTheta: theta,
    ...(scaling ? { ropeScaling: scaling } : {}),
    tied: c.tie_word_embeddings,
    ...(bias && { bias }),
    // Within the window, sliding attention is plain causal attention: longer rows are refused by length.
    contextLength: Math.min(c.max_position_embeddings, c.sliding_window ?? Number.POSITIVE_INFINITY),
  };
}

/** Either spelling, or both where they say the same. */
function positions(c: z.infer<typeof configSchema>): { theta: number; scaling: RopeScaling | undefined } {
  const five = c.rope_parameters ?? undefined;
  const four = c.rope_scaling ?? undefined;
  const scaling = ropeScaling(five, "rope_parameters") ?? ropeScaling(four, "rope_scaling");
  if (five && four && !same(ropeScaling(four, "rope_scaling"), scaling)) throw corrupt("rope_scaling");
  const thetas = [five?.rope_theta, four?.rope_theta, c.rope_theta].filter((one) => one != null);
  if (new Set(thetas).size > 1) throw corrupt("rope_theta");
  return { theta: thetas[0] ?? 10_000, scaling };
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function ropeScaling(rope: Rope | undefined, field: string): RopeScaling | undefined {
  if (!rope) return undefined;
  // Transformers 5 lets each kind of layer have a rule of its own.
  const nested = Object.entries(rope).find(([, value]) => value !== null && typeof value === "object");
  refuse(nested !== undefined, `${field}.${nested?.[0].slice(0, 100)}`);
  const turned = rope.partial_rotary_factor ?? 1;
  refuse(turned !== 1, `partial_rotary_factor ${turned}`);
  const { rope_type, type = "default" } = rope;
  const rule = rope_type ?? type ?? "default";
  if (rope_type && rope.type && rope_type !== rope.type) throw corrupt(`${field}.type`);
  const need = (
    name: "factor" | "low_freq_factor" | "high_freq_factor" | "original_max_position_embeddings",
  ) => {
    const value = rope[name];
    if (value == null) throw corrupt(`${field}.${name}`);
    return value;
  };
  switch (rule) {
    case "default":
      return undefined;
    case "linear": {
      const factor = need("factor");
      return factor === 1 ? undefined : { type: "linear", factor };
    }
    case "llama3": {
      const [low, high] = [need("low_freq_factor"), need("high_freq_factor")];
      if (high <= low) throw corrupt(`${field}.high_freq_factor`);
      return {
        type: "llama3",
        factor: need("factor"),
        lowFreqFactor: low,
        highFreqFactor: high,
        originalContext: need("original_max_position_embeddings"),
      };
    }
    default:
      throw new Failure("INVALID_INPUT", "model-unsupported", {
        setting: `${field} "${rule.slice(0, 100)}"`,
      });
  }
}

function corrupt(field: string): Failure {
  return new Failure("INVALID_INPUT", "model-config-corrupt", { field });
}

function refuse(condition: boolean, setting: string): void {
  if (condition) throw new Failure("INVALID_INPUT", "model-unsupported", { setting });
}

/** `[out, in]` of a projection's weight. */
export function projectionShape(c: LlamaConfig, target: Target): [number, number] {
  const query = c.heads * c.headDim;
  const keyValue = c.kvHeads * c.headDim;
  const shapes: Record<Target, [number, number]> = {
    q_proj: [query, c.hidden],
    k_proj: [keyValue, c.hidden],
    v_proj: [keyValue, c.hidden],
    o_proj: [c.hidden, query],
    gate_proj: [c.ffn, c.hidden],
    up_proj: [c.ffn, c.hidden],
    down_proj: [c.hidden, c.ffn],
  };
  return shapes[target];
}
