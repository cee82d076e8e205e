/** Model folders and GGUF files that lie, taken by a base model: refused once, by name, before anything native opens them. */
import { readFile, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { renameEntry, renameTensor, setEntry } from "@/engines/gguf/_testing/change-gguf";
import { tinyLlama } from "@/engines/gguf/_testing/tiny-llama";
import { stampGguf } from "@/engines/gguf/stamp";
import { huggingFaceToGguf } from "@/engines/gguf/to-gguf";
import { stampSafetensors } from "@/engines/safetensors/stamp";
import type { HostileRow } from "../row";
import type { CommandResult, HostileSystem } from "../system";

let made = 0;

/** `command` on a graph whose base model is that path. */
async function take(
  system: HostileSystem,
  command: "check" | "run",
  path: string,
  wired = false,
): Promise<CommandResult> {
  const source = path.endsWith(".gguf") ? "file" : "folder";
  const nodes = [
    { id: "base", kind: "base-model", params: { source, path } },
    ...(wired ? [{ id: "serve", kind: "deploy", params: { slug: "hostile" } }] : []),
  ];
  const wires = wired ? [{ from: "base.model", to: "serve.model" }] : [];
  const result = await system.says(command, await system.graph(`${path}.json`, nodes, wires));
  return { ...result, says: result.says.replaceAll(path, "MODEL") };
}

/** Both say where it is; `check` counts the problems as well. */
const answerOf = (command: "check" | "run", says: string): CommandResult => ({
  exit: 2,
  says: `base.path: ${says}${command === "check" ? "\n1 problem." : ""}`,
});

/** A model folder with one thing changed. */
export function folder(
  what: string,
  change: (dir: string) => Promise<unknown>,
  says: string,
  command: "check" | "run" = "check",
): HostileRow {
  return {
    what,
    async send(system) {
      const path = `hostile-model-${made++}`;
      const dir = await tinyLlama(join(system.dir, path));
      await change(dir);
      return take(system, command, path);
    },
    answer: answerOf(command, says),
  };
}

/** A GGUF file with one thing changed. */
function gguf(
  what: string,
  change: (path: string) => Promise<unknown>,
  says: string,
  command: "check" | "run" = "check",
): HostileRow {
  return {
    what,
    async send(system) {
      const path = `hostile-model-${made++}.gguf`;
      const dir = await tinyLlama(join(system.dir, "hostile-gguf-source"));
      await huggingFaceToGguf(dir, join(system.dir, path), { type: "f16" });
      await change(join(system.dir, path));
      return take(system, command, path);
    },
    answer: answerOf(command, says),
  };
}

const config = (over: object) => async (dir: string) => {
  const path = join(dir, "config.json");
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, "utf8")), ...over }));
};
/** Writes the header of the weights anew, as `change` makes it. */
const header =
  (change: (json: Record<string, { shape: number[]; dtype: string; data_offsets: number[] }>) => void) =>
  async (dir: string) => {
    const path = join(dir, "model.safetensors");
    const bytes = await readFile(path);
    const length = Number(bytes.readBigUInt64LE());
    const json = JSON.parse(bytes.subarray(8, 8 + length).toString());
    change(json);
    await writeFile(path, withHeader(JSON.stringify(json), bytes.subarray(8 + length)));
  };
function withHeader(json: string, data: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(BigInt(Buffer.byteLength(json)));
  return Buffer.concat([head, Buffer.from(json), data]);
}
const shards = (map: Record<string, string>) => async (dir: string) => {
  await rename(join(dir, "model.safetensors"), join(dir, "model-00001-of-00002.safetensors"));
  await writeFile(join(dir, "model.safetensors.index.json"), JSON.stringify({ weight_map: map }));
};
const set = (key: string, value: number) => (path: string) => setEntry(path, key, value);
const stamp = (key: string, value: string) => (path: string) => stampGguf(path, new Map([[key, value]]));
const poke = (at: number, value: bigint) => async (path: string) => {
  const bytes = await readFile(path);
  bytes.writeBigUInt64LE(value, at);
  await writeFile(path, bytes);
};

/** Asks the gateway again and again, and gives how long each answer took that came before `deploying` ended. */
async function askUntil(system: HostileSystem, model: string, deploy: () => Promise<CommandResult>) {
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }], max_tokens: 4 });
  const headers = { "content-type": "application/json" };
  const chat = () => system.gateway("/v1/chat/completions", { method: "POST", headers, body });
  const health = () => system.gateway("/health");
  const timed = async (send: () => Promise<Response>) => {
    const since = performance.now();
    const response = await send();
    await response.text();
    if (!response.ok) throw new Error(`The gateway answered ${response.status}.`);
    return performance.now() - since;
  };
  // What was deployed a moment ago may still be loading.
  await timed(chat);
  const times = { chat: [] as number[], health: [] as number[] };
  let ended = false;
  const deploying = deploy().finally(() => {
    ended = true;
  });
  const repeat = async (into: number[], send: () => Promise<Response>) => {
    for (;;) {
      const took = await timed(send);
      if (ended) return;
      into.push(took);
      await sleep(20);
    }
  };
  await Promise.all([repeat(times.chat, chat), repeat(times.health, health)]);
  return { ...times, result: await deploying };
}

