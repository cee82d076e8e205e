/** What programs in the field send besides OpenAI's own form: taken, told, or refused with the true field and reason. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveTestGateway } from "./_testing/serve";

let gateway: Awaited<ReturnType<typeof serveTestGateway>>;
beforeAll(async () => {
  gateway = await serveTestGateway();
});
afterAll(() => gateway.close());

type Answer = { status: number; ignored: string | null; body: Record<string, never> };
async function post(path: string, body: object | string | Uint8Array<ArrayBuffer>): Promise<Answer> {
  const response = await fetch(`${gateway.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
  return {
    status: response.status,
    ignored: response.headers.get("x-telar-ignored"),
    body: (await response.json()) as Record<string, never>,
  };
}
const messages = [{ role: "user", content: "Say hi." }];
const chat = (over: object) =>
  post("/v1/chat/completions", { model: "smol", max_tokens: 3, messages, ...over });
const textOf = ({ body }: Answer): string =>
  (body as unknown as { choices: { message: { content: string } }[] }).choices[0]!.message.content;

describe("taken as programs mean it", () => {
  const cases: [string, object][] = [
    ["five stop strings", { stop: ["\n\n", "```", "</s>", "User:", "###"] }],
    ["no stop strings", { stop: [] }],
    ["an empty stop string", { stop: "" }],
    ["-1 for all tokens", { top_k: -1 }],
    ["no share of the tokens", { top_p: 0 }],
    ["a seed of 64 bits", { seed: 12345678901234568 }],
    ["-1 for any seed", { seed: -1 }],
    ["no probabilities", { logprobs: false, top_logprobs: 0 }],
    ["no tools", { tools: [], tool_choice: "none", parallel_tool_calls: false, functions: [] }],
    [
      "nulls",
      { stop: null, temperature: null, n: null, logit_bias: null, stream_options: null, tools: null },
    ],
    ["options of a stream without one", { stream_options: { include_usage: true } }],
    ["plain text as the form", { response_format: { type: "text" } }],
    [
      "the developer's role and a name",
      { messages: [{ role: "developer", content: "Be kind.", name: "ops" }, ...messages] },
    ],
    [
      "parts of text",
      {
        messages: [
          {
            role: "user",
            content: [
              { type: "text", text: "Say" },
              { type: "input_text", text: " hi." },
            ],
          },
        ],
      },
    ],
  ];
  test.each(cases)("%s", async (_, over) => {
    const answer = await chat(over);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    expect(answer.ignored).toBeNull();
  });

  test("max_tokens of -1 writes on to the end; max_completion_tokens wins over max_tokens", async () => {
    const open = await chat({ max_tokens: -1, stop: ["i"] });
    expect(open.status).toBe(200);
    const both = await chat({ max_tokens: 50, max_completion_tokens: 2 });
    expect(both.body).toMatchObject({ usage: { completion_tokens: 2 } });
  });

  test("doubled and trailing slashes of a base address lead to the same place", async () => {
    for (const path of ["/v1//chat/completions", "//v1/chat/completions", "/v1/chat/completions/"])
      expect((await post(path, { model: "smol", messages, max_tokens: 2 })).status, path).toBe(200);
  });

  test("a byte order mark before the body", async () => {
    const text = JSON.stringify({ model: "smol", messages, max_tokens: 2 });
    expect((await post("/v1/chat/completions", new TextEncoder().encode(`\ufeff${text}`))).status).toBe(200);
  });
});

test("what has no effect is told, by name", async () => {
  const answer = await chat({
    mirostat: 2,
    reasoning_effort: "low",
    messages: [{ role: "user", content: "Say hi.", cache_control: { type: "ephemeral" } }],
  });
  expect(answer.status).toBe(200);
  expect(answer.ignored).toBe("mirostat, reasoning_effort, messages.cache_control");
  const streamed = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ model: "smol", messages, max_tokens: 1, stream: true, tfs: 1 }),
  });
  expect(streamed.headers.get("x-telar-ignored")).toBe("tfs");
  await streamed.text();
});

describe("refused with the true field and reason", () => {
  const image = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } };
  const turn = (content: unknown) => ({ messages: [{ role: "user", content }] });
  const cases: [string, object, string, RegExp][] = [
    ["temperature as text", { temperature: "0.7" }, "temperature", /is a text, and must be a number/],
    ["temperature too high", { temperature: 2.5 }, "temperature", /is 2\.5, and must be at most 2/],
    ["half a token", { max_tokens: 1.5 }, "max_tokens", /whole number/],
    ["no tokens", { max_tokens: 0 }, "max_tokens", /at least 1, or -1/],
    [
      "40 stop strings",
      { stop: Array.from({ length: 40 }, (_, i) => `s${i}`) },
      "stop",
      /has 40 entries, and may have at most 32/,
    ],
    ["a number among stop strings", { stop: ["a", 5] }, "stop.1", /is a number, and must be a text/],
    ["two answers", { n: 2 }, "n", /One answer/],
    ["probabilities", { logprobs: true }, "logprobs", /Probabilities/],
    ["favoured tokens", { logit_bias: { "100": -100 } }, "logit_bias", /favoured/],
    [
      "tools",
      { tools: [{ type: "function", function: { name: "f" } }] },
      "tools",
      /Functions are not called/,
    ],
    ["a tool that must be called", { tool_choice: "required" }, "tool_choice", /Functions are not called/],
    ["sound", { modalities: ["text", "audio"] }, "modalities", /text alone/],
    ["no messages", { messages: [] }, "messages", /is empty/],
    ["a message that is text", { messages: ["Hi"] }, "messages.0", /is a text, and must be an object/],
    [
      "an unknown role",
      { messages: [{ role: "human", content: "x" }] },
      "messages.0.role",
      /must be one of system, developer/,
    ],
    [
      "an image",
      turn([{ type: "text", text: "See" }, image]),
      "messages.0.content.1",
      /of the type "image_url": the model reads text alone/,
    ],
    ["content that is a number", turn(5), "messages.0.content", /is a number, and must be a text or a list/],
    ["no content", { messages: [{ role: "user" }] }, "messages.0.content", /missing/],
    [
      "a call without a name",
      { messages: [...messages, { role: "assistant", tool_calls: [{ function: {} }] }] },
      "messages.1.tool_calls.0.function.name",
      /missing/,
    ],
    [
      "an unknown form",
      { response_format: { type: "xml" } },
      "response_format.type",
      /must be text, json_object/,
    ],
    [
      "11,000 messages",
      { messages: Array.from({ length: 11_000 }, () => messages[0]) },
      "messages",
      /has 11,000 entries, and may have at most 8,192/,
    ],
  ];
  test.each(cases)("%s", async (_, over, param, message) => {
    const { status, body } = await chat(over);
    expect(body).toEqual({
      error: expect.objectContaining({
        param,
        message: expect.stringMatching(message),
        type: "invalid_request_error",
      }),
    });
    expect(status).toBe(400);
  });

  test("token ids, in embeddings and completions", async () => {
    for (const input of [
      [[9906, 1917], [15339]],
      [9906, 1917],
    ]) {
      const { status, body } = await post("/v1/embeddings", { model: "smol", input });
      expect(status).toBe(400);
      expect(body).toMatchObject({
        error: { param: "input", message: expect.stringContaining("token ids") },
      });
    }
    const prompt = await post("/v1/completions", { model: "smol", prompt: [9906, 1917] });
    expect(prompt.body).toMatchObject({
      error: { param: "prompt", message: expect.stringContaining("token ids") },
    });
  });

  test("several prompts, a suffix, and what a text is too long for", async () => {
    const ask = async (over: object) =>
      (await post("/v1/completions", { model: "smol", prompt: "a", max_tokens: 2, ...over })).body;
    expect(await ask({ prompt: ["a", "b"] })).toMatchObject({
      error: { param: "prompt", message: expect.stringContaining("one text") },
    });
    expect(await ask({ suffix: "z" })).toMatchObject({ error: { param: "suffix" } });
    expect(await ask({ best_of: 2 })).toMatchObject({
      error: { param: "best_of", message: expect.stringContaining("One answer") },
    });
    expect(await ask({ echo: true, logprobs: 1 })).toMatchObject({ error: { param: "logprobs" } });
    expect(await ask({ suffix: "", best_of: 1 })).toMatchObject({ object: "text_completion" });
    expect(await ask({ prompt: "word ".repeat(700) })).toMatchObject({
      error: { param: "prompt", code: "context_length_exceeded" },
    });
    const embedded = await post("/v1/embeddings", { model: "smol", input: "word ".repeat(700) });
    expect(embedded.body).toMatchObject({ error: { param: "input", code: "context_length_exceeded" } });
    const many = await post("/v1/embeddings", {
      model: "smol",
      input: Array.from({ length: 2049 }, () => "a"),
    });
    expect(many.body).toMatchObject({
      error: { param: "input", message: expect.stringContaining("2,049 entries") },
    });
  });

  test("bodies that are no text, too deep or in too many parts", async () => {
    const bad = await post("/v1/chat/completions", new Uint8Array([123, 34, 0xff, 34, 125]));
    expect(bad).toMatchObject({
      status: 400,
      body: { error: { code: "invalid_json", message: expect.stringContaining("UTF-8") } },
    });
    const deep = await post(
      "/v1/chat/completions",
      `{"model":"smol","x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
    );
    expect(deep).toMatchObject({ status: 413, body: { error: { code: "request_too_deep" } } });
    const wide = await post("/v1/chat/completions", `{"model":"smol","x":[${"0,".repeat(1_000_000)}0]}`);
    expect(wide).toMatchObject({ status: 413, body: { error: { code: "request_too_large" } } });
  });
});

describe("calls of functions in a history reach the template", () => {
  const call = { id: "c1", type: "function", function: { name: "get_hour", arguments: '{"city":"Lima"}' } };
  const tokens = async (turns: object[]) =>
    (
      (await chat({ messages: [...messages, ...turns] })).body as unknown as {
        usage: { prompt_tokens: number };
      }
    ).usage.prompt_tokens;

  test("in each of the forms that programs write", async () => {
    const answer = { role: "tool", tool_call_id: "c1", content: "10:00" };
    const without = await tokens([{ role: "assistant", content: "" }, answer]);
    const forms = [
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "assistant", content: "", tool_calls: [call] },
      {
        role: "assistant",
        tool_calls: [{ ...call, function: { ...call.function, arguments: { city: "Lima" } } }],
      },
      { role: "assistant", content: null, function_call: call.function },
    ];
    for (const form of forms)
      expect(await tokens([form, answer]), JSON.stringify(form)).toBeGreaterThan(without + 10);
  });

  test("a refusal is what the assistant said", async () => {
    const refused = await tokens([
      { role: "assistant", content: null, refusal: "I cannot tell you that, sorry." },
      messages[0]!,
    ]);
    const silent = await tokens([{ role: "assistant", content: "" }, messages[0]!]);
    expect(refused).toBeGreaterThan(silent + 5);
  });
});

describe("answers are held to a schema", () => {
  const ask = (schema: object, over: object = {}) =>
    chat({
      max_tokens: 120,
      messages: [{ role: "user", content: "Tell me about Paris as JSON." }],
      response_format: { type: "json_schema", json_schema: { name: "a", strict: true, schema } },
      ...over,
    });

  test("unions, references, optional objects, bounds, patterns", async () => {
    const schema = {
      type: "object",
      properties: {
        country: { $ref: "#/definitions/Code" },
        size: { anyOf: [{ type: "integer", minimum: 1, maximum: 9 }, { type: "null" }] },
        kind: { enum: ["city", 7, null] },
        tags: { type: "array", items: { type: "string", maxLength: 6 }, minItems: 1, maxItems: 2 },
        river: { type: "object", properties: { name: { type: "string", maxLength: 8 } } },
      },
      required: ["country", "size", "kind", "tags", "river"],
      additionalProperties: false,
      definitions: { Code: { type: "string", pattern: "^[A-Z]{2}$" } },
    };
    const value = JSON.parse(textOf(await ask(schema)));
    expect(value.country).toMatch(/^[A-Z]{2}$/);
    expect(value.size === null || (value.size >= 1 && value.size <= 9)).toBe(true);
    expect(["city", 7, null]).toContain(value.kind);
    expect(value.tags.length).toBeGreaterThanOrEqual(1);
    expect(Object.keys(value.river)).toEqual(["name"]);
  });

  test("a number, a list of values and a tuple at the root", async () => {
    expect(
      JSON.parse(textOf(await ask({ type: "integer", minimum: 10, maximum: 12 }))),
    ).toBeGreaterThanOrEqual(10);
    expect(["yes", "no"]).toContain(JSON.parse(textOf(await ask({ enum: ["yes", "no"] }))));
    const pair = JSON.parse(
      textOf(await ask({ type: "array", prefixItems: [{ type: "boolean" }, { const: "x" }], items: false })),
    );
    expect(pair).toEqual([expect.any(Boolean), "x"]);
  });

  test("what cannot be held is refused with keyword and pointer, before a model is loaded for it", async () => {
    const { status, body } = await ask({
      type: "object",
      properties: { a: { type: "array", uniqueItems: true } },
    });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: {
        code: "invalid_schema",
        param: "response_format",
        message: expect.stringMatching(/uniqueItems at #\/properties\/a\/uniqueItems/),
      },
    });
    const big = await ask({ enum: Array.from({ length: 50_000 }, (_, i) => i) });
    expect(big.body).toMatchObject({
      error: { code: "invalid_schema", message: expect.stringContaining("1,000") },
    });
  });

  test("a stop string inside the JSON is told, whole and in a stream", async () => {
    const schema = { type: "object", properties: { city: { type: "string" } } };
    const { status, body } = await ask(schema, { stop: ['"city"'] });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { error: { code: "invalid_value", param: "stop" } },
    });
    const streamed = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: "POST",
      body: JSON.stringify({
        model: "smol",
        messages,
        stop: ['"city"'],
        stream: true,
        response_format: { type: "json_object", schema },
      }),
    });
    expect(await streamed.text()).toMatch(/"param":"stop","code":"invalid_value"\}\}\n\n$/);
  });
});
