import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import {
  closeTables,
  describeTable,
  histogram,
  MESSAGES_SQL,
  type Row,
  readRows,
  selectScores,
  TableWriter,
} from "@/engines/table";
import { breaks } from "@/graph/bound";
import type { InputArtifact } from "@/graph/runner";
import { boundsOf } from "@/graph/scores";
import { fakeContext } from "../_testing/context";
import { plainScores } from "./_testing/plain-scores";
import { qualityFilter } from "./definition";
import run from "./run";
import { type Scores, scorer } from "./scores";

afterAll(closeTables);

const chat = (question: string, answer: string): Row => ({
  messages: [
    { role: "user", content: question },
    { role: "assistant", content: answer },
  ],
});
const defaults = qualityFilter.params.parse({});
const scoreRow = (row: Row, phrases: readonly string[]) => scorer(phrases)(row);
const scored = { scores: qualityFilter.scores!, selector: qualityFilter.selector! };
const judge = (scores: Scores, params: object) =>
  boundsOf(scored, { ...params }).find((bound) => breaks(scores[bound.column as keyof Scores], bound));
const rule = (question: string, answer: string, over: object = {}) =>
  judge(scoreRow(chat(question, answer), []), { ...defaults, ...over })?.rule;

describe("rules", () => {
  test.each([
    ["How long does it take?", "ok", "answer-too-short"],
    ["How long does it take?", "-", "answer-too-short"],
    ["?", "It takes a while.", "question-too-short"],
    ["How long does it take?", "training ".repeat(30), "top-word"],
    [
      "Tell me",
      "one two three four five six one two three four five six one two three four five six",
      "repeated-trigrams",
    ],
    ["Can I see the tokens?", "Can I see  the TOKENS?", "echo"],
    ["Which slug?", "I'm sorry, but I can't help with that.", "refusal"],
    ["Which slug?", "I’m sorry, but as an AI I must not.", "refusal"],
    ["¿Qué slug?", "Lo siento, pero no puedo ayudarte con eso.", "refusal"],
    ["Qual slug?", "Desculpe, mas não posso ajudar.", "refusal"],
    ["Tell me", "Well, as a large language model I think so.", "boilerplate"],
    ["??? 12345 ... !!! 000", "See above.", "few-letters"],
    ["asdf jkl qwer zxcv uiop hjkl", "sdfg hjkl dfgh wert xcvb nmlk poiu qwer asdf zxcv", "odd-words"],
  ])("%s / %s breaks %s", (question, answer, expected) => expect(rule(question, answer)).toBe(expected));

  test.each([
    ["What is 7 * 6?", "7 * 6 = <<7*6=42>>42 apples in all.\n#### 42"],
    ["Where is it?", "In the drawer."],
    ["Is it so?", "Yes, yes, yes!"],
    [
      "May it read a URL?",
      "Yes, though private addresses are refused, so that it cannot help with reaching them.",
    ],
    ["这是什么?", "这是一个用于测试的简短答案。"],
    ["你好", "你好，很高兴见到你。"],
    ["서울은?", "서울은 대한민국의 수도입니다."],
    ["ភ្នំពេញ​ជា​អ្វី?", "ភ្នំពេញជារដ្ឋធានីនៃប្រទេសកម្ពុជា។"],
    ["ວຽງຈັນແມ່ນຫຍັງ?", "ວຽງຈັນເປັນນະຄອນຫຼວງຂອງລາວ"],
    ["ရန်ကုန်ဆိုတာဘာလဲ", "ရန်ကုန်သည်မြန်မာနိုင်ငံ၏အကြီးဆုံးမြို့ဖြစ်သည်"],
    ["กรุงเทพคืออะไร", "กรุงเทพเป็นเมืองหลวงของประเทศไทย"],
    ["ལྷ་ས་ག་རེ་རེད།", "ལྷ་ས་ནི་བོད་ཀྱི་རྒྱལ་ས་རེད།"],
    ["ꦗꦏꦂꦠꦲꦥ?", "ꦗꦏꦂꦠꦏꦸꦛꦏꦁꦒꦼꦝꦺ"],
    ["ᬳᬧ?", "ᬩᬮᬶ"],
    ["दिल्ली क्या है?", "दिल्ली भारत की राजधानी है।"],
    ["React, please", "👍👍 😀"],
    ["Co robi wstrząs?", "Wstrząs trzęsie."],
    ["Řekni něco.", "Strč prst skrz krk, vlk zmrzl, hrst zrn."],
    ["Was ist das?", "Angstschweiß und Rechtschreibung, Deutschschwäche, Borschtsch."],
    ["Hvad er det?", "Brød, smør, grød, frø."],
    ["¿Qué significa un cable discontinuo?", "Un cable discontinuo lleva datos desactualizados."],
    ["Which formats?", "HTTP, HTML, GGUF, JSONL and CSV via XMLHttpRequest."],
    ["Write hello", "def hello():\n    print('hello world')\n    return {'a': [1, 2, 3]}"],
    [
      "The powers of Wertheim?",
      "Properties were written in the Qwerty layout, with strengths and weaknesses.",
    ],
  ])("%s / %s stays", (question, answer) => expect(rule(question, answer)).toBeUndefined());

  test("every threshold decides", () => {
    expect(rule("Where?", "In the drawer.", { minAnswerWords: 4 })).toBe("answer-too-short");
    expect(rule("Where?", "In the drawer.", { maxAnswerWords: 2 })).toBe("answer-too-long");
    expect(rule("Where?", "In the drawer.", { minQuestionChars: 7 })).toBe("question-too-short");
    expect(rule("Where?", "In the drawer.", { minLetters: 0.95 })).toBe("few-letters");
    const list = "a b c a b d a b e a b f";
    expect(rule("Where?", list, { maxTopWord: 0.3 })).toBe("top-word");
    expect(rule("Where?", list, { minDistinctWords: 0.6 })).toBe("distinct-words");
    expect(rule("Which?", "I cannot help with that request.", { dropRefusals: false })).toBeUndefined();
    expect(rule("Same here", "same here", { dropEcho: false })).toBeUndefined();
    expect(judge(scoreRow(chat("Where?", "Ask our Sales team now"), ["sales TEAM"]), defaults)?.rule).toBe(
      "boilerplate",
    );
  });

  test("scores are those of the rules as they are written, whatever the text and the rows before", () => {
    const word = fc.constantFrom(
      ..."The the THE straße İstanbul ΌΣΟΣ don’t co-op x_y 3.14 ١٢ ﬁne é e\u0301 เวลา กรุงเทพ ຫຍັງ ភ្នំ ꦗꦏꦂ ㄅ 東京都 ひらがな々 𝒜lpha 😀 qwertz XKCD rhythms I’m \ud800 \u00a0 \ufeff - ' … ½".split(
        " ",
      ),
    );
    const gap = fc.constantFrom(" ", "  ", "\n", "\t ", "", ", ", "\u3000", "\u00a0");
    const text = fc.oneof(
      fc.array(fc.tuple(word, gap), { maxLength: 60 }).map((parts) => parts.flat().join("")),
      fc.string({ unit: "binary", maxLength: 120 }),
    );
    const row = fc.oneof(
      fc.tuple(text, text).map(([question, answer]) => chat(question, answer)),
      text.map((all) => ({ text: all })),
    );
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 6 }),
        fc.array(text, { maxLength: 2 }),
        (rows, phrases) => {
          const score = scorer(phrases);
          for (const one of rows) expect(score(one)).toEqual(plainScores(one, phrases));
        },
      ),
      { numRuns: 1_500 },
    );
  });

  test("scores of any text are numbers in their range", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 300 }),
        fc.string({ unit: "grapheme" }),
        (answer, question) => {
          const { answerWords, questionChars, ...shares } = scoreRow(chat(question, answer), []);
          expect(answerWords ?? 0).toBeGreaterThanOrEqual(0);
          expect(questionChars).toBeGreaterThanOrEqual(0);
          for (const value of Object.values(shares)) {
            if (value === null) continue;
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

async function filter(rows: Row[], over: object = {}) {
  let scored = 0;
  const made = await fakeContext(qualityFilter);
  const { stage } = made.ctx.artifacts;
  // Keeps stages from run to run, as the engine does.
  const stages = new Map<string, string>();
  made.ctx.artifacts.stage = async (name, key, make) => {
    const id = JSON.stringify([name, key]);
    const dir =
      stages.get(id) ??
      (await stage(`${name}-${stages.size}`, key, async (dir) => {
        scored++;
        await make(dir);
      }));
    stages.set(id, dir);
    return dir;
  };
  const dir = join(made.root, "input");
  await mkdir(dir);
  const path = join(dir, "data.parquet");
  const writer = await TableWriter.open(path, [
    { name: "_row", sql: "VARCHAR" },
    { name: "messages", sql: MESSAGES_SQL },
  ]);
  await writer.append(rows.map((row, i) => ({ _row: `r${i + 1}`, ...row })));
  await writer.close();
  const facts = { shape: "chat" as const, columns: (await describeTable(path)).columns, rows: rows.length };
  const input: InputArtifact<"dataset"> = { type: "dataset", digest: "sha256:0", facts, dir };
  const read = async (folder: string) => {
    const all: Row[] = [];
    for await (const row of readRows(join(folder, "data.parquet"))) all.push(row);
    return all;
  };
  const once = async (params: object) => {
    const { data, ledger } = await run({
      inputs: { data: input },
      params: qualityFilter.params.parse(params),
      ctx: made.ctx,
    });
    return { kept: await read(data.dir), ledger: await read(ledger.dir), ledgerDir: ledger.dir };
  };
  return { ...(await once(over)), again: once, scored: () => scored };
}

describe("quality-filter", () => {
  test("the ledger names rule, reason and score, and the scores of all rows lie beside it", async () => {
    const { kept, ledger, ledgerDir } = await filter([
      chat("Where is it?", "In the drawer over there."),
      chat("Where is it?", "ok"),
    ]);
    expect(kept.map((row) => row._row)).toEqual(["r1"]);
    expect(ledger).toEqual([
      {
        _row: "r2",
        action: "removed",
        rule: "answer-too-short",
        values: { value: 1, limit: 2 },
        score: 1,
        before: "user: Where is it?\nassistant: ok",
        after: null,
      },
    ]);
    expect((await readdir(ledgerDir)).sort()).toEqual(["data.parquet", "scores.parquet"]);
    expect(await histogram(join(ledgerDir, "scores.parquet"), "answerWords", 4)).toMatchObject({
      min: 1,
      max: 5,
      rows: 2,
    });
  });

  test("moving a threshold filters again without scoring again", async () => {
    const { kept, again, scored } = await filter([
      chat("Where is it?", "In there."),
      chat("Where is it?", "In the drawer."),
    ]);
    expect(kept).toHaveLength(2);
    expect((await again({ minAnswerWords: 3 })).kept.map((row) => row._row)).toEqual(["r2"]);
    expect(scored()).toBe(1);
    await again({ phrases: ["drawer"] });
    expect(scored()).toBe(2);
  });

  test("a row that a person put back goes on, and the ledger still says why it would have gone", async () => {
    const { kept, ledger } = await filter(
      [chat("Where is it?", "In the drawer."), chat("Where?", "ok"), chat("When?", "no")],
      { putBack: ["r3", "r99"] },
    );
    expect(kept.map((row) => row._row)).toEqual(["r1", "r3"]);
    expect(ledger.map((row) => [row._row, row.action, row.rule])).toEqual([
      ["r2", "removed", "answer-too-short"],
      ["r3", "kept", "answer-too-short"],
    ]);
  });

  test("bounds on the stored scores keep exactly the rows that the node keeps", async () => {
    const answer = fc.array(fc.constantFrom("yes", "no", "maybe", "xkcd", "…"), { maxLength: 14 });
    const over = fc.record({
      minAnswerWords: fc.integer({ min: 0, max: 8 }),
      maxTopWord: fc.double({ min: 0.2, max: 1, noNaN: true }),
      dropEcho: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 30 }), over, async (answers, params) => {
        const good = chat("Where is it now?", "In the drawer by the old window over there.");
        const rows = [good, ...answers.map((words) => chat("yes", words.join(" ")))];
        const { kept, ledgerDir } = await filter(rows, { ...params, putBack: ["r2"] });
        const bounds = boundsOf(scored, { ...defaults, ...params });
        const picked = await selectScores(join(ledgerDir, "scores.parquet"), { bounds, putBack: ["r2"] });
        expect(picked).toMatchObject({ rows: rows.length, kept: kept.length });
      }),
      { numRuns: 6 },
    );
  });

  test("kept and removed rows together are the rows given", async () => {
    const words = fc.array(fc.constantFrom("yes", "no", "maybe", "xkcd", "12", "…"), { maxLength: 12 });
    const text = words.map((list) => list.join(" "));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 40 }), async (pairs) => {
        const rows = [
          chat("Where is it?", "In the drawer."),
          ...pairs.map(([question, answer]) => chat(question, answer)),
        ];
        const { kept, ledger } = await filter(rows);
        const ids = [...kept, ...ledger].map((row) => row._row).sort();
        expect(ids).toEqual(rows.map((_, i) => `r${i + 1}`).sort());
      }),
      { numRuns: 20 },
    );
  });

  test("no row left is a failure", async () => {
    await expect(filter([chat("Where is it?", "ok")])).rejects.toMatchObject({
      code: "INVALID_INPUT",
      reason: "no-rows-left",
      values: { rows: 1 },
    });
  });
});

test("answers whose words cannot be told apart are left alone by the rules that count words, and the log says so", async () => {
  const made = await fakeContext(qualityFilter);
  const path = join(made.root, "data.parquet");
  const writer = await TableWriter.open(path, [
    { name: "_row", sql: "VARCHAR" },
    { name: "messages", sql: MESSAGES_SQL },
  ]);
  await writer.append([
    { _row: "r1", ...chat("ꦗꦏꦂꦠꦲꦥ?", "ꦗꦏꦂꦠꦏꦸꦛꦏꦁꦒꦼꦝꦺ") },
    { _row: "r2", ...chat("Where?", "there") },
    { _row: "r3", ...chat("Where?", "Over there.") },
  ]);
  await writer.close();
  const input: InputArtifact<"dataset"> = {
    ...{ type: "dataset", digest: "sha256:0", dir: made.root },
    facts: { shape: "chat", rows: 3 },
  };
  const { data } = await run({ inputs: { data: input }, params: defaults, ctx: made.ctx });
  expect(data.type.rows).toBe(2);
  expect(made.reported.logs).toContainEqual(
    "warn Rules that count words leave 1 answer alone, in a script that does not set words apart (such as Javanese).",
  );
});
