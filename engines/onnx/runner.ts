/** Runs a Llama with an optional LoRA adapter over slices: losses, and gradients of the adapter. */
import type { Adapter } from "../adapter/adapter";
import { loraScale } from "../adapter/config";
import { loraName } from "../adapter/layout";
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
import type { BuiltGraph } from "./graph";
import { backwardGraph, forwardGraph, headGraph } from "./graphs";
import { KEPT, keptWidths, type LoraShape, loraGradients } from "./layer";
import { adapterFeeds, type BaseModel, loadModel } from "./model";
import { compile, type Feeds, floats, floatsOf, integers, type Session } from "./session";

/** Hidden states between layers and kept values, reused from slice to slice. */
class Buffers {
  private readonly held = new Map<string, Float32Array>();
  /** A tensor `[rows, width]` on memory that is `name`'s alone until the next call for it. */
  tensor(name: string, rows: number, width: number) {
    let data = this.held.get(name);
    if (!data || data.length < rows * width) {
      data = new Float32Array(rows * width);
      this.held.set(name, data);
    }
    return floats(data.subarray(0, rows * width), [rows, width]);
  }
}

type SessionName = "forward" | "forward keeping" | "backward" | "backward kept" | "head" | "head backward";
/** What of the forward pass outlives it: nothing, the input of each layer, or that and all of `KEPT`. */
type Retain = "nothing" | "inputs" | "all";

/** Reads the weights and gives a model that ONNX Runtime computes. */
export async function openOnnx(
  source: ModelSource,
  adapter: Adapter | undefined,
  options: OpenOptions,
): Promise<TrainableModel> {
  return new LlamaRunner(await loadModel(source), adapter, options);
}

class LlamaRunner implements TrainableModel {
  private readonly buffers = new Buffers();
  private readonly sessions = new Map<SessionName, Promise<Session>>();
  private readonly lora: LoraShape;
  private readonly loraFeeds: Feeds[];
  private tables = { length: 0, cos: new Float32Array(), sin: new Float32Array(), back: new Float32Array() };
  private shared: { key: string; feeds: Feeds } | undefined;

  constructor(
    private readonly model: BaseModel,
    adapter: Adapter | undefined,
    private readonly options: OpenOptions,
  ) {
    const scale = adapter ? loraScale(adapter) : 1;
    this.lora = { rank: adapter?.rank ?? 0, scale, targets: adapter?.targets ?? [] };
    this.loraFeeds = adapter ? adapterFeeds(model.config, adapter) : model.layers.map(() => ({}));
  }

  async losses(slice: Slice): Promise<Float32Array> {
    const out = new Float32Array(slice.picked.length);
    if (out.length === 0) return out;
    const x = await this.forward(slice, "nothing");
    await this.head(slice, x, out);
    return out;
  }

  async backward(slice: Slice, weight: number, gradients: Gradients): Promise<Float32Array> {
    const out = new Float32Array(slice.picked.length);
    if (out.length === 0) return out;
    const { config } = this.model;
    const rows = slice.batch * slice.length;
    const keep = this.options.keep ?? keepsForward(config, rows);
    const last = await this.forward(slice, keep ? "all" : "inputs");
    const dLast = new Float32Array(rows * config.hidden);
    await this.head(slice, last, out, { weight, dx: dLast });

    const session = await this.session(keep ? "backward kept" : "backward");
    let dy = floats(dLast, [rows, config.hidden]);
    for (let layer = config.layers - 1; layer >= 0; layer--) {
      this.options.signal?.throwIfAborted();
      const feeds = {
        ...this.layerFeeds(slice, layer),
        ...(keep ? this.keptTensors(layer, rows) : {}),
        x: this.buffers.tensor(`x ${layer}`, rows, config.hidden),
        dy,
      };
      const results = await session.run(feeds, {
        dx: this.buffers.tensor(`dx ${layer % 2}`, rows, config.hidden),
      });
      dy = results.dx!;
      for (const { target, part, output } of loraGradients(this.lora.targets)) {
        addGradient(gradients, loraName(layer, target, part), floatsOf(results[output]!));
      }
    }
    return out;
  }

  async release(): Promise<void> {
    for (const session of this.sessions.values()) await (await session).release();
    this.sessions.clear();
  }

  /** Hidden states after the last layer, `[rows · hidden]`; what is retained stays in the buffers. */
  private async forward(slice: Slice, retain: Retain): Promise<Float32Array> {
    const { config } = this.model;
    const rows = slice.batch * slice.length;
    const session = await this.session(retain === "all" ? "forward keeping" : "forward");
    let x = this.buffers.tensor("x 0", rows, config.hidden);
    this.embed(slice, floatsOf(x));
    for (let layer = 0; layer < config.layers; layer++) {
      this.options.signal?.throwIfAborted();
      const name = retain === "nothing" ? `x ${(layer + 1) % 2}` : `x ${layer + 1}`;
      const y = this.buffers.tensor(name, rows, config.hidden);
      const into = retain === "all" ? { ...this.keptTensors(layer, rows), y } : { y };
      await session.run({ ...this.layerFeeds(slice, layer), x }, into);
      x = y;
    }
    return floatsOf(x);
  }

