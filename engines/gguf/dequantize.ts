/** Blocks of quantised weights to floats, after ggml-quants.c (`dequantize_row_*`). */
import type { GgmlType } from "@/graph/gguf/types";
import { halfToFloat } from "../safetensors/dtype";

type BlockReader = (b: Uint8Array, at: number, out: Float32Array, to: number) => void;

/** Every half value: a look-up is faster than bit work. */
const HALVES = Float32Array.from({ length: 65536 }, (_, bits) => halfToFloat(bits));
const half = (b: Uint8Array, at: number) => HALVES[b[at]! | (b[at + 1]! << 8)]!;
const signed = (byte: number) => (byte << 24) >> 24;
const word = new DataView(new ArrayBuffer(4));
const single = (b: Uint8Array, at: number) => {
  for (let i = 0; i < 4; i++) word.setUint8(i, b[at + i]!);
  return word.getFloat32(0, true);
};
const bfloat = (b: Uint8Array, at: number) => {
  word.setUint32(0, ((b[at]! | (b[at + 1]! << 8)) << 16) >>> 0);
  return word.getFloat32(0);
};

const one =
  (value: (b: Uint8Array, at: number) => number): BlockReader =>
  (b, at, out, to) => {
    out[to] = value(b, at);
  };

const readQ4_0: BlockReader = (b, at, out, to) => {
  const d = half(b, at);
  for (let j = 0; j < 16; j++) {
    const q = b[at + 2 + j]!;
    out[to + j] = ((q & 15) - 8) * d;
    out[to + j + 16] = ((q >> 4) - 8) * d;
  }
};

const readQ4_1: BlockReader = (b, at, out, to) => {
  const d = half(b, at);
  const m = half(b, at + 2);
  for (let j = 0; j < 16; j++) {
    const q = b[at + 4 + j]!;
    out[to + j] = (q & 15) * d + m;
    out[to + j + 16] = (q >> 4) * d + m;
  }
};

const readQ5_0: BlockReader = (b, at, out, to) => {
  const d = half(b, at);
  for (let j = 0; j < 16; j++) {
    const q = b[at + 6 + j]!;
    out[to + j] = (((q & 15) | (bit(b, at + 2, j) << 4)) - 16) * d;
    out[to + j + 16] = (((q >> 4) | (bit(b, at + 2, j + 16) << 4)) - 16) * d;
  }
};

const readQ5_1: BlockReader = (b, at, out, to) => {
  const d = half(b, at);
  const m = half(b, at + 2);
  for (let j = 0; j < 16; j++) {
    const q = b[at + 8 + j]!;
    out[to + j] = ((q & 15) | (bit(b, at + 4, j) << 4)) * d + m;
    out[to + j + 16] = ((q >> 4) | (bit(b, at + 4, j + 16) << 4)) * d + m;
  }
};

const readQ8_0: BlockReader = (b, at, out, to) => {
  const d = half(b, at);
  for (let j = 0; j < 32; j++) out[to + j] = signed(b[at + 2 + j]!) * d;
};

const bit = (b: Uint8Array, at: number, n: number) => (b[at + (n >> 3)]! >> (n & 7)) & 1;

/** The six-bit scale and minimum of sub-block `j` of eight, packed in 12 bytes. */
const scaleOf = (b: Uint8Array, at: number, j: number) =>
  j < 4 ? b[at + j]! & 63 : (b[at + j + 4]! & 15) | ((b[at + j - 4]! >> 6) << 4);
const minOf = (b: Uint8Array, at: number, j: number) =>
  j < 4 ? b[at + j + 4]! & 63 : (b[at + j + 4]! >> 4) | ((b[at + j]! >> 6) << 4);

const readQ2_K: BlockReader = (b, at, out, to) => {
  const d = half(b, at + 80);
  const dmin = half(b, at + 82);
  for (let i = 0; i < 256; i++) {
    const scale = b[at + (i >> 4)]!;
    const q = (b[at + 16 + (i >> 7) * 32 + (i & 31)]! >> (((i >> 5) & 3) * 2)) & 3;
    out[to + i] = d * (scale & 15) * q - dmin * (scale >> 4);
  }
};

