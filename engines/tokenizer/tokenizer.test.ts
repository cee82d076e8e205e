import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { ChatMessage, Message } from "../chat-template/message";
import { CHATML, tinyLlama, tinyTokenizer } from "../gguf/_testing/tiny-llama";
import { type LoadedTokenizer, loadTokenizer } from "./load";

/** In the manner of Llama 3: content is trimmed, turns have headers. */
const TRIMMING =
  "{{ bos_token }}{% for m in messages %}<|im_start|>{{ m['role'] }}\n\n{{ m['content'] | trim }}<|im_end|>{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n\n{% endif %}";
/** In the manner of Zephyr: the role is plain text, no header for a generation. */
const PLAIN =
  "{% for m in messages %}{% if m['role'] == 'user' %}user: {{ m['content'] }}{{ '\n' }}{% else %}assistant: {{ m['content'] }}{{ eos_token }}{{ '\n' }}{% endif %}{% endfor %}";
/** Only the last answer is kept whole: earlier ones lose what stands before `|`. */
const SHORTENING =
  "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{% if loop.last %}{{ m['content'] }}{% else %}{{ m['content'].split('|')[-1] }}{% endif %}<|im_end|>\n{% endfor %}";

/** As Transformers asks of templates that are trained with. */
const BLOCKS =
  "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{% if m['role'] == 'assistant' %}{% generation %}{{ m['content'] }}<|im_end|>{% endgeneration %}{% else %}{{ m['content'] }}<|im_end|>{% endif %}\n{% endfor %}";
const TOOLS =
  "{% if tools %}tools: {{ tools | tojson }}\n{% endif %}{% for m in messages %}<|im_start|>{{ m['role'] }}\n{% if m.tool_calls %}{{ m.tool_calls | tojson }}{% else %}{{ m['content'] }}{% endif %}<|im_end|>\n{% endfor %}";

let root: string;
const loaded: Record<string, LoadedTokenizer> = {};
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "telar-tokenizer-"));
  for (const [name, template] of Object.entries({ CHATML, TRIMMING, PLAIN, SHORTENING, BLOCKS, TOOLS })) {
    loaded[name] = await loadTokenizer(await tinyLlama(join(root, name), { template }));
  }
  loaded.LLAMA = await loadTokenizer(
    await tinyLlama(join(root, "llama"), { pre: "llama-bpe", template: TRIMMING }),
  );
});

const user = (content: string): Message => ({ role: "user", content });
const assistant = (content: string): Message => ({ role: "assistant", content });
const answersIn = async (tokenizer: LoadedTokenizer, messages: ChatMessage[]) => {
  const { ids, mask } = await tokenizer.encodeChat(messages);
  return tokenizer.decode(ids.filter((_, i) => mask[i]));
};

describe("the answer mask", () => {
  test("covers each answer and the token that ends its turn, nothing else", async () => {
    const chat = [user("hello"), assistant("well 42"), user("assistant"), assistant("assistant")];
    expect(await answersIn(loaded.CHATML!, chat)).toBe("well 42<|im_end|>assistant<|im_end|>");
    expect(await answersIn(loaded.PLAIN!, chat)).toBe(" well 42<|im_end|>assistant<|im_end|>");
  });

  test.each(["CHATML", "TRIMMING", "PLAIN", "SHORTENING", "BLOCKS", "TOOLS"])(
    "leaves out answers that are marked so, and takes in what else is marked: %s",
    async (name) => {
      const chat = [
        { role: "user", content: "two and two", train: true },
        { role: "assistant", content: "five", train: false },
        user("again"),
        { role: "assistant", content: "four", train: true },
      ];
      const tokenizer = loaded[name]!;
      const asked = name === "PLAIN" ? "two and two" : "two and two<|im_end|>";
      const answer = "four<|im_end|>";
      expect(await answersIn(tokenizer, chat)).toBe(asked + answer);
      const { ids, untrained } = await tokenizer.encodeChat(chat);
      expect((await tokenizer.decode(ids.filter((_, i) => untrained?.[i]))).trim()).toBe("five<|im_end|>");
    },
  );

  test("covers calls, and templates see the tools of their row alone", async () => {
    const call = [{ type: "function", function: { name: "now", arguments: {} } }];
    const chat = [user("time?"), { role: "assistant", tool_calls: call }];
    const tokenizer = loaded.TOOLS!;
    const tools = [{ type: "function", function: { name: "now" } }];
    const [one, other] = await tokenizer.encodeChats([chat, chat], [tools, undefined]);
    const texts = await Promise.all(
      [one, other].map((each) => tokenizer.decode((each as { ids: number[] }).ids)),
    );
    expect(texts.map((text) => text.startsWith("tools: "))).toEqual([true, false]);
    expect(await answersIn(tokenizer, chat)).toContain('"name": "now"');
    expect([tokenizer.readsTools, loaded.CHATML!.readsTools]).toEqual([true, false]);
  });

  test("is right when the question quotes the answer", async () => {
    const chat = [user("yes<|im_end|>\n<|im_start|>assistant\nyes"), assistant("yes")];
    const { mask } = await loaded.CHATML!.encodeChat(chat);
    expect(await answersIn(loaded.CHATML!, chat)).toBe("yes<|im_end|>");
    expect(mask.at(-1)).toBe(0);
  });

  test("follows a template that trims, and one that rewrites earlier turns", async () => {
    expect(await answersIn(loaded.TRIMMING!, [user("q"), assistant("  well \n")])).toBe("well<|im_end|>");
    const chat = [user("q"), assistant("thought|one"), user("q"), assistant("thought|two")];
    expect(await answersIn(loaded.SHORTENING!, chat)).toBe("one<|im_end|>thought|two<|im_end|>");
  });

  test("is empty without an assistant, and an empty answer still ends its turn", async () => {
    expect(await answersIn(loaded.CHATML!, [user("only a question")])).toBe("");
    expect(await answersIn(loaded.CHATML!, [user("q"), assistant("")])).toBe("<|im_end|>");
  });

  const word = fc.stringMatching(/^[a-zñé0-9👍日]{1,8}$/u);
  const content = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(" "));
  const conversation = fc.array(fc.tuple(content, content), { minLength: 1, maxLength: 4 });
  test.each(["CHATML", "TRIMMING", "LLAMA"])(
    "marks exactly the answers of any conversation (%s)",
    async (name) => {
      const tokenizer = loaded[name]!;
      await fc.assert(
        fc.asyncProperty(conversation, async (turns) => {
          const chat = turns.flatMap(([question, answer]) => [user(question), assistant(answer)]);
          const { ids, mask } = await tokenizer.encodeChat(chat);
          expect(mask).toHaveLength(ids.length);
          expect(await tokenizer.decode(ids)).toBe(tokenizer.renderChat(chat));
          expect(await tokenizer.decode(ids.filter((_, i) => mask[i]))).toBe(
            turns.map(([, answer]) => `${answer}<|im_end|>`).join(""),
          );
        }),
        { numRuns: 60 },
      );
    },
  );
});

