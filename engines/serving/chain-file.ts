/** `chain.json`: a prompt, a served model and a parser, as LangChain runs them. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { Failure } from "@/graph/problems";
import { slugSchema } from "./endpoint-file";

const chainFileSchema = z.object({
  slug: slugSchema,
  /** Slug of the deployment that answers. */
  endpoint: slugSchema,
  /** LangChain f-strings: `{name}` is an input, `{{` and `}}` are braces. */
  systemMessage: z.string().optional(),
  promptTemplate: z.string().min(1),
  inputs: z.array(z.string()),
  output: z.enum(["text", "json"]),
  jsonSchema: z.record(z.string(), z.unknown()).optional(),
  temperature: z.number().min(0).max(2),
  maxTokens: z.number().int().min(1),
  stop: z.array(z.string()).max(4),
});
export type ChainFile = z.infer<typeof chainFileSchema>;

const NAME = "chain.json";

/** Of a chain's folder. @throws Failure `chain-unreadable` */
export async function readChain(dir: string): Promise<ChainFile> {
  try {
    return chainFileSchema.parse(JSON.parse(await readFile(join(dir, NAME), "utf8")));
  } catch (cause) {
    const detail =
      cause instanceof z.ZodError
        ? z.prettifyError(cause)
        : cause instanceof Error
          ? cause.message
          : String(cause);
    throw new Failure("INVALID_INPUT", "chain-unreadable", { detail }, { cause });
  }
}

export async function writeChain(dir: string, file: ChainFile): Promise<void> {
  await writeFile(join(dir, NAME), `${JSON.stringify(chainFileSchema.parse(file), null, 2)}\n`);
}
