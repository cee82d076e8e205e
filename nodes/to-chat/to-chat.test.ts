import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import {
  closeTables,
  describeTable,
  type Message,
  type Row,
  readRows,
  type SqlColumn,
  TableWriter,
} from "@/engines/table";
import type { InputArtifact } from "@/graph/runner";
import { fakeContext, runKind } from "../_testing/context";
import { toChat } from "./definition";
import { mapColumns, wordsOf } from "./mapping";
import run from "./run";

afterAll(closeTables);

const auto = { mapping: "auto", system: "", user: "", assistant: "" } as const;
const sniff = (...names: string[]) => {
  const mapped = mapColumns(
    auto,
    names.map((name) => ({ name })),
  );
  return "missing" in mapped ? undefined : mapped;
};

describe("columns to a mapping", () => {
  test.each([
    [["_row", "instruction", "input", "output"], "alpaca"],
    [["instruction", "context", "response", "category"], "dolly"],
    [["id", "conversations"], "sharegpt"],
    [["messages", "prompt", "response"], "messages"],
    [["question", "answer"], "question-answer"],
    [["pregunta", "respuesta", "tema"], "question-answer"],
    [["prompt", "completion"], "prompt-completion"],
    [["task_id", "prompt", "canonical_solution", "test", "entry_point"], "prompt-completion"],
    [["id", "name", "instruction", "instances", "is_classification"], "self-instruct"],
    [["instrucción", "entrada", "salida"], "alpaca"],
    [["instrução", "contexto", "resposta"], "dolly"],
    [["entrada", "saída", "sistema"], "prompt-completion"],
    [["conversación", "sistema"], "sharegpt"],
    [["pergunta", "resposta", "histórico"], "question-answer"],
    [["chosen", "rejected"], "preference"],
    [["system", "question", "chosen", "rejected"], "preference"],
    [["question_id", "user_question", "answer_type", "bestAnswer"], "question-answer"],
  ])("%j is %s", (names, expected) => expect(sniff(...names)?.name).toBe(expected));

  test("names are matched by whole words, and columns about the text are not the text", () => {
    expect(sniff("questionnaire", "answered")).toBeUndefined();
    expect(sniff("question_id", "answer_length")).toBeUndefined();
    expect(sniff("question_id", "user_question", "answer_type", "bestAnswer")?.mapping).toEqual({
      kind: "pair",
      question: "user_question",
      answer: "bestAnswer",
    });
    expect(wordsOf("userQuestion_2")).toEqual(["user", "question", "2"]);
  });

  test("of two answers the better one is learned, and never the other", () => {
    const text = (...names: string[]) => {
      const mapped = mapColumns(
        auto,
        names.map((name) => ({ name, type: "string" as const })),
      );
      return "missing" in mapped ? undefined : mapped.mapping;
    };
    expect(text("prompt", "rejected", "chosen")).toEqual({
      kind: "pair",
      question: "prompt",
      answer: "chosen",
    });
    expect(text("prompt", "rejected_response", "chosen_response")).toMatchObject({
      answer: "chosen_response",
    });
    expect(text("prompt", "rejected_response")).toBeUndefined();
    expect(text("rejected", "chosen")).toEqual({ kind: "turns", column: "chosen" });
    expect(
      mapColumns(auto, [
        { name: "prompt", type: "string" },
        { name: "chosen", type: "json" },
        { name: "rejected", type: "json" },
      ]),
    ).toEqual({ mapping: { kind: "turns", column: "chosen" }, name: "preference" });
  });

  test("history and system are found in three languages", () => {
    for (const [history, system] of [
      ["historial", "sistema"],
      ["histórico", "sistema"],
      ["history", "system"],
    ] as const)
      expect(sniff("instruction", "output", history, system)?.mapping).toMatchObject({ history, system });
  });

  test("a list is needed where turns are meant, and text where text is", () => {
    const typed = mapColumns(auto, [
      { name: "messages", type: "integer" },
      { name: "question", type: "string" },
      { name: "answer", type: "string" },
    ]);
    expect(typed).toMatchObject({ name: "question-answer" });
  });

  test("a mapping names only columns that are there, each once", () => {
    const name = fc.oneof(
      fc.constantFrom(
        "question",
        "answer",
        "instruction",
        "input",
        "output",
        "messages",
        "prompt",
        "response",
        "context",
        "instances",
        "system",
        "task_id",
      ),
      fc.string({ maxLength: 12 }),
    );
    fc.assert(
      fc.property(fc.uniqueArray(name), (names) => {
        const mapped = sniff(...names);
        if (!mapped) return;
        const { kind, ...used } = mapped.mapping;
        const columns = Object.values(used);
        for (const column of columns) expect(names).toContain(column);
        expect(new Set(columns).size).toBe(columns.length);
      }),
      { numRuns: 1_000 },
    );
  });

  test("the definition refuses what it cannot map, naming what it looked for", () => {
    const params = toChat.params.parse({});
    const data = { type: "dataset", shape: "table", columns: [{ name: "words", type: "string" }] } as const;
    const inputs = { data: { ...data, columns: [...data.columns] } };
    expect(toChat.infer(params, inputs).data).toBeUndefined();
    const [found] = toChat.check!(params, inputs);
    expect(found).toMatchObject({
      code: "to-chat-no-mapping",
      severity: "error",
      values: { columns: "words" },
    });
    expect(found?.values.looked).toContain("question + answer");
    const columns = toChat.params.parse({
      mapping: "columns",
      user: "{words} {lost}",
      assistant: "{words}",
    });
    expect(toChat.check!(columns, inputs)[0]).toMatchObject({
      code: "to-chat-no-column",
      values: { looked: "lost" },
    });
  });
});

