/**
 * A Llama with LoRA in TensorFlow.js operations, on hidden states [rows, hidden] where rows = batch · tokens, right-padded.
 * Only the forward pass is written here: gradients come from TensorFlow.js, which makes them an independent check of
 * `engines/onnx`. Two operations bring their own gradient, since the general one is slow or absent in WebAssembly.
 */
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from "@tensorflow/tfjs-core";
import type { Target } from "../adapter/layout";
import type { LlamaConfig } from "../model/llama-config";
import type { Tf } from "./tf";

/** Frozen weights of a layer, `[in, out]`; norms `[hidden]`. */
export type LayerWeights = Record<Target, Tensor2D> &
  Record<"input_layernorm" | "post_attention_layernorm", Tensor1D>;
/** `A` is `[rank, in]`, `B` is `[out, rank]`, as PEFT has them. */
export type LayerLora = Partial<Record<`${Target}.${"A" | "B"}`, Tensor2D>>;
export type SliceTensors = {
  batch: number;
  length: number;
  /** `[tokens, headDim / 2]` */
  cos: Tensor2D;
  sin: Tensor2D;
  /** 0 where a query may look, a large negative number elsewhere: `[group · tokens, tokens]`. */
  mask: Tensor2D;
};

/** `a · b`. WebAssembly multiplies ten times slower where it is asked to transpose on the way, as the general gradient does. */
function product(tf: Tf, a: Tensor2D, b: Tensor2D): Tensor2D {
  const multiply = tf.customGrad((...inputs) => {
    const [x, y, save] = inputs as [Tensor2D, Tensor2D, (tensors: Tensor[]) => void];
    save([x, y]);
    return {
      value: tf.matMul(x, y) as Tensor,
      gradFunc: (dy, saved) => {
        const [left, right] = saved as [Tensor2D, Tensor2D];
        return [tf.matMul(dy, tf.transpose(right)), tf.matMul(tf.transpose(left), dy)];
      },
    };
  });
  return multiply(a, b) as Tensor2D;
}

/** `x · frozen`, with a gradient for `x` alone. */
function frozenProduct(tf: Tf, x: Tensor2D, frozen: Tensor2D): Tensor2D {
  const multiply = tf.customGrad((...inputs) => ({
    value: tf.matMul(inputs[0] as Tensor2D, frozen) as Tensor,
    gradFunc: (dy) => [tf.matMul(dy, tf.transpose(frozen))],
  }));
  return multiply(x) as Tensor2D;
}

/** Rows of `x` by number, each at most once: only so does scattering give the gradient. */
export function pickRows(tf: Tf, x: Tensor2D, rows: Int32Array): Tensor2D {
  const pick = tf.customGrad((...inputs) => ({
    value: tf.gather(inputs[0] as Tensor2D, tf.tensor1d(rows, "int32")) as Tensor,
    gradFunc: (dy) => [tf.scatterND(tf.tensor2d(rows, [rows.length, 1], "int32"), dy, x.shape)],
  }));
  return pick(x) as Tensor2D;
}

/** Root mean square norm (Zhang and Sennrich 2019). */
function rmsNorm(tf: Tf, x: Tensor2D, weight: Tensor1D, eps: number): Tensor2D {
  const meanSquare = tf.mean(tf.square(x), -1, true);
  return tf.mul(tf.div(x, tf.sqrt(tf.add(meanSquare, eps))), weight);
}

/** Turns each pair (i, i + headDim / 2) of `[batch, heads, tokens, headDim]` by its angle (Su and others 2021). */
function rotate(tf: Tf, x: Tensor4D, { cos, sin }: SliceTensors): Tensor4D {
  const [first, second] = tf.split(x, 2, -1) as [Tensor4D, Tensor4D];
  return tf.concat(
    [
      tf.sub(tf.mul(first, cos), tf.mul(second, sin)),
      tf.add(tf.mul(second, cos), tf.mul(first, sin)),
    ] as Tensor4D[],
    -1,
  );
}

