/** What specs run on: rows that no other test has, so that nothing of them is cached, and a model that trains in milliseconds. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import type { Page } from "@playwright/test";
import type { NodeRunStatus, RunStatus } from "../graph/run-view";
import { expect, RETRIED } from "./app";
import { readState } from "./system/state";

const modelsDir = resolve(import.meta.dirname, "../.telar/models/HuggingFaceTB--SmolLM2-135M-Instruct");

/** Writes questions and answers as JSONL where graphs may read it. Returns the path that a graph names. */
export function writeRows(name: string, count: number, answer: (k: number) => string | undefined): string {
  const stamp = Date.now().toString(36);
  const lines = Array.from({ length: count }, (_, k) =>
    JSON.stringify({ question: `What is thing ${k} of ${stamp}?`, answer: answer(k) }),
  );
  return writeData(`${name}-${stamp}.jsonl`, `${lines.join("\n")}\n`);
}

export function writeData(name: string, content: string | Buffer): string {
  const dir = join(readState().home, "data");
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, name), content);
  return name;
}

const SHAPE = {
  architectures: ["LlamaForCausalLM"],
  model_type: "llama",
  vocab_size: 49_152,
  hidden_size: 32,
  intermediate_size: 64,
  num_hidden_layers: 1,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 8,
  max_position_embeddings: 512,
  rope_theta: 10_000,
  rms_norm_eps: 1e-5,
  hidden_act: "silu",
  tie_word_embeddings: true,
  torch_dtype: "float32",
};

/** One layer of random weights under the real tokenizer. Returns the path for a base model's folder. */
export function writeTinyModel(): string {
  const name = "tiny-llama";
  const whole = join(readState().home, "data", name);
  if (existsSync(whole)) return name;
  // Another spec may want it at the same time: it appears whole, and once.
  const dir = mkdtempSync(`${whole}-`);
  const [pulled] = readdirSync(modelsDir);
  if (!pulled)
    throw new Error("The weights are fetched before the tests: npm run telar -- pull SmolLM2-135M-Instruct");
  for (const file of ["tokenizer.json", "tokenizer_config.json"])
    cpSync(join(modelsDir, pulled, file), join(dir, file));
  writeFileSync(join(dir, "config.json"), JSON.stringify(SHAPE));
  const { vocab_size: vocab, hidden_size: hidden, intermediate_size: ffn } = SHAPE;
  const layer = "model.layers.0.";
  const tensors: [string, number[]][] = [
    ["model.embed_tokens.weight", [vocab, hidden]],
    ["model.norm.weight", [hidden]],
    [`${layer}input_layernorm.weight`, [hidden]],
    [`${layer}post_attention_layernorm.weight`, [hidden]],
    [`${layer}self_attn.q_proj.weight`, [32, hidden]],
    [`${layer}self_attn.k_proj.weight`, [16, hidden]],
    [`${layer}self_attn.v_proj.weight`, [16, hidden]],
    [`${layer}self_attn.o_proj.weight`, [hidden, 32]],
    [`${layer}mlp.gate_proj.weight`, [ffn, hidden]],
    [`${layer}mlp.up_proj.weight`, [ffn, hidden]],
    [`${layer}mlp.down_proj.weight`, [hidden, ffn]],
  ];
  writeFileSync(join(dir, "model.safetensors"), safetensors(tensors));
  try {
    renameSync(dir, whole);
  } catch {
    rmSync(dir, { recursive: true });
  }
  return name;
}

/** Seeded weights: 1 for norms, small numbers around 0 for the rest. */
export function safetensors(
  tensors: readonly [string, number[]][],
  metadata: Record<string, string> = {},
): Buffer {
  let state = 1;
  let at = 0;
  const header: Record<string, object> = { __metadata__: metadata };
  const parts = tensors.map(([name, shape]) => {
    const count = shape.reduce((a, b) => a * b, 1);
    const values = new Float32Array(count);
    for (let k = 0; k < count; k++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      values[k] = name.endsWith("norm.weight") ? 1 : (state / 2 ** 32 - 0.5) * 0.2;
    }
    header[name] = { dtype: "F32", shape, data_offsets: [at, at + values.byteLength] };
    at += values.byteLength;
    return Buffer.from(values.buffer);
  });
  const text = Buffer.from(JSON.stringify(header).padEnd(8 * Math.ceil(JSON.stringify(header).length / 8)));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([size, text, ...parts]);
}

type Run = {
  run: string;
  number: number;
  status: RunStatus;
  nodes: { id: string; status: NodeRunStatus; seconds: number | null }[];
};

export async function call<T>(page: Page, path: string, input: object): Promise<T> {
  const response = await page.request.post(`/api/trpc/${path}`, { data: { json: input }, ...RETRIED });
  expect(response.ok(), await response.text()).toBe(true);
  return ((await response.json()) as { result: { data: { json: T } } }).result.data.json;
}

async function ask<T>(page: Page, path: string, input: object): Promise<T> {
  const query = encodeURIComponent(JSON.stringify({ json: input }));
  const response = await page.request.get(`/api/trpc/${path}?input=${query}`, RETRIED);
  expect(response.ok(), await response.text()).toBe(true);
  return ((await response.json()) as { result: { data: { json: T } } }).result.data.json;
}

/** The newest run of the open graph. */
export async function lastRun(page: Page): Promise<Run | undefined> {
  const graphId = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  const { runs } = await ask<{ runs: { id: string }[] }>(page, "runs.list", { graphId, limit: 1 });
  return runs[0] && ask<Run>(page, "runs.get", { id: runs[0].id });
}

/** Waits for the run with this number of the open graph to end. Returns how each of its nodes ended. */
export async function ended(page: Page, number: number): Promise<Record<string, NodeRunStatus>> {
  let run: Run | undefined;
  await expect
    .poll(
      async () => {
        run = await lastRun(page);
        return run?.number === number && /SUCCEEDED|FAILED|CANCELLED/.test(run.status);
      },
      { timeout: 90_000 },
    )
    .toBe(true);
  return Object.fromEntries(run!.nodes.map(({ id, status }) => [id, status]));
}
