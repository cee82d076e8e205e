import { type ChainFile, writeChain } from "@/engines/serving/chain-file";
import { readEndpoint } from "@/engines/serving/endpoint-file";
import { Failure } from "@/graph/problems";
import { defineRunner } from "@/graph/runner";
import { chain, parseSchema } from "./definition";
import { checkSchema } from "./probe";
import { chainInputs, readTemplate, TEMPLATE_FAULTS } from "./template";

export default defineRunner(chain, async ({ inputs: { endpoint }, params, ctx }) => {
  const { promptTemplate, systemMessage, output, jsonSchema, temperature, maxTokens, stop } = params;
  for (const template of [promptTemplate, systemMessage]) {
    const { fault } = readTemplate(template);
    if (fault) throw new Failure("INVALID_INPUT", TEMPLATE_FAULTS[fault.code], { position: fault.at + 1 });
  }
  if (systemMessage.trim() !== "" && endpoint.facts.noInstructions)
    throw new Failure("INVALID_INPUT", "instructions-refused", { endpoint: endpoint.facts.slug ?? "" });
  const schema = output === "json" && jsonSchema.trim() !== "" ? parseSchema(jsonSchema) : undefined;
  if (output === "json" && jsonSchema.trim() !== "" && !schema)
    throw new Failure("INVALID_INPUT", "schema-unreadable", {});

  const served = await readEndpoint(endpoint.dir);
  if (schema) checkSchema(schema, { ours: served.kind === "llama" });
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
  await writeChain(folder.dir, file);
  const { outputs = ["text"] } = chain.infer(params, {}).chain ?? {};
  return { chain: folder.seal({ slug: file.slug, inputs: file.inputs, outputs }) };
});
