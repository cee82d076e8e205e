import { z } from "zod";
import { addressParam } from "@/graph/address";
import { defineNode } from "@/graph/define-node";
import { type Problem, problem } from "@/graph/problems";

export const endpoint = defineNode({
  kind: "endpoint",
  version: 1,
  codeVersion: 1,
  category: "ship",
  order: 25,
  icon: "server",
  aliases: [
    "ollama",
    "lm studio",
    "vllm",
    "openai",
    "openrouter",
    "remote model",
    "external api",
    "proxy",
    "gateway",
    "servidor",
    "modelo remoto",
  ],
  params: z.object({
    slug: addressParam(),
    url: z.string().trim().min(1).meta({ widget: "text" }),
    model: z.string().trim().min(1).meta({ widget: "text" }),
    apiKey: z
      .object({ secret: z.string().min(1) })
      .optional()
      .meta({ widget: "secret" }),
    privateNetwork: z.boolean().default(false),
    keyHeader: z
      .string()
      .trim()
      .regex(/^[A-Za-z0-9-]{1,64}$/, "header")
      .default("Authorization")
      .meta({ widget: "text", advanced: true }),
    timeoutSeconds: z.number().int().min(1).max(3600).default(120).meta({ unit: "seconds", advanced: true }),
    automatic: z.boolean().default(false).meta({ advanced: true }),
  }),
  inputs: {},
  outputs: { endpoint: { type: "endpoint" } },
  infer({ slug, url, model }) {
    const parsed = parseUrl(url);
    return { endpoint: { type: "endpoint", slug, model, ...(parsed && { server: parsed.host }) } };
  },
  check({ url, apiKey, privateNetwork }) {
    const problems: Problem[] = [];
    const parsed = parseUrl(url);
    if (!parsed) problems.push(problem("url-unreadable", { param: "url" }));
    if (parsed?.protocol === "http:" && apiKey && !privateNetwork)
      problems.push(problem("key-in-clear", { param: "url", severity: "warning" }, { host: parsed.host }));
    return problems;
  },
  resources: () => ({ threads: 1, memoryBytes: 50e6, gpus: 0 }),
  estimate: () => ({ seconds: 1, memoryBytes: 50e6, diskBytes: 4096, wattHours: 0 }),
  cache: "never",
  sideEffect: true,
  telling: ["slug", "url", "model"],
});

/** Of a server's API: no password in it, nothing after its path. */
export function parseUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain =
    url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash;
  return plain ? url : undefined;
}
