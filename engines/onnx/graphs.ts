/** The graphs a model is run with. Weights are inputs, so one pair of layer graphs serves every layer. */

import type { LlamaConfig } from "../model/llama-config";
import { type BuiltGraph, Graph, type Value } from "./graph";
import {
  decoderLayer,
  type Kept,
  keptWidths,
  type LayerGradients,
  type LoraShape,
  loraGradients,
  rmsNorm,
} from "./layer";

/** x → y, and the values in `KEPT` when `keep`. */
export function forwardGraph(c: LlamaConfig, lora: LoraShape, keep: boolean): BuiltGraph {
  const g = new Graph();
  const kept: Kept = (name, value) => {
    if (keep) g.output(name, value);
    return value;
  };
  const [y] = decoderLayer(g, c, lora, g.input("x", ["rows", c.hidden]), kept, new Map());
  g.output("y", y);
  return g.build();
}

/** x, dy and what the forward graph kept → dx and the LoRA gradients as `gradient q_proj.A` …. */
export function backwardGraph(c: LlamaConfig, lora: LoraShape, keep: boolean): BuiltGraph {
  const g = new Graph();
  const widths = keptWidths(c);
  const kept: Kept = (name, value) => (keep ? g.input(name, ["rows", widths[name]]) : value);
  const gradients: LayerGradients = new Map();
  const [, backward] = decoderLayer(g, c, lora, g.input("x", ["rows", c.hidden]), kept, gradients);
  g.output("dx", backward(g.input("dy", ["rows", c.hidden])));
  for (const { input, output } of loraGradients(lora.targets)) g.output(output, gradients.get(input)!);
  return g.build();
}

/**
 * Cross entropy of hidden states `x` [m, hidden], already picked at the positions that count, against `target` [m].
 * Gives `nll` [m], and with `backward` also `dx` [m, hidden] of `weight` · Σ nll.
 */
export function headGraph(c: LlamaConfig, backward: boolean): BuiltGraph {
  const g = new Graph();
  const embed = g.input("head", [c.vocab, c.hidden]);
  const [h, normBack] = rmsNorm(g, c.eps, g.input("x", ["picked", c.hidden]), g.input("norm", [c.hidden]));
  const target = g.input("target", ["picked", 1], "int64");
  const logits = g.matmul(h, embed, { tb: true });
  const p = g.softmax(logits);
  // log Σ exp z = max z − log max p: max p is at least 1 / vocabulary, so nothing underflows.
  const logSum = g.sub(g.maxLast(logits), g.log(g.maxLast(p)));
  g.output("nll", g.sub(logSum, g.pick(logits, target)));
  if (backward) {
    const rows: Value = g.gatherRows(embed, g.reshape(target, [-1], ["picked"]));
    // (p − onehot) · E without a second [m, vocabulary] matrix.
    g.output("dx", normBack(g.mul(g.sub(g.matmul(p, embed), rows), g.input("weight", []))));
  }
  return g.build();
}
