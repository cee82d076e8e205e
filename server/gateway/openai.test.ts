import { ChatOpenAI } from "@langchain/openai";
import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveTestGateway } from "./_testing/serve";

let gateway: Awaited<ReturnType<typeof serveTestGateway>>;
let openai: OpenAI;
beforeAll(async () => {
  gateway = await serveTestGateway();
  openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: "none", maxRetries: 0 });
});
afterAll(() => gateway.close());

const QUESTION = [{ role: "user" as const, content: "What is the capital of France?" }];
const post = (body: object | string, path = "/v1/chat/completions", headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
async function events(response: Response): Promise<string[]> {
  const text = await response.text();
  expect(text.endsWith("\n\n")).toBe(true);
  return text
    .trimEnd()
    .split("\n\n")
    .map((line) => line.replace(/^data: /, ""));
}

test("OpenAI's client gets an answer, usage and a unique id", async () => {
  const ask = () => openai.chat.completions.create({ model: "smol", messages: QUESTION, max_tokens: 8 });
  const [one, two] = [await ask(), await ask()];
  expect(one.choices[0]?.message).toMatchObject({
    role: "assistant",
    content: expect.stringContaining("Paris"),
  });
  expect(one.object).toBe("chat.completion");
  expect(one.usage?.prompt_tokens).toBe(37);
  expect(one.usage?.total_tokens).toBe(37 + (one.usage?.completion_tokens ?? 0));
  expect(two.id).not.toBe(one.id);
});

test("OpenAI's client streams", async () => {
  const stream = await openai.chat.completions.create({
    model: "smol",
    messages: QUESTION,
    max_completion_tokens: 6,
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = "";
  let usage: OpenAI.CompletionUsage | null | undefined;
  let finish: string | null | undefined;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? "";
    finish = chunk.choices[0]?.finish_reason ?? finish;
    usage = chunk.usage ?? usage;
  }
  expect(text).toContain("capital of France");
  expect(finish).toBe("length");
  expect(usage).toEqual({ prompt_tokens: 37, completion_tokens: 6, total_tokens: 43 });
});

test("the stream has OpenAI's form: role first, the reason last, then [DONE]", async () => {
  const response = await post({ model: "smol", messages: QUESTION, max_tokens: 3, stream: true });
  expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  const lines = await events(response);
  expect(lines.at(-1)).toBe("[DONE]");
  const chunks = lines.slice(0, -1).map((line) => JSON.parse(line));
  expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  expect(chunks.every(({ object, usage }) => object === "chat.completion.chunk" && usage === undefined)).toBe(
    true,
  );
  expect(chunks[0].choices[0]).toMatchObject({
    delta: { role: "assistant", content: "" },
    finish_reason: null,
  });
  expect(chunks.at(-1).choices[0]).toMatchObject({ delta: {}, finish_reason: "length" });
  const middle = chunks.slice(1, -1);
  expect(middle.every(({ choices }) => typeof choices[0].delta.content === "string")).toBe(true);
});

test("stop strings, seed and null fields are understood", async () => {
  const ask = (over: object) =>
    openai.chat.completions.create({ model: "smol", messages: QUESTION, max_tokens: 12, ...over });
  const stopped = await ask({ stop: "is", temperature: null, top_p: null });
  expect(stopped.choices[0]).toMatchObject({
    finish_reason: "stop",
    message: { content: "The capital of France " },
  });
  const drawn = { temperature: 1.5, seed: 11 };
  const [a, b] = [await ask(drawn), await ask(drawn)];
  expect(b.choices[0]?.message.content).toBe(a.choices[0]?.message.content);
});

test("a schema holds the answer to its form", async () => {
  const schema = { type: "object", properties: { city: { type: "string" } } };
  const answer = await openai.chat.completions.create({
    model: "smol",
    messages: QUESTION,
    response_format: { type: "json_schema", json_schema: { name: "city", schema } },
  });
  expect(Object.keys(JSON.parse(answer.choices[0]?.message.content ?? ""))).toEqual(["city"]);
  expect(answer.choices[0]?.finish_reason).toBe("stop");
  expect(answer.usage?.completion_tokens).toBeLessThan(30);
});

test("unions, references and bounds hold an answer too, and it is checked whole", async () => {
  const schema = {
    type: "object",
    properties: {
      city: { $ref: "#/$defs/City" },
      country: { anyOf: [{ type: "string", maxLength: 20 }, { type: "null" }] },
      rank: { type: "integer", minimum: 1, maximum: 9 },
    },
    required: ["city", "country", "rank"],
    additionalProperties: false,
    $defs: { City: { type: "string", pattern: "^[A-Z][a-z]{2,12}$" } },
  };
  const answer = await openai.chat.completions.create({
    model: "smol",
    messages: QUESTION,
    response_format: { type: "json_schema", json_schema: { name: "city", schema, strict: true } },
  });
  const { city, country, rank } = JSON.parse(answer.choices[0]?.message.content ?? "");
  expect(city).toMatch(/^[A-Z][a-z]{2,12}$/);
  expect(country === null || typeof country === "string").toBe(true);
  expect(rank).toBeGreaterThanOrEqual(1);
  expect(rank).toBeLessThanOrEqual(9);
});

test("JSON mode gives an object", async () => {
  const answer = await openai.chat.completions.create({
    model: "smol",
    messages: [{ role: "user", content: "Give the capital of France as JSON with one key, city." }],
    max_tokens: 60,
    response_format: { type: "json_object" },
  });
  const [choice] = answer.choices;
  expect(choice?.message.content).toMatch(/^\{/);
  if (choice?.finish_reason === "stop") JSON.parse(choice.message.content ?? "");
});

test.each([
  [{ not: { type: "string" } }, "No answer can be held to not at #"],
  [{ type: "object", properties: { a: { tpye: "string" } } }, "does not know: tpye"],
  [{ $ref: "https://example.org/schema.json" }, "refers at # to https://example.org/schema.json"],
  [{ enum: Array.from({ length: 50_000 }, (_, i) => `v${i}`) }, "more than 1,000 values in its enums"],
])("a schema that no answer can be held to is refused with the place: %#", async (schema, says) => {
  const request = openai.chat.completions.create({
    model: "smol",
    messages: QUESTION,
    response_format: { type: "json_schema", json_schema: { name: "x", schema } },
  });
  await expect(request).rejects.toMatchObject({
    status: 400,
    code: "invalid_schema",
    param: "response_format",
  });
  await expect(request).rejects.toThrow(says);
});

test.each([
  [
    { stop: Array.from({ length: 33 }, (_, i) => `s${i}`) },
    "`stop` has 33 entries, and may have at most 32.",
  ],
  [{ stop: 7 }, "`stop` is a number, and must be a text or a list."],
  [{ temperature: "hot" }, "`temperature` is a text, and must be a number."],
  [{ max_tokens: 0 }, "`max_tokens` must be at least 1, or -1 for no limit."],
  [{ top_p: 2 }, "`top_p` is 2, and must be at most 1."],
  [{ messages: 7 }, "`messages` is a number, and must be a list."],
  [{ messages: [] }, "`messages` is empty."],
  [
    { messages: [{ role: "robot", content: "x" }] },
    '`messages.0.role` is "robot", and must be one of system, developer, user, assistant, tool, function.',
  ],
  [{ messages: [{ content: "x" }] }, "`messages.0.role` is missing."],
  [
    { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "x" } }] }] },
    '`messages.0.content.0` is of the type "image_url": the model reads text alone.',
  ],
  [
    { messages: Array.from({ length: 20_000 }, () => ({ role: "user", content: "x" })) },
    "`messages` has 20,000 entries, and may have at most 8,192.",
  ],
])("what is wrong with a chat request is said of the field that is wrong: %#", async (over, says) => {
  const response = await post({ model: "smol", messages: QUESTION, ...over });
  expect(response.status).toBe(400);
  expect((await response.json()).error.message).toBe(says);
});

