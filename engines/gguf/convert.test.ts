import { appendFile, mkdir, mkdtemp, open, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { writeAdapter } from "../adapter/adapter";
import { loraName } from "../adapter/layout";
import { readLlamaConfig } from "../model/llama-config";
import { openWeights } from "../safetensors/weights";
import { loadTokenizer } from "../tokenizer/load";
import { tinyLlama } from "./_testing/tiny-llama";
import { ggufName, huggingFaceName, toHalves, toPairs } from "./llama-tensors";
import { openGguf } from "./read";
import { llama3Divisors, ruleFromDivisors } from "./rope";
import { huggingFaceToGguf } from "./to-gguf";
import { ggufToHuggingFace } from "./to-hugging-face";
import { mergesFromScores } from "./tokenizer-from-gguf";
import { writeGguf } from "./write";

let root: string;
let model: string;
const at = (name: string) => join(root, name);
const json = async (path: string) => JSON.parse(await readFile(path, "utf8"));

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "telar-gguf-"));
  model = await tinyLlama(at("model"));
});

async function weightsOf(dir: string): Promise<Map<string, Float32Array>> {
  const weights = await openWeights(dir);
  const all = new Map<string, Float32Array>();
  for (const name of weights.tensors.keys()) all.set(name, await weights.read(name));
  await weights.close();
  return all;
}

function furthest(a: Float32Array, b: Float32Array): number {
  return a.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - b[i]!)),
    a.length === b.length ? 0 : Infinity,
  );
}

describe("a model folder to GGUF and back", () => {
  test.each([
    ["smollm", true],
    ["llama-bpe", false],
    ["gpt-2", true],
  ])("keeps weights, tokenizer, template and shape with pre-tokenizer %s, tied %s", async (pre, tied) => {
    const dir = await tinyLlama(at(`model-${pre}`), { pre, tied });
    const gguf = at(`${pre}.gguf`);
    await huggingFaceToGguf(dir, gguf, { type: "f32", name: "Tiny" });
    const back = at(`back-${pre}`);
    await ggufToHuggingFace(gguf, back);

    const [before, after] = [await weightsOf(dir), await weightsOf(back)];
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    for (const [name, values] of before) expect(furthest(values, after.get(name)!), name).toBeLessThan(1e-4);
    expect(await readLlamaConfig(back)).toEqual(await readLlamaConfig(dir));
    const [first, second] = [await loadTokenizer(dir), await loadTokenizer(back)];
    expect(second.template).toBe(first.template);
    expect(second.eos).toBe(first.eos);
    const text = "hello world 123 ¡niño! 👍🏽\n\n  <|im_start|>x<|im_end|>";
    expect(await second.encode(text)).toEqual(await first.encode(text));
  });

  test("halves the matrices in f16 and leaves vectors alone", async () => {
    await huggingFaceToGguf(model, at("half.gguf"), { type: "f16" });
    const file = await openGguf(at("half.gguf"));
    const typeOf = (name: string) => file.tensors.find((tensor) => tensor.name === name)?.type.name;
    expect([typeOf("blk.0.attn_q.weight"), typeOf("blk.0.attn_norm.weight")]).toEqual(["F16", "F32"]);
    expect(file.tensors.every(({ offset }) => offset % 32 === 0)).toBe(true);
    await file.close();
  });

  test("adds an adapter's product to the weights it targets, and to no others", async () => {
    const a = Float32Array.from({ length: 2 * 32 }, (_, i) => (i % 7) / 10);
    const b = Float32Array.from({ length: 16 * 2 }, (_, i) => (i % 5) / 10);
    const tensors = new Map([
      [loraName(1, "k_proj", "A"), { shape: [2, 32] as [number, number], values: a }],
      [loraName(1, "k_proj", "B"), { shape: [16, 2] as [number, number], values: b }],
    ]);
    await mkdir(at("adapter"));
    await writeAdapter(at("adapter"), { rank: 2, alpha: 4, rsLora: false, targets: ["k_proj"], tensors });
    await huggingFaceToGguf(model, at("merged.gguf"), { type: "f32", adapter: at("adapter") });
    await ggufToHuggingFace(at("merged.gguf"), at("merged"));
    const [before, after] = [await weightsOf(model), await weightsOf(at("merged"))];
    const target = "model.layers.1.self_attn.k_proj.weight";
    const expected = before.get(target)!.map((value, i) => {
      const [row, column] = [Math.floor(i / 32), i % 32];
      return value + 2 * (b[row * 2]! * a[column]! + b[row * 2 + 1]! * a[32 + column]!);
    });
    expect(furthest(after.get(target)!, expected)).toBeLessThan(1e-3);
    for (const [name, values] of before) {
      if (name !== target) expect(furthest(values, after.get(name)!), name).toBeLessThan(1e-4);
    }
  });

  test("leaves nothing half-written when it is stopped", async () => {
    const stopped = AbortSignal.abort();
    await expect(
      huggingFaceToGguf(model, at("never.gguf"), { type: "f16", signal: stopped }),
    ).rejects.toThrow();
    expect((await readdir(root)).filter((name) => name.startsWith("never"))).toEqual([]);
  });
});

