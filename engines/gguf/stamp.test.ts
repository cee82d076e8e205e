import { mkdtemp, readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readModelHead } from "@/graph/model-head";
import { openModel } from "../llama/open";
import { stampSafetensors } from "../safetensors/stamp";
import { openWeights } from "../safetensors/weights";
import { tinyLlama } from "./_testing/tiny-llama";
import { openGguf } from "./read";
import { stampGguf } from "./stamp";
import { huggingFaceToGguf } from "./to-gguf";

const TEXT = JSON.stringify({ said: "αβγ", long: "x".repeat(5000) });

async function headOf(path: string) {
  const { size } = await stat(path);
  return readModelHead(new Uint8Array(await readFile(path)), size);
}

test("a stamped GGUF holds the text, and the same tensors", async () => {
  const root = await mkdtemp(join(tmpdir(), "telar-stamp-"));
  const path = join(root, "model.gguf");
  await huggingFaceToGguf(await tinyLlama(join(root, "model")), path, { type: "f16" });
  const read = async () => {
    const file = await openGguf(path);
    const values = await Promise.all(file.tensors.map(async (t) => [t.name, await file.read(t)] as const));
    await file.close();
    return { values, texts: file.metadata };
  };
  const before = await read();
  await stampGguf(path, new Map([["telar.recipe", TEXT]]));
  const after = await read();
  expect(after.values).toEqual(before.values);
  expect(after.texts.string("telar.recipe")).toBe(TEXT);
  expect(after.texts.string("general.architecture")).toBe("llama");
  const head = await headOf(path);
  expect(head).toMatchObject({ format: "gguf" });
  expect(head && "texts" in head && head.texts.get("telar.recipe")).toBe(TEXT);
});

test("a GGUF that is stamped again holds the later text once, and llama.cpp still loads it", async () => {
  const root = await mkdtemp(join(tmpdir(), "telar-stamp-"));
  const path = join(root, "model.gguf");
  await huggingFaceToGguf(await tinyLlama(join(root, "model")), path, {
    type: "f16",
    texts: new Map([["telar.labels", "{}"]]),
  });
  for (const text of ["first", TEXT, "last"]) await stampGguf(path, new Map([["telar.recipe", text]]));
  const file = await openGguf(path);
  await file.close();
  expect(file.metadata.string("telar.recipe")).toBe("last");
  expect(file.metadata.string("telar.labels")).toBe("{}");
  await (await openModel(path)).dispose();
});

test("a stamped safetensors file holds the text, and the same tensors", async () => {
  const root = await mkdtemp(join(tmpdir(), "telar-stamp-"));
  const dir = await tinyLlama(join(root, "model"));
  const read = async () => {
    const weights = await openWeights(dir);
    const values = await Promise.all(
      [...weights.tensors.keys()].map(async (name) => [name, await weights.read(name)] as const),
    );
    await weights.close();
    return values;
  };
  const before = await read();
  const path = join(dir, "model.safetensors");
  await stampSafetensors(path, new Map([["telar.recipe", TEXT]]));
  expect(await read()).toEqual(before);
  const texts = new Map([
    ["format", "pt"],
    ["telar.recipe", TEXT],
  ]);
  expect(await headOf(path)).toEqual({ format: "safetensors", texts });
});

test("a head that is cut off says how much more to read, and a stranger's file is none", async () => {
  const root = await mkdtemp(join(tmpdir(), "telar-stamp-"));
  const path = join(root, "model.gguf");
  await huggingFaceToGguf(await tinyLlama(join(root, "model")), path, { type: "f16" });
  const bytes = new Uint8Array(await readFile(path));
  const part = readModelHead(bytes.subarray(0, 200), bytes.length);
  expect(part).toMatchObject({ format: "gguf", needs: expect.any(Number) });
  expect(readModelHead(new TextEncoder().encode("{ not a model at all, only text }"), 33)).toBeUndefined();
});
