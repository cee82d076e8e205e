import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tinyLlama } from "@/engines/gguf/_testing/tiny-llama";
import { testGguf, testModelFolder } from "@/engines/llama/_testing/model";
import { loadModel } from "@/engines/llama/model";
import { readEndpoint } from "@/engines/serving/endpoint-file";
import type { ModelFacts } from "@/graph/ports";
import type { InputArtifact } from "@/graph/runner";
import { asInput, fakeContext } from "../_testing/context";
import { deploy } from "./definition";
import run from "./run";

const params = (over: object = {}) => deploy.params.parse({ slug: "support-assistant", ...over });

async function ggufInput(root: string, facts: ModelFacts = {}): Promise<InputArtifact<"model">> {
  const dir = join(root, "gguf");
  await mkdir(dir, { recursive: true });
  await symlink(await testGguf("Q4_0"), join(dir, "model.gguf"));
  return asInput({
    dir,
    type: { type: "model", format: "gguf", name: "SmolLM2", contextLength: 8192, ...facts },
  });
}

test("a GGUF is served from where it lies", async () => {
  const { ctx, root } = await fakeContext(deploy);
  const model = await ggufInput(root);
  const { endpoint } = await run({
    inputs: { model, adapter: undefined, report: undefined },
    params: params(),
    ctx,
  });
  const file = await readEndpoint(endpoint.dir);
  expect(file).toEqual({
    kind: "llama",
    slug: "support-assistant",
    model: "input",
    modelDigest: model.digest,
    modelName: "SmolLM2",
    config: { contextLength: 2048, parallel: 2, temperature: 0.7, maxTokens: 512 },
  });
  expect(endpoint.type).toMatchObject({ slug: "support-assistant", model: "SmolLM2", contextLength: 2048 });
});

test("safetensors are converted into the endpoint's own folder", async () => {
  const { ctx } = await fakeContext(deploy);
  const model: InputArtifact<"model"> = asInput({
    dir: await testModelFolder(),
    type: { type: "model", format: "safetensors", contextLength: 1024 },
  });
  const { endpoint } = await run({
    inputs: { model, adapter: undefined, report: undefined },
    params: params({ contextLength: 4096, systemPrompt: "Be brief." }),
    ctx,
  });
  const file = await readEndpoint(endpoint.dir);
  expect(file).toMatchObject({ model: "self", config: { contextLength: 1024, systemPrompt: "Be brief." } });
  const loaded = await loadModel(join(endpoint.dir, "model.gguf"), { contextLength: 256 });
  expect(loaded.tokenize("Hello").length).toBeGreaterThan(0);
  await loaded.dispose();
});

test("a model that has read personal data is refused until that is allowed", async () => {
  const { ctx, root } = await fakeContext(deploy);
  const model = await ggufInput(root, { labels: { pii: "found" } });
  const inputs = { model, adapter: undefined, report: undefined };
  await expect(run({ inputs, params: params(), ctx })).rejects.toMatchObject({ reason: "personal-data" });
  await expect(run({ inputs, params: params({ allowPersonalData: true }), ctx })).resolves.toBeDefined();
  const types = { model: { type: "model", labels: { pii: "found" } } } as const;
  expect(deploy.check?.(params(), types)).toMatchObject([
    { code: "personal-data", param: "allowPersonalData" },
  ]);
  expect(deploy.check?.(params({ allowPersonalData: true }), types)).toEqual([]);
});

test("an adapter needs the safetensors model it was trained on", () => {
  const adapter = { type: "adapter", base: "sha256:a" } as const;
  const codes = (model: ModelFacts) =>
    deploy.check?.(params(), { model: { type: "model", ...model }, adapter })?.map(({ code }) => code);
  expect(codes({ format: "safetensors", identity: "sha256:a" })).toEqual([]);
  expect(codes({ format: "safetensors", identity: "sha256:b" })).toEqual(["adapter-of-another-model"]);
  expect(codes({ format: "gguf" })).toEqual(["adapter-on-gguf"]);
});

test("a name that clients could not type is refused", () => {
  for (const slug of ["", "Support", "a--b", "-a", "a b", "x".repeat(64)])
    expect(deploy.params.safeParse({ slug }).success, slug).toBe(false);
  expect(deploy.params.safeParse({ slug: "support-2" }).success).toBe(true);
});

test("a template without a system role is told at once, and instructions can go into the first question", async () => {
  const { ctx, root } = await fakeContext(deploy);
  const template =
    "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>{% endfor %}";
  const dir = await tinyLlama(join(root, "strict"), { template });
  const model: InputArtifact<"model"> = asInput({ dir, type: { type: "model", format: "safetensors" } });
  const inputs = { model, adapter: undefined, report: undefined };
  const over = { systemPrompt: "Be kind.", contextLength: 128 };
  await expect(run({ inputs, params: params(over), ctx })).rejects.toMatchObject({
    reason: "template-refuses-instructions",
    values: { why: "System role not supported" },
  });
  const { endpoint } = await run({ inputs, params: params({ ...over, foldInstructions: true }), ctx });
  expect(await readEndpoint(endpoint.dir)).toMatchObject({
    config: { systemPrompt: "Be kind.", foldInstructions: true },
  });
  expect(endpoint.type.noInstructions).toBeUndefined();
  const bare = await run({
    inputs,
    params: params({ contextLength: 128 }),
    ctx: (await fakeContext(deploy)).ctx,
  });
  expect(bare.endpoint.type.noInstructions).toBe(true);
  const broken = await tinyLlama(join(root, "broken"), { template: "{{ raise_exception('No.') }}" });
  const other: InputArtifact<"model"> = asInput({
    dir: broken,
    type: { type: "model", format: "safetensors" },
  });
  await expect(
    run({ inputs: { model: other, adapter: undefined, report: undefined }, params: params(), ctx }),
  ).rejects.toMatchObject({
    reason: "template-refuses",
  });
});

test("the primary number of a report goes into the endpoint's facts, with the rows that it was measured on", async () => {
  const { ctx, root } = await fakeContext(deploy);
  const model = await ggufInput(root);
  const facts = {
    primary: "perplexity",
    metrics: { perplexity: 31.6, rows: 57 },
    better: "lower",
    on: "sha256:rows",
  };
  const report = asInput({
    dir: root,
    type: { type: "report", ...facts } as never,
  }) as InputArtifact<"report">;
  const inputs = { model, adapter: undefined, report };
  const { endpoint } = await run({ inputs, params: params({ onlyIfBetter: true }), ctx });
  expect(endpoint.type).toMatchObject({
    measured: { name: "perplexity", value: 31.6, better: "lower", on: "sha256:rows" },
    onlyIfBetter: true,
  });
});

test("a deployment that shall not get worse needs something measured", async () => {
  const { ctx, root } = await fakeContext(deploy);
  const inputs = { model: await ggufInput(root), adapter: undefined, report: undefined };
  await expect(run({ inputs, params: params({ onlyIfBetter: true }), ctx })).rejects.toMatchObject({
    reason: "nothing-measured",
  });
  expect(deploy.check?.(params({ onlyIfBetter: true }), { model: { type: "model" } })).toMatchObject([
    { code: "nothing-measured", port: "report", param: "onlyIfBetter" },
  ]);
});
