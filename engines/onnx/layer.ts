/**
 * One Llama decoder layer with LoRA, forward and backward, on hidden states [rows, hidden] where rows = batch · tokens,
 * right-padded. Weights lie as in Hugging Face files ([out, in]).
 *
 * Backward needs values of the forward pass. `kept` decides where they come from: computed again in the backward graph
 * (little memory), or handed over from the forward graph (about a third less work).
 */
import { TARGETS, type Target } from "../adapter/layout";
import { type LlamaConfig, projectionShape } from "../model/llama-config";
import type { Graph, Value } from "./graph";

export type LoraShape = { rank: number; scale: number; targets: readonly Target[] };
export type Kept = (name: KeptName, value: Value) => Value;
type Backward = (dy: Value) => Value;

/** Forward values worth handing over: each saves a matrix product. What is missing is cheap to redo from these. */
export const KEPT = ["q", "k", "v", "attention", "middle", "gate", "up"] as const;
export type KeptName = (typeof KEPT)[number];

/** Floats of each kept value per row. */
export function keptWidths(c: LlamaConfig): Record<KeptName, number> {
  const query = c.heads * c.headDim;
  const keyValue = c.kvHeads * c.headDim;
  return { q: query, k: keyValue, v: keyValue, attention: query, middle: c.hidden, gate: c.ffn, up: c.ffn };
}

/** Inputs shared by all layers of a run. Shapes are inputs too, so one graph serves every batch size and length. */
function common(g: Graph, c: LlamaConfig) {
  const half = c.headDim / 2;
  return {
    cos: g.input("cos", ["tokens", half]),
    sin: g.input("sin", ["tokens", half]),
    sinBack: g.input("sinBack", ["tokens", half]),
    firstPosition: g.input("firstPosition", [1], "int64"),
    mask: g.input("mask", [1, "queries", "tokens"]),
    /** [batch, tokens, -1] */
    lines: g.input("lines", [3], "int64"),
    /** [batch, tokens, -1, headDim] */
    split: g.input("split", [4], "int64"),
    /** [batch, -1, tokens, headDim] */
    heads: g.input("heads", [4], "int64"),
    /** [batch · kvHeads, -1, headDim]: the queries of one key/value head side by side */
    grouped: g.input("grouped", [3], "int64"),
  };
}

/** `x · unit(x) · weight`; its backward has no gradient for `weight`, which stays frozen. */
export function rmsNorm(g: Graph, eps: number, x: Value, weight: Value): [Value, Backward] {
  const inverse = g.reciprocal(g.sqrt(g.add(g.meanLast(g.mul(x, x)), g.scalar(eps))));
  const unit = g.mul(x, inverse);
  const backward: Backward = (dy) => {
    const d = g.mul(dy, weight);
    return g.mul(g.sub(d, g.mul(unit, g.meanLast(g.mul(d, unit)))), inverse);
  };
  return [g.mul(unit, weight), backward];
}

export type LayerGradients = Map<`${Target}.${"A" | "B"}`, Value>;

