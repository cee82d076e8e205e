/** Writes a safetensors file tensor by tensor: only one is held at a time. */
import { open } from "node:fs/promises";
import { BYTES_OF, type Dtype } from "./dtype";
import { elements } from "./header";
import { type TensorData, writeTensor } from "./write-tensor";

export type TensorSource = {
  name: string;
  dtype: Dtype;
  shape: readonly number[];
  data: () => TensorData;
};

/** Tensors come out by name; the header is padded to 8 bytes so that data stays aligned. */
export async function writeSafetensors(
  path: string,
  tensors: readonly TensorSource[],
  metadata: Record<string, string> = { format: "pt" },
): Promise<void> {
  const sorted = [...tensors].sort((a, b) => (a.name < b.name ? -1 : 1));
  const file = await open(path, "w");
  try {
    await file.writeFile(headerOf(sorted, metadata));
    for (const t of sorted) await writeTensor(t, byteLength(t), (bytes) => file.writeFile(bytes));
    await file.sync();
  } finally {
    await file.close();
  }
}

function headerOf(tensors: readonly TensorSource[], metadata: Record<string, string>): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let at = 0;
  for (const t of tensors) {
    header[t.name] = { dtype: t.dtype, shape: t.shape, data_offsets: [at, at + byteLength(t)] };
    at += byteLength(t);
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, " ");
  padded.writeBigUInt64LE(BigInt(padded.length - 8), 0);
  json.copy(padded, 8);
  return padded;
}

const byteLength = (t: TensorSource) => elements(t.shape) * BYTES_OF[t.dtype]!;
