import { type Dtype, encode } from "./dtype";

/** Values to be rounded to the type of the tensor, or bytes that already are of it. */
export type TensorData = Promise<Float32Array> | Float32Array | AsyncIterable<Uint8Array>;

/** Hands on the bytes of one tensor, little-endian. @throws RangeError when there are not `expected` of them. */
export async function writeTensor(
  { name, dtype, data }: { name: string; dtype: Dtype; data: () => TensorData },
  expected: number,
  write: (bytes: Uint8Array) => Promise<unknown>,
): Promise<void> {
  const source = data();
  let written = 0;
  for await (const chunk of Symbol.asyncIterator in source ? source : [encode(dtype, await source)]) {
    await write(chunk);
    written += chunk.byteLength;
  }
  if (written !== expected) throw new RangeError(`${name}: wrote ${written} of ${expected} bytes`);
}
