/** A frozen Llama with a LoRA adapter, computed by TensorFlow.js: losses, and gradients of the adapter by its autodiff. */
import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import type { Adapter } from "../adapter/adapter";
import { loraScale } from "../adapter/config";
import { loraName, TARGETS, type Target, weightName } from "../adapter/layout";
import { type LlamaConfig, projectionShape } from "../model/llama-config";
import { KEPT_BYTES, LOGIT_FLOATS } from "../training/limits";
import {
  addGradient,
  type Gradients,
  type ModelSource,
  type OpenOptions,
  type TrainableModel,
} from "../training/model";
import { ropeTables } from "../training/rope";
import type { Slice } from "../training/slice";
import {
  decoderLayer,
  headLoss,
  type LayerLora,
  type LayerWeights,
  pickRows,
  type SliceTensors,
  type TopWeights,
} from "./layer";
import type { Tf } from "./tf";

type Weights = {
  /** `[vocab, hidden]`; the same tensor as `top.head` where the model ties them. */
  embedding: Tensor2D;
  top: TopWeights;
  layers: LayerWeights[];
};
type Part = { layer: number; target: Target; part: "A" | "B"; name: string };

export async function openTfjs(
  tf: Tf,
  source: ModelSource,
  adapter: Adapter | undefined,
  options: OpenOptions,
): Promise<TrainableModel> {
  const held: Tensor[] = [];
  try {
    const weights = await upload(tf, source, (tensor) => {
      held.push(tensor);
      return tensor;
    });
    return new TfjsModel(tf, source.config, weights, adapter, options);
  } catch (error) {
    dispose(held);
    throw error;
  }
}

/** Projections lie transposed, `[in, out]`, so that the forward pass multiplies without turning them. */
async function upload(
  tf: Tf,
  { config, read }: ModelSource,
  hold: <T extends Tensor>(tensor: T) => T,
): Promise<Weights> {
  const matrix = async (name: string, shape: [number, number]) =>
    hold(tf.tensor2d(await read(name, shape), shape));
  const vector = async (name: string) => hold(tf.tensor1d(await read(name, [config.hidden])));
  const turned = (given: Tensor2D) => hold(tf.transpose(given) as Tensor2D);
  const { vocab, hidden } = config;
  const embedding = await matrix("model.embed_tokens.weight", [vocab, hidden]);
  const head = config.tied ? embedding : await matrix("lm_head.weight", [vocab, hidden]);
  const layers: LayerWeights[] = [];
  for (let layer = 0; layer < config.layers; layer++) {
    const norm = (name: string) => vector(`model.layers.${layer}.${name}.weight`);
    const projections = new Map<Target, Tensor2D>();
    for (const target of TARGETS) {
      const given = await matrix(weightName(layer, target), projectionShape(config, target));
      projections.set(target, turned(given));
      given.dispose();
    }
    layers.push({
      ...(Object.fromEntries(projections) as Record<Target, Tensor2D>),
      input_layernorm: await norm("input_layernorm"),
      post_attention_layernorm: await norm("post_attention_layernorm"),
    });
  }
  const norm = await vector("model.norm.weight");
  return { embedding, top: { norm, head, headBack: turned(head) }, layers };
}

class TfjsModel implements TrainableModel {
  private readonly scale: number;
  private readonly parts: Part[];

  constructor(
    private readonly tf: Tf,
    private readonly config: LlamaConfig,
    private readonly weights: Weights,
    private readonly adapter: Adapter | undefined,
    private readonly options: OpenOptions,
  ) {
    this.scale = adapter ? loraScale(adapter) : 1;
    this.parts = weights.layers.flatMap((_, layer) =>
      TARGETS.filter((target) => adapter?.targets.includes(target)).flatMap((target) =>
        (["A", "B"] as const).map((part) => ({ layer, target, part, name: loraName(layer, target, part) })),
      ),
    );
  }

  async losses(slice: Slice): Promise<Float32Array> {
    const out = new Float32Array(slice.picked.length);
    if (out.length === 0) return out;
    const shared = this.sliceTensors(slice);
    const kept = [...shared.tensors];
    try {
      let x = this.embed(slice);
      kept.push(x);
      for (let layer = 0; layer < this.config.layers; layer++) {
        const next = this.tf.tidy(() => this.layer(layer, this.loraOf(layer), shared, x));
        x.dispose();
        kept.push(next);
        x = next;
        await this.pause();
      }
      for (const { begin, rows, targets } of this.chunks(slice)) {
        const loss = this.tf.tidy(() => this.headOf(pickRows(this.tf, x, rows), targets));
        kept.push(loss);
        out.set(await loss.data<"float32">(), begin);
        loss.dispose();
        await this.pause();
      }
      return out;
    } finally {
      dispose(kept);
    }
  }

