import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type EndpointFile, parseEndpoint, readEndpoint, writeEndpoint } from "./endpoint-file";

const config = { contextLength: 512, parallel: 2, temperature: 0, maxTokens: 64 };
const llama: EndpointFile = {
  kind: "llama",
  slug: "support",
  model: "self",
  modelDigest: "sha256:m",
  adapterDigest: "sha256:a",
  config: { ...config, systemPrompt: "Be brief." },
};

test("what is written is read again, and names its version and kind first", async () => {
  const dir = await mkdtemp(join(tmpdir(), "telar-endpoint-"));
  await writeEndpoint(dir, llama);
  expect(await readEndpoint(dir)).toEqual(llama);
  const keys = Object.keys(JSON.parse(await readFile(join(dir, "endpoint.json"), "utf8")));
  expect(keys.slice(0, 3)).toEqual(["version", "kind", "slug"]);
});

test("an endpoint that version 1 wrote is read as one of llama.cpp", async () => {
  const old = await readFile(join(import.meta.dirname, "_fixtures/endpoint-1.json"), "utf8");
  expect(parseEndpoint(old)).toEqual({
    kind: "llama",
    slug: "support-assistant",
    model: "input",
    modelDigest: JSON.parse(old).modelDigest,
    modelName: "SmolLM2",
    config: {
      contextLength: 2048,
      parallel: 2,
      temperature: 0.7,
      maxTokens: 512,
      systemPrompt: "Be brief.",
    },
  });
});

test("what this version does not know is refused by name", () => {
  const file = (over: object) => JSON.stringify({ version: 2, ...llama, ...over });
  const reasons: [string, string, object][] = [
    [file({ kind: "vllm" }), "endpoint-kind-unknown", { kind: "vllm" }],
    [file({ kind: "constructor" }), "endpoint-kind-unknown", { kind: "constructor" }],
    [file({ kind: undefined }), "endpoint-kind-unknown", { kind: "undefined" }],
    [file({ version: 3 }), "endpoint-newer", { version: "3" }],
    [file({ version: "2" }), "endpoint-newer", { version: "2" }],
    [file({ slug: "No Slug" }), "endpoint-unreadable", { detail: expect.stringContaining("slug") }],
    [file({ config: { ...config, parallel: 0 } }), "endpoint-unreadable", {}],
    ["[]", "endpoint-unreadable", { detail: "it is not a JSON object" }],
    ["{", "endpoint-unreadable", {}],
  ];
  for (const [text, reason, values] of reasons) {
    const read = () => parseEndpoint(text);
    expect(read, text).toThrow(expect.objectContaining({ reason }));
    expect(read, text).toThrow(expect.objectContaining({ values: expect.objectContaining(values) }));
  }
});

test("a folder without the file says so", async () => {
  const dir = await mkdtemp(join(tmpdir(), "telar-endpoint-"));
  await expect(readEndpoint(dir)).rejects.toMatchObject({
    reason: "endpoint-unreadable",
    values: { detail: "endpoint.json is missing" },
  });
});