async function convert(columns: SqlColumn[], given: Row[], over: Record<string, unknown> = {}) {
  const made = await fakeContext(toChat);
  const path = join(made.root, "data.parquet");
  const writer = await TableWriter.open(path, [{ name: "_row", sql: "VARCHAR" }, ...columns]);
  await writer.append(given.map((row, i) => ({ _row: `r${i + 1}`, ...row })));
  await writer.close();
  const facts = {
    shape: "table" as const,
    columns: (await describeTable(path)).columns,
    labels: { origins: ["x"] },
  };
  const input: InputArtifact<"dataset"> = { type: "dataset", digest: "sha256:0", facts, dir: made.root };
  const params = toChat.params.parse(over);
  const { data, ledger } = await runKind(toChat, run, { inputs: { data: input }, params, ctx: made.ctx });
  const read = async ({ dir }: { dir: string }) => {
    const rows: Row[] = [];
    for await (const row of readRows(join(dir, "data.parquet"))) rows.push(row);
    return rows;
  };
  const rows = await read(data);
  expect(toChat.infer(params, { data: { type: "dataset", ...facts } }).data?.columns).toEqual(
    data.type.columns,
  );
  return { rows, ledger: await read(ledger), facts: data.type, ...made };
}
const text = (...names: string[]) => names.map((name) => ({ name, sql: "VARCHAR" }));
const exchange = (user: string, assistant: string) => [
  { role: "user", content: user },
  { role: "assistant", content: assistant },
];

