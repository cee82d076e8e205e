import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadTokenizer } from "./load";
import { readTokenizerFiles } from "./read-files";

type Read = {
  special: Record<string, string>;
  eos: number | null;
  size: number;
  with: number[][];
  without: number[][];
};
type Situation = { base: string; change: object; files: Record<string, object> } & (Read | { error: string });
const { texts, bases, situations } = JSON.parse(
  readFileSync(new URL("./_fixtures/situations.json", import.meta.url), "utf8"),
) as { texts: string[]; bases: Record<string, object>; situations: Record<string, Situation> };

describe("a folder is read as Transformers 5.24 reads it", () => {
  test.each(Object.entries(situations))("%s", async (_, situation) => {
    const { base, change, files } = situation;
    const dir = await mkdtemp(join(tmpdir(), "telar-situation-"));
    const all = { "tokenizer.json": { ...bases[base], ...change }, ...files };
    for (const [name, content] of Object.entries(all))
      await writeFile(join(dir, name), JSON.stringify(content));
    try {
      if ("error" in situation) {
        await expect(loadTokenizer(dir)).rejects.toMatchObject({ code: "INVALID_INPUT" });
        return;
      }
      const tokenizer = await loadTokenizer(dir);
      const both = { with: true, without: false } as const;
      for (const [name, special] of Object.entries(both)) {
        const ids = await tokenizer.encodeBatch(texts, { special });
        const wanted = situation[name as keyof typeof both];
        expect(Object.fromEntries(texts.map((text, i) => [text, ids[i]]))).toEqual(
          Object.fromEntries(texts.map((text, i) => [text, wanted[i]])),
        );
      }
      expect(tokenizer.eos ?? null).toBe(situation.eos);
      expect(tokenizer.vocabulary).toBe(situation.size);
      expect((await readTokenizerFiles(dir)).special).toEqual(situation.special);
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
