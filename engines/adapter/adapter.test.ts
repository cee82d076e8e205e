import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Adapter, readAdapter, writeAdapter } from "./adapter";
import { loraScale, parseAdapterConfig } from "./config";
import { loraName, parseLoraName, TARGETS } from "./layout";

const tiny = (): Adapter => ({
  rank: 2,
  alpha: 4,
  rsLora: true,
  base: "sha256:base",
  targets: ["q_proj", "down_proj"],
  tensors: new Map(
    (["q_proj", "down_proj"] as const).flatMap((t) => [
      [loraName(0, t, "A"), { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) }],
      [loraName(0, t, "B"), { shape: [3, 2], values: Float32Array.of(6, 5, 4, 3, 2, 1) }],
    ]),
  ),
});

test("an adapter survives its folder", async () => {
  const dir = await mkdtemp(join(tmpdir(), "telar-adapter-"));
  await writeAdapter(dir, tiny());
  expect(await readAdapter(dir)).toEqual(tiny());
  const config = JSON.parse(await readFile(join(dir, "adapter_config.json"), "utf8"));
  expect(config).toMatchObject({ peft_type: "LORA", r: 2, lora_alpha: 4, use_rslora: true, bias: "none" });
});

test("an adapter whose matrices do not pair up is refused", async () => {
  const dir = await mkdtemp(join(tmpdir(), "telar-adapter-"));
  const half = tiny();
  half.tensors.delete(loraName(0, "q_proj", "B"));
  await writeAdapter(dir, half);
  await expect(readAdapter(dir)).rejects.toMatchObject({ reason: "adapter-tensor" });
  await writeFile(join(dir, "adapter_config.json"), "{}");
  await expect(readAdapter(dir)).rejects.toMatchObject({ reason: "adapter-config-corrupt" });
});

test("a setting that would change the result is refused, not ignored", () => {
  const with_ = (extra: object) => JSON.stringify({ peft_type: "LORA", r: 4, lora_alpha: 8, ...extra });
  expect(parseAdapterConfig(with_({ rank_pattern: {} }))).toEqual({ rank: 4, alpha: 8, rsLora: false });
  for (const extra of [
    { use_dora: true },
    { bias: "all" },
    { alpha_pattern: { q_proj: 1 } },
    { peft_type: "IA3" },
  ]) {
    expect(() => parseAdapterConfig(with_(extra))).toThrow(/adapter-unsupported/);
  }
});

test("names and scale are PEFT's", () => {
  for (const target of TARGETS) {
    expect(parseLoraName(loraName(12, target, "B"))).toEqual({ layer: 12, target, part: "B" });
  }
  expect(parseLoraName("base_model.model.model.layers.0.mlp.q_proj.lora_A.weight")).toBeUndefined();
  expect(loraScale({ rank: 16, alpha: 32, rsLora: false })).toBe(2);
  expect(loraScale({ rank: 16, alpha: 32, rsLora: true })).toBe(8);
});