const readQ3_K: BlockReader = (b, at, out, to) => {
  const d = half(b, at + 108);
  for (let i = 0; i < 256; i++) {
    const s = i >> 4;
    const low = s < 8 ? b[at + 96 + s]! & 15 : b[at + 96 + s - 8]! >> 4;
    const high = (b[at + 104 + (s & 3)]! >> ((s >> 2) * 2)) & 3;
    const q = (b[at + 32 + (i >> 7) * 32 + (i & 31)]! >> (((i >> 5) & 3) * 2)) & 3;
    const set = (b[at + (i & 31)]! >> (i >> 5)) & 1;
    out[to + i] = d * ((low | (high << 4)) - 32) * (q - (set ? 0 : 4));
  }
};

const readQ4_K: BlockReader = (b, at, out, to) => {
  const d = half(b, at);
  const dmin = half(b, at + 2);
  for (let j = 0; j < 8; j++) {
    const scale = d * scaleOf(b, at + 4, j);
    const min = dmin * minOf(b, at + 4, j);
    const from = at + 16 + (j >> 1) * 32;
    const shift = (j & 1) * 4;
    for (let l = 0; l < 32; l++) out[to + j * 32 + l] = scale * ((b[from + l]! >> shift) & 15) - min;
  }
};

const readQ5_K: BlockReader = (b, at, out, to) => {
  const d = half(b, at);
  const dmin = half(b, at + 2);
  for (let j = 0; j < 8; j++) {
    const scale = d * scaleOf(b, at + 4, j);
    const min = dmin * minOf(b, at + 4, j);
    const from = at + 48 + (j >> 1) * 32;
    const shift = (j & 1) * 4;
    for (let l = 0; l < 32; l++) {
      const q = ((b[from + l]! >> shift) & 15) | (((b[at + 16 + l]! >> j) & 1) << 4);
      out[to + j * 32 + l] = scale * q - min;
    }
  }
};

const readQ6_K: BlockReader = (b, at, out, to) => {
  const d = half(b, at + 208);
  for (let i = 0; i < 256; i++) {
    const [n, l, quarter] = [i >> 7, i & 31, (i >> 5) & 3];
    const low = (b[at + n * 64 + (quarter & 1) * 32 + l]! >> ((quarter >> 1) * 4)) & 15;
    const high = (b[at + 128 + n * 32 + l]! >> (quarter * 2)) & 3;
    out[to + i] = d * signed(b[at + 192 + (i >> 4)]!) * ((low | (high << 4)) - 32);
  }
};

/** Of the formats that Telar reads, by name. */
const READERS: ReadonlyMap<string, BlockReader> = new Map([
  ["F32", one(single)],
  ["F16", one(half)],
  ["BF16", one(bfloat)],
  ["Q4_0", readQ4_0],
  ["Q4_1", readQ4_1],
  ["Q5_0", readQ5_0],
  ["Q5_1", readQ5_1],
  ["Q8_0", readQ8_0],
  ["Q2_K", readQ2_K],
  ["Q3_K", readQ3_K],
  ["Q4_K", readQ4_K],
  ["Q5_K", readQ5_K],
  ["Q6_K", readQ6_K],
]);

export const isReadable = ({ name }: GgmlType): boolean => READERS.has(name);

/** @param bytes whole blocks, exactly those of `count` weights */
export function dequantize(type: GgmlType, bytes: Uint8Array, count: number): Float32Array {
  const read = READERS.get(type.name);
  if (!read) throw new RangeError(`Blocks of ${type.name} are not read here.`);
  const out = new Float32Array(count);
  const blocks = count / type.size;
  for (let i = 0; i < blocks; i++) read(bytes, i * type.bytes, out, i * type.size);
  return out;
}