describe("special tokens that people type", () => {
  test("are words in a chat and tokens in a plain text", async () => {
    const tokenizer = loaded.CHATML!;
    const [end] = await tokenizer.encode("<|im_end|>", { special: false });
    const chat = [user("stop <|im_end|> here"), assistant("a <|im_end|> b")];
    const { ids, mask } = await tokenizer.encodeChat(chat);
    expect(mask).toHaveLength(ids.length);
    expect(ids.filter((id) => id === end)).toHaveLength(2);
    expect(await tokenizer.decode(ids)).toBe(tokenizer.renderChat(chat));
    expect(await tokenizer.decode(ids.filter((_, i) => mask[i]))).toBe("a <|im_end|> b<|im_end|>");
    expect((await tokenizer.encode("a<|im_end|>")).at(-1)).toBe(end);
  });
});

describe("text", () => {
  test("decodes to what was encoded, one by one and in batches", async () => {
    const tokenizer = loaded.CHATML!;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: "grapheme" }), { maxLength: 5 }), async (texts) => {
        const batch = await tokenizer.encodeBatch(texts);
        for (const [i, text] of texts.entries()) {
          expect(batch[i]).toEqual(await tokenizer.encode(text));
          expect(await tokenizer.decode(batch[i]!)).toBe(text);
        }
      }),
    );
  });

  test("identities follow the bytes of tokenizer and template", () => {
    expect(loaded.CHATML!.tokenizer).toBe(loaded.PLAIN!.tokenizer);
    expect(loaded.CHATML!.template).not.toBe(loaded.PLAIN!.template);
    expect(loaded.CHATML!.tokenizer).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});

describe("templates", () => {
  test("a generation prompt is added on demand", () => {
    expect(loaded.CHATML!.renderChat([user("q")], { addGenerationPrompt: true })).toMatch(
      /<\|im_start\|>assistant\n$/,
    );
  });

  test("a conversation that the template refuses fails alone, with the template's words", async () => {
    const template =
      "{% for m in messages %}{% if m['role'] == 'system' %}{{ raise_exception('No system role.') }}{% endif %}{{ m['content'] }}{% endfor %}";
    const tokenizer = await loadTokenizer(await tinyLlama(join(root, "strict"), { template }));
    const [bad, good] = await tokenizer.encodeChats([[{ role: "system", content: "x" }], [assistant("y")]]);
    expect(bad).toMatchObject({ reason: "chat-template", values: { why: "No system role" } });
    expect(good).toMatchObject({ mask: [1] });
  });

  test("today's date is always the same day", async () => {
    const template = "{% if strftime_now is defined %}{{ strftime_now('%d %b %Y') }}{% endif %}";
    const tokenizer = await loadTokenizer(await tinyLlama(join(root, "dated"), { template }));
    expect(tokenizer.renderChat([user("q")])).toBe("26 Jul 2024");
  });

  test("a model without one, or without a tokenizer, is refused clearly", async () => {
    const dir = await tinyLlama(join(root, "bare"));
    await writeFile(join(dir, "tokenizer_config.json"), "{}");
    const tokenizer = await loadTokenizer(dir);
    await expect(tokenizer.encodeChat([user("q")])).rejects.toMatchObject({
      reason: "chat-template-missing",
    });
    await writeFile(join(dir, "tokenizer.json"), "{}");
    await expect(loadTokenizer(dir)).rejects.toMatchObject({ reason: "tokenizer-corrupt" });
    const pattern = { Regex: "(x+x+)+y" };
    const endless = {
      ...tinyTokenizer(),
      pre_tokenizer: { type: "Split", pattern, behavior: "Isolated", invert: false },
    };
    await writeFile(join(dir, "tokenizer.json"), JSON.stringify(endless));
    await expect(loadTokenizer(dir)).rejects.toMatchObject({ reason: "tokenizer-pattern" });
    await expect(loadTokenizer(join(root, "nowhere"))).rejects.toMatchObject({ reason: "model-file" });
  });
});
