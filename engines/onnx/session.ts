/** ONNX Runtime behind one small type: feeds in, buffers out. */
import ort from "onnxruntime-node";
import type { BuiltGraph } from "./graph";

export type Tensor = ort.Tensor;
export type Feeds = Record<string, Tensor>;
export type Session = {
  /** Results go straight into the tensors of `into` where given (their shapes must fit); others are allocated. */
  run(feeds: Feeds, into?: Feeds): Promise<Feeds>;
  release(): Promise<void>;
};

export const floats = (data: Float32Array, shape: readonly number[]): Tensor =>
  new ort.Tensor("float32", data, shape);
export const integers = (values: ArrayLike<number>, shape: readonly number[]): Tensor =>
  new ort.Tensor("int64", BigInt64Array.from(Array.from(values), BigInt), shape);
export const floatsOf = (tensor: Tensor): Float32Array => tensor.data as Float32Array;

export async function compile(graph: BuiltGraph, threads: number): Promise<Session> {
  const session = await ort.InferenceSession.create(graph.bytes, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    // Shapes change from slice to slice: a pattern per shape would pile up.
    enableMemPattern: false,
    logSeverityLevel: 3,
  });
  return {
    async run(feeds, into) {
      const wanted: Feeds = {};
      for (const name of graph.inputs) {
        const tensor = feeds[name];
        if (!tensor) throw new Error(`no value for the graph input ${name}`);
        wanted[name] = tensor;
      }
      const fetches = Object.fromEntries(graph.outputs.map((name) => [name, into?.[name] ?? null]));
      return (await session.run(wanted, fetches)) as Feeds;
    },
    release: () => session.release(),
  };
}
