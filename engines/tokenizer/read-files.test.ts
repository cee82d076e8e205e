import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { CHATML, tinyLlama } from "../gguf/_testing/tiny-llama";
import { huggingFaceToGguf } from "../gguf/to-gguf";
import { ggufToHuggingFace } from "../gguf/to-hugging-face";
import { tokenizerMetadata } from "../gguf/tokenizer-to-gguf";
import { copyTokenizer } from "./copy-files";
import { loadTokenizer } from "./load";
import { readTokenizerFiles } from "./read-files";

let dir: string;
const write = (name: string, json: object) => writeFile(join(dir, name), JSON.stringify(json));
const read = async (name: string) => JSON.parse(await readFile(join(dir, name), "utf8"));

beforeEach(async () => {
  dir = await tinyLlama(await mkdtemp(join(tmpdir(), "telar-files-")), { template: CHATML });
});

test("special tokens come from special_tokens_map.json where the configuration has none", async () => {
  await write("tokenizer_config.json", { chat_template: CHATML });
  expect((await loadTokenizer(dir)).eos).toBeUndefined();
  await write("special_tokens_map.json", { bos_token: { content: "<|im_start|>" }, eos_token: "<|im_end|>" });
  expect((await readTokenizerFiles(dir)).special).toEqual({
    bos_token: "<|im_start|>",
    eos_token: "<|im_end|>",
  });
  const tokenizer = await loadTokenizer(dir);
  expect(await tokenizer.decode([tokenizer.eos!])).toBe("<|im_end|>");
});

test("files of the older layout do not count where the configuration lists its added tokens", async () => {
  const config = await read("tokenizer_config.json");
  await write("tokenizer_config.json", { ...config, added_tokens_decoder: {} });
  await write("special_tokens_map.json", { eos_token: "<|endoftext|>" });
  expect((await readTokenizerFiles(dir)).special.eos_token).toBe(config.eos_token);
});

test("tokens of added_tokens.json are tokens", async () => {
  const size = (await loadTokenizer(dir)).vocabulary;
  await write("added_tokens.json", { "<tool_call>": size });
  const tokenizer = await loadTokenizer(dir);
  expect(await tokenizer.encode("<tool_call>", { special: false })).toEqual([size]);
  expect(tokenizer.vocabulary).toBe(size + 1);
});

test("several end tokens of generation_config.json end answers, in training and in GGUF", async () => {
  const { added } = await readTokenizerFiles(dir);
  const id = (content: string) => added.find((token) => token.content === content)!.id;
  const [eos, other] = [id("<|im_end|>"), id("<|endoftext|>")];
  await write("tokenizer_config.json", { chat_template: CHATML, eos_token: "<|im_end|>" });
  await write("generation_config.json", { eos_token_id: [other, eos] });
  const files = await readTokenizerFiles(dir);
  expect(files.endIds).toEqual([eos, other]);
  const vocabulary = Object.keys((files.json.model as { vocab: object }).vocab).length + 8;
  const metadata = new Map(tokenizerMetadata(files, vocabulary).map(([key, , value]) => [key, value]));
  expect(metadata.get("tokenizer.ggml.eos_token_id")).toBe(eos);
  expect(metadata.get("tokenizer.ggml.eot_token_id")).toBe(other);
});

test("a list of named templates gives its default, and a file beside the configuration wins", async () => {
  const config = await read("tokenizer_config.json");
  const named = [
    { name: "tool_use", template: "T" },
    { name: "default", template: "D" },
  ];
  await rm(join(dir, "chat_template.jinja"), { force: true });
  await write("tokenizer_config.json", { ...config, chat_template: named });
  const chat = [{ role: "user", content: "q" }];
  expect((await loadTokenizer(dir)).renderChat(chat)).toBe("D");
  expect((await loadTokenizer(dir)).renderChat(chat, { tools: [{}] })).toBe("T");
  await writeFile(join(dir, "chat_template.jinja"), "beside\r\n{% if true %}\r\nx{% endif %}");
  expect((await loadTokenizer(dir)).renderChat(chat)).toBe("beside\nx");
});

test("templates in additional_chat_templates count as in Transformers, before those of the configuration", async () => {
  await mkdir(join(dir, "additional_chat_templates"));
  const add = (name: string, text: string) => writeFile(join(dir, "additional_chat_templates", name), text);
  await add("tool_use.jinja", "tools");
  await add("notes.txt", "no template");
  const chat = [{ role: "user", content: "q" }];
  await rm(join(dir, "chat_template.jinja"), { force: true });
  const alone = await loadTokenizer(dir);
  expect(alone.renderChat(chat, { tools: [{}] })).toBe("tools");
  expect(() => alone.renderChat(chat)).toThrow(
    expect.objectContaining({
      reason: "chat-template",
      values: { why: expect.stringContaining("tool_use") },
    }),
  );
  await writeFile(join(dir, "chat_template.jinja"), "default");
  expect((await loadTokenizer(dir)).renderChat(chat)).toBe("default");
});

test("a file that is not JSON is named", async () => {
  await writeFile(join(dir, "special_tokens_map.json"), "{");
  await expect(loadTokenizer(dir)).rejects.toMatchObject({
    reason: "model-file",
    values: { file: "special_tokens_map.json" },
  });
});

test("templates beside the default one go where the tokenizer goes, into GGUF and back", async () => {
  await mkdir(join(dir, "additional_chat_templates"));
  await writeFile(join(dir, "chat_template.jinja"), CHATML);
  await writeFile(join(dir, "additional_chat_templates", "tool_use.jinja"), "{{ tools }}");
  const to = await mkdtemp(join(tmpdir(), "telar-copied-"));
  await copyTokenizer(dir, to);
  const { templates } = await readTokenizerFiles(to);
  expect(templates).toEqual(
    new Map([
      ["default", CHATML],
      ["tool_use", "{{ tools }}"],
    ]),
  );
  const gguf = join(to, "model.gguf");
  await huggingFaceToGguf(dir, gguf, { type: "f16" });
  const back = await mkdtemp(join(tmpdir(), "telar-back-"));
  await ggufToHuggingFace(gguf, back);
  expect((await readTokenizerFiles(back)).templates).toEqual(templates);
});

test("a negative end token stands for none, and null leaves the model's own", async () => {
  await write("config.json", { ...(await read("config.json")), eos_token_id: 1 });
  const ends = async (value: unknown) => {
    await write("generation_config.json", { eos_token_id: value });
    return (await readTokenizerFiles(dir)).endIds;
  };
  expect(await ends(null)).toContain(1);
  expect(await ends([-1])).not.toContain(-1);
});
