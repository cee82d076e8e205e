import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ChainFile } from "@/engines/llama/chain-file";
import { endpointFileSchema } from "@/engines/llama/endpoint-file";
import { Failure } from "@/graph/problems";
import { defineRunner } from "@/graph/runner";
import { chain, parseSchema } from "./definition";
import { chainInputs, readTemplate } from "./template";

export default defineRunner(chain, async ({ inputs: { endpoint }, params, ctx }) => {
  const { promptTemplate, systemMessage, output, jsonSchema, temperature, maxTokens, stop } = params;
  for (const template of [promptTemplate, systemMessage]) {
    const { fault } = readTemplate(template);
    if (fault) throw new Failure("INVALID_INPUT", `template-${fault.code}`, { position: fault.at + 1 });
  }
  const schema = output === "json" && jsonSchema.trim() !== "" ? parseSchema(jsonSchema) : undefined;
  if (output === "json" && jsonSchema.trim() !== "" && !schema)
    throw new Failure("INVALID_INPUT", "schema-unreadable", {});

  const served = endpointFileSchema.parse(
    JSON.parse(await readFile(join(endpoint.dir, "endpoint.json"), "utf8")),
  );
  const file: ChainFile = {
    slug: params.slug || served.slug,
    endpoint: served.slug,
    ...(systemMessage && { systemMessage }),
    promptTemplate,
    inputs: chainInputs(systemMessage, promptTemplate),
    output,
    ...(schema && { jsonSchema: schema }),
    temperature,
    maxTokens,
    stop,
  };
  const folder = await ctx.artifacts.open("chain");
  await writeFile(join(folder.dir, "chain.json"), `${JSON.stringify(file, null, 2)}\n`);
  const { outputs = ["text"] } = chain.infer(params, {}).chain ?? {};
  return { chain: folder.seal({ slug: file.slug, inputs: file.inputs, outputs }) };
});