/** Returns y and a backward function that gives dx and fills `gradients`. */
export function decoderLayer(
  g: Graph,
  c: LlamaConfig,
  lora: LoraShape,
  x: Value,
  kept: Kept,
  gradients: LayerGradients,
): [Value, Backward] {
  const { headDim, heads, kvHeads } = c;
  const shared = common(g, c);
  const norm = (name: string) => g.input(name, [c.hidden]);

  const linear = (target: Target, x: Value): [Value, Backward] => {
    const [out, into] = projectionShape(c, target);
    const w = g.input(target, [out, into]);
    const plain = g.matmul(x, w, { tb: true });
    if (!lora.targets.includes(target)) return [plain, (dy) => g.matmul(dy, w)];
    const a = g.input(`${target}.A`, [lora.rank, into]);
    const b = g.input(`${target}.B`, [out, lora.rank]);
    const low = g.matmul(x, a, { tb: true, alpha: lora.scale });
    const backward: Backward = (dy) => {
      const dLow = g.matmul(dy, b, { alpha: lora.scale });
      gradients.set(`${target}.B`, g.matmul(dy, low, { ta: true }));
      gradients.set(`${target}.A`, g.matmul(dLow, x, { ta: true }));
      return g.add(g.matmul(dy, w), g.matmul(dLow, a));
    };
    return [g.add(plain, g.matmul(low, b, { tb: true })), backward];
  };

  /** [rows, n · headDim] to [batch · kvHeads, n / kvHeads · tokens, headDim] */
  const group = (v: Value, n: number) => {
    const split = g.reshapeTo(v, shared.split, ["batch", "tokens", n, headDim]);
    return g.reshapeTo(g.transpose(split, [0, 2, 1, 3]), shared.grouped, ["pairs", "queries", headDim]);
  };
  /** The reverse of `group`. */
  const ungroup = (v: Value, n: number) => {
    const split = g.transpose(g.reshapeTo(v, shared.heads, ["batch", n, "tokens", headDim]), [0, 2, 1, 3]);
    return g.reshape(split, [-1, n * headDim], ["rows", n * headDim]);
  };
  const rotate = (v: Value, sin: Value) => {
    const width = v.shape.at(-1) as number;
    const lines = g.reshapeTo(v, shared.lines, ["batch", "tokens", width]);
    return g.reshape(g.rotary(lines, shared.firstPosition, shared.cos, sin), [-1, width], ["rows", width]);
  };

  const [h1, norm1Back] = rmsNorm(g, c.eps, x, norm("input_layernorm"));
  const [q0, qBack] = linear("q_proj", h1);
  const [k0, kBack] = linear("k_proj", h1);
  const [v0, vBack] = linear("v_proj", h1);
  const q = group(kept("q", rotate(q0, shared.sin)), heads);
  const k = group(kept("k", rotate(k0, shared.sin)), kvHeads);
  const v = group(kept("v", v0), kvHeads);
  const inverse = 1 / Math.sqrt(headDim);
  const scores = g.add(g.matmul(q, k, { tb: true, alpha: inverse }), shared.mask);
  const p = g.softmax(scores);
  const [o, oBack] = linear("o_proj", kept("attention", ungroup(g.matmul(p, v), heads)));
  const middle = kept("middle", g.add(x, o));
  const [h2, norm2Back] = rmsNorm(g, c.eps, middle, norm("post_attention_layernorm"));
  const [gate0, gateBack] = linear("gate_proj", h2);
  const [up0, upBack] = linear("up_proj", h2);
  const gate = kept("gate", gate0);
  const up = kept("up", up0);
  const sigmoid = g.sigmoid(gate);
  const silu = g.mul(gate, sigmoid);
  const [down, downBack] = linear("down_proj", g.mul(silu, up));

  const backward: Backward = (dy) => {
    const dff = downBack(dy);
    const dSilu = g.add(sigmoid, g.mul(silu, g.sub(g.scalar(1), sigmoid)));
    const dGate = g.mul(g.mul(dff, up), dSilu);
    const dMiddle = g.add(dy, norm2Back(g.add(gateBack(dGate), upBack(g.mul(dff, silu)))));
    const dOut = group(oBack(dMiddle), heads);
    const dv = g.matmul(p, dOut, { ta: true });
    const pdp = g.mul(p, g.matmul(dOut, v, { tb: true }));
    const dScores = g.sub(pdp, g.mul(p, g.sumLast(pdp)));
    const dq = rotate(ungroup(g.matmul(dScores, k, { alpha: inverse }), heads), shared.sinBack);
    const dk = rotate(ungroup(g.matmul(dScores, q, { ta: true, alpha: inverse }), kvHeads), shared.sinBack);
    const dh = g.add(g.add(qBack(dq), kBack(dk)), vBack(ungroup(dv, kvHeads)));
    return g.add(dMiddle, norm1Back(dh));
  };
  return [g.add(middle, down), backward];
}

/** A layer's LoRA matrices in a fixed order, with their input's name and that of the gradient's output. */
export const loraGradients = (targets: readonly Target[]) =>
  TARGETS.filter((t) => targets.includes(t)).flatMap((target) =>
    (["A", "B"] as const).map((part) => {
      const input = `${target}.${part}` as const;
      return { target, part, input, output: `gradient ${input}` };
    }),
  );
