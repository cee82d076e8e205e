/** `endpoint.json`: what an endpoint artifact says about who answers and how. It holds no address of this gateway and no secret. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { Failure } from "@/graph/problems";

const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** A token of RFC 9110. */
const HEADER = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/;
export const slugSchema = z.string().max(63).regex(SLUG);

export const servingConfigSchema = z.object({
  contextLength: z.number().int().min(128),
  /** Requests answered together; further ones wait. */
  parallel: z.number().int().min(1).max(64),
  /** Used where a request leaves them out. */
  temperature: z.number().min(0).max(2),
  maxTokens: z.number().int().min(1),
  /** Put before conversations that bring no system message. */
  systemPrompt: z.string().optional(),
  /** System messages go in front of the first question: for templates that know no system role. */
  foldInstructions: z.boolean().optional(),
});
export type ServingConfig = z.infer<typeof servingConfigSchema>;

/** A GGUF that the gateway serves with llama.cpp. */
const llamaSchema = z.object({
  slug: slugSchema,
  /** Where `model.gguf` lies: in the endpoint's own folder, or in that of `modelDigest`. */
  model: z.enum(["self", "input"]),
  modelDigest: z.string(),
  adapterDigest: z.string().optional(),
  modelName: z.string().optional(),
  config: servingConfigSchema,
});

/** A server elsewhere that speaks OpenAI's API. */
const openaiSchema = z.object({
  slug: slugSchema,
  /** Up to and with its `/v1`. */
  url: z.url({ protocol: /^https?$/ }),
  /** What that server calls the model. */
  model: z.string().min(1),
  /** Names the team's secret that is sent as its key. */
  apiKey: z.object({ secret: z.string().min(1) }).optional(),
  /** The header that carries the key, where it is not `Authorization: Bearer`. */
  keyHeader: z.string().regex(HEADER).optional(),
  /** Addresses of this machine and its own network may be reached. */
  privateNetwork: z.boolean(),
  /** How long the server may be silent. */
  timeoutSeconds: z.number().int().min(1).max(3600),
});

const KINDS = { llama: llamaSchema, openai: openaiSchema };
type Kind = keyof typeof KINDS;

export type LlamaEndpoint = { kind: "llama" } & z.infer<typeof llamaSchema>;
export type OpenAiEndpoint = { kind: "openai" } & z.infer<typeof openaiSchema>;
export type EndpointFile = LlamaEndpoint | OpenAiEndpoint;

/** Of the file's form: rises when a reader of the version before would misunderstand it. */
const VERSION = 2;
const NAME = "endpoint.json";

/**
 * Reads and upgrades: version 1 had no `version` and no `kind`, and was always `llama`.
 * @throws Failure `endpoint-unreadable`, `endpoint-newer`, `endpoint-kind-unknown`
 */
export function parseEndpoint(text: string): EndpointFile {
  const json = objectOf(text);
  const { version = 1, kind = version === 1 ? "llama" : undefined, ...rest } = json;
  if (typeof version !== "number" || version > VERSION)
    throw new Failure("INVALID_INPUT", "endpoint-newer", { version: String(version) });
  if (typeof kind !== "string" || !Object.hasOwn(KINDS, kind)) {
    const known = Object.keys(KINDS).join(", ");
    throw new Failure("INVALID_INPUT", "endpoint-kind-unknown", { kind: String(kind), known });
  }
  const parsed = KINDS[kind as Kind].safeParse(rest);
  if (!parsed.success) throw unreadable(z.prettifyError(parsed.error));
  return { kind, ...parsed.data } as EndpointFile;
}

/** Of an endpoint's folder. @throws Failure as `parseEndpoint` */
export async function readEndpoint(dir: string): Promise<EndpointFile> {
  const text = await readFile(join(dir, NAME), "utf8").catch(() => {
    throw unreadable(`${NAME} is missing`);
  });
  return parseEndpoint(text);
}

export async function writeEndpoint(dir: string, { kind, ...file }: EndpointFile): Promise<void> {
  const json = { version: VERSION, kind, ...KINDS[kind].parse(file) };
  await writeFile(join(dir, NAME), `${JSON.stringify(json, null, 2)}\n`);
}

function objectOf(text: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : String(error));
  }
  if (typeof json === "object" && json !== null && !Array.isArray(json))
    return json as Record<string, unknown>;
  throw unreadable("it is not a JSON object");
}

const unreadable = (detail: string) => new Failure("INVALID_INPUT", "endpoint-unreadable", { detail });
