import { afterAll, beforeAll, expect, test } from "vitest";
import type { ChainFile } from "@/engines/serving/chain-file";
import { serveTestGateway } from "./_testing/serve";

const base: ChainFile = {
  slug: "capital",
  endpoint: "smol",
  promptTemplate: "What is the capital of {country}?",
  inputs: ["country"],
  output: "text",
  temperature: 0,
  maxTokens: 8,
  stop: [],
};
const chains: ChainFile[] = [
  base,
  {
    ...base,
    slug: "capital-json",
    systemMessage: "You know {topic}. Braces: {{}}",
    inputs: ["topic", "country"],
    output: "json",
    jsonSchema: { type: "object", properties: { city: { type: "string" } } },
    maxTokens: 60,
  },
  {
    ...base,
    slug: "cut",
    output: "json",
    jsonSchema: { type: "object", properties: { city: { type: "string" } } },
    maxTokens: 3,
  },
  { ...base, slug: "orphan", endpoint: "nobody" },
];

let gateway: Awaited<ReturnType<typeof serveTestGateway>>;
beforeAll(async () => {
  gateway = await serveTestGateway({ chains });
});
afterAll(() => gateway.close());
const call = (slug: string, body: object) =>
  fetch(`${gateway.url}/chains/${slug}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

test("a chain fills its prompt and answers with text and usage", async () => {
  const response = await call("capital", { input: { country: "France" } });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    output: expect.stringContaining("Paris"),
    usage: { prompt_tokens: 37, completion_tokens: expect.any(Number), total_tokens: expect.any(Number) },
  });
});

test("a chain with one input takes it as plain text", async () => {
  const { output } = (await (await call("capital", { input: "France" })).json()) as { output: string };
  expect(output).toContain("Paris");
});

test("a JSON chain answers with a value of the schema's form", async () => {
  const response = await call("capital-json", { input: { topic: "geography", country: "France" } });
  const { output } = (await response.json()) as { output: { city: string } };
  expect(typeof output.city).toBe("string");
});

test("streamed pieces add up to the output that comes last", async () => {
  const response = await call("capital", { input: "France", stream: true });
  expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  const lines = (await response.text())
    .trimEnd()
    .split("\n\n")
    .map((line) => line.replace(/^data: /, ""));
  expect(lines.at(-1)).toBe("[DONE]");
  const sent = lines.slice(0, -1).map((line) => JSON.parse(line));
  const last = sent.at(-1);
  expect(
    sent
      .slice(0, -1)
      .map(({ delta }) => delta)
      .join(""),
  ).toBe(last.output);
  expect(sent.length).toBeGreaterThan(3);
});

test("what is wrong is said with a code", async () => {
  const cases: [string, object, number, object][] = [
    ["capital", { input: {} }, 400, { code: "missing_input", param: "input.country" }],
    ["capital-json", { input: "France" }, 400, { code: "missing_input", param: "input.topic" }],
    ["nothing", { input: "France" }, 404, { code: "chain_not_found" }],
    ["orphan", { input: "France" }, 404, { code: "model_not_found" }],
    ["cut", { input: "France" }, 422, { code: "output_cut" }],
  ];
  for (const [slug, body, status, error] of cases) {
    const response = await call(slug, body);
    expect(await response.json(), slug).toMatchObject({ error });
    expect(response.status, slug).toBe(status);
  }
});

test("chains are listed, and one shows its definition", async () => {
  const list = (await (await fetch(`${gateway.url}/chains`)).json()) as { data: { slug: string }[] };
  expect(list.data.map(({ slug }) => slug)).toEqual(chains.map(({ slug }) => slug));
  expect(await (await fetch(`${gateway.url}/chains/capital`)).json()).toEqual(base);
});
