/** Tiny models and tokens as the folders that nodes exchange. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TableWriter } from "@/engines/table";
import { writeSafetensors } from "../../safetensors/writer";
import type { TokenRow } from "../slice";
import { type TinyName, tinyConfig, tinyWeights } from "../tiny-model";

/** A Hugging Face folder with weights, configuration and a tokenizer that only has an identity. */
export async function writeTinyModel(
  dir: string,
  name: TinyName,
  dtype: "F32" | "F16" | "BF16" = "F32",
): Promise<string> {
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "config.json"), tinyConfig(name));
  await writeFile(
    join(dir, "tokenizer.json"),
    '{"version":"1.0","model":{"type":"BPE","vocab":{},"merges":[]}}',
  );
  await writeFile(join(dir, "tokenizer_config.json"), '{"chat_template":"{{ messages[0].content }}"}');
  await writeSafetensors(
    join(dir, "model.safetensors"),
    [...tinyWeights(name)].map(([key, { shape, values }]) => ({
      name: key,
      dtype,
      shape,
      data: () => values,
    })),
  );
  return dir;
}

export async function writeTokens(dir: string, rows: readonly TokenRow[]): Promise<string> {
  await mkdir(dir, { recursive: true });
  const writer = await TableWriter.open(join(dir, "tokens.parquet"), [
    { name: "_row", sql: "VARCHAR" },
    { name: "ids", sql: "INTEGER[]" },
    { name: "mask", sql: "UTINYINT[]" },
  ]);
  await writer.append(
    rows.map(({ row, ids, mask }) => ({ _row: row, ids: Array.from(ids), mask: Array.from(mask) })),
  );
  await writer.close();
  return dir;
}