describe("rows to conversations", () => {
  test("Alpaca's input follows the instruction, other columns stay", async () => {
    const { rows, facts } = await convert(
      [...text("instruction", "input", "output"), { name: "n", sql: "BIGINT" }],
      [
        { instruction: "Add", input: "1 2", output: "3", n: 7 },
        { instruction: "Greet", input: "", output: "Hi", n: null },
      ],
    );
    expect(rows).toEqual([
      { _row: "r1", messages: exchange("Add\n\n1 2", "3"), n: 7 },
      { _row: "r2", messages: exchange("Greet", "Hi"), n: null },
    ]);
    expect(facts).toMatchObject({ shape: "chat", rows: 2, labels: { pii: "unknown", origins: ["x"] } });
  });

  test("self-instruct takes its first instance", async () => {
    const { rows } = await convert(
      [...text("instruction"), { name: "instances", sql: "JSON" }],
      [
        {
          instruction: "Add",
          instances: [
            { input: "1 2", output: "3" },
            { input: "", output: "4" },
          ],
        },
      ],
    );
    expect(rows).toEqual([{ _row: "r1", messages: exchange("Add\n\n1 2", "3") }]);
  });

  test("ShareGPT and messages with odd roles become messages, also as text in CSV", async () => {
    const shared = [
      { from: "system", value: "Be kind" },
      { from: "human", value: "Hi" },
      { from: "gpt", value: "Ho" },
    ];
    const expected = [{ role: "system", content: "Be kind" }, ...exchange("Hi", "Ho")];
    const json = await convert([{ name: "conversations", sql: "JSON" }], [{ conversations: shared }], {
      systemPrompt: "No",
    });
    expect(json.rows).toEqual([{ _row: "r1", messages: expected }]);
    const csv = await convert(text("conversations"), [{ conversations: JSON.stringify(shared) }], {
      mapping: "sharegpt",
    });
    expect(csv.rows[0]?.messages).toEqual(expected);
  });

  test("a system prompt and tools beside the turns go before them, also before what they say to the system", async () => {
    const columns = [
      { name: "conversations", sql: "JSON" },
      { name: "system", sql: "VARCHAR" },
      { name: "tools", sql: "JSON" },
      { name: "id", sql: "VARCHAR" },
    ];
    const conversations = [
      { from: "human", value: "Who are you?" },
      { from: "gpt", value: "Arr." },
    ];
    const tool = { name: "sail", parameters: {} };
    const { rows, facts } = await convert(
      columns,
      [
        { system: "Answer like a pirate.", conversations, tools: null, id: "a" },
        { system: null, conversations, tools: [tool], id: "b" },
        {
          system: "One.",
          conversations: [{ from: "system", value: "Two." }, ...conversations],
          tools: null,
          id: "c",
        },
        { system: " ", conversations, tools: "[]", id: "d" },
      ],
      { systemPrompt: "Default." },
    );
    const systems = rows.map((row) => (row.messages as Message[])[0]);
    expect(systems.map((message) => message?.content)).toEqual([
      "Answer like a pirate.",
      "Default.",
      "One.\n\nTwo.",
      "Default.",
    ]);
    expect(rows.map((row) => (row.messages as Message[]).length)).toEqual([3, 3, 3, 3]);
    expect(rows.map((row) => row.tools)).toEqual([null, [{ type: "function", function: tool }], null, null]);
    expect(facts.columns?.map(({ name }) => name)).toEqual(["_row", "messages", "tools", "id"]);
  });

  test("Alpaca's history becomes earlier turns, and what is no history stands in the ledger", async () => {
    const columns = [...text("instruction", "input", "output", "system"), { name: "history", sql: "JSON" }];
    const row = { instruction: "And of Peru?", input: "", output: "Lima.", system: "You know capitals." };
    const before = ["What is the capital of Chile?", "Santiago."] as const;
    const { rows, ledger } = await convert(
      columns,
      [
        { ...row, history: [[...before]] },
        { ...row, system: "", history: [] },
        { ...row, system: "", history: exchange(...before) },
        { ...row, history: ["neither"] },
      ],
      { maxBadRows: 0.5 },
    );
    const system = { role: "system", content: "You know capitals." };
    expect(rows.map(({ messages }) => messages)).toEqual([
      [system, ...exchange(...before), ...exchange("And of Peru?", "Lima.")],
      exchange("And of Peru?", "Lima."),
      [...exchange(...before), ...exchange("And of Peru?", "Lima.")],
    ]);
    expect(ledger).toMatchObject([{ _row: "r4", rule: "history-unread", values: { column: "history" } }]);
  });

  test("text parts are joined whatever null they are padded with; a part that is no text is told", async () => {
    const part = (type: string | null, content: string | null, image: string | null = null) => ({
      type,
      text: content,
      image,
    });
    const asked = (content: unknown, answer: unknown = "A lamp.") => ({
      messages: [
        { role: "user", content },
        { role: "assistant", content: answer },
      ] as Row["messages"],
    });
    const { rows, ledger } = await convert(
      [{ name: "messages", sql: "JSON" }],
      [
        asked([part("text", "What is on"), part("text", " it?"), null]),
        asked([part("text", "Hi"), part("text", null)], [part("output_text", "Ho")]),
        asked(["What", " is it?"]),
        asked([part("image", null, "b64"), part("text", "What is on it?")]),
        asked([{ text: "See " }, { image_url: { url: "x" }, text: null }]),
        asked([{ input_audio: "b64" }]),
      ],
      { maxBadRows: 1 },
    );
    expect(rows.map(({ messages }) => (messages as Message[]).map(({ content }) => content))).toEqual([
      ["What is on it?", "A lamp."],
      ["Hi", "Ho"],
      ["What is it?", "A lamp."],
    ]);
    expect(ledger.map(({ _row, rule, values }) => [_row, rule, (values as { part: string }).part])).toEqual([
      ["r4", "turn-part", "image"],
      ["r5", "turn-part", "image_url"],
      ["r6", "turn-part", "input_audio"],
    ]);
  });

  test("a turn keeps whether it is trained on, however it is marked; a mark that is neither yes nor no is told", async () => {
    const chat = (more: object, asked: object = {}) => ({
      messages: [
        { role: "user", content: "Two plus two?", ...asked },
        { role: "assistant", content: "Five.", ...more },
      ] as Row["messages"],
    });
    const { rows, ledger, reported } = await convert(
      [{ name: "messages", sql: "JSON" }],
      [
        chat({ weight: 1 }),
        chat({ weight: 0 }),
        chat({ train: false, mood: "sure" }, { weight: 1 }),
        chat({ loss_mask: "0" }, { train: true, mood: "" }),
        chat({ trainable: true }, { loss_mask: 0, mood: "lost" }),
        chat({ loss_mask: 0.5 }),
        chat({ weight: 1, train: false }),
      ],
      { maxBadRows: 1 },
    );
    const marks = rows.map(({ messages }) => (messages as Row[]).map(({ train }) => train));
    expect(marks).toEqual([
      [null, null],
      [null, false],
      [null, false],
      [true, false],
      [null, null],
    ]);
    expect(ledger.map(({ rule, values }) => [rule, values])).toEqual([
      ["turn-weight", { column: "messages", turn: 2, key: "loss_mask", weight: "0.5" }],
      ["turn-weight", { column: "messages", turn: 2, key: "train", weight: "false" }],
    ]);
    expect(
      reported.logs.filter((line) => line.startsWith("warn `mood` of the turns of 2 rows")),
    ).toHaveLength(1);
  });

  test("calls, their answers, names and thoughts go on with their turns, from OpenAI's chats and from ShareGPT", async () => {
    const [now, zone] = [
      { name: "now", arguments: '{"zone":"Lima"}' },
      { name: "zone", arguments: {} },
    ];
    const openai = [
      { role: "developer", content: "Be brief." },
      { role: "user", content: "What time is it?", name: "ana" },
      {
        role: "assistant",
        content: null,
        reasoning: "Ask the clock.",
        tool_calls: [{ id: "c1", type: "function", function: now }],
      },
      { role: "tool", tool_call_id: "c1", content: [{ type: "text", text: "10:00" }] },
      { role: "assistant", content: "Ten.", tool_calls: [], function_call: null },
    ];
    const shared = [
      { from: "human", value: "Where?" },
      { from: "function_call", value: JSON.stringify(zone) },
      { from: "observation", value: { zone: "Lima" } },
      { from: "gpt", value: "Lima." },
    ];
    const legacy = [
      { role: "user", content: "Where?" },
      { role: "assistant", content: "", function_call: zone },
      { role: "function", name: "zone", content: "Lima" },
    ];
    const broken = [legacy[0], { role: "assistant", tool_calls: "soon" }];
    const { rows, ledger } = await convert(
      [
        { name: "conversations", sql: "JSON" },
        { name: "tools", sql: "VARCHAR" },
      ],
      [
        { conversations: openai, tools: JSON.stringify([now]) },
        { conversations: shared, tools: "You may look at the clock." },
        { conversations: legacy, tools: "" },
        { conversations: broken, tools: null },
      ] as Row[],
      { maxBadRows: 0.5 },
    );
    const none = { reasoning_content: null, tool_calls: null, tool_call_id: null, name: null };
    const call = (one: object) => [{ type: "function", function: one }];
    expect(rows).toEqual([
      {
        _row: "r1",
        messages: [
          { role: "system", content: "Be brief.", ...none },
          { role: "user", content: "What time is it?", ...none, name: "ana" },
          {
            role: "assistant",
            content: null,
            ...none,
            reasoning_content: "Ask the clock.",
            tool_calls: [{ id: "c1", type: "function", function: now }],
          },
          { role: "tool", content: "10:00", ...none, tool_call_id: "c1" },
          { role: "assistant", content: "Ten.", ...none },
        ],
        tools: call(now),
      },
      {
        _row: "r2",
        messages: [
          { role: "system", content: "You may look at the clock.", ...none },
          { role: "user", content: "Where?", ...none },
          { role: "assistant", content: null, ...none, tool_calls: call(zone) },
          { role: "tool", content: '{"zone":"Lima"}', ...none },
          { role: "assistant", content: "Lima.", ...none },
        ],
        tools: null,
      },
      {
        _row: "r3",
        messages: [
          { role: "user", content: "Where?", ...none },
          { role: "assistant", content: "", ...none, tool_calls: call(zone) },
          { role: "tool", content: "Lima", ...none, name: "zone" },
        ],
        tools: null,
      },
    ]);
    expect(ledger).toMatchObject([{ _row: "r4", rule: "turn-calls", values: { turn: 2 } }]);
  });

  test("what is no part of a conversation is told, each with its count", async () => {
    const { reported } = await convert(
      [...text("question", "answer", "topic", "empty")],
      [
        { question: "a", answer: "b", topic: "x", empty: null },
        { question: "c", answer: "d", topic: null, empty: null },
      ],
    );
    expect(reported.logs.filter((line) => line.includes("beside"))).toEqual([
      "info `topic`, filled in 1 row, is no part of the conversation and stays beside it",
    ]);
  });

  test("templates fill in columns, and a system prompt goes before", async () => {
    const { rows } = await convert(text("q", "hint", "a"), [{ q: "Why?", hint: "short", a: "So." }], {
      mapping: "columns",
      user: "{q} ({hint})",
      assistant: "{ a }",
      systemPrompt: "You help.",
    });
    expect(rows).toEqual([
      {
        _row: "r1",
        messages: [{ role: "system", content: "You help." }, ...exchange("Why? (short)", "So.")],
      },
    ]);
  });

  test("rows without a question or an answer are left out and told, until there are too many", async () => {
    const good = Array.from({ length: 30 }, (_, i) => ({ question: `q${i}`, answer: `a${i}` }));
    const given = [...good, { question: "q", answer: " " }];
    const { rows, ledger, reported } = await convert(text("question", "answer"), given);
    expect(rows).toHaveLength(30);
    expect(ledger).toEqual([
      {
        _row: "r31",
        action: "bad",
        rule: "column-empty",
        values: { column: "answer" },
        score: null,
        before: JSON.stringify({ question: "q", answer: " " }),
        after: null,
      },
    ]);
    expect(reported.metrics).toContainEqual(["badRows", 0, 1]);
    await expect(convert(text("question", "answer"), given, { maxBadRows: 0.01 })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      reason: "too-many-bad-rows",
      values: { bad: 1, rows: 31, row: "r31", rule: "column-empty", column: "answer" },
    });
    await expect(convert(text("words"), [{ words: "x" }])).rejects.toMatchObject({ reason: "no-mapping" });
  });
});