  async backward(slice: Slice, weight: number, gradients: Gradients): Promise<Float32Array> {
    if (slice.picked.length === 0) return new Float32Array();
    const keep = this.options.keep ?? keepsForward(this.config, slice);
    return keep
      ? this.backwardWhole(slice, weight, gradients)
      : this.backwardByLayer(slice, weight, gradients);
  }

  async release(): Promise<void> {
    const { embedding, top, layers } = this.weights;
    // A tied head is the embedding: disposing of it twice does nothing.
    dispose([embedding, top.norm, top.head, top.headBack, ...layers.flatMap((one) => Object.values(one))]);
  }

  /** The whole pass on one tape, from the embedding to the losses. */
  private async backwardWhole(slice: Slice, weight: number, gradients: Gradients): Promise<Float32Array> {
    const { tf } = this;
    const shared = this.sliceTensors(slice);
    const lora = this.parts.map(({ name }) => this.matrix(name));
    const kept: Tensor[] = [...shared.tensors, ...lora];
    try {
      const { value, grads } = tf.tidy(() => {
        const losses = (...matrices: Tensor[]) => {
          const byLayer = this.byLayer(matrices as Tensor2D[]);
          let x = this.embed(slice);
          this.weights.layers.forEach((_, layer) => {
            x = this.layer(layer, byLayer[layer]!, shared, x);
          });
          const parts = this.chunks(slice).map(({ rows, targets }) =>
            this.headOf(pickRows(tf, x, rows), targets),
          );
          return tf.concat(parts) as Tensor1D;
        };
        const dy = tf.fill([slice.picked.length], weight);
        return tf.valueAndGrads(losses as never)(lora, dy as never) as unknown as {
          value: Tensor1D;
          grads: Tensor[];
        };
      });
      kept.push(value, ...grads);
      await this.collect(this.parts, grads, gradients);
      return Float32Array.from(await value.data<"float32">());
    } finally {
      dispose(kept);
    }
  }

  /** Layer by layer from the top, each computed again on a tape of its own: memory for one layer, whatever the depth. */
  private async backwardByLayer(slice: Slice, weight: number, gradients: Gradients): Promise<Float32Array> {
    const { tf, config } = this;
    const out = new Float32Array(slice.picked.length);
    const shared = this.sliceTensors(slice);
    const inputs: Tensor2D[] = [];
    const kept = new Set<Tensor>(shared.tensors);
    try {
      let x = this.embed(slice);
      for (let layer = 0; layer < config.layers; layer++) {
        inputs.push(x);
        kept.add(x);
        const input = x;
        x = tf.tidy(() => this.layer(layer, this.loraOf(layer), shared, input));
        kept.add(x);
        await this.pause();
      }
      let dy = tf.zerosLike(x);
      kept.add(dy);
      for (const { begin, rows, targets } of this.chunks(slice)) {
        const { value, grad, sum } = tf.tidy(() => {
          const loss = (last: Tensor) => this.headOf(pickRows(tf, last as Tensor2D, rows), targets) as Tensor;
          const both = tf.valueAndGrad(loss)(x, tf.fill([rows.length], weight));
          return { ...both, sum: tf.add(dy, both.grad) as Tensor2D };
        });
        dispose([dy, grad]);
        kept.add(sum).add(value);
        dy = sum;
        out.set(await value.data<"float32">(), begin);
        value.dispose();
        await this.pause();
      }
      x.dispose();
      for (let layer = config.layers - 1; layer >= 0; layer--) {
        const parts = this.parts.filter((part) => part.layer === layer);
        const input = inputs[layer]!;
        const above = dy;
        const [dx, ...grads] = tf.tidy(() => {
          const outputs = (from: Tensor, ...matrices: Tensor[]) =>
            this.layer(layer, loraOf(parts, matrices as Tensor2D[]), shared, from as Tensor2D) as Tensor;
          return tf.grads(outputs)([input, ...parts.map(({ name }) => this.matrix(name))], above);
        }) as [Tensor2D, ...Tensor[]];
        dispose([above, input]);
        for (const tensor of [dx, ...grads]) kept.add(tensor);
        dy = dx;
        await this.collect(parts, grads, gradients);
        dispose(grads);
        await this.pause();
      }
      return out;
    } finally {
      dispose(kept);
    }
  }