  private embed(slice: Slice, out: Float32Array): void {
    const { hidden, vocab } = this.model.config;
    slice.ids.forEach((id, at) => {
      if (id < 0 || id >= vocab) throw new RangeError(`token id ${id} outside the vocabulary of ${vocab}`);
      out.set(this.model.embedding.subarray(id * hidden, (id + 1) * hidden), at * hidden);
    });
  }

  private async head(
    slice: Slice,
    x: Float32Array,
    nll: Float32Array,
    gradient?: { weight: number; dx: Float32Array },
  ): Promise<void> {
    const { hidden, vocab } = this.model.config;
    const session = await this.session(gradient ? "head backward" : "head");
    const chunk = Math.max(16, Math.floor(LOGIT_FLOATS / vocab));
    for (let begin = 0; begin < slice.picked.length; begin += chunk) {
      this.options.signal?.throwIfAborted();
      const picked = slice.picked.subarray(begin, begin + chunk);
      const rows = this.buffers.tensor("picked", picked.length, hidden);
      const values = floatsOf(rows);
      picked.forEach((at, i) => {
        values.set(x.subarray(at * hidden, (at + 1) * hidden), i * hidden);
      });
      const target = integers(slice.targets.subarray(begin, begin + chunk), [picked.length, 1]);
      const weight = floats(Float32Array.of(gradient?.weight ?? 1), []);
      const results = await session.run({ ...this.model.top, x: rows, target, weight });
      nll.set(floatsOf(results.nll!), begin);
      if (!gradient) continue;
      const dx = floatsOf(results.dx!);
      picked.forEach((at, i) => {
        gradient.dx.set(dx.subarray(i * hidden, (i + 1) * hidden), at * hidden);
      });
    }
  }

  private keptTensors(layer: number, rows: number): Feeds {
    const widths = keptWidths(this.model.config);
    return Object.fromEntries(
      KEPT.map((name) => [name, this.buffers.tensor(`${name} ${layer}`, rows, widths[name])]),
    );
  }

  private layerFeeds(slice: Slice, layer: number): Feeds {
    return { ...this.sharedFeeds(slice), ...this.model.layers[layer], ...this.loraFeeds[layer] };
  }

  /** Rotary tables, causal mask and the shapes of this slice. */
  private sharedFeeds({ batch, length }: Slice): Feeds {
    const key = `${batch} ${length}`;
    if (this.shared?.key === key) return this.shared.feeds;
    const { config } = this.model;
    if (this.tables.length < length) this.tables = { length, ...ropeTables(config, length) };
    const half = config.headDim / 2;
    const table = (values: Float32Array) => floats(values.subarray(0, length * half), [length, half]);
    const group = config.heads / config.kvHeads;
    const feeds = {
      cos: table(this.tables.cos),
      sin: table(this.tables.sin),
      sinBack: table(this.tables.back),
      firstPosition: integers([0], [1]),
      mask: floats(causalMask(group, length), [1, group * length, length]),
      lines: integers([batch, length, -1], [3]),
      split: integers([batch, length, -1, config.headDim], [4]),
      heads: integers([batch, -1, length, config.headDim], [4]),
      grouped: integers([batch * config.kvHeads, -1, config.headDim], [3]),
    };
    this.shared = { key, feeds };
    return feeds;
  }

  private session(name: SessionName): Promise<Session> {
    let session = this.sessions.get(name);
    if (!session) {
      session = compile(this.graph(name), this.options.threads);
      this.sessions.set(name, session);
    }
    return session;
  }

  private graph(name: SessionName): BuiltGraph {
    const { config } = this.model;
    switch (name) {
      case "forward":
        return forwardGraph(config, this.lora, false);
      case "forward keeping":
        return forwardGraph(config, this.lora, true);
      case "backward":
        return backwardGraph(config, this.lora, false);
      case "backward kept":
        return backwardGraph(config, this.lora, true);
      case "head":
        return headGraph(config, false);
      case "head backward":
        return headGraph(config, true);
    }
  }
}

/** Whether the forward values of a slice are kept for its backward pass: a function of shapes alone, so that runs repeat. */
export function keepsForward(config: BaseModel["config"], rows: number): boolean {
  const width = Object.values(keptWidths(config)).reduce((sum, w) => sum + w, 0);
  return rows * width * config.layers * 4 <= KEPT_BYTES;
}

function causalMask(group: number, length: number): Float32Array {
  const mask = new Float32Array(group * length * length);
  for (let q = 0; q < group * length; q++) mask.fill(-1e9, q * length + (q % length) + 1, (q + 1) * length);
  return mask;
}