describe("a file that cannot be used is refused by reason", () => {
  const refuse = (path: string) => ggufToHuggingFace(path, at("refused"));
  const damaged = async (name: string, damage: (path: string) => Promise<unknown>) => {
    const path = at(name);
    await huggingFaceToGguf(model, path, { type: "f16" });
    await damage(path);
    return path;
  };

  test.each<[string, (path: string) => Promise<unknown>]>([
    ["cut in its tensors", (path) => truncate(path, 40_000)],
    ["cut in its header", (path) => truncate(path, 900)],
    ["empty", (path) => truncate(path, 0)],
    ["text", (path) => writeFile(path, "not a model at all")],
    ["with a damaged magic number", (path) => poke(path, 0, 88)],
    ["with an absurd count", (path) => poke(path, 15, 255)],
  ])("%s", async (name, damage) => {
    const path = await damaged(`${name.replaceAll(" ", "-")}.gguf`, damage);
    await expect(refuse(path)).rejects.toMatchObject({ code: "INVALID_INPUT", reason: "gguf-refused" });
  });

  test("any flipped byte of the header gives a Failure or a folder, never a crash", async () => {
    const path = await damaged("flipped.gguf", async () => {});
    const whole = await readFile(path);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 6000 }),
        fc.integer({ min: 1, max: 255 }),
        async (offset, flip) => {
          const bytes = Buffer.from(whole);
          bytes[offset] = bytes[offset]! ^ flip;
          await writeFile(path, bytes);
          const error = await refuse(path).catch((error: unknown) => error);
          if (error !== undefined) expect(error).toHaveProperty("code", "INVALID_INPUT");
        },
      ),
      { numRuns: 60 },
    );
  });

  test("another architecture", async () => {
    await writeGguf(at("bert.gguf"), [["general.architecture", "string", "bert"]], []);
    await expect(refuse(at("bert.gguf"))).rejects.toMatchObject({ reason: "gguf-not-llama" });
    const other = await tinyLlama(at("gpt"), { config: { model_type: "gpt2" } });
    await expect(huggingFaceToGguf(other, at("gpt.gguf"), { type: "f16" })).rejects.toMatchObject({
      reason: "model-not-llama",
    });
  });

  test("a tokenizer that llama.cpp would read differently", async () => {
    const dir = await tinyLlama(at("odd"));
    const tokenizer = await json(join(dir, "tokenizer.json"));
    tokenizer.pre_tokenizer = { type: "Whitespace" };
    await writeFile(join(dir, "tokenizer.json"), JSON.stringify(tokenizer));
    await expect(huggingFaceToGguf(dir, at("odd.gguf"), { type: "f16" })).rejects.toMatchObject({
      reason: "model-tokenizer",
    });
  });

  test("bytes after the end do no harm", async () => {
    const path = await damaged("longer.gguf", (file) => appendFile(file, "more"));
    await expect(refuse(path)).resolves.toBeUndefined();
  });
});

async function poke(path: string, offset: number, byte: number) {
  const file = await open(path, "r+");
  await file.write(Uint8Array.of(byte), 0, 1, offset);
  await file.close();
}

describe("the parts", () => {
  test("rotary order is a permutation with its inverse", () => {
    const sizes = fc.record({
      heads: fc.integer({ min: 1, max: 5 }),
      half: fc.integer({ min: 1, max: 6 }),
      columns: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(sizes, ({ heads, half, columns }) => {
        const rows = heads * half * 2;
        const weights = Float32Array.from({ length: rows * columns }, (_, i) => i);
        expect(toHalves(toPairs(weights, heads, rows), heads, rows)).toEqual(weights);
      }),
    );
    expect([...toHalves(Float32Array.of(0, 1, 2, 3), 1, 4)]).toEqual([0, 2, 1, 3]);
  });

  test("names go both ways", () => {
    for (const name of [
      "model.layers.12.self_attn.q_proj.weight",
      "model.embed_tokens.weight",
      "lm_head.weight",
    ])
      expect(huggingFaceName(ggufName(name)!)).toBe(name);
    expect(ggufName("model.layers.0.block_sparse_moe.gate.weight")).toBeUndefined();
  });

  test("the rule behind Llama 3's stretched frequencies is found again", () => {
    const shape = { headDim: 64, ropeTheta: 500_000 } as Parameters<typeof llama3Divisors>[0];
    const divisors = llama3Divisors(shape, {
      factor: 32,
      lowFreqFactor: 1,
      highFreqFactor: 4,
      originalContext: 8192,
    });
    expect([divisors[0], divisors.at(-1)]).toEqual([1, 32]);
    expect(ruleFromDivisors(shape, divisors)).toMatchObject({ rope_type: "llama3", factor: 32 });
    expect(() =>
      ruleFromDivisors(
        shape,
        divisors.map((d) => d * d),
      ),
    ).toThrow(/model-rope/);
  });

  test("merges follow from the scores of SentencePiece", () => {
    expect(mergesFromScores(["a", "b", "ab", "abab"], [0, 0, -1, -2])).toEqual([
      ["a", "b"],
      ["ab", "ab"],
    ]);
  });
});