describe("conversations that stand in texts", () => {
  test("the chosen transcript becomes turns, the rejected one stays beside it, and one without an answer is told", async () => {
    const { rows, ledger, reported } = await convert(
      text("chosen", "rejected"),
      [
        {
          chosen:
            "\n\nHuman: What is tea?\n\nAssistant: A leaf.\n\nA dried one.\n\nHuman: And salt?\n\nAssistant: A mineral.",
          rejected: "\n\nHuman: What is tea?\n\nAssistant: No.",
        },
        { chosen: "\n\nHuman: What is tea?\n\nAssistant: ", rejected: "\n\nHuman: q\n\nAssistant: a" },
        { chosen: "What is tea?", rejected: null },
      ],
      { maxBadRows: 0.7 },
    );
    expect(rows).toEqual([
      {
        _row: "r1",
        messages: [
          ...exchange("What is tea?", "A leaf.\n\nA dried one."),
          ...exchange("And salt?", "A mineral."),
        ],
        rejected: "\n\nHuman: What is tea?\n\nAssistant: No.",
      },
    ]);
    expect(ledger.map(({ rule }) => rule)).toEqual(["no-answer", "no-turns"]);
    expect(reported.logs).toContain(
      "info `rejected`, filled in 2 rows, is no part of the conversation and stays beside it",
    );
  });

  test("lists of turns in a column of texts are read without a setting, as JSON and as Python prints them", async () => {
    const { rows } = await convert(text("conversations"), [
      { conversations: '[{"from":"human","value":"q"},{"from":"gpt","value":"a"}]' },
      { conversations: "[{'from': 'human', 'value': 'q'}, {'from': 'gpt', 'value': \"it's\"}]" },
    ]);
    expect(rows.map(({ messages }) => messages)).toEqual([exchange("q", "a"), exchange("q", "it's")]);
  });

  test("roles are read in three languages", async () => {
    const turn = (role: string, content: string) => ({ role, content });
    const { rows } = await convert(
      [{ name: "messages", sql: "JSON" }],
      [
        { messages: [turn("sistema", "s"), turn("usuario", "q"), turn("asistente", "a")] },
        { messages: [turn("Sistema", "s"), turn("usuário", "q"), turn("assistente", "a")] },
      ],
    );
    const expected = [{ role: "system", content: "s" }, ...exchange("q", "a")];
    expect(rows.map(({ messages }) => messages)).toEqual([expected, expected]);
  });
});