  /** Lets messages in (a stop, a heartbeat): WebAssembly computes on this thread. */
  private async pause(): Promise<void> {
    await new Promise((go) => setImmediate(go));
    this.options.signal?.throwIfAborted();
  }

  private layer(layer: number, lora: LayerLora, shared: SliceTensors, x: Tensor2D): Tensor2D {
    return decoderLayer(this.tf, this.config, this.scale, this.weights.layers[layer]!, lora, shared, x);
  }

  private headOf(x: Tensor2D, targets: Int32Array): Tensor1D {
    return headLoss(this.tf, this.config.eps, this.weights.top, x, targets);
  }

  private matrix(name: string): Tensor2D {
    const { shape, values } = this.adapter!.tensors.get(name)!;
    return this.tf.tensor2d(values, shape);
  }

  private loraOf(layer: number): LayerLora {
    const parts = this.parts.filter((part) => part.layer === layer);
    return loraOf(
      parts,
      parts.map(({ name }) => this.matrix(name)),
    );
  }

  private byLayer(matrices: readonly Tensor2D[]): LayerLora[] {
    return this.weights.layers.map((_, layer) => {
      const chosen = this.parts.flatMap((part, i) =>
        part.layer === layer ? [[part, matrices[i]!] as const] : [],
      );
      return loraOf(
        chosen.map(([part]) => part),
        chosen.map(([, matrix]) => matrix),
      );
    });
  }

  private embed({ ids, batch, length }: Slice): Tensor2D {
    const { vocab } = this.config;
    const outside = ids.find((id) => id < 0 || id >= vocab);
    if (outside !== undefined) throw new RangeError(`token id ${outside} outside the vocabulary of ${vocab}`);
    return this.tf.tidy(() =>
      this.tf.gather(this.weights.embedding, this.tf.tensor1d(ids.subarray(0, batch * length), "int32")),
    );
  }

  /** Positions that count, in pieces whose logits fit `LOGIT_FLOATS`. */
  private chunks({ picked, targets }: Slice) {
    const size = Math.max(16, Math.floor(LOGIT_FLOATS / this.config.vocab));
    return Array.from({ length: Math.ceil(picked.length / size) }, (_, i) => ({
      begin: i * size,
      rows: picked.slice(i * size, (i + 1) * size),
      targets: targets.slice(i * size, (i + 1) * size),
    }));
  }

  private sliceTensors({ batch, length }: Slice): SliceTensors & { tensors: Tensor[] } {
    const { tf, config } = this;
    const half = config.headDim / 2;
    const { cos, sin } = ropeTables(config, length);
    const queries = (config.heads / config.kvHeads) * length;
    const hidden = new Float32Array(queries * length);
    for (let q = 0; q < queries; q++) hidden.fill(-1e9, q * length + (q % length) + 1, (q + 1) * length);
    const tensors = [
      tf.tensor2d(cos, [length, half]),
      tf.tensor2d(sin, [length, half]),
      tf.tensor2d(hidden, [queries, length]),
    ] as const;
    return { batch, length, cos: tensors[0], sin: tensors[1], mask: tensors[2], tensors: [...tensors] };
  }

  private async collect(parts: readonly Part[], grads: readonly Tensor[], into: Gradients): Promise<void> {
    for (const [i, { name }] of parts.entries()) addGradient(into, name, await grads[i]!.data<"float32">());
  }
}

const loraOf = (parts: readonly Part[], matrices: readonly Tensor2D[]): LayerLora =>
  Object.fromEntries(parts.map(({ target, part }, i) => [`${target}.${part}`, matrices[i]!]));

function dispose(tensors: Iterable<Tensor>): void {
  for (const tensor of tensors) if (!tensor.isDisposed) tensor.dispose();
}

/** Whether one tape for all layers fits `KEPT_BYTES`: by the shapes alone, so that runs repeat. */
function keepsForward(c: LlamaConfig, { batch, length }: Slice): boolean {
  const perRow = 16 * c.hidden + 10 * c.ffn + 12 * c.heads * c.headDim + 6 * c.heads * length;
  return batch * length * perRow * c.layers * 4 <= KEPT_BYTES;
}
