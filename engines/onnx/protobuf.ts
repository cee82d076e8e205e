/** The part of the ONNX file format (onnx.proto3) that our graphs use, written as protobuf wire format. */

/** `TensorProto.DataType`. */
export const DATA_TYPE = { float32: 1, int64: 7 } as const;
export type DataType = keyof typeof DATA_TYPE;
/** A dimension given as a name may differ from run to run. */
export type Dim = number | string;
export type Attribute = number | string | readonly number[] | { float: number };
export type NodeProto = {
  op: string;
  domain: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Readonly<Record<string, Attribute>>;
};
export type TensorProto = { name: string; type: DataType; shape: readonly number[]; data: ArrayBufferView };
export type ValueInfo = { name: string; type: DataType; shape: readonly Dim[] };
export type ModelProto = {
  nodes: readonly NodeProto[];
  initializers: readonly TensorProto[];
  inputs: readonly ValueInfo[];
  outputs: readonly ValueInfo[];
};

const IR_VERSION = 9;
const OPSET = 17;
const WIRE = { varint: 0, bytes: 2, fixed32: 5 } as const;
const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, ints: 7 } as const;

class Message {
  private readonly parts: Uint8Array[] = [];

  private varint(value: number | bigint): this {
    let rest = BigInt.asUintN(64, BigInt(value));
    const bytes: number[] = [];
    do {
      const low = Number(rest & 127n);
      rest >>= 7n;
      bytes.push(rest ? low | 128 : low);
    } while (rest);
    this.parts.push(Uint8Array.from(bytes));
    return this;
  }
  private tag(field: number, wire: number): this {
    return this.varint((field << 3) | wire);
  }
  int(field: number, value: number | bigint): this {
    return this.tag(field, WIRE.varint).varint(value);
  }
  bytes(field: number, bytes: Uint8Array): this {
    this.tag(field, WIRE.bytes).varint(bytes.byteLength);
    this.parts.push(bytes);
    return this;
  }
  text(field: number, text: string): this {
    return this.bytes(field, Buffer.from(text));
  }
  float(field: number, value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(value);
    this.tag(field, WIRE.fixed32).parts.push(bytes);
    return this;
  }
  message(field: number, message: Message): this {
    return this.bytes(field, message.done());
  }
  done(): Uint8Array {
    return Buffer.concat(this.parts);
  }
}

function attribute(name: string, value: Attribute): Message {
  const m = new Message().text(1, name);
  if (typeof value === "string") return m.text(4, value).int(20, ATTRIBUTE_TYPE.string);
  if (typeof value === "number") return m.int(3, value).int(20, ATTRIBUTE_TYPE.int);
  if ("float" in value) return m.float(2, value.float).int(20, ATTRIBUTE_TYPE.float);
  for (const item of value) m.int(8, item);
  return m.int(20, ATTRIBUTE_TYPE.ints);
}

function node(n: NodeProto): Message {
  const m = new Message();
  for (const name of n.inputs) m.text(1, name);
  for (const name of n.outputs) m.text(2, name);
  m.text(4, n.op);
  for (const [name, value] of Object.entries(n.attributes)) m.message(5, attribute(name, value));
  return n.domain ? m.text(7, n.domain) : m;
}

function tensor(t: TensorProto): Message {
  const m = new Message();
  for (const dim of t.shape) m.int(1, dim);
  const raw = new Uint8Array(t.data.buffer, t.data.byteOffset, t.data.byteLength);
  return m.int(2, DATA_TYPE[t.type]).text(8, t.name).bytes(9, raw);
}

function valueInfo(v: ValueInfo): Message {
  const shape = new Message();
  for (const dim of v.shape) {
    shape.message(1, typeof dim === "string" ? new Message().text(2, dim) : new Message().int(1, dim));
  }
  const tensorType = new Message().int(1, DATA_TYPE[v.type]).message(2, shape);
  return new Message().text(1, v.name).message(2, new Message().message(1, tensorType));
}

const opset = (domain: string, version: number) => new Message().text(1, domain).int(2, version);

/** Bytes of an ONNX model file. Nodes must come in an order in which each one's inputs are known. */
export function encodeModel(model: ModelProto): Uint8Array {
  const graph = new Message();
  for (const n of model.nodes) graph.message(1, node(n));
  graph.text(2, "telar");
  for (const t of model.initializers) graph.message(5, tensor(t));
  for (const v of model.inputs) graph.message(11, valueInfo(v));
  for (const v of model.outputs) graph.message(12, valueInfo(v));
  return new Message()
    .int(1, IR_VERSION)
    .text(2, "telar")
    .message(7, graph)
    .message(8, opset("", OPSET))
    .message(8, opset("com.microsoft", 1))
    .done();
}
