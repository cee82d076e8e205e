/** GGUF version 3, written tensor by tensor. Format: github.com/ggml-org/ggml/blob/master/docs/gguf.md */
import { open } from "node:fs/promises";
import { type TensorData, writeTensor } from "../safetensors/write-tensor";

type Values = {
  u32: number;
  f32: number;
  bool: boolean;
  string: string;
  strings: string[];
  i32s: number[];
  f32s: number[];
};
export type MetadataEntry = { [T in keyof Values]: [key: string, type: T, value: Values[T]] }[keyof Values];

export type TensorToWrite = {
  name: string;
  /** Row-major, outermost first. */
  shape: readonly number[];
  dtype: "F32" | "F16";
  data(): TensorData;
};

const ALIGNMENT = 32;
const VALUE_TYPE = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 };
const TENSOR_TYPE = { F32: 0, F16: 1 };
const BYTES = { F32: 4, F16: 2 };

const padded = (bytes: number) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

export async function writeGguf(
  path: string,
  metadata: readonly MetadataEntry[],
  tensors: readonly TensorToWrite[],
): Promise<void> {
  const header = headerOf(metadata, tensors);
  const file = await open(path, "w");
  try {
    await file.writeFile(header);
    await file.writeFile(Buffer.alloc(padded(header.length) - header.length));
    for (const tensor of tensors) {
      const bytes = count(tensor.shape) * BYTES[tensor.dtype];
      await writeTensor(tensor, bytes, (part) => file.writeFile(part));
      await file.writeFile(Buffer.alloc(padded(bytes) - bytes));
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

function headerOf(metadata: readonly MetadataEntry[], tensors: readonly TensorToWrite[]): Buffer {
  const parts: Buffer[] = [Buffer.from("GGUF"), u32(3), u64(tensors.length), u64(metadata.length)];
  for (const [key, type, value] of metadata) parts.push(string(key), ...typedValue(type, value));
  let offset = 0;
  for (const { name, shape, dtype } of tensors) {
    parts.push(
      string(name),
      u32(shape.length),
      ...[...shape].reverse().map(u64),
      u32(TENSOR_TYPE[dtype]),
      u64(offset),
    );
    offset += padded(count(shape) * BYTES[dtype]);
  }
  return Buffer.concat(parts);
}

function typedValue(type: MetadataEntry[1], value: MetadataEntry[2]): Buffer[] {
  switch (type) {
    case "u32":
      return [u32(VALUE_TYPE.u32), u32(value as number)];
    case "f32":
      return [u32(VALUE_TYPE.f32), singles([value as number])];
    case "bool":
      return [u32(VALUE_TYPE.bool), Buffer.from([value ? 1 : 0])];
    case "string":
      return [u32(VALUE_TYPE.string), string(value as string)];
    case "strings":
      return [...array(VALUE_TYPE.string, (value as string[]).length), ...(value as string[]).map(string)];
    case "i32s":
      return [...array(VALUE_TYPE.i32, (value as number[]).length), words(value as number[])];
    case "f32s":
      return [...array(VALUE_TYPE.f32, (value as number[]).length), singles(value as number[])];
  }
}

const array = (type: number, length: number) => [u32(VALUE_TYPE.array), u32(type), u64(length)];

function u32(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value);
  return out;
}

function u64(value: number): Buffer {
  const out = Buffer.alloc(8);
  out.writeBigUInt64LE(BigInt(value));
  return out;
}

function string(value: string): Buffer {
  const text = Buffer.from(value, "utf8");
  return Buffer.concat([u64(text.length), text]);
}

function words(values: number[]): Buffer {
  const out = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) out.writeInt32LE(value, i * 4);
  return out;
}

function singles(values: number[]): Buffer {
  const out = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) out.writeFloatLE(value, i * 4);
  return out;
}
