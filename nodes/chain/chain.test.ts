import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readChain } from "@/engines/serving/chain-file";
import { asInput, fakeContext } from "../_testing/context";
import { chain } from "./definition";
import probe from "./probe";
import run from "./run";
import { chainInputs, readTemplate } from "./template";

test("inputs are the names in single braces, each once, in order", () => {
  expect(chainInputs("You help {team}.", "{question} for {team} {{not}} {context_2}")).toEqual([
    "team",
    "question",
    "context_2",
  ]);
});

test("faults are found where they are", () => {
  expect(readTemplate("a {b").fault).toEqual({ code: "brace-open", at: 2 });
  expect(readTemplate("a b}").fault).toEqual({ code: "brace-close", at: 3 });
  expect(readTemplate("{ }").fault).toEqual({ code: "name-empty", at: 0 });
});

test("LangChain sees the same inputs in every template without a fault", () => {
  const piece = fc.oneof(
    fc.constantFrom("{a}", "{question}", "{{", "}}", "{x_1}", "text", " ", "\n", "{{a}}"),
    fc.string({ maxLength: 5 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const template = pieces.join("");
      const { inputs, fault } = readTemplate(template);
      fc.pre(!fault);
      const prompt = ChatPromptTemplate.fromMessages([["human", template]]);
      expect([...prompt.inputVariables].sort()).toEqual([...inputs].sort());
    }),
  );
});

async function endpoint(root: string) {
  const served = {
    slug: "support",
    model: "input",
    modelDigest: "sha256:m",
    config: { contextLength: 512, parallel: 1, temperature: 0, maxTokens: 64 },
  };
  await writeFile(join(root, "endpoint.json"), JSON.stringify(served));
  return asInput({ dir: root, type: { type: "endpoint", slug: "support" } });
}

test("the definition names the endpoint, its inputs and how the answer is read", async () => {
  const { ctx, root } = await fakeContext(chain);
  const jsonSchema = '{"type":"object","properties":{"city":{"type":"string"}}}';
  const params = chain.params.parse({ promptTemplate: "Where is {place}?", output: "json", jsonSchema });
  const { chain: out } = await run({ inputs: { endpoint: await endpoint(root) }, params, ctx });
  const file = await readChain(out.dir);
  expect(file).toMatchObject({ slug: "support", endpoint: "support", inputs: ["place"], output: "json" });
  expect(file.jsonSchema).toEqual(JSON.parse(jsonSchema));
  expect(out.type).toEqual({ type: "chain", slug: "support", inputs: ["place"], outputs: ["city"] });
});

test("a template or schema with a fault is refused at check and in the run", async () => {
  const params = chain.params.parse({ promptTemplate: "{open", output: "json", jsonSchema: "[1]" });
  expect(chain.check?.(params, {}).map(({ code }) => code)).toEqual([
    "template-brace-open",
    "template-without-inputs",
    "schema-unreadable",
  ]);
  const { ctx, root } = await fakeContext(chain);
  const input = await endpoint(root);
  await expect(run({ inputs: { endpoint: input }, params, ctx })).rejects.toMatchObject({
    reason: "template-brace-open",
  });
});

const schemaOf = (text: string) => chain.params.parse({ output: "json", jsonSchema: text });
/** A grammar cannot look back at what stood before. */
const UNHELD = '{"type":"array","items":{"type":"integer"},"uniqueItems":true}';

test("a schema that is none is told while it is edited, one that a model here cannot be held to when it is published", async () => {
  await expect(probe(schemaOf('{"type":"strin"}'))).rejects.toMatchObject({
    reason: "json-schema-malformed",
  });
  await expect(probe(schemaOf('{"typ":"string"}'))).rejects.toMatchObject({ reason: "json-schema-unknown" });
  expect(await probe(schemaOf('{"type":"string"}'))).toBeUndefined();
  // A server elsewhere may hold it.
  expect(await probe(schemaOf(UNHELD))).toBeUndefined();
  const { ctx, root } = await fakeContext(chain);
  await expect(
    run({ inputs: { endpoint: await endpoint(root) }, params: schemaOf(UNHELD), ctx }),
  ).rejects.toMatchObject({ reason: "json-schema-unheld" });
});

test("instructions for a model that takes none are refused before anything is published", async () => {
  const { ctx, root } = await fakeContext(chain);
  const params = chain.params.parse({ systemMessage: "Be brief.", promptTemplate: "{question}" });
  const type = { type: "endpoint", slug: "support", noInstructions: true } as const;
  expect(chain.check?.(params, { endpoint: type })).toMatchObject([
    { code: "instructions-refused", param: "systemMessage" },
  ]);
  await endpoint(root);
  await expect(
    run({ inputs: { endpoint: asInput({ dir: root, type }) }, params, ctx }),
  ).rejects.toMatchObject({ reason: "instructions-refused" });
});
