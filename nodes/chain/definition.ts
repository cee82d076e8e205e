import { z } from "zod";
import { addressOrNoneParam } from "@/graph/address";
import { defineNode } from "@/graph/define-node";
import { type Problem, problem } from "@/graph/problems";
import { chainInputs, readTemplate, TEMPLATE_FAULTS } from "./template";

export const chain = defineNode({
  kind: "chain",
  version: 1,
  codeVersion: 1,
  category: "ship",
  order: 30,
  icon: "link",
  aliases: [
    "langchain",
    "lcel",
    "prompt",
    "prompt template",
    "json output",
    "structured output",
    "agent",
    "cadena",
    "plantilla",
    "cadeia",
  ],
  params: z.object({
    promptTemplate: z.string().min(1).default("{question}").meta({ widget: "code" }),
    systemMessage: z.string().default("").meta({ widget: "code" }),
    output: z.enum(["text", "json"]).default("text").meta({ widget: "select" }),
    jsonSchema: z.string().default("").meta({ widget: "code" }),
    slug: addressOrNoneParam(),
    temperature: z.number().min(0).max(2).default(0).meta({ widget: "slider" }),
    maxTokens: z.number().int().min(1).max(131_072).default(512).meta({ unit: "tokens", advanced: true }),
    stop: z.array(z.string().min(1)).max(4).default([]).meta({ widget: "multiselect", advanced: true }),
  }),
  inputs: { endpoint: { want: { type: "endpoint" }, labels: "flow" } },
  outputs: { chain: { type: "chain" } },
  infer({ promptTemplate, systemMessage, slug, output, jsonSchema }, { endpoint }) {
    const name = slug || endpoint?.slug;
    return {
      chain: {
        type: "chain",
        inputs: chainInputs(systemMessage, promptTemplate),
        outputs: output === "text" ? ["text"] : propertiesOf(jsonSchema),
        ...(name && { slug: name }),
      },
    };
  },
  check({ promptTemplate, systemMessage, output, jsonSchema }, { endpoint }) {
    const problems: Problem[] = [];
    if (systemMessage.trim() !== "" && endpoint?.noInstructions)
      problems.push(
        problem("instructions-refused", { param: "systemMessage" }, { endpoint: endpoint.slug ?? "" }),
      );
    for (const [param, template] of [
      ["promptTemplate", promptTemplate],
      ["systemMessage", systemMessage],
    ] as const) {
      const { fault } = readTemplate(template);
      if (fault) problems.push(problem(TEMPLATE_FAULTS[fault.code], { param }, { position: fault.at + 1 }));
    }
    if (chainInputs(systemMessage, promptTemplate).length === 0)
      problems.push(problem("template-without-inputs", { param: "promptTemplate", severity: "warning" }));
    if (output === "json" && jsonSchema.trim() !== "" && !parseSchema(jsonSchema))
      problems.push(problem("schema-unreadable", { param: "jsonSchema" }));
    return problems;
  },
  resources: () => ({ threads: 1, gpus: 0, memoryBytes: 50e6 }),
  estimate: () => ({ seconds: 1, memoryBytes: 50e6, diskBytes: 4096, wattHours: 0 }),
  cache: "never",
  telling: ["promptTemplate", "output"],
});

/** The schema if the text is one: a JSON object. */
export function parseSchema(text: string): Record<string, unknown> | undefined {
  try {
    const schema: unknown = JSON.parse(text);
    return typeof schema === "object" && schema !== null && !Array.isArray(schema)
      ? (schema as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function propertiesOf(jsonSchema: string): string[] {
  const properties = parseSchema(jsonSchema)?.properties;
  return typeof properties === "object" && properties !== null ? Object.keys(properties) : ["json"];
}
