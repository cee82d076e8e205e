/** A LoRA adapter in memory, and its folder in PEFT layout. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "@/graph/problems";
import { openSafetensors } from "../safetensors/reader";
import { writeSafetensors } from "../safetensors/writer";
import { type AdapterConfig, formatAdapterConfig, parseAdapterConfig } from "./config";
import { parseLoraName, TARGETS, type Target } from "./layout";

export type Matrix = { shape: [number, number]; values: Float32Array };
/** `tensors` by PEFT name; every target of every layer has both its A and its B. */
export type Adapter = AdapterConfig & { targets: Target[]; tensors: Map<string, Matrix> };

const CONFIG = "adapter_config.json";
const WEIGHTS = "adapter_model.safetensors";

export async function readAdapter(dir: string): Promise<Adapter> {
  const text = await readFile(join(dir, CONFIG), "utf8").catch((cause: unknown) => {
    throw new Failure("INVALID_INPUT", "path-missing", { path: CONFIG }, { cause });
  });
  const config = parseAdapterConfig(text);
  const file = await openSafetensors(join(dir, WEIGHTS));
  try {
    const tensors = new Map<string, Matrix>();
    const found = new Set<Target>();
    for (const { name, shape } of file.tensors.values()) {
      const parsed = parseLoraName(name);
      const rank = parsed?.part === "A" ? shape[0] : shape[1];
      if (!parsed || shape.length !== 2 || rank !== config.rank) {
        throw new Failure("INVALID_INPUT", "adapter-tensor", { tensor: name });
      }
      found.add(parsed.target);
      tensors.set(name, { shape: [shape[0]!, shape[1]!], values: await file.read(name) });
    }
    for (const name of tensors.keys()) {
      const other = name.replace(/lora_([AB])/, (_, part) => `lora_${part === "A" ? "B" : "A"}`);
      if (!tensors.has(other)) throw new Failure("INVALID_INPUT", "adapter-tensor", { tensor: other });
    }
    return { ...config, targets: TARGETS.filter((t) => found.has(t)), tensors };
  } finally {
    await file.close();
  }
}

export async function writeAdapter(dir: string, adapter: Adapter): Promise<void> {
  await writeFile(join(dir, CONFIG), formatAdapterConfig(adapter));
  await writeSafetensors(
    join(dir, WEIGHTS),
    [...adapter.tensors].map(([name, { shape, values }]) => ({
      name,
      dtype: "F32",
      shape,
      data: () => values,
    })),
  );
}