const slowest = (what: string, times: readonly number[]) =>
  `${times.length} answers of ${what}, the slowest after ${Math.round(Math.max(...times))} ms`;

export const rows: readonly HostileRow[] = [
  folder(
    "a configuration without heads",
    config({ num_attention_heads: 0 }),
    "The model's `config.json` cannot be used: look at `num_attention_heads`. Use the file as its publisher made it.",
  ),
  folder(
    "a configuration of a billion layers",
    config({ num_hidden_layers: 1e9 }),
    "The model's `config.json` cannot be used: look at `num_hidden_layers`. Use the file as its publisher made it.",
    "run",
  ),
  folder(
    "a negative width",
    config({ hidden_size: -32 }),
    "The model's `config.json` cannot be used: look at `hidden_size`. Use the file as its publisher made it.",
  ),
  folder(
    "layers in words",
    config({ num_hidden_layers: "2" }),
    "The model's `config.json` cannot be used: look at `num_hidden_layers`. Use the file as its publisher made it.",
  ),
  folder(
    "more key/value heads than heads",
    config({ num_key_value_heads: 8 }),
    "This model has 4 heads over 8 key/value heads, which Telar does not compute exactly. Use a Llama model, such as SmolLM2, TinyLlama or Llama 3.2.",
  ),
  folder(
    "heads that do not divide",
    config({ num_key_value_heads: 3 }),
    "This model has 4 heads over 3 key/value heads, which Telar does not compute exactly. Use a Llama model, such as SmolLM2, TinyLlama or Llama 3.2.",
  ),
  folder(
    "a vocabulary of another size than the embedding",
    config({ vocab_size: 300 }),
    "The weight `model.embed_tokens.weight` is 266 × 32, but `config.json` asks for 300 × 32. Weights and configuration do not belong together: fetch the model again.",
  ),
  folder(
    "a vocabulary smaller than the tokenizer",
    config({ vocab_size: 100 }),
    "The tokenizer has 266 tokens and the model only 100. They do not belong together: use the tokenizer that came with the model.",
  ),
  folder(
    "one layer more than there is",
    config({ num_hidden_layers: 3 }),
    "The weight `model.layers.2.input_layernorm.weight` is missing: the folder's weights and its `config.json` do not belong together. Fetch the model again.",
  ),
  folder(
    "one layer fewer than there is",
    config({ num_hidden_layers: 1 }),
    "The model has a weight `model.layers.1.input_layernorm.weight` that no Llama has. Use a plain Llama model, with adapters merged in.",
  ),
  folder(
    "a head of its own, said and missing",
    config({ tie_word_embeddings: false }),
    "The weight `lm_head.weight` is missing: the folder's weights and its `config.json` do not belong together. Fetch the model again.",
  ),
  folder(
    "a family that is none",
    config({ model_type: "__proto__" }),
    "This model is of the architecture `__proto__`. Telar works with Llama models, such as SmolLM2, TinyLlama or Llama 3.2.",
  ),
  folder(
    "weights quantised by another program",
    config({ quantization_config: { quant_method: "gptq", bits: 4 } }),
    'This model has quantization_config "gptq", which Telar does not compute exactly. Use a Llama model, such as SmolLM2, TinyLlama or Llama 3.2.',
  ),
  folder(
    "positions by yarn",
    config({ rope_parameters: { rope_type: "yarn", factor: 4 } }),
    'This model has rope_parameters "yarn", which Telar does not compute exactly. Use a Llama model, such as SmolLM2, TinyLlama or Llama 3.2.',
  ),
  folder(
    "positions in two spellings that differ",
    config({
      rope_scaling: { type: "linear", factor: 2 },
      rope_parameters: { rope_type: "linear", factor: 8 },
    }),
    "The model's `config.json` cannot be used: look at `rope_scaling`. Use the file as its publisher made it.",
  ),
  folder(
    "NaN in the configuration",
    async (dir) => writeFile(join(dir, "config.json"), '{"model_type":"llama","hidden_size":NaN}'),
    "The model's `config.json` is missing or is not JSON. Use a complete Hugging Face folder.",
  ),
  folder(
    "a configuration of 5 MB",
    (dir) => truncate(join(dir, "config.json"), 5e6),
    "The model's `config.json` has 5,000,000 bytes, more than any tokenizer or configuration needs. Choose another model.",
  ),
  folder(
    "an index that leads out of the folder",
    shards({ "model.norm.weight": "../../etc/passwd.safetensors" }),
    "`model.safetensors.index.json` cannot be used: it must name, for each weight, a safetensors file beside it. Fetch the model again.",
  ),
  folder(
    "an index that names a part which is not there",
    shards({ "model.norm.weight": "model-00002-of-00002.safetensors" }),
    "`model-00002-of-00002.safetensors`, a part of the model's weights, is missing. Fetch the model again.",
  ),
  folder(
    "an index that leaves tensors out",
    shards({ "model.norm.weight": "model-00001-of-00002.safetensors" }),
    "The index of the weights and `model-00001-of-00002.safetensors` contradict each other over `model.embed_tokens.weight`: it is listed and not there, there and not listed, or in two files. Fetch the model again.",
  ),
  folder(
    "weights that are pickles",
    async (dir) => rename(join(dir, "model.safetensors"), join(dir, "pytorch_model.bin")),
    "`MODEL` has its weights only as pickles, which can run code when opened. Choose a model with safetensors files.",
  ),
  folder(
    "a pickle under the name of safetensors",
    (dir) =>
      writeFile(
        join(dir, "model.safetensors"),
        Buffer.from("\x80\x04\x95\x10\0\0\0\0\0\0\0c__builtin__\neval\n"),
      ),
    "`model.safetensors` is damaged or is no safetensors file. Fetch or copy it again.",
  ),
  folder(
    "a header longer than the file",
    async (dir) => poke(0, 1n << 24n)(join(dir, "model.safetensors")),
    "`model.safetensors` is cut off: it should have 16,777,224 bytes and has 110,448. Fetch or copy it again.",
  ),
  folder(
    "a header of 2^63 bytes",
    async (dir) => poke(0, 1n << 63n)(join(dir, "model.safetensors")),
    "`model.safetensors` is damaged or is no safetensors file. Fetch or copy it again.",
  ),
  folder(
    "two tensors on the same bytes",
    header((json) => {
      json["model.norm.weight"]!.data_offsets =
        json["model.layers.1.post_attention_layernorm.weight"]!.data_offsets;
    }),
    "`model.safetensors` is damaged: `model.norm.weight` and `model.layers.1.post_attention_layernorm.weight` share bytes. Fetch or copy it again.",
  ),
  folder(
    "a tensor named __proto__",
    header((json) => {
      Object.defineProperty(json, "__proto__", { value: json["model.norm.weight"], enumerable: true });
      delete json["model.norm.weight"];
    }),
    "The weight `model.norm.weight` is missing: the folder's weights and its `config.json` do not belong together. Fetch the model again.",
  ),
  folder(
    "a number format that nothing computes with",
    header((json) => {
      json["model.norm.weight"]!.dtype = "I32";
    }),
    "`model.safetensors` stores `model.norm.weight` as I32, which Telar does not read. Use weights in float32, float16 or bfloat16.",
  ),
  folder(
    "a shape of other bytes",
    header((json) => {
      json["model.norm.weight"]!.shape = [2 ** 40, 2 ** 40];
    }),
    "`model.safetensors` is damaged or is no safetensors file. Fetch or copy it again.",
  ),
  folder(
    "weights cut off",
    (dir) => truncate(join(dir, "model.safetensors"), 20_000),
    "`model.safetensors` is cut off: it should have 110,448 bytes and has 20,000. Fetch or copy it again.",
  ),
  folder(
    "a link to a file of the machine",
    async (dir) => {
      await rm(join(dir, "tokenizer.json"));
      await symlink("/etc/hostname", join(dir, "tokenizer.json"));
    },
    "`DIR/MODEL/tokenizer.json` lies outside the folders that graphs may read. Move it below the graph's folder or a data folder (TELAR_DATA_DIRS), or give it with --set on the command line.",
  ),
  gguf(
    "a GGUF without heads",
    set("llama.attention.head_count", 0),
    "`MODEL` cannot be used as a GGUF file: `llama.attention.head_count` cannot be 0. Fetch or copy it again, or choose another file.",
    "run",
  ),
  gguf(
    "a GGUF of a billion layers",
    set("llama.block_count", 1e9),
    "`MODEL` cannot be used as a GGUF file: `llama.block_count` cannot be 1000000000. Fetch or copy it again, or choose another file.",
  ),
  gguf(
    "a GGUF with more key/value heads than heads",
    set("llama.attention.head_count_kv", 16),
    "This model has 4 heads over 16 key/value heads, which Telar does not compute exactly. Use a Llama model, such as SmolLM2, TinyLlama or Llama 3.2.",
  ),
  gguf(
    "a GGUF of 2^63 tensors",
    poke(8, 1n << 63n),
    "`MODEL` cannot be used as a GGUF file: it ends before `tensors` does. Fetch or copy it again, or choose another file.",
  ),
  gguf(
    "a GGUF of 2^60 metadata entries",
    poke(16, 1n << 60n),
    "`MODEL` cannot be used as a GGUF file: it ends before `metadata` does. Fetch or copy it again, or choose another file.",
  ),
  gguf(
    "a GGUF of another architecture",
    stamp("general.architecture", "mamba"),
    "`MODEL` holds a model of the architecture `mamba`. Telar works with Llama models, such as SmolLM2, TinyLlama or Llama 3.2.",
  ),
  gguf(
    "a GGUF that is an adapter",
    stamp("general.type", "adapter"),
    'This model has general.type "adapter", which Telar does not compute exactly. Use a Llama model, such as SmolLM2, TinyLlama or Llama 3.2.',
  ),
  gguf(
    "a GGUF with a setting of its own",
    stamp("llama.attention.clamp_kqv", "8"),
    "This model has llama.attention.clamp_kqv, which Telar does not compute exactly. Use a Llama model, such as SmolLM2, TinyLlama or Llama 3.2.",
  ),
  gguf(
    "a GGUF with an alignment that is none",
    stamp("general.alignment", "32"),
    "`MODEL` cannot be used as a GGUF file: its alignment is no power of two. Fetch or copy it again, or choose another file.",
  ),
  gguf(
    "a GGUF with a tensor of no Llama",
    (path) => renameTensor(path, "blk.1.ffn_up.weight", "blk.1.ffn_op.weight"),
    "`MODEL` has a weight `blk.1.ffn_op.weight` that no Llama has. Use a plain Llama model.",
  ),
  gguf(
    "a GGUF with one tensor twice",
    (path) => renameTensor(path, "blk.1.ffn_up.weight", "blk.0.ffn_up.weight"),
    "`MODEL` cannot be used as a GGUF file: `blk.0.ffn_up.weight` stands in it twice. Fetch or copy it again, or choose another file.",
  ),
  gguf(
    "a GGUF without its end token's meaning",
    set("tokenizer.ggml.eos_token_id", 70_000),
    "`MODEL` cannot be used as a GGUF file: `eos_token_id` cannot be 70000. Fetch or copy it again, or choose another file.",
  ),
  gguf(
    "a GGUF without an architecture",
    (path) => renameEntry(path, "general.architecture", "general.Architecture"),
    "`MODEL` cannot be used as a GGUF file: `general.architecture` is missing. Fetch or copy it again, or choose another file.",
  ),
  gguf(
    "a GGUF cut in its header",
    (path) => truncate(path, 2_000),
    "`MODEL` cannot be used as a GGUF file: it ends before `tokenizer.ggml.tokens` does. Fetch or copy it again, or choose another file.",
  ),
  gguf(
    "a GGUF cut in its tensors",
    (path) => truncate(path, 30_000),
    "`MODEL` cannot be used as a GGUF file: it ends before `blk.0.ffn_gate.weight` does. Fetch or copy it again, or choose another file.",
  ),
  gguf(
    "a GGUF that is a web page",
    (path) => writeFile(path, "<!doctype html><title>404</title>"),
    "`MODEL` cannot be used as a GGUF file: it does not begin as one. Fetch or copy it again, or choose another file.",
  ),
  {
    what: "a template that never ends, deployed while another deployment is asked",
    long: true,
    async send(system) {
      const name = await system.served();
      const template =
        "{% for a in range(100000) %}{% for b in range(100000) %}{% set c = a * b %}{% endfor %}{% endfor %}";
      await tinyLlama(join(system.dir, "hostile-endless"), { template });
      const deploy = () => take(system, "run", "hostile-endless", true);
      const { chat, health, result } = await askUntil(system, name, deploy);
      console.log(
        `while a template without end was deployed: ${slowest("chat", chat)}, ${slowest("health", health)}`,
      );
      const says = /✕ .+/.exec(result.says)?.[0];
      return { exit: result.exit, says, answered: chat.length > 0, healthy: health.length > 0 };
    },
    answer: {
      exit: 1,
      says: "✕ serve (Deploy): The model's chat template refuses a simple question: the template takes too many steps; it may never end. Use a model whose chat template works, or repair it.",
      answered: true,
      healthy: true,
    },
  },
  {
    what: "a folder trained on personal data elsewhere, on its way to a deployment",
    async send(system) {
      const dir = await tinyLlama(join(system.dir, "hostile-labelled"));
      await stampSafetensors(join(dir, "model.safetensors"), new Map([["telar.labels", '{"pii":"found"}']]));
      return take(system, "run", "hostile-labelled", true);
    },
    answer: {
      exit: 2,
      says: "serve.model: Personal data was found in what this model was trained on, and it could repeat it to anyone who asks. Mask it with a PII node before training, or turn on Allow personal data.",
    },
  },
];
