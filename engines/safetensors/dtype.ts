/** Number formats of safetensors files, and exact conversions between them and float32. */

export const DTYPES = ["F32", "F16", "BF16"] as const;
export type Dtype = (typeof DTYPES)[number];

/** Bytes a number of every type the format knows: headers are validated even for types we do not compute with. */
export const BYTES_OF: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
};

export const isDtype = (name: string): name is Dtype => (DTYPES as readonly string[]).includes(name);

const scratch = new DataView(new ArrayBuffer(4));

/** IEEE binary16 to float32: sign, 5 exponent bits, 10 fraction bits. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Round to nearest, ties to even, as every other writer does. */
export function floatToHalf(value: number): number {
  scratch.setFloat32(0, value);
  return roundToHalf(scratch.getUint32(0), value);
}

/** `bits` are those of `value` as a float32. */
function roundToHalf(bits: number, value: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    const units = Math.abs(value) * 2 ** 24;
    const whole = Math.floor(units);
    const rest = units - whole;
    return sign | (whole + (rest > 0.5 || (rest === 0.5 && whole % 2 === 1) ? 1 : 0));
  }
  const shifted = magnitude - 0x38000000;
  return sign | ((shifted + 0xfff + ((shifted >>> 13) & 1)) >>> 13);
}

let halfTable: Float32Array | undefined;
/** All 65,536 half values, so that a tensor converts at memory speed. */
function halves(): Float32Array {
  halfTable ??= Float32Array.from({ length: 65536 }, (_, bits) => halfToFloat(bits));
  return halfTable;
}

/** Little-endian numbers of `dtype` in `bytes` to float32, into `out` from `at`. */
export function decodeInto(dtype: Dtype, bytes: Uint8Array, out: Float32Array, at = 0): void {
  if (dtype === "F32") {
    new Uint8Array(out.buffer, out.byteOffset + at * 4, bytes.byteLength).set(bytes);
    return;
  }
  const words = aligned16(bytes);
  if (dtype === "BF16") {
    const bits = new Uint32Array(out.buffer, out.byteOffset + at * 4, words.length);
    for (let i = 0; i < words.length; i++) bits[i] = words[i]! << 16;
    return;
  }
  const table = halves();
  for (let i = 0; i < words.length; i++) out[at + i] = table[words[i]!]!;
}

/** Float32 numbers as little-endian bytes of `dtype`. For F32 the bytes are a view, not a copy. */
export function encode(dtype: Dtype, values: Float32Array): Uint8Array {
  if (dtype === "F32") return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const words = new Uint16Array(values.length);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  if (dtype === "F16") {
    for (let i = 0; i < bits.length; i++) words[i] = roundToHalf(bits[i]!, values[i]!);
  } else {
    for (let i = 0; i < bits.length; i++) words[i] = roundToBf16(bits[i]!);
  }
  return new Uint8Array(words.buffer);
}

/** Bits of a float32 to bits of a bfloat16: nearest, ties to even; a NaN stays one. */
function roundToBf16(bits: number): number {
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

function aligned16(bytes: Uint8Array): Uint16Array {
  const source = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  return new Uint16Array(source.buffer, source.byteOffset, source.byteLength / 2);
}
