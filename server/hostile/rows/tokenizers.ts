/** Tokenizer files that lie or are made to hold whoever reads them, taken by a base model. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { folder } from "./models";

// biome-ignore lint/suspicious/noExplicitAny: it is about files that have another form than they should
type Json = any;

const tokenizer = (change: (json: Json) => void) => async (dir: string) => {
  const path = join(dir, "tokenizer.json");
  const json = JSON.parse(await readFile(path, "utf8"));
  change(json);
  await writeFile(path, JSON.stringify(json));
};
const write = (name: string, content: string) => (dir: string) => writeFile(join(dir, name), content);

export const rows = [
  folder(
    "a tokenizer that is an array",
    write("tokenizer.json", "[]"),
    "The model's `tokenizer.json` is missing or is not JSON. Use a complete Hugging Face folder.",
  ),
  folder(
    "a tokenizer cut in half",
    write("tokenizer.json", '{"version":"1.0","added_tok'),
    "The model's `tokenizer.json` is missing or is not JSON. Use a complete Hugging Face folder.",
  ),
  folder(
    "an empty tokenizer",
    write("tokenizer.json", ""),
    "The model's `tokenizer.json` is missing or is not JSON. Use a complete Hugging Face folder.",
  ),

  folder(
    "an added token far behind the embedding",
    tokenizer((json) => {
      json.added_tokens.push({ ...json.added_tokens[0], id: 4_000_000, content: "<far>" });
    }),
    "The tokenizer has 4000001 tokens and the model only 266. They do not belong together: use the tokenizer that came with the model.",
  ),

  folder(
    "a configuration that is no JSON",
    write("tokenizer_config.json", "chat_template: hello"),
    "The model's `tokenizer_config.json` is missing or is not JSON. Use a complete Hugging Face folder.",
  ),
];
