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

  ...(
    [
      [
        "an added token with a negative number",
        (json) => json.added_tokens.push({ ...json.added_tokens[0], id: -1, content: "<neg>" }),
        'the number in `{"id":-1,"content":"<neg>"}` is no number of a token',
      ],
      [
        "an added token with a fraction for a number",
        (json) => json.added_tokens.push({ ...json.added_tokens[0], id: 1.5, content: "<half>" }),
        'the number in `{"id":1.5,"content":"<half>"}` is no number of a token',
      ],
      [
        "two added tokens with one number",
        (json) => json.added_tokens.push({ ...json.added_tokens[0], content: "<twin>" }),
        '`{"id":0,"content":"<twin>"}` has the number of another token',
      ],
      [
        "an added token that is a text",
        (json) => json.added_tokens.push("<bare>"),
        "`<bare>` is no token with a number and a text",
      ],
      [
        "added tokens that are an object",
        (json) => {
          json.added_tokens = { 1: "<a>" };
        },
        "`added_tokens` has another form than it should",
      ],
      [
        "a vocabulary that is a text",
        (json) => {
          json.model.vocab = "a b c";
        },
        "`vocab` has another form than it should",
      ],
      [
        "a vocabulary with a text for a number",
        (json) => {
          json.model.vocab.Ġz = "7";
        },
        'the number in `{"Ġz":"7"}` is no number of a token',
      ],
      [
        "a vocabulary of ten billion",
        (json) => {
          json.model.vocab.Ġz = 10_000_000_000;
        },
        'the number in `{"Ġz":10000000000}` is no number of a token',
      ],
      [
        "a kind of tokenizer that nobody has",
        (json) => {
          json.model.type = "Eval";
        },
        "`Eval` is no kind of tokenizer that is known here",
      ],
    ] as [string, (json: Json) => void, string][]
  ).map(([what, change, says]) =>
    folder(
      what,
      tokenizer(change),
      `\`tokenizer.json\` of the model cannot be used: ${says}. Fetch the model again, or correct the entry.`,
    ),
  ),
  folder(
    "a template in the configuration that is a number",
    write("tokenizer_config.json", '{"chat_template": 7}'),
    "`tokenizer_config.json` of the model cannot be used: `chat_template` is no text. Fetch the model again, or correct the entry.",
  ),
  folder(
    "an end token that is a text",
    write("generation_config.json", '{"eos_token_id": "2"}'),
    '`generation_config.json` of the model cannot be used: the number in `{"eos_token_id":"2"}` is no number of a token. Fetch the model again, or correct the entry.',
  ),
  folder(
    "added tokens whose numbers are words",
    write("tokenizer_config.json", '{"added_tokens_decoder": {"one": {"content": "<a>"}}}'),
    "`tokenizer_config.json` of the model cannot be used: the number in `one` is no number of a token. Fetch the model again, or correct the entry.",
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
