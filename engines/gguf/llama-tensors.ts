/** Names and rotary order of Llama tensors: Hugging Face on one side, GGUF on the other. */

const LAYER: Record<string, string> = {
  attn_norm: "input_layernorm",
  ffn_norm: "post_attention_layernorm",
  attn_q: "self_attn.q_proj",
  attn_k: "self_attn.k_proj",
  attn_v: "self_attn.v_proj",
  attn_output: "self_attn.o_proj",
  ffn_gate: "mlp.gate_proj",
  ffn_up: "mlp.up_proj",
  ffn_down: "mlp.down_proj",
};
const TOP: Record<string, string> = {
  token_embd: "model.embed_tokens",
  output_norm: "model.norm",
  output: "lm_head",
};
const LAYER_BACK = Object.fromEntries(Object.entries(LAYER).map(([gguf, hf]) => [hf, gguf]));
const TOP_BACK = Object.fromEntries(Object.entries(TOP).map(([gguf, hf]) => [hf, gguf]));

/** `blk.3.attn_q.weight` → `model.layers.3.self_attn.q_proj.weight`; undefined when no Llama has it. */
export function huggingFaceName(name: string): string | undefined {
  const layer = /^blk\.(\d+)\.([a-z_]+)\.(weight|bias)$/.exec(name);
  if (layer) {
    const part = LAYER[layer[2]!];
    return part && `model.layers.${layer[1]}.${part}.${layer[3]}`;
  }
  const top = /^([a-z_]+)\.weight$/.exec(name);
  const part = top && TOP[top[1]!];
  return part ? `${part}.weight` : undefined;
}

/** `model.layers.3.self_attn.q_proj.weight` → `blk.3.attn_q.weight`; undefined when no Llama has it. */
export function ggufName(name: string): string | undefined {
  const layer = /^model\.layers\.(\d+)\.(.+)\.(weight|bias)$/.exec(name);
  if (layer) {
    const part = LAYER_BACK[layer[2]!];
    return part && `blk.${layer[1]}.${part}.${layer[3]}`;
  }
  const top = /^(.+)\.weight$/.exec(name);
  const part = top && TOP_BACK[top[1]!];
  return part ? `${part}.weight` : undefined;
}

/** Heads whose rows are in rotary order, for the q and k projections; undefined for every other tensor. */
export function rotaryHeads(huggingFace: string, heads: number, kvHeads: number): number | undefined {
  if (huggingFace.includes(".self_attn.q_proj.")) return heads;
  if (huggingFace.includes(".self_attn.k_proj.")) return kvHeads;
  return undefined;
}

/** GGUF pairs the rotated rows of a head (0, 1), (2, 3) …; Hugging Face keeps two halves. `rows` = length / columns. */
export function toHalves(weights: Float32Array, heads: number, rows: number): Float32Array {
  return reorder(weights, heads, rows, (half, pair, halfSize) => [half * halfSize + pair, pair * 2 + half]);
}

/** The inverse of `toHalves`. */
export function toPairs(weights: Float32Array, heads: number, rows: number): Float32Array {
  return reorder(weights, heads, rows, (half, pair, halfSize) => [pair * 2 + half, half * halfSize + pair]);
}

function reorder(
  weights: Float32Array,
  heads: number,
  rows: number,
  rule: (half: number, pair: number, halfSize: number) => [to: number, from: number],
): Float32Array {
  const columns = weights.length / rows;
  const headSize = rows / heads;
  const out = new Float32Array(weights.length);
  for (let head = 0; head < heads; head++) {
    for (let half = 0; half < 2; half++) {
      for (let pair = 0; pair < headSize / 2; pair++) {
        const [to, from] = rule(half, pair, headSize / 2);
        const source = (head * headSize + from) * columns;
        out.set(weights.subarray(source, source + columns), (head * headSize + to) * columns);
      }
    }
  }
  return out;
}