test("token ids are refused for what they are", async () => {
  const says = "holds token ids, which are another model's numbers as likely as this one's. Send the text.";
  for (const [path, field, value] of [
    ["/v1/embeddings", "input", [1, 2, 3]],
    ["/v1/embeddings", "input", [[1, 2], [3]]],
    ["/v1/completions", "prompt", [1, 2, 3]],
  ] as const) {
    const response = await post({ model: "smol", [field]: value }, path);
    expect([response.status, (await response.json()).error.message]).toEqual([400, `\`${field}\` ${says}`]);
  }
});

test("-1 for no limit is taken as clients mean it, and fields that nothing is done with are named", async () => {
  const response = await post({
    ...{ model: "smol", messages: QUESTION, max_tokens: -1, user: "u1", store: false, mystery: 1 },
    stop: ["."],
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("x-telar-ignored")).toBe("user, store, mystery");
  expect(response.headers.get("x-telar-version")).toBe("3");
});

test("plain completions continue a text", async () => {
  const whole = await openai.completions.create({
    model: "smol",
    prompt: "One, two, three, four, five,",
    max_tokens: 5,
  });
  expect(whole.object).toBe("text_completion");
  expect(whole.choices[0]?.text).toContain("six");
  let text = "";
  const stream = await openai.completions.create({
    model: "smol",
    prompt: "One, two, three, four, five,",
    max_tokens: 5,
    stream: true,
  });
  for await (const chunk of stream) text += chunk.choices[0]?.text ?? "";
  expect(text).toBe(whole.choices[0]?.text);
});

test("embeddings come as OpenAI's client reads them, and as plain numbers", async () => {
  const packed = await openai.embeddings.create({ model: "smol", input: ["a cat", "a law"] });
  expect(packed.data.map(({ index }) => index)).toEqual([0, 1]);
  expect(packed.data[0]?.embedding).toHaveLength(576);
  const plain = await openai.embeddings.create({ model: "smol", input: "a cat", encoding_format: "float" });
  expect(plain.data[0]?.embedding[0]).toBeCloseTo(packed.data[0]?.embedding[0] ?? 0, 5);
  expect(packed.usage.prompt_tokens).toBeGreaterThan(0);
});

test("models are listed; a stopped one is not", async () => {
  const ids = (await openai.models.list()).data.map(({ id }) => id);
  expect(ids).toEqual(["smol"]);
  expect(await openai.models.retrieve("smol")).toMatchObject({
    id: "smol",
    object: "model",
    owned_by: "telar",
  });
});

test("LangChain's ChatOpenAI works unchanged, whole and streamed", async () => {
  const model = new ChatOpenAI({
    model: "smol",
    apiKey: "none",
    maxTokens: 8,
    configuration: { baseURL: `${gateway.url}/v1` },
  });
  const answer = await model.invoke("What is the capital of France?");
  expect(answer.text).toContain("Paris");
  expect(answer.usage_metadata).toMatchObject({ input_tokens: 37 });
  let text = "";
  for await (const piece of await model.stream("What is the capital of France?")) text += piece.text;
  expect(text).toBe(answer.text);
});

test("errors are OpenAI's objects with the right status", async () => {
  const cases: [object | string, number, object][] = [
    [{ model: "nobody", messages: QUESTION }, 404, { code: "model_not_found", param: "model" }],
    [{ model: "asleep", messages: QUESTION }, 404, { code: "model_stopped", param: "model" }],
    [{ messages: QUESTION }, 400, { code: "missing_required_parameter", param: "model" }],
    [{ model: "smol", messages: [] }, 400, { param: "messages" }],
    [
      { model: "smol", messages: QUESTION, temperature: 3 },
      400,
      { param: "temperature", type: "invalid_request_error" },
    ],
    [{ model: "smol", messages: QUESTION, n: 2 }, 400, { param: "n", code: "unsupported_parameter" }],
    [{ model: "smol", messages: QUESTION, tools: [{ type: "function" }] }, 400, { param: "tools" }],
    [
      { model: "smol", messages: [{ role: "user", content: "word ".repeat(700) }] },
      400,
      { code: "context_length_exceeded" },
    ],
    ["{", 400, { code: "invalid_json" }],
  ];
  for (const [body, status, error] of cases) {
    const response = await post(body);
    expect(response.status, JSON.stringify(error)).toBe(status);
    expect(await response.json()).toEqual({
      error: expect.objectContaining({ message: expect.any(String), type: expect.any(String), ...error }),
    });
  }
  expect((await post({}, "/v1/images/generations")).status).toBe(404);
  await expect(
    openai.chat.completions.create({ model: "nobody", messages: QUESTION }),
  ).rejects.toBeInstanceOf(OpenAI.NotFoundError);
});

test("a context overflow is refused before a stream begins", async () => {
  const messages = [{ role: "user", content: "word ".repeat(700) }];
  const response = await post({ model: "smol", messages, stream: true });
  expect(response.status).toBe(400);
  const { error } = (await response.json()) as { error: { message: string } };
  expect(error.message).toMatch(/512/);
});

test("a client that goes away ends the generation", async () => {
  const stop = new AbortController();
  const stream = await openai.chat.completions.create(
    {
      model: "smol",
      messages: [{ role: "user", content: "Count from one to five hundred." }],
      max_tokens: 450,
      stream: true,
    },
    { signal: stop.signal },
  );
  for await (const _chunk of stream) break;
  stop.abort();
  const lease = await gateway.backends.use({ id: "d1", teamId: "team", digest: "sha256:a", name: "smol" });
  await expect.poll(() => lease.backend.load.busy, { timeout: 5_000 }).toBe(0);
  const whole = new AbortController();
  const asked = openai.chat.completions.create(
    {
      model: "smol",
      messages: [{ role: "user", content: "Count from one to five hundred." }],
      max_tokens: 450,
    },
    { signal: whole.signal },
  );
  await expect.poll(() => lease.backend.load.busy, { timeout: 5_000 }).toBe(1);
  whole.abort();
  await expect(asked).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
  await expect.poll(() => lease.backend.load.busy, { timeout: 5_000 }).toBe(0);
  lease.release();
});

test("more requests than sequences wait their turn and are all answered", async () => {
  const answers = await Promise.all(
    Array.from({ length: 6 }, () =>
      openai.chat.completions.create({ model: "smol", messages: QUESTION, max_tokens: 6 }),
    ),
  );
  for (const { choices } of answers) expect(choices[0]?.message.content).toContain("capital of France");
});

test("metrics count requests and tokens by deployment", async () => {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(text).toMatch(
    /telar_gateway_requests_total\{route="\/v1\/chat\/completions",model="smol",status="200"\} \d+/,
  );
  expect(text).toMatch(/telar_gateway_tokens_total\{model="smol",kind="completion"\} \d+/);
  expect(text).toMatch(/telar_gateway_models_loaded 1/);
  expect(text).not.toContain("nobody");
});

test.each([
  ["GET", "/v1/chat/completions", "POST"],
  ["DELETE", "/v1/embeddings", "POST"],
  ["POST", "/v1/models", "GET"],
  ["PUT", "/v1/models/smol", "GET"],
])("%s %s is told which method is taken", async (method, path, allowed) => {
  const response = await fetch(`${gateway.url}${path}`, { method });
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")).toBe(allowed);
  expect((await response.json()).error).toMatchObject({ code: "method_not_allowed" });
});
