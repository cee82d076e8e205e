/**
 * `config.json` of a Llama-family model, in the spellings of Transformers 4 (`rope_scaling`) and 5 (`rope_parameters`).
 * Every engine reads it here: what none of them computes is refused when the base model is taken.
 */
import { readFile } from "node:fs/promises";
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
};

const count = z.number().int().positive();
const ropeSchema = z.looseObject({
  rope_type: z.string().optional(),
  type: z.string().optional(),
  rope_theta: z.number().positive().optional(),
  factor: z.number().positive().optional(),
  low_freq_factor: z.number().positive().optional(),
  high_freq_factor: z.number().positive().optional(),
  original_max_position_embeddings: count.optional(),
});
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
  rms_norm_eps: z.number().positive().default(1e-6),
  hidden_act: z.string().default("silu"),
  rope_theta: z.number().positive().nullish(),
  rope_scaling: ropeSchema.nullish(),
  rope_parameters: ropeSchema.nullish(),
  tie_word_embeddings: z.boolean().default(false),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  sliding_window: count.nullish(),
});

export async function readLlamaConfig(modelDir: string): Promise<LlamaConfig> {
  const text = await readFile(join(modelDir, "config.json"), "utf8").catch((cause: unknown) => {
    throw new Failure("INVALID_INPUT", "model-config-missing", {}, { cause });
  });
  return parseLlamaConfig(text);
}

export function parseLlamaConfig(text: string): LlamaConfig {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const type = (json as { model_type?: unknown } | null | undefined)?.model_type;
  if (json !== null && typeof json === "object" && !(typeof type === "string" && LLAMA_TYPES.has(type)))
    throw new Failure("INVALID_INPUT", "model-not-llama", { architecture: String(type ?? "unknown") });
  const parsed = configSchema.safeParse(json);
  if (!parsed.success) {
    throw new Failure("INVALID_INPUT", "model-config-corrupt", {
      field: parsed.error.issues[0]?.path.join(".") || "config.json",
    });
  }
  const c = parsed.data;
  const heads = c.num_attention_heads;
  const kvHeads = c.num_key_value_heads ?? heads;
  const rope = c.rope_parameters ?? c.rope_scaling ?? undefined;
  // Values that no machine holds would be believed until memory runs out.
  for (const field of [
    "vocab_size",
    "hidden_size",
    "intermediate_size",
    "num_hidden_layers",
    "num_attention_heads",
  ] as const)
    if (c[field] > MOST[field]) throw new Failure("INVALID_INPUT", "model-config-corrupt", { field });
  refuse(c.hidden_act !== "silu", `hidden_act "${c.hidden_act}"`);
  refuse(heads % kvHeads !== 0, `${heads} heads over ${kvHeads} key/value heads`);
  const headDim = c.head_dim ?? c.hidden_size / heads;
  refuse(!Number.isInteger(headDim) || headDim % 2 !== 0, `head_dim ${headDim}`);
  const scaling = ropeScaling(rope);
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
    ropeTheta: rope?.rope_theta ?? c.rope_theta ?? 10_000,
    ...(scaling ? { ropeScaling: scaling } : {}),
    tied: c.tie_word_embeddings,
    ...(bias && { bias }),
    // Within the window, sliding attention is plain causal attention: longer rows are refused by length.
    contextLength: Math.min(c.max_position_embeddings, c.sliding_window ?? Number.POSITIVE_INFINITY),
  };
}

function ropeScaling(rope: z.infer<typeof ropeSchema> | undefined): RopeScaling | undefined {
  const type = rope?.rope_type ?? rope?.type ?? "default";
  if (!rope || type === "default") return undefined;
  const { factor, low_freq_factor, high_freq_factor, original_max_position_embeddings } = rope;
  if (type === "linear" && factor) return { type, factor };
  if (
    type === "llama3" &&
    factor &&
    low_freq_factor &&
    high_freq_factor &&
    original_max_position_embeddings
  ) {
    return {
      type,
      factor,
      lowFreqFactor: low_freq_factor,
      highFreqFactor: high_freq_factor,
      originalContext: original_max_position_embeddings,
    };
  }
  throw new Failure("INVALID_INPUT", "model-unsupported", { setting: `rope_scaling "${type}"` });
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
