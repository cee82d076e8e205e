/**
 * Builds ONNX graphs. A value is a name with a shape; nodes that no output needs are dropped when the graph is built,
 * so forward code can be written once and reused inside a backward graph.
 */
import {
  type Attribute,
  type DataType,
  type Dim,
  encodeModel,
  type NodeProto,
  type TensorProto,
  type ValueInfo,
} from "./protobuf";

export type Value = { name: string; shape: readonly Dim[] };
export type BuiltGraph = { bytes: Uint8Array; inputs: readonly string[]; outputs: readonly string[] };

const CONTRIB = "com.microsoft";

export class Graph {
  private readonly nodes: NodeProto[] = [];
  private readonly initializers = new Map<string, TensorProto>();
  private readonly inputs = new Map<string, ValueInfo>();
  private readonly outputs: ValueInfo[] = [];
  private readonly outputNames = new Map<string, string>();

  /** Asking twice for one name gives the same input. */
  input(name: string, shape: readonly Dim[], type: DataType = "float32"): Value {
    if (!this.inputs.has(name)) this.inputs.set(name, { name, type, shape });
    return { name, shape };
  }
  /** `value` must come from a node, and can be one output only: it is renamed, not copied. */
  output(name: string, value: Value): void {
    this.outputNames.set(value.name, name);
    this.outputs.push({ name, type: "float32", shape: value.shape });
  }
  scalar(value: number): Value {
    return this.constant(`scalar ${value}`, "float32", [], Float32Array.of(value));
  }
  private integers(values: readonly number[]): Value {
    return this.constant(`integers ${values}`, "int64", [values.length], BigInt64Array.from(values, BigInt));
  }
  private constant(name: string, type: DataType, shape: readonly number[], data: ArrayBufferView): Value {
    this.initializers.set(name, { name, type, shape, data });
    return { name, shape };
  }

  private op(
    op: string,
    inputs: readonly Value[],
    shape: readonly Dim[],
    attributes: Readonly<Record<string, Attribute>> = {},
    domain = "",
  ): Value {
    const name = `${op} ${this.nodes.length}`;
    this.nodes.push({ op, domain, inputs: inputs.map((v) => v.name), outputs: [name], attributes });
    return { name, shape };
  }
  private broadcast(op: string, a: Value, b: Value): Value {
    return this.op(op, [a, b], a.shape.length >= b.shape.length ? a.shape : b.shape);
  }

  // Elementwise. The operand of larger rank, or the first, gives the shape.
  add = (a: Value, b: Value) => this.broadcast("Add", a, b);
  sub = (a: Value, b: Value) => this.broadcast("Sub", a, b);
  mul = (a: Value, b: Value) => this.broadcast("Mul", a, b);
  sqrt = (a: Value) => this.op("Sqrt", [a], a.shape);
  log = (a: Value) => this.op("Log", [a], a.shape);
  reciprocal = (a: Value) => this.op("Reciprocal", [a], a.shape);
  sigmoid = (a: Value) => this.op("Sigmoid", [a], a.shape);

  /** alpha · op(a) · op(b), where op swaps the last two axes when asked. Leading axes are batches. */
  matmul(a: Value, b: Value, { ta = false, tb = false, alpha = 1 } = {}): Value {
    const rows = a.shape.at(ta ? -1 : -2)!;
    const columns = b.shape.at(tb ? -2 : -1)!;
    const attributes = { transA: +ta, transB: +tb, alpha: { float: alpha } };
    return this.op("FusedMatMul", [a, b], [...a.shape.slice(0, -2), rows, columns], attributes, CONTRIB);
  }
  softmax = (a: Value) => this.op("Softmax", [a], a.shape, { axis: -1 });

  // Reductions over the last axis, which stays with length 1.
  meanLast = (a: Value) => this.op("ReduceMean", [a], lastIsOne(a), { axes: [-1], keepdims: 1 });
  maxLast = (a: Value) => this.op("ReduceMax", [a], lastIsOne(a), { axes: [-1], keepdims: 1 });
  sumLast = (a: Value) => this.op("ReduceSum", [a, this.integers([-1])], lastIsOne(a), { keepdims: 1 });

  /** To a shape fixed in the graph; one entry may be -1. `shape` names what comes out. */
  reshape(a: Value, to: readonly number[], shape: readonly Dim[]): Value {
    return this.op("Reshape", [a, this.integers(to)], shape);
  }
  /** To a shape that is itself an input of the run (int64). */
  reshapeTo(a: Value, to: Value, shape: readonly Dim[]): Value {
    return this.op("Reshape", [a, to], shape);
  }
  transpose(a: Value, perm: readonly number[]): Value {
    return this.op(
      "Transpose",
      [a],
      perm.map((axis) => a.shape[axis]!),
      { perm },
    );
  }
  sliceLast(a: Value, begin: number, end: number): Value {
    const inputs = [a, this.integers([begin]), this.integers([end]), this.integers([-1])];
    return this.op("Slice", inputs, [...a.shape.slice(0, -1), end - begin]);
  }
  concatLast(parts: readonly Value[]): Value {
    const width = parts.reduce((sum, v) => sum + (v.shape.at(-1) as number), 0);
    return this.op("Concat", parts, [...parts[0]!.shape.slice(0, -1), width], { axis: -1 });
  }
  /** Rows of `a` [n, width] at `index` [m]. */
  gatherRows(a: Value, index: Value): Value {
    return this.op("Gather", [a, index], [index.shape[0]!, ...a.shape.slice(1)], { axis: 0 });
  }
  /** One entry of each row: `a` [m, n] at `index` [m, 1] gives [m, 1]. */
  pick(a: Value, index: Value): Value {
    return this.op("GatherElements", [a, index], index.shape, { axis: 1 });
  }
  /** Rotary position embedding of `a` [batch, tokens, heads · 2 · d] with tables [positions, d]; halves are rotated. */
  rotary(a: Value, firstPosition: Value, cos: Value, sin: Value): Value {
    return this.op("RotaryEmbedding", [a, firstPosition, cos, sin], a.shape, { interleaved: 0 }, CONTRIB);
  }

  build(): BuiltGraph {
    const needed = new Set(this.outputNames.keys());
    const live: NodeProto[] = [];
    const renamed = (name: string) => this.outputNames.get(name) ?? name;
    for (const node of [...this.nodes].reverse()) {
      if (!node.outputs.some((name) => needed.has(name))) continue;
      for (const name of node.inputs) needed.add(name);
      live.unshift({ ...node, inputs: node.inputs.map(renamed), outputs: node.outputs.map(renamed) });
    }
    const inputs = [...this.inputs.values()].filter((v) => needed.has(v.name));
    return {
      bytes: encodeModel({
        nodes: live,
        initializers: [...this.initializers.values()].filter((t) => needed.has(t.name)),
        inputs,
        outputs: this.outputs,
      }),
      inputs: inputs.map((v) => v.name),
      outputs: this.outputs.map((v) => v.name),
    };
  }
}

const lastIsOne = (a: Value): Dim[] => [...a.shape.slice(0, -1), 1];