/** The matrices of a stack. Of a single one the gradient of `unstack` takes no array. */
const pairs = (tf: Tf, stack: Tensor3D): Tensor2D[] =>
  stack.shape[0] === 1
    ? [tf.reshape(stack, [stack.shape[1], stack.shape[2]])]
    : (tf.unstack(stack) as Tensor2D[]);

/** Hidden states of the next layer, `[rows, hidden]`. */
export function decoderLayer(
  tf: Tf,
  c: LlamaConfig,
  scale: number,
  weights: LayerWeights,
  lora: LayerLora,
  slice: SliceTensors,
  x: Tensor2D,
): Tensor2D {
  const { batch, length } = slice;
  const linear = (target: Target, input: Tensor2D): Tensor2D => {
    const plain = frozenProduct(tf, input, weights[target]);
    const [a, b] = [lora[`${target}.A`], lora[`${target}.B`]];
    if (!a || !b) return plain;
    const low = product(tf, input, tf.transpose(a));
    return tf.add(plain, tf.mul(product(tf, low, tf.transpose(b)), scale));
  };
  const split = (v: Tensor2D, heads: number) =>
    tf.transpose(tf.reshape(v, [batch, length, heads, c.headDim]), [0, 2, 1, 3]) as Tensor4D;
  /** The queries of one key/value head lie side by side: `[batch · kvHeads, queries, headDim]`. */
  const grouped = (v: Tensor4D) => tf.reshape(v, [batch * c.kvHeads, -1, c.headDim]) as Tensor3D;

  const normed = rmsNorm(tf, x, weights.input_layernorm, c.eps);
  const q = grouped(rotate(tf, split(linear("q_proj", normed), c.heads), slice));
  const k = grouped(rotate(tf, split(linear("k_proj", normed), c.kvHeads), slice));
  const v = grouped(split(linear("v_proj", normed), c.kvHeads));
  // One by one: WebAssembly multiplies stacks of matrices ten times slower than single ones.
  const [keys, values] = [pairs(tf, k), pairs(tf, v)];
  const looked = pairs(tf, q).map((queries, pair) => {
    const scores = tf.mul(product(tf, queries, tf.transpose(keys[pair]!)), 1 / Math.sqrt(c.headDim));
    return product(tf, tf.softmax(tf.add(scores, slice.mask)), values[pair]!);
  });
  const byHead = tf.reshape(tf.stack(looked), [batch, c.heads, length, c.headDim]);
  const joined = tf.reshape(tf.transpose(byHead, [0, 2, 1, 3]), [batch * length, c.heads * c.headDim]);
  const middle = tf.add(x, linear("o_proj", joined as Tensor2D)) as Tensor2D;

  const normedMiddle = rmsNorm(tf, middle, weights.post_attention_layernorm, c.eps);
  const gate = linear("gate_proj", normedMiddle);
  const silu = tf.mul(gate, tf.sigmoid(gate));
  return tf.add(middle, linear("down_proj", tf.mul(silu, linear("up_proj", normedMiddle)))) as Tensor2D;
}

/** The model's top: `embedding` `[vocab, hidden]` and its transpose, the last norm `[hidden]`. */
export type TopWeights = { norm: Tensor1D; head: Tensor2D; headBack: Tensor2D };

/** Negative log likelihood (nats) `[picked]` of `targets` under hidden states `x` `[picked, hidden]`. */
export function headLoss(
  tf: Tf,
  eps: number,
  { norm, head, headBack }: TopWeights,
  x: Tensor2D,
  targets: Int32Array,
): Tensor1D {
  const h = rmsNorm(tf, x, norm, eps);
  const logits = frozenProduct(tf, h, headBack);
  // The logit of the target alone, without a second matrix as wide as the vocabulary.
  const chosen = tf.sum(tf.mul(h, tf.gather(head, tf.tensor1d(targets, "int32"))), -1);
  return tf.sub(tf.logSumExp(logits, -1), chosen) as Tensor1D;
}
