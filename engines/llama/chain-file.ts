/** `chain.json`: a prompt, a served model and a parser, as LangChain runs them. */
import { z } from "zod";
import { slugSchema } from "./endpoint-file";

export const chainFileSchema = z.object({
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
